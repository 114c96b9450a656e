import { join } from 'node:path';
import { isWordOnCommit } from '../cargo/commit-word.ts';
import { renderFailure, ToolError, UsageError } from '../core/failures.ts';
import type { Base, MissingBase } from '../core/model/base.ts';
import { withoutSettings } from '../core/redact.ts';
import { type FetchOrigin, inside } from '../git/fetch.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasureContext } from './context.ts';
import { fullDisk } from './full-disk.ts';
import { binariesAt } from './limit-names.ts';
import type { Part } from './part.ts';
import { type BasePlace, limitsDeclaredAt } from './place.ts';
import { measureRevision } from './revision.ts';
import { restrictTo, type Share } from './share.ts';
import { findStandIn } from './stand-in.ts';
import { NONE_STAYING } from './staying.ts';
import { findMeasured, identify, type Measured } from './stored.ts';

/** Base with its packages and twins, or why there is none. `insteadOf`: the commit that it stands in for, which does not build. */
export type MeasuredBase =
  | ({ readonly kind: 'measured'; readonly insteadOf?: MissingBase } & Measured)
  | Extract<Base, { readonly kind: 'missing' }>;

/**
 * Measures base. One that does not build by the compiler's own word is no failure of the run: the newest commit before it that was measured
 * stands in, else head is reported alone, with the reason. Whatever else keeps it from being measured is a ToolError: nothing passes by it.
 * `place`: where base has the project.
 */
export async function measureBase(
  place: BasePlace,
  wanted: Revision,
  { part, share, origin }: { readonly part: () => Promise<Part | null>; readonly share: Share | null; readonly origin: FetchOrigin | null },
): Promise<MeasuredBase> {
  if (place.kind === 'nowhere') return { kind: 'missing', why: place.why };
  const { context } = place;
  const { host } = context;
  const short = wanted.sha.slice(0, 7);
  // It goes into artifact and comment.
  const told = (reason: string): string => withoutSettings(reason, context.request.build.extra);
  try {
    const identified = await identify(context, wanted);
    const known = restrictTo(await findMeasured(context, identified, true), share);
    return {
      kind: 'measured',
      ...(known ?? (await measureRevision(context, identified, { lenient: true, part: await part(), staying: NONE_STAYING }))),
    };
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof UsageError) || (await fullDisk(error, host)) !== null) throw error;
    if (await lacksManifest(context, wanted))
      return { kind: 'missing', why: { kind: 'first-run', sha: wanted.sha, reason: told(error.message), limits: [] } };
    const failed = error instanceof ToolError ? error.process : null;
    if (failed === null || failed.exitCode === null || !(failed.onCommit ?? isWordOnCommit(failed.lastLines)))
      throw notMeasured(short, error);
    host.progress.step(`the base ${short} does not build\n${renderFailure(error)}`);
    const said = failed.headline ?? failed.lastLines.find((line) => /^error/.test(line));
    const binaries = await binariesAt(context, wanted);
    const why = {
      kind: 'does-not-build',
      sha: wanted.sha,
      reason: told(said === undefined ? error.message : `${error.message}: ${said}`),
      limits: await limitsDeclaredAt(context, wanted),
      ...(binaries === null ? {} : { binaries }),
    } as const;
    const standIn = restrictTo(await findStandIn(context, wanted.sha, origin), share);
    if (standIn !== null) return { kind: 'measured', ...standIn, insteadOf: why };
    host.progress.step(`no commit before ${short} was measured and is stored; head is measured alone`);
    return { kind: 'missing', why };
  }
}

/** An error of the run, whatever it was of: a base that could not be measured is no base that does not build. */
function notMeasured(short: string, error: ToolError | UsageError): ToolError {
  const { process, advice } = error instanceof ToolError ? error : { process: null, advice: [] };
  const told = `the base ${short} cannot be measured: ${error.message}`;
  return new ToolError(told, { advice, cause: error, ...(process === null ? {} : { process }) });
}

/** Whether git says that a commit has no manifest here: there is no project yet, so nothing that could have grown. */
async function lacksManifest({ user, checkout, request }: MeasureContext, { sha }: Revision): Promise<boolean> {
  const path = join(user.prefix, request.build.manifest ?? 'Cargo.toml');
  const listed = await inside(user, checkout, ['ls-tree', '--name-only', '-z', sha, '--', path]);
  return listed.exitCode === 0 && listed.stdout === '';
}
