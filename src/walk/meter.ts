import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CARGO_FAILED, isWordOnCommit, isWordOnMachine } from '../cargo/commit-word.ts';
import { changedInput } from '../cargo/inputs.ts';
import { type FailedProcess, ToolError, UsageError } from '../core/failures.ts';
import type { NamedFunction } from '../core/function-names.ts';
import { withoutSettings } from '../core/redact.ts';
import { type FunctionMeasurement, parseSnapshot, renderSnapshot, type Snapshot } from '../core/snapshot/snapshot.ts';
import { shortened } from '../core/text.ts';
import { bringFiles } from '../git/partial.ts';
import type { Revision } from '../git/repository.ts';
import type { GivenEvent } from '../init/events/read-events.ts';
import type { MeasureContext } from '../measure/context.ts';
import { fullDisk } from '../measure/full-disk.ts';
import { type InitOptions, measureInits } from '../measure/init.ts';
import { isSame, partOf } from '../measure/one-function.ts';
import { formerNameOf, placeAtBase } from '../measure/place.ts';
import { measureRevision } from '../measure/revision.ts';
import { NONE_STAYING } from '../measure/staying.ts';
import { identify, type Measured, takeStored } from '../measure/stored.ts';
import { startedOn } from './started-on.ts';

/** What a commit measured, without what only a report shows; or why there is nothing. */
export type Metered =
  | { readonly kind: 'measured'; readonly snapshot: Snapshot; readonly from: 'built' | 'stored' }
  /** `error`: all that was said. */
  | { readonly kind: 'does-not-build'; readonly reason: string; readonly error: Error | null };

/** What is asked of every commit alike. */
export interface Meter {
  readonly context: MeasureContext;
  /** The newest commit: where older ones have the project is told against it. */
  readonly newest: Revision;
  /** This function alone; `null`: all of them. */
  readonly fn: NamedFunction | null;
  /** `off` where no figure of a start is asked for: then nothing is started. */
  readonly init: InitOptions<GivenEvent>;
}

/** Commits kept in short; those used longest ago go. */
const KEPT = 2_000;

/**
 * Measures a commit with the target directory that the others had. What was measured before is taken from the store, whoever measured it; in
 * short it stays for 2,000 commits, so a run that was ended goes on from there. A failure that surely says nothing of the commit (a download, a
 * kill, a full disk) is thrown.
 */
export async function meterAt(meter: Meter, revision: Revision): Promise<Metered> {
  const { context, newest, fn, init } = meter;
  const folder = join(context.own, 'walk', 'commits');
  // That a commit has no such function may be otherwise told of a newer one, which renamed it.
  const hasIt = ({ functions }: Snapshot): boolean => fn === null || functions.length > 0;
  await bringFiles(context.user, context.checkout, [revision], null);
  try {
    const place = await placeAtBase(context, revision, newest, fn === null ? null : [fn]);
    if (place.kind === 'nowhere') {
      const reason = place.why.reason.replace(`the base ${revision.sha.slice(0, 7)} has`, 'it has');
      return { kind: 'does-not-build', reason, error: null };
    }
    const at = place.context;
    const identified = await identify(at, revision);
    const file =
      identified.key === null
        ? null
        : join(folder, `${identified.key}-${digestOf([fn, init, init.kind === 'off' ? null : await startedOn(context.tracers)])}.json`);
    const known = file === null ? null : await readShort(file, at);
    if (known !== null && hasIt(known)) return { kind: 'measured', snapshot: known, from: 'stored' };
    const there = fn === null ? null : await formerNameOf(fn, { context: at, commit: revision }, { context, commit: newest });
    const measured = await measuredAt({ ...meter, context: at, fn: there }, identified);
    const own = fn === null || there === null ? measured.snapshot : only(measured.snapshot, there, fn);
    const started = init.kind === 'off' ? own : (await measureInits(at, { base: null, head: { ...measured, snapshot: own } }, init)).head;
    const snapshot = inShort(started);
    if (file !== null && snapshot.inputs !== null && hasIt(snapshot) && (init.kind === 'off' || snapshot.functions.every(isCounted)))
      await keepShort(folder, file, snapshot);
    return { kind: 'measured', snapshot, from: measured.origin === 'built' ? 'built' : 'stored' };
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof UsageError) || (await fullDisk(error, context.host)) !== null) throw error;
    const failed = error instanceof ToolError ? error.process : null;
    if (!(error instanceof UsageError) && (failed === null || !isOfCommit(failed))) throw error;
    const told = failed?.confidential === true ? null : failed;
    const said = told?.headline ?? told?.lastLines.find((line) => /^error/.test(line)) ?? error.message;
    const reason = shortened(withoutSettings(said.split('\n')[0] ?? '', context.request.build.extra), 300);
    return { kind: 'does-not-build', reason, error };
  }
}

