import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stored } from '../cache/store.ts';
import { messageOf } from '../core/failures.ts';
import type { Pair } from '../core/model.ts';
import type { InitMeasurement } from '../core/snapshot/init.ts';
import type { FunctionMeasurement, Snapshot } from '../core/snapshot/snapshot.ts';
import { shipsTheSame } from '../core/snapshot/unchanged.ts';
import type { Host } from '../host.ts';
import { inspectPackage } from '../inspect/package.ts';
import { type InitOptions, measureInits } from './init.ts';

type Sides = { readonly base: Stored; readonly head: Stored };

/** Why a function of a side cannot be started; `null`: it can. */
type Obstacles = ReadonlyMap<string, string>;

/**
 * Local init of two snapshots that were measured apart: the packages beside them are started beside each other, as a check does. What was
 * measured in one session stays; of what cannot be started the reason is said, since figures of two sessions are not compared.
 */
export async function measureComparedInits(
  sides: Sides,
  options: InitOptions,
  host: Host,
): Promise<Pair<Snapshot> & Record<'base' | 'head', Snapshot>> {
  const unmeasured = { base: sides.base.snapshot, head: sides.head.snapshot };
  if (options.kind === 'off') return unmeasured;
  const open = sides.head.snapshot.functions.filter((fn) => needsStart(functionNamed(sides.base, fn.name), fn)).map(({ name }) => name);
  if (open.length === 0) return unmeasured;
  const scratch = await mkdtemp(join(tmpdir(), 'coldgate-compare-'));
  try {
    const obstacles = { base: await obstaclesOf(sides.base, open, scratch), head: await obstaclesOf(sides.head, open, scratch) };
    const startable = open.filter((name) => !obstacles.base.has(name) && !obstacles.head.has(name));
    const guard = { signal: host.signal, adopt: async () => async () => {} };
    const only = async (side: Stored): Promise<Stored> => ({ ...side, snapshot: await withTwins(side, startable) });
    const started = await measureInits({ host, guard, scratch }, { base: await only(sides.base), head: await only(sides.head) }, options);
    const inits = { base: initsOf(started.base), head: initsOf(started.head) };
    const measured = (side: 'base' | 'head'): Snapshot => ({
      ...sides[side].snapshot,
      functions: sides[side].snapshot.functions.map((fn) => {
        if (!open.includes(fn.name)) return fn;
        const obstacle = obstacles.head.get(fn.name) ?? obstacles.base.get(fn.name);
        return { ...fn, init: obstacle === undefined ? apartUnless(inits[side].get(fn.name) ?? null) : apart(obstacle) };
      }),
    });
    return { base: measured('base'), head: measured('head') };
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

function functionNamed({ snapshot }: Stored, name: string): FunctionMeasurement | null {
  return snapshot.functions.find((fn) => fn.name === name) ?? null;
}

/** A package that is not there, cannot be read, or holds another binary than the snapshot describes. */
async function obstaclesOf({ folder, snapshot }: Stored, names: readonly string[], scratch: string): Promise<Obstacles> {
  const found = new Map<string, string>();
  for (const { name, package: zip, binary } of snapshot.functions.filter((fn) => names.includes(fn.name))) {
    const file = join(folder, zip.file);
    if ((await stat(file).catch(() => null)) === null) {
      found.set(name, `its package is not beside the snapshot (${file})`);
      continue;
    }
    const copy = join(scratch, 'binary');
    const sha256 = await inspectPackage(file, file)
      .then(({ readBinary }) => readBinary(binary.entry, copy))
      .then((read) => read.sha256)
      .catch((error: unknown) => ({ problem: messageOf(error) }));
    await rm(copy, { force: true });
    if (typeof sha256 !== 'string') found.set(name, `its package cannot be read: ${sha256.problem}`);
    else if (sha256 !== binary.sha256) found.set(name, `${file} holds another binary than its snapshot describes`);
  }
  return found;
}

/** The functions that can be started, without the twins that are not there: the shipped binary is counted then. */
async function withTwins({ folder, snapshot }: Stored, names: readonly string[]): Promise<Snapshot> {
  const functions = await Promise.all(
    snapshot.functions
      .filter(({ name }) => names.includes(name))
      .map(async (fn) => {
        const there = fn.twin !== null && (await stat(join(folder, fn.twin)).catch(() => null)) !== null;
        return { ...fn, twin: there ? fn.twin : null };
      }),
  );
  return { ...snapshot, functions };
}

function initsOf(snapshot: Snapshot | null): ReadonlyMap<string, InitMeasurement | null> {
  return new Map((snapshot?.functions ?? []).map(({ name, init }) => [name, init]));
}

/** Another architecture, another system: not started here either. */
function apartUnless(init: InitMeasurement | null): InitMeasurement | null {
  return init?.kind === 'none' && init.code === 'not-here' ? apart(init.reason) : init;
}

function apart(reason: string): InitMeasurement {
  return {
    kind: 'none',
    code: 'apart',
    reason: `init of two sessions is not compared, and they cannot be started beside each other: ${reason}`.slice(0, 4_000),
  };
}
