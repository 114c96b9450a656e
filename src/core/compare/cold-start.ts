import type { ColdStartAtSize, ColdStartComparison, ColdStartFigures, ColdStartState, Pair } from '../model.ts';
import type { ColdStartAtMemory, ColdStartMeasurement, SampledColdStart } from '../snapshot/cold-start.ts';
import type { Arch } from '../snapshot/snapshot.ts';
import type { Repeated } from '../spread.ts';
import { detectableRatio, holmAdjusted, logRatios, median, quantile, type Sample, sampleOf, signedRankTails } from '../statistics.ts';
import { COLD_START_ALPHA, judgePairs, type Look, medianInterval, riskAt, shareOf } from './looks.ts';
import { initPricePerMillion, priceOf } from './price.ts';

/** Lambda's "MB" of Max Memory Used, as of a memory size, is 1,048,576 bytes; a limit's `MB` is 1,000,000. */
export const BYTES_PER_MB = 1_048_576;

/** One function's cold starts at base and at head; `null` for a side at which the function does not exist. */
export type ColdStartPair = Pair<{ readonly coldStart: ColdStartMeasurement | null; readonly arch: Arch }>;

/** Where nobody asked. */
export const NO_COLD_START: ColdStartComparison = {
  state: { kind: 'none', code: 'not-asked', reason: 'cold starts were not sampled in this run' },
  region: null,
  looks: null,
  sizes: [],
  spent: null,
};

/**
 * Holds each function's cold starts at head against base's, in the order given. One risk for the run: intervals are Bonferroni's over its
 * functions and sizes, so that the same one is shown and gates; slower and faster are Holm's.
 */
export function compareColdStarts(pairs: readonly ColdStartPair[]): readonly ColdStartComparison[] {
  const matched = pairs.map(matchUp);
  const comparisons = matched.reduce((total, { sides }) => total + (sides === null ? 0 : sides.head.sampled.sizes.length), 0);
  const compared = matched.map((match) => compareMatch(match, comparisons));
  const tests = compared.flatMap(({ sizes }, fn) => sizes.flatMap(({ test }, size) => (test === null ? [] : [{ fn, size, ...test }])));
  const adjusted = holmAdjusted(tests.map(({ p }) => p));
  const proven = new Map(
    tests.flatMap(({ fn, size, verdict }, place) =>
      (adjusted[place] ?? 1) <= COLD_START_ALPHA ? [[`${fn} ${size}`, verdict] as const] : [],
    ),
  );
  return compared.map(({ comparison, sizes }, fn) => ({
    ...comparison,
    sizes: sizes.map(({ at, test }, size) => ({ ...at, verdict: test === null ? null : (proven.get(`${fn} ${size}`) ?? beyondOne(at)) })),
  }));
}

/** With ties the interval and the p-value are not quite one test: an interval that is shown apart from 1 is never called undecided. */
function beyondOne({ change }: ColdStartAtSize): 'slower' | 'faster' | 'undecided' {
  if (change === null) return 'undecided';
  return change.interval.lower > 1 ? 'slower' : change.interval.upper < 1 ? 'faster' : 'undecided';
}

interface Side {
  readonly sampled: SampledColdStart;
  readonly arch: Arch;
}

interface Match {
  readonly state: ColdStartState;
  /** Where head was sampled; base only where it was sampled beside it. */
  readonly sides: { readonly base: Side | null; readonly head: Side } | null;
  readonly region: string | null;
}

function matchUp({ base, head }: ColdStartPair): Match {
  if (head === null) return { state: { kind: 'none', code: 'removed', reason: 'the function was removed' }, sides: null, region: null };
  const [before, after] = [base?.coldStart ?? null, head.coldStart];
  if (after === null) return { state: NO_COLD_START.state, sides: null, region: null };
  switch (after.kind) {
    case 'none':
      return { state: { kind: 'none', code: 'not-sampled', reason: after.reason }, sides: null, region: null };
    case 'failed': {
      const { status, errorType, lastLines, region } = after;
      const beside = before?.kind === 'sampled' && before.session === after.session;
      return { state: { kind: beside ? 'broken' : 'not-measurable', status, errorType, lastLines }, sides: null, region };
    }
    case 'sampled': {
      const sampled = base !== null && before?.kind === 'sampled' && before.session === after.session ? before : null;
      const sides = {
        base: base === null || sampled === null ? null : { sampled, arch: base.arch },
        head: { sampled: after, arch: head.arch },
      };
      return { state: base === null ? { kind: 'measured' } : stateBeside(before, after), sides, region: after.region };
    }
  }
}

