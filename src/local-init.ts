import { mkdir } from 'node:fs/promises';
import { arch as hostArch, platform } from 'node:os';
import { join } from 'node:path';
import type { Stored } from './baseline/store.ts';
import { Cancelled } from './core/failures.ts';
import type { FlameNode } from './core/flame.ts';
import type { InitMeasurement } from './core/init-schema.ts';
import type { Pair } from './core/model.ts';
import type { FunctionMeasurement, Snapshot } from './core/snapshot.ts';
import { shipsTheSame } from './core/unchanged.ts';
import { type Millis, millis } from './core/units.ts';
import type { Environment } from './exec.ts';
import type { MeasuredPair } from './init/session.ts';
import type { InitSide, InitTools } from './init/starter.ts';
import { findTracers } from './tools.ts';
import type { Workshop } from './workshop.ts';

/** What was asked for of local init. */
export type InitWish =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'local';
      /** From `parseInitEnv`. */
      readonly env: Environment;
      readonly timeout: Millis;
      /** Timed pairs of starts per function. */
      readonly pairs: number;
    };

/** As on Lambda. Fewer pairs than twenty could not prove a change at α = 0.01 in a workspace of thousands of functions (2^-20). */
export const LOCAL_INIT = { kind: 'local', env: {}, timeout: millis(10_000), pairs: 20 } as const satisfies InitWish;

export interface MeasuredInits {
  readonly base: Snapshot | null;
  readonly head: Snapshot;
  /** One for each function whose instructions have names: base against head. */
  readonly flames: readonly { readonly function: string; readonly tree: FlameNode }[];
}

/**
 * Starts every function of head, each beside its base, one at a time and never beside a build, and answers both snapshots with what was
 * measured. What is byte-identical is not started: nothing changed.
 */
export async function measureInits(
  shop: Workshop,
  sides: { readonly base: Stored | null; readonly head: Stored },
  wish: InitWish,
): Promise<MeasuredInits> {
  const { base, head } = sides;
  const before = new Map((base?.snapshot.functions ?? []).map((one) => [one.name, one]));
  const results = new Map<string, Pair<InitMeasurement>>();
  const flames: { readonly function: string; readonly tree: FlameNode }[] = [];
  const tools = wish.kind === 'local' ? findTracers(shop.host.env) : null;
  for (const fn of head.snapshot.functions) {
    const beside = before.get(fn.name) ?? null;
    const skipped = reasonToSkip(wish, beside, fn);
    if (skipped !== null || wish.kind === 'off' || tools === null) {
      results.set(fn.name, { base: skipped, head: skipped });
      continue;
    }
    if (shop.host.signal.aborted) throw new Cancelled('cancelled');
    const pair = { base: beside === null || base === null ? null : sideOf(beside, base.folder), head: sideOf(fn, head.folder) };
    const measured = await measureOne(shop, fn.name, pair, wish, tools);
    results.set(fn.name, measured);
    if (measured.flame !== null) flames.push({ function: fn.name, tree: measured.flame });
  }
  const withInit = (snapshot: Snapshot, side: keyof Pair<unknown>): Snapshot => ({
    ...snapshot,
    functions: snapshot.functions.map((fn) => ({ ...fn, init: results.get(fn.name)?.[side] ?? null })),
  });
  return { base: base === null ? null : withInit(base.snapshot, 'base'), head: withInit(head.snapshot, 'head'), flames };
}

async function measureOne(
  shop: Workshop,
  name: string,
  sides: { readonly base: InitSide | null; readonly head: InitSide },
  wish: Extract<InitWish, { readonly kind: 'local' }>,
  tools: InitTools,
): Promise<MeasuredPair> {
  // Loaded when the builds are over: until the first of them starts, every module counts.
  const { measureInit } = await import('./init/session.ts');
  const scratch = join(shop.scratch, 'init');
  await mkdir(scratch, { recursive: true });
  const started = performance.now();
  const onStep = (step: string): void => shop.host.progress.tick(`${name}: ${step}`);
  const measured = await measureInit(sides, {
    tools,
    env: wish.env,
    timeout: wish.timeout,
    pairs: wish.pairs,
    scratch,
    guard: shop.guard,
    onStep,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  shop.host.progress.step(`${name}: started to its first request and back in ${seconds} s`);
  return measured;
}

function sideOf({ kind, binary, package: zip, twin }: FunctionMeasurement, folder: string): InitSide {
  return {
    awaits: kind === 'extension' ? 'extension' : 'runtime',
    package: join(folder, zip.file),
    entry: binary.entry,
    twin: twin === null ? null : join(folder, twin),
  };
}

type Skipped = Extract<InitMeasurement, { readonly kind: 'none' }>;

function reasonToSkip(wish: InitWish, base: FunctionMeasurement | null, head: FunctionMeasurement): Skipped | null {
  if (wish.kind === 'off') return { kind: 'none', code: 'off', reason: 'local init is turned off (init: off)' };
  if (platform() !== 'linux') return { kind: 'none', code: 'not-here', reason: `local init needs Linux; this machine runs ${platform()}` };
  const machine = hostArch() === 'arm64' ? 'arm64' : 'x86_64';
  if (head.arch !== machine)
    return {
      kind: 'none',
      code: 'not-here',
      reason: `it is built for ${head.arch}, and this machine is ${machine}: run the check on such a runner to measure its init`,
    };
  if (base !== null && shipsTheSame(base, head))
    return { kind: 'none', code: 'unchanged', reason: 'byte-identical to base: nothing changed' };
  return null;
}
