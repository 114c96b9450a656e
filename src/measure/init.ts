import { mkdir } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { checkFiles, filesOfFunction } from '../cache/digests.ts';
import type { Durations } from '../cache/durations.ts';
import type { Stored } from '../cache/store.ts';
import { Cancelled } from '../core/failures.ts';
import type { FlameNode } from '../core/flame.ts';
import { unpackedSize } from '../core/lambda-limits.ts';
import { pairFunctions } from '../core/pair.ts';
import { withoutQuotedValues } from '../core/redact.ts';
import type { Pair } from '../core/rows.ts';
import type { InitMeasurement } from '../core/snapshot/init.ts';
import type { FunctionMeasurement, Snapshot } from '../core/snapshot/snapshot.ts';
import { shipsTheSame } from '../core/snapshot/unchanged.ts';
import { type Millis, millis } from '../core/units.ts';
import type { Guard } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';
import { inflatedMistake } from '../formats/zip-entry.ts';
import { type Host, machineArch } from '../host.ts';
import type { GivenEvent } from '../init/events/read-events.ts';
import type { WrittenEvent } from '../init/events/written-events.ts';
import { probeOf } from '../init/http/probe.ts';
import type { FirstEvent } from '../init/response/answering.ts';
import type { MeasuredPair } from '../init/session.ts';
import type { InitSide, InitTools } from '../init/starter.ts';
import { counted } from '../report/text/figures.ts';
import { findClocks } from '../tools/clocks.ts';
import { checkTracers } from '../tools/tracers/tracer.ts';
import { firstEventFor } from './first-events.ts';

/** What was asked for of local init. */
export type InitOptions<E extends WrittenEvent = WrittenEvent> =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'local';
      /** From `parseInitEnv`. */
      readonly env: Environment;
      readonly timeout: Millis;
      /** Timed pairs of starts per function. */
      readonly pairs: number;
      /** What functions are handed when their init has ended; those of manifests are in the snapshots. */
      readonly events: readonly E[];
    };

/** As on Lambda. Fewer pairs than twenty could not prove a change at α = 0.01 in a workspace of thousands of functions (2^-20). */
export const LOCAL_INIT = {
  kind: 'local',
  env: {},
  timeout: millis(10_000),
  pairs: 20,
  events: [],
} as const satisfies InitOptions<GivenEvent>;

export interface MeasuredInits {
  readonly base: Snapshot | null;
  readonly head: Snapshot;
  /** One for each function whose instructions have names: base against head. */
  readonly flames: readonly { readonly function: string; readonly tree: FlameNode }[];
}

/** What starts need of a run. */
export interface InitPlace {
  readonly host: Pick<Host, 'env' | 'signal' | 'progress'>;
  readonly guard: Guard;
  /** A folder of this run's own. */
  readonly scratch: string;
  readonly durations: Durations;
  readonly tracers: InitTools;
}

/**
 * Starts every function of head, each beside its base, one at a time and never beside a build, and answers both snapshots with what was
 * measured. What is byte-identical is not started: nothing changed.
 */
export async function measureInits(
  context: InitPlace,
  sides: { readonly base: Stored | null; readonly head: Stored },
  options: InitOptions<GivenEvent>,
): Promise<MeasuredInits> {
  const { base, head } = sides;
  const results = new Map<FunctionMeasurement, InitMeasurement | null>();
  const flames: { readonly function: string; readonly tree: FlameNode }[] = [];
  const pairs = pairFunctions(base?.snapshot.functions ?? [], head.snapshot.functions, head.snapshot.renamed);
  const started = pairs.filter(({ base: beside, head: fn }) => fn !== null && reasonToSkip(options, beside, fn) === null);
  let place = 0;
  for (const { base: beside, head: fn } of pairs) {
    if (fn === null) continue;
    const keep = (measured: Pair<InitMeasurement>): void => {
      results.set(fn, measured.head);
      if (beside !== null) results.set(beside, measured.base);
    };
    const skipped = reasonToSkip(options, beside, fn);
    if (skipped !== null || options.kind === 'off') {
      keep({ base: skipped, head: skipped });
      continue;
    }
    if (context.host.signal.aborted) throw new Cancelled('cancelled');
    // What a start before this one may have changed: a function can write wherever this run can.
    for (const [side, one] of [
      [base, beside],
      [head, fn],
    ] as const)
      if (side?.digests !== undefined && one !== null) await checkFiles({ ...side, digests: side.digests }, filesOfFunction(one));
    await checkTracers(context.tracers);
    const pair = { base: beside === null || base === null ? null : sideOf(beside, base.folder), head: sideOf(fn, head.folder) };
    place += 1;
    const among = started.length > 1 ? `, function ${place} of ${started.length}` : '';
    const event = firstEventFor(
      {
        base: beside === null || base === null ? null : { fn: beside, snapshot: base.snapshot },
        head: { fn, snapshot: head.snapshot },
      },
      options.events,
    );
    const measured = await measureOne(context, { name: fn.name, among, event }, pair, options);
    keep(withoutQuotedValues({ base: measured.base, head: measured.head }, options.env));
    if (measured.flame !== null) flames.push({ function: fn.name, tree: measured.flame });
  }
  const withInit = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    functions: snapshot.functions.map((fn) => ({ ...fn, init: results.get(fn) ?? null })),
  });
  return { base: base === null ? null : withInit(base.snapshot), head: withInit(head.snapshot), flames };
}

