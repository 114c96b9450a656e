import { NO_SYMBOL } from '../crates.ts';
import type { CostRow, InitComparison, InitState } from '../model/init.ts';
import type { TimedComparison } from '../model/sampled-time.ts';
import { compareRows, compareText, deltaOf, mapPair } from '../pair.ts';
import type { Pair, Row } from '../rows.ts';
import type { CountedInstructions } from '../snapshot/counted.ts';
import type { InitMeasurement, MeasuredInit } from '../snapshot/init.ts';
import {
  comparable,
  holmAdjusted,
  logRatios,
  median,
  pairedChange,
  quantile,
  type Sample,
  sampleOf,
  signedRankTails,
} from '../statistics.ts';
import { type CpuSamples, compareCpus } from './cpu.ts';
import { growthOf, mappingsOf } from './init-growth.ts';

/** The risk of calling a time slower or faster that is neither, over all functions of a run. */
export const TIMING_ALPHA = 0.01;
/** A report names a few; more say nothing new. */
const FUNCTION_ROWS = 200;

/** One function's local init at base and at head; `null` for a side at which the function does not exist. */
export type InitPair = Pair<{ readonly init: InitMeasurement | null }> & {
  /** The project's own crates, as code names them. */
  readonly own: ReadonlySet<string>;
};

/** Where nothing was started. */
export const NO_INIT: InitComparison = {
  state: { kind: 'none', code: 'not-asked', reason: 'local init was not measured in this run' },
  phases: [],
  crates: [],
  functions: [],
  growth: { functions: [], starters: [] },
  threads: { base: null, head: null },
  time: null,
  cpu: null,
  cLibrary: null,
  failedStarts: { base: null, head: null },
  paged: { base: null, head: null },
  mappings: [],
  connections: { base: null, head: null },
};

/** Holds each function's init at head against base's, in the order given. The timings of a run share one risk (Holm). */
export function compareInits(pairs: readonly InitPair[]): readonly InitComparison[] {
  const compared = pairs.map(compareInit);
  const proven = provenPlaces(compared.map(({ wall }) => wall));
  const cpus = compareCpus(pairs.map(cpuSamplesOf), TIMING_ALPHA);
  return compared.map(({ comparison: { time, ...rest } }, index) => ({
    ...rest,
    time: time === null ? null : withVerdict(time, proven.has(index)),
    cpu: cpus[index] ?? null,
  }));
}

/** The places whose times are proven to have moved, at one risk for all of them (Holm). */
export function provenPlaces(all: readonly (Sample | null)[]): ReadonlySet<number> {
  const tested = all.flatMap((wall, index) => (wall === null ? [] : [{ index, p: twoSided(wall) }]));
  const adjusted = holmAdjusted(tested.map(({ p }) => p));
  return new Set(tested.filter((_, place) => (adjusted[place] ?? 1) <= TIMING_ALPHA).map(({ index }) => index));
}

interface Compared {
  readonly comparison: InitComparison;
  /** The logarithms of head's times over base's. */
  readonly wall: Sample | null;
}

function compareInit({ base, head, own }: InitPair): Compared {
  if (head === null) return { comparison: withState({ kind: 'none', code: 'removed', reason: 'the function was removed' }), wall: null };
  const [before, after] = [base?.init ?? null, head.init];
  if (after === null) return { comparison: NO_INIT, wall: null };
  switch (after.kind) {
    case 'none':
      return { comparison: withState({ kind: 'none', code: after.code, reason: after.reason }), wall: null };
    case 'failed': {
      const { failure, lastLines } = after;
      const beside = before?.kind === 'measured' && before.session === after.session;
      return { comparison: withState({ kind: beside ? 'broken' : 'not-measurable', failure, lastLines }), wall: null };
    }
    case 'measured':
      return compareMeasured(base === null ? { kind: 'measured' } : stateBeside(before, after), { before, head: after, own });
  }
}

function stateBeside(before: InitMeasurement | null, after: MeasuredInit): InitState {
  if (before === null || before.kind === 'none' || before.session !== after.session)
    return {
      kind: 'none',
      code: 'apart',
      reason: 'init of two sessions is not compared: base and head were not started beside each other',
    };
  return before.kind === 'measured' ? { kind: 'measured' } : { kind: 'recovered' };
}

interface Measured {
  readonly before: InitMeasurement | null;
  readonly head: MeasuredInit;
  readonly own: ReadonlySet<string>;
}

function compareMeasured(state: InitState, { before, head, own }: Measured): Compared {
  const base = besideHead(before, head);
  const sides: Pair<MeasuredInit> = { base, head };
  const counted: Pair<CountedInstructions> = { base: countedOf(base), head: countedOf(head) };
  const comparison: InitComparison = {
    state,
    phases: phasesOf(counted),
    crates: cratesOf(counted),
    functions: costsOf(counted),
    growth: growthOf(counted, own),
    threads: mapPair(counted, ({ leftOut, background }) => ({ leftOut, background })),
    time: timesOf(mapPair(sides, ({ timed }) => timed.wall)),
    cpu: null,
    cLibrary: head.timed.cLibrary,
    failedStarts: mapPair(sides, ({ timed: { failedStarts, wall } }) => ({ failed: failedStarts, made: failedStarts + wall.length })),
    paged: mapPair(sides, ({ timed }) => middleOf(timed.resident)),
    mappings: mappingsOf(sides),
    connections: mapPair(sides, ({ connects }) => (connects.kind === 'traced' ? connects.connections : null)),
  };
  return { comparison, wall: base === null ? null : logRatios(base.timed.wall, head.timed.wall) };
}