function stateBeside(before: ColdStartMeasurement | null, after: SampledColdStart): ColdStartState {
  if (before === null || before.kind === 'none' || before.session !== after.session)
    return { kind: 'none', code: 'apart', reason: 'base and head were not sampled beside each other' };
  return before.kind === 'sampled' ? { kind: 'measured' } : { kind: 'recovered' };
}

interface Test {
  readonly p: number;
  readonly verdict: 'slower' | 'faster';
}

interface Compared {
  readonly comparison: ColdStartComparison;
  readonly sizes: readonly { readonly at: ColdStartAtSize; readonly test: Test | null }[];
}

function compareMatch({ state, sides, region }: Match, comparisons: number): Compared {
  if (sides === null) return { comparison: { ...NO_COLD_START, state, region }, sizes: [] };
  const planned = sides.head.sampled.plannedLooks;
  const sizes = sides.head.sampled.sizes.toSorted((one, other) => one.memory - other.memory);
  // The smallest size is the one that is judged.
  const looks = { taken: sizes[0]?.looksTaken ?? 0, planned };
  return {
    comparison: { state, region, looks, sizes: [], spent: spentAt([sides.base, sides.head]) },
    sizes: sizes.map((head) => {
      const base = sides.base?.sampled.sizes.find(({ memory }) => memory === head.memory) ?? null;
      const look: Look = { taken: head.looksTaken, planned, alpha: COLD_START_ALPHA, comparisons };
      return compareSize({ base: base === null ? null : [base, sides.base?.arch], head: [head, sides.head.arch] }, look);
    }),
  };
}

function compareSize(
  {
    base,
    head,
  }: { readonly base: readonly [ColdStartAtMemory, Arch | undefined] | null; readonly head: readonly [ColdStartAtMemory, Arch] },
  look: Look,
): { readonly at: ColdStartAtSize; readonly test: Test | null } {
  const [before, after] = [base === null ? null : sampleOf(base[0].initDuration), sampleOf(head[0].initDuration)];
  const ratios = before === null || after === null ? null : logRatios(before, after);
  const change = before === null || after === null || ratios === null ? null : judgePairs(before, after, look).change;
  return {
    at: {
      memorySize: head[0].memory,
      base: base === null ? null : figuresOf(base[0], base[1] ?? head[1], look),
      head: figuresOf(head[0], head[1], look),
      change,
      verdict: null,
      detectable: change === null ? null : detectableRatio(change),
    },
    test: ratios === null ? null : testOf(ratios, look),
  };
}

/** `null` where no invocation counted. */
function figuresOf(size: ColdStartAtMemory, arch: Arch, look: Look): ColdStartFigures | null {
  const [init, billed, used] = [sampleOf(size.initDuration), sampleOf(size.billedDuration), sampleOf(size.maxMemoryUsed)];
  if (init === null || billed === null || used === null) return null;
  const middle = median(init);
  return {
    median: middle,
    p90: quantile(init, 0.9),
    interval: medianInterval(init, riskAt(look)),
    samples: init.length,
    discarded: size.discarded,
    functionErrors: size.functionErrors,
    maxMemoryUsed: Math.max(...used) * BYTES_PER_MB,
    memory: quartilesOf(used),
    billed: median(billed),
    // The median, not the mean: one straggler in twenty would move the price more than most changes do.
    pricePerMillion: initPricePerMillion(middle, size.memory, arch),
  };
}

function quartilesOf(used: Sample): Repeated {
  const at = (p: number): number => Math.round(quantile(used, p) * BYTES_PER_MB);
  return { median: at(0.5), low: at(0.25), high: at(0.75), count: used.length };
}

/** Both directions are tested, each at its own risk, as the interval has it at each end. This look's share of α is paid by its p-value. */
function testOf(ratios: Sample, look: Look): Test {
  const { above, below } = signedRankTails(ratios);
  return { p: Math.min(1, Math.min(above, below) / shareOf(look)), verdict: above <= below ? 'slower' : 'faster' };
}

function spentAt(sides: readonly (Side | null)[]): ColdStartComparison['spent'] {
  const bills = sides.flatMap((side) =>
    side === null ? [] : side.sampled.sizes.map(({ spent }) => ({ ...spent, dollars: priceOf(spent, side.arch) })),
  );
  return bills.reduce(
    (total, { requests, gbSeconds, dollars }) => ({
      requests: total.requests + requests,
      gbSeconds: total.gbSeconds + gbSeconds,
      dollars: total.dollars + dollars,
    }),
    { requests: 0, gbSeconds: 0, dollars: 0 },
  );
}