async function measureOne(
  context: InitPlace,
  { name, among, event }: { readonly name: string; readonly among: string; readonly event: FirstEvent | null },
  sides: { readonly base: InitSide | null; readonly head: InitSide },
  options: Extract<InitOptions<GivenEvent>, { readonly kind: 'local' }>,
): Promise<MeasuredPair> {
  // Loaded when the builds are over: until the first of them starts, every module counts.
  const { measureInit } = await import('../init/session.ts');
  const scratch = join(context.scratch, 'init');
  await mkdir(scratch, { recursive: true });
  const step = ['init', name, String(options.pairs), ...(event === null ? [] : ['response'])];
  const counts = `${counted(options.pairs, sides.base === null ? 'start' : 'pair')}${event === null ? '' : `, first response to ${eventText(event)}`}${among}`;
  const expected = context.durations.expect(step);
  using waiting = context.host.progress.begin({ text: `measuring init of ${name} (${counts})`, expected, kind: 'long' });
  const measured = await measureInit(sides, {
    tools: context.tracers,
    clocks: findClocks(context.host.env),
    env: options.env,
    timeout: options.timeout,
    event,
    pairs: options.pairs,
    scratch,
    guard: context.guard,
    onStep: (detail) => waiting.tell(null, detail),
  });
  await context.durations.note(step, waiting.done(`measured init of ${name} (${counts})`));
  return measured;
}

function eventText(event: FirstEvent): string {
  const probe = probeOf(event);
  if (probe !== null) return `GET ${probe.request} on port ${probe.port}`;
  const { name } = event;
  return name === 'own' ? 'an event of your own' : name;
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

/** GitHub's runners on which a binary can be started. */
const RUNNERS: Readonly<Record<FunctionMeasurement['arch'], string>> = { x86_64: 'ubuntu-24.04', arm64: 'ubuntu-24.04-arm' };
/** Systems as people call them. */
const SYSTEMS: Readonly<Record<string, string>> = { darwin: 'macOS' };

function reasonToSkip(options: Pick<InitOptions, 'kind'>, base: FunctionMeasurement | null, head: FunctionMeasurement): Skipped | null {
  if (options.kind === 'off') return { kind: 'none', code: 'off', reason: 'local init is turned off (init: off)' };
  if (platform() !== 'linux')
    return {
      kind: 'none',
      code: 'not-here',
      reason: `it needs Linux, and this machine runs ${SYSTEMS[platform()] ?? platform()}: a Linux runner measures it`,
    };
  const machine = machineArch();
  if (head.arch !== machine)
    return {
      kind: 'none',
      code: 'not-here',
      reason: `${head.arch} binary on an ${machine} machine, use a runner such as ${RUNNERS[head.arch]}`,
    };
  const size = Math.max(...[base, head].map((fn) => (fn === null ? 0 : unpackedSize(fn.package.entries))));
  const mistake = inflatedMistake(size);
  if (mistake !== null) return { kind: 'none', code: 'not-here', reason: `its package ${mistake}` };
  if (base !== null && shipsTheSame(base, head))
    return { kind: 'none', code: 'unchanged', reason: 'byte-identical to base: nothing changed' };
  return null;
}