function cpuSamplesOf({ base, head }: InitPair): CpuSamples | null {
  if (head?.init?.kind !== 'measured' || head.init.timed.cpu === null) return null;
  const beside = besideHead(base?.init ?? null, head.init);
  const { cpu, cpuOf } = head.init.timed;
  // What two clocks read is not one figure.
  return { base: beside?.timed.cpuOf === cpuOf ? beside.timed.cpu : null, head: cpu, of: cpuOf };
}

/** Base's start, where it was made beside head's: figures of two sessions are not compared. */
export function besideHead(base: InitMeasurement | null, head: MeasuredInit): MeasuredInit | null {
  return base?.kind === 'measured' && base.session === head.session ? base : null;
}

function withState(state: InitState): InitComparison {
  return { ...NO_INIT, state };
}

export function countedOf(side: Pick<MeasuredInit, 'instructions'> | null): CountedInstructions | null {
  return side !== null && side.instructions.kind === 'counted' ? side.instructions : null;
}

function middleOf(values: readonly number[]): number | null {
  const sample = sampleOf(values);
  return sample === null ? null : Math.round(median(sample));
}

const PHASES = [
  ['code loading', 'loading'],
  ['runtime start', 'runtimeStart'],
  ['handler init', 'handlerInit'],
] as const;

function phasesOf({ base, head }: Pair<CountedInstructions>): readonly Row[] {
  if (head === null || head.phases === null || (base !== null && base.phases === null)) return [];
  return PHASES.map(([name, key]) => ({ name, base: base?.phases?.[key] ?? null, head: head.phases?.[key] ?? null }));
}

/** Own instructions by crate. */
export function cratesOf(counted: Pair<CountedInstructions>): readonly Row[] {
  return rowsOf(
    mapPair(counted, ({ crates, unattributed }) => [
      ...crates.map(({ name, instructions }) => [name, instructions] as const),
      [NO_SYMBOL, unattributed] as const,
    ]),
  );
}

function rowsOf({ base, head }: Pair<readonly (readonly [name: string, figure: number])[]>): readonly Row[] {
  const [before, after] = [new Map(base ?? []), new Map(head ?? [])];
  return [...new Set([...after.keys(), ...before.keys()])]
    .map((name) => ({
      name,
      base: base === null ? null : (before.get(name) ?? 0),
      head: head === null ? null : (after.get(name) ?? 0),
    }))
    .toSorted(compareRows);
}

/** By crate and name. A function that only one side lists is 0 at the other: it is not among the largest there. */
export function costsOf({ base, head }: Pair<CountedInstructions>): readonly CostRow[] {
  const keyOf = ({ crate, name }: { readonly crate: string; readonly name: string }): string => `${crate}\0${name}`;
  const [before, after] = [base, head].map((side) => new Map((side?.functions ?? []).map((cost) => [keyOf(cost), cost])));
  const all = new Map([...(before ?? []), ...(after ?? [])]);
  return [...all]
    .map(([key, { crate, name }]): CostRow => {
      const figure = (what: 'self' | 'inclusive'): Pair<number> => ({
        base: base === null ? null : (before?.get(key)?.[what] ?? 0),
        head: head === null ? null : (after?.get(key)?.[what] ?? 0),
      });
      return { crate, name, self: figure('self'), inclusive: figure('inclusive') };
    })
    .toSorted((a, b) => Math.abs(deltaOf(b.inclusive)) - Math.abs(deltaOf(a.inclusive)) || compareText(keyOf(a), keyOf(b)))
    .slice(0, FUNCTION_ROWS);
}

export function timesOf({ base, head }: Pair<readonly number[]>): TimedComparison | null {
  const [before, after] = [sampleOf(base ?? []), sampleOf(head ?? [])];
  if (after === null) return null;
  const paired = before !== null && comparable(before, after);
  return {
    base: before === null ? null : { median: median(before), p90: quantile(before, 0.9) },
    head: { median: median(after), p90: quantile(after, 0.9) },
    change: paired ? pairedChange(before, after, TIMING_ALPHA) : null,
    verdict: null,
  };
}

export function withVerdict(time: TimedComparison, proven: boolean): TimedComparison {
  if (time.change === null) return time;
  return { ...time, verdict: proven ? (time.change.ratio > 1 ? 'slower' : 'faster') : 'undecided' };
}

/** Twice the smaller of the two one-sided p-values. */
function twoSided(differences: Sample): number {
  const { above, below } = signedRankTails(differences);
  return Math.min(1, 2 * Math.min(above, below));
}
