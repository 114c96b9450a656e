import { ToolError, UsageError } from '../core/failures.ts';
import { type Staged, stagePackage } from './bucket.ts';
import { extensionHost } from './extension-host.ts';
import type { Lambda } from './lambda.ts';
import { type ColdStartFunction, type ColdStartPackage, type ColdStartPlan, settingsOf } from './options.ts';
import type { Deployed } from './pair-plan.ts';
import { type CodeSide, checkPackage, MOST_PACKAGE_BYTES, packageCode, type ScratchCode, type ScratchCodes } from './scratch-code.ts';
import { ScratchFunction } from './scratch-function.ts';
import { publishLayer } from './scratch-layer.ts';
import { scratchName } from './tags.ts';

/** What the functions of one size are made with. */
export interface DeploymentContext {
  readonly lambda: Lambda;
  readonly expires: Date;
  readonly signal: AbortSignal;
  readonly onRemains: (name: string, reason: string) => void;
}

/** What one function's scratch functions may hold, where Lambda finds it; disposing deletes what lies in a bucket, and layers. */
export interface Codes extends AsyncDisposable {
  readonly codes: ScratchCodes;
}

/** AWS's own, of one function. */
const MOST_LAYERS = 5;

/**
 * Packages are looked at before AWS is asked; those above the limit of direct upload go into the bucket once, for all the functions of one size.
 * An extension's become layers, which its host is given in turn.
 */
export async function stageCodes(
  wanted: ColdStartFunction,
  memory: number,
  options: ColdStartPlan,
  { lambda, expires, signal, onRemains }: DeploymentContext,
): Promise<Codes> {
  const staged: AsyncDisposable[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(staged.map((one) => one[Symbol.asyncDispose]()));
  };
  const { layers } = settingsOf(options, wanted);
  const isExtension = wanted.kind === 'extension';
  if (isExtension && layers.length >= MOST_LAYERS)
    throw new UsageError(`${wanted.name} is an extension, so a layer of its own; ${layers.length} others are more than Lambda takes`);
  const packageOf = async (side: CodeSide, { zip, arch }: ColdStartPackage): Promise<ScratchCode> => {
    const { bucket } = options;
    await checkPackage(zip, wanted.name, bucket);
    const code = packageCode(zip, { arch, staged: null, layers });
    const bytes = bucket === null ? null : await code.read();
    if (bucket === null || bytes === null || bytes.length <= MOST_PACKAGE_BYTES) return code;
    const name = `${scratchName(identityOf(wanted, { memory, deployment: 0, slot: 'a' }, options))}-${side}`;
    const stage: Staged = await stagePackage({ bucket, name, zip: bytes, signal, onRemains });
    staged.push(stage);
    return { ...code, staged: stage.code };
  };
  const hostOf = (code: ScratchCode): ScratchCode => ({ ...code, zip: null, read: async () => extensionHost(), staged: null });
  const codeOf = async (side: CodeSide, one: ColdStartPackage): Promise<ScratchCode> => {
    const code = await packageOf(side, one);
    if (!isExtension) return code;
    const identity = identityOf(wanted, { memory, deployment: 0, slot: side }, options);
    const content = code.staged ?? { ZipFile: await code.read() };
    const layer = await publishLayer(lambda, { identity, content, arch: code.arch, expires, onRemains });
    staged.push(layer);
    return { ...hostOf(code), layers: [layer.arn, ...layers] };
  };
  try {
    const base = wanted.base === null ? null : await codeOf('base', wanted.base);
    const head = await codeOf('head', wanted.head);
    const host = isExtension ? { ...head, layers } : null;
    return { codes: { base, head, host }, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

type Where = Pick<Parameters<typeof scratchName>[0], 'memory' | 'deployment' | 'slot'>;

function identityOf({ name, head }: ColdStartFunction, where: Where, { prefix, key, run }: ColdStartPlan) {
  return { prefix, key, run, function: name, arch: head.arch, ...where };
}

/** Makes the functions of one look, both at once; when one fails, the other is deleted before this throws. */
export async function deploy(
  wanted: ColdStartFunction,
  { memory, deployment, exchanged }: { readonly memory: number; readonly deployment: number; readonly exchanged: boolean },
  { codes }: Codes,
  options: ColdStartPlan,
  { lambda, expires, onRemains }: DeploymentContext,
): Promise<Deployed> {
  const make = (slot: 'a' | 'b', side: CodeSide): Promise<ScratchFunction> => {
    const identity = identityOf(wanted, { memory, deployment, slot }, options);
    const settings = settingsOf(options, wanted);
    return ScratchFunction.deploy(lambda, { identity, sha: wanted.head.sha, codes, expires, settings, onRemains }, side);
  };
  const [first, second] = await Promise.allSettled(
    wanted.base === null ? [make('a', 'head')] : [make('a', exchanged ? 'head' : 'base'), make('b', exchanged ? 'base' : 'head')],
  );
  const results = second === undefined ? [first] : [first, second];
  const made = results.flatMap((result) => (result?.status === 'fulfilled' ? [result.value] : []));
  const dispose = async (): Promise<void> => {
    await Promise.all(made.map((scratch) => scratch[Symbol.asyncDispose]()));
  };
  const failed = results.find((result) => result?.status === 'rejected');
  const [one, other] = made;
  if (failed === undefined && one !== undefined)
    return { slots: other === undefined ? [one] : [one, other], [Symbol.asyncDispose]: dispose };
  await dispose();
  throw failed?.status === 'rejected' ? failed.reason : new ToolError('no scratch function');
}
