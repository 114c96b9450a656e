import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { featureArguments, manifestArguments } from '../cargo/request.ts';
import { type LinkedPackages, parseTree } from '../core/advise/linked.ts';
import type { Remedy } from '../core/advise/remedy.ts';
import { ToolError } from '../core/failures.ts';
import { runGuarded } from '../exec/group.ts';
import { TRIPLES } from '../measure/built.ts';
import type { MeasureContext } from '../measure/context.ts';
import { applyEdits, writeTexts } from './edit.ts';
import { prepareHere } from './prepared.ts';

/** Where head's files are tried out: the private checkout, switched to head. */
export interface TrialPlace {
  readonly context: MeasureContext;
  /** Where cargo runs in it. */
  readonly folder: string;
  /** The function's package, as cargo's arguments name it. */
  readonly crate: string;
  readonly arch: keyof typeof TRIPLES;
  /** The lock file; whether head has it. */
  readonly lock: { readonly path: string; readonly committed: boolean };
}

/** The packages that are linked as the checkout's files are now. A ToolError where cargo cannot tell. */
export async function linkedNow(
  { context, folder, crate, arch }: TrialPlace,
  { online }: { readonly online: boolean },
): Promise<LinkedPackages> {
  const { request, env, guard } = context;
  const args = [
    ...['tree', '--package', crate, '--edges', 'normal,no-proc-macro', '--prefix', 'none', '--format', '{p}|{f}'],
    ...['--target', TRIPLES[arch], ...(online ? [] : ['--offline'])],
    ...[...manifestArguments(request.build), ...featureArguments(request.build)],
  ];
  return parseTree((await runGuarded('cargo', args, { cwd: folder, env, guard })).stdout);
}

/**
 * Does `work` with the remedies' edits in the checkout's files, and takes them back. What cargo refuses (a feature that is not there, a version that
 * nobody allows) is its answer: `null`.
 */
export async function trying<T>(place: TrialPlace, remedies: readonly Remedy[], work: () => Promise<T>): Promise<T | null> {
  const { context, lock } = place;
  const top = context.checkout.path;
  const files = [...new Set([...remedies.flatMap(({ edits }) => edits.map(({ file }) => join(top, file))), lock.path])];
  const kept = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file).catch(() => null) })));
  try {
    await takeEdits(place, remedies);
    await takeUpdates(place, remedies);
    return await work();
  } catch (error) {
    if (error instanceof ToolError && !context.guard.signal.aborted) return null;
    throw error;
  } finally {
    for (const { file, text } of kept) {
      if (text === null) await rm(file, { force: true });
      else if (!text.equals(await readFile(file).catch(() => Buffer.alloc(0)))) await writeFile(file, text);
    }
  }
}

/**
 * Writes the remedies into the checkout, which holds head's files; answers the files that are another's now, from its top. A ToolError where one cannot
 * be taken. What `--prepare` brings is there for cargo, and is no part of the change.
 */
export async function take(place: TrialPlace, remedies: readonly Remedy[]): Promise<readonly string[]> {
  const { context, lock } = place;
  const top = await realpath(context.checkout.path);
  const texts = await takeEdits(place, remedies);
  if (remedies.every(({ sort }) => sort !== 'features' && sort !== 'versions')) return [...texts.keys()];
  await prepareHere(context);
  await takeUpdates(place, remedies);
  await settleLock(place);
  await writeTexts(texts, top);
  return [...texts.keys(), ...(lock.committed ? [relative(top, lock.path)] : [])];
}

function takeEdits({ context: { checkout } }: TrialPlace, remedies: readonly Remedy[]): Promise<ReadonlyMap<string, string>> {
  return applyEdits(
    remedies.flatMap(({ edits }) => edits),
    checkout.path,
  );
}

async function takeUpdates({ context: { request, env, guard }, folder }: TrialPlace, remedies: readonly Remedy[]): Promise<void> {
  for (const { update } of remedies) {
    if (update !== null) await runGuarded('cargo', ['update', ...manifestArguments(request.build), ...update], { cwd: folder, env, guard });
  }
}

/** Has cargo write the lock file as the manifests now ask for, where head has one. */
async function settleLock({ context, folder, lock }: TrialPlace): Promise<void> {
  const { request, env, guard } = context;
  if (!lock.committed) return rm(lock.path, { force: true });
  const args = ['metadata', '--format-version', '1', ...manifestArguments(request.build), ...featureArguments(request.build)];
  await runGuarded('cargo', args, { cwd: folder, env, guard, onLine: () => undefined });
}