/**
 * Whether a commit is passed over. Of a check's base only what is surely the commit's own counts as such; here nothing is let through by it: a build
 * script or a linker that fails is most often the commit's, and one that walks cannot mend an old one.
 */
function isOfCommit({ command, exitCode, lastLines, onCommit, confidential }: FailedProcess): boolean {
  if (exitCode === null) return false;
  if (onCommit ?? isWordOnCommit(lastLines)) return true;
  // rustup has the toolchain that a commit asks for, or not.
  const byRust = command.startsWith('cargo ') ? exitCode === CARGO_FAILED : command.startsWith('rustc ');
  return (byRust || confidential === true) && !isWordOnMachine(lastLines);
}

/** From this machine's store, the cache or an artifact, else built; never into the store of bases, of which there are only a few. */
async function measuredAt({ context, fn }: Meter, identified: Awaited<ReturnType<typeof identify>>): Promise<Measured> {
  const { revision, key } = identified;
  const side = `commit ${revision.sha.slice(0, 7)}`;
  const stored = key === null ? null : await takeStored(context, revision.sha, key, { side, artifact: true });
  if (stored !== null) return stored;
  const { remote: _, baseArtifact: __, ...host } = context.host;
  const own = join(context.own, 'walk');
  await mkdir(own, { recursive: true });
  const apart: MeasureContext = { ...context, own, host };
  const again = key === null ? null : await takeStored(apart, revision.sha, key, { side, artifact: false });
  return again ?? measureRevision(apart, identified, { lenient: true, part: fn === null ? null : partOf(fn), staying: NONE_STAYING, side });
}

/** A start that was not counted, or took too long, says nothing of the next time: the machine had no valgrind, or was busy. */
function isCounted({ init }: FunctionMeasurement): boolean {
  return init?.kind === 'failed' ? init.failure.kind !== 'timed-out' : init?.kind === 'measured' && init.instructions.kind !== 'none';
}

/** The function that this commit calls `there`, by the name that it has now. */
function only(snapshot: Snapshot, there: NamedFunction, { name, crate }: NamedFunction): Snapshot {
  const own = snapshot.functions.filter((one) => isSame(one, there));
  return { ...snapshot, functions: own.map((one) => ({ ...one, name, crate })), notBuilt: [] };
}

/** Without symbols, constants and packages' entries beyond the first hundred: what no comparison of figures asks for. */
function inShort(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    functions: snapshot.functions.map((fn) => ({
      ...fn,
      attribution: fn.attribution.kind === 'none' ? fn.attribution : { ...fn.attribution, symbols: [] },
      owners: fn.owners.kind === 'none' ? fn.owners : { ...fn.owners, constants: [] },
      init: fn.init?.kind === 'measured' ? { ...fn.init, instructions: withoutNames(fn.init.instructions) } : fn.init,
    })),
  };
}

type Instructions = Extract<NonNullable<FunctionMeasurement['init']>, { readonly kind: 'measured' }>['instructions'];

function withoutNames(instructions: Instructions): Instructions {
  return instructions.kind === 'none' ? instructions : { ...instructions, functions: instructions.functions.slice(0, 50) };
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}

/** One that cannot be read any more is measured again, and so is one whose build read what has changed since. */
async function readShort(file: string, { env }: Pick<MeasureContext, 'env'>): Promise<Snapshot | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const snapshot = parseSnapshot(text, file);
    if (snapshot.inputs === null || (await changedInput(snapshot.inputs, env)) !== null) return null;
    const now = new Date();
    await utimes(file, now, now);
    return snapshot;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await rm(file, { force: true });
    return null;
  }
}

async function keepShort(folder: string, file: string, snapshot: Snapshot): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.new`, renderSnapshot(snapshot));
  await rename(`${file}.new`, file);
  const names = await readdir(folder);
  if (names.length <= KEPT) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  for (const { name } of aged.sort((a, b) => b.time - a.time).slice(KEPT)) await rm(join(folder, name), { force: true });
}
