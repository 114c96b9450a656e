import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_DURATIONS } from '../cache/durations.ts';
import type { Stored } from '../cache/store.ts';
import { messageOf } from '../core/failures.ts';
import { pairFunctions } from '../core/pair.ts';
import type { Pair } from '../core/rows.ts';
import type { InitMeasurement } from '../core/snapshot/init.ts';
import type { FunctionMeasurement, Snapshot } from '../core/snapshot/snapshot.ts';
import { shipsTheSame } from '../core/snapshot/unchanged.ts';
import { isThere } from '../folder.ts';
import type { Host } from '../host.ts';
import { inspectPackage } from '../inspect/package.ts';
import { withEvents } from './given-events.ts';
import { type InitOptions, type MeasuredInits, measureInits } from './init.ts';
import { openTracers } from './tracers.ts';

type Sides = { readonly base: Stored; readonly head: Stored };
type Side = keyof Sides;
type Functions = Pair<FunctionMeasurement>;

/**
 * Local init of two snapshots that were measured apart: the packages beside them are started beside each other, as a check does. What was
 * measured in one session stays; of what cannot be started the reason is said, since figures of two sessions are not compared.
 */
export async function measureComparedInits(
  sides: Sides,
  options: InitOptions,
  host: Host,
): Promise<Record<'base' | 'head', Snapshot> & Pick<MeasuredInits, 'flames'>> {
  const init = await withEvents(options, host);
  const unmeasured = { base: sides.base.snapshot, head: sides.head.snapshot, flames: [] };
  if (options.kind === 'off') return unmeasured;
  const open = pairFunctions(sides.base.snapshot.functions, sides.head.snapshot.functions, sides.head.snapshot.renamed).filter(
    ({ base, head }) => head !== null && needsStart(base, head),
  );
  if (open.length === 0) return unmeasured;
  const scratch = await mkdtemp(join(tmpdir(), 'coldgate-compare-'));
  try {
    const apart = await obstaclesOf(open, sides, scratch);
    const startable = open.filter((pair) => !apart.has(pair));
    const guard = { signal: host.signal, adopt: async () => async () => {} };
    const only = async (side: Side): Promise<Stored> => ({
      ...sides[side],
      snapshot: await withTwins(
        sides[side],
        startable.flatMap((pair) => pair[side] ?? []),
      ),
    });
    const started = await measureInits(
      { host, guard, scratch, durations: NO_DURATIONS, tracers: await openTracers(host) },
      { base: await only('base'), head: await only('head') },
      init,
    );
    const inits = { base: initsOf(started.base), head: initsOf(started.head) };
    const measured = (side: Side): Snapshot => ({
      ...sides[side].snapshot,
      functions: sides[side].snapshot.functions.map((fn) => {
        const pair = open.find((one) => one[side] === fn);
        if (pair === undefined) return fn;
        const obstacle = apart.get(pair);
        return { ...fn, init: obstacle === undefined ? apartUnless(inits[side].get(fn.name) ?? null) : apartBy(obstacle) };
      }),
    });
    return { base: measured('base'), head: measured('head'), flames: started.flames };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What was started beside its base already, or ships the same, is left as it is. */
function needsStart(base: FunctionMeasurement | null, head: FunctionMeasurement): boolean {
  const [before, after] = [base?.init ?? null, head.init];
  const beside = before !== null && after !== null && 'session' in before && 'session' in after && before.session === after.session;
  return !beside && !(base !== null && shipsTheSame(base, head) && after?.kind === 'none' && after.code === 'unchanged');
}

/** Why a function and its base cannot be started beside each other; head's reason first. */
async function obstaclesOf(pairs: readonly Functions[], sides: Sides, scratch: string): Promise<ReadonlyMap<Functions, string>> {
  const found = new Map<Functions, string>();
  for (const pair of pairs) {
    for (const side of ['head', 'base'] as const) {
      const fn = pair[side];
      const obstacle = fn === null ? null : await obstacleOf(fn, sides[side].folder, scratch);
      if (obstacle !== null && !found.has(pair)) found.set(pair, obstacle);
    }
  }
  return found;
}

/** A package that is not there, cannot be read, or holds another binary than the snapshot describes. */
async function obstacleOf({ package: zip, binary }: FunctionMeasurement, folder: string, scratch: string): Promise<string | null> {
  const file = join(folder, zip.file);
  if (!(await isThere(file))) return `its package is not beside the snapshot (${file})`;
  const copy = join(scratch, 'binary');
  try {
    const { sha256 } = await (await inspectPackage(file, file)).readBinary(binary.entry, copy);
    return sha256 === binary.sha256 ? null : `${file} holds another binary than its snapshot describes`;
  } catch (error) {
    return `its package cannot be read: ${messageOf(error)}`;
  } finally {
    await rm(copy, { force: true });
  }
}

/** A snapshot of the functions that can be started, without the twins that are not there: the shipped binary is counted then. */
async function withTwins({ folder, snapshot }: Stored, functions: readonly FunctionMeasurement[]): Promise<Snapshot> {
  const there = async ({ twin }: FunctionMeasurement): Promise<boolean> => twin !== null && isThere(join(folder, twin));
  return { ...snapshot, functions: await Promise.all(functions.map(async (fn) => ({ ...fn, twin: (await there(fn)) ? fn.twin : null }))) };
}

function initsOf(snapshot: Snapshot | null): ReadonlyMap<string, InitMeasurement | null> {
  return new Map((snapshot?.functions ?? []).map(({ name, init }) => [name, init]));
}

/** Another architecture, another system: not started here either. */
function apartUnless(init: InitMeasurement | null): InitMeasurement | null {
  return init?.kind === 'none' && init.code === 'not-here' ? apartBy(init.reason) : init;
}

function apartBy(reason: string): InitMeasurement {
  return {
    kind: 'none',
    code: 'apart',
    reason: `init of two sessions is not compared, and they cannot be started beside each other: ${reason}`.slice(0, 4_000),
  };
}
