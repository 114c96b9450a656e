import { exchangedTails, type Place } from '../exchange.ts';
import type { ColdStartAtSize, ColdStartComparison, ColdStartFigures, ColdStartState, ExtensionOverhead } from '../model/cold-start.ts';
import type { SampledTime } from '../model/sampled-time.ts';
import type { Pair } from '../rows.ts';
import type { ColdStartAtMemory, ColdStartMeasurement, SampledColdStart } from '../snapshot/cold-start.ts';
import type { Arch } from '../snapshot/snapshot.ts';
import type { Repeated } from '../spread.ts';
import { detectableRatio, holmAdjusted, logRatios, median, quantile, type Sample, sampleOf } from '../statistics.ts';
import { failingStarts, failingUntil } from './failing-starts.ts';
import { compareResponses, responsesOf } from './first-response-on-aws.ts';
import { COLD_START_ALPHA, judgePairs, type Look, medianInterval, riskAt, shareOf } from './looks.ts';
import { initPricePerMillion, priceOf } from './price.ts';

/** The look that an extension's host is sampled in, too. */
const HOST_LOOK = 0;
/** Comparisons of other legs that Holm's steps count. */
const MOST_ELSEWHERE = 10_000;

/** Lambda's "MB" of Max Memory Used, as of a memory size, is 1,048,576 bytes; a limit's `MB` is 1,000,000. */
export const BYTES_PER_MB = 1_048_576;

/** One function's cold starts at base and at head; `null` for a side at which the function does not exist. */
export type ColdStartPair = Pair<{ readonly coldStart: ColdStartMeasurement | null; readonly arch: Arch }>;

const NOBODY: ColdStartPair = { base: null, head: null };

/** Where nobody asked. */
export const NO_COLD_START: ColdStartComparison = {
  state: { kind: 'none', code: 'not-asked', reason: 'cold starts were not sampled in this run' },
  region: null,
  looks: null,
  sizes: [],
  failing: null,
  spent: null,
};

/**
 * Holds each function's cold starts at head against base's, in the order given. One risk for the run: intervals are Bonferroni's over the
 * functions and sizes of all its legs, as the sampler counted them, so that the same one is shown and gates; slower and faster are Holm's.
 * `claims`: what may be said of each: of its cold start alone, or of its first response too (`claimsPerSize`).
 */
export function compareColdStarts(pairs: readonly ColdStartPair[], claims: 1 | 2 = 1): readonly ColdStartComparison[] {
  const matched = pairs.map(matchUp);
  const sampled = matched.flatMap(({ sides }) => (sides === null ? [] : [sides.head.sampled]));
  // A snapshot is data: it can make α smaller, and no larger.
  const starts = Math.max(
    sampled.reduce((total, { sizes }) => total + sizes.length, 0),
    ...sampled.map((one) => one.comparisons),
    ...pairs.map(({ head }) => (head?.coldStart?.kind === 'none' ? (head.coldStart.until?.comparisons ?? 0) : 0)),
  );
  const comparisons = starts * claims;
  const compared = matched.map((match, place) => compareMatch(match, pairs[place] ?? NOBODY, { starts, claims }));
  const tests = compared.flatMap(({ sizes }, fn) =>
    sizes.flatMap(({ tests: { init, response } }, size) =>
      [
        { of: 'init', test: init },
        { of: 'response', test: response },
      ].flatMap(({ of, test }) => (test === null ? [] : [{ key: `${of} ${fn} ${size}`, ...test }])),
    ),
  );
  const elsewhere = Array.from({ length: Math.max(0, Math.min(MOST_ELSEWHERE, comparisons - tests.length)) }, () => 1);
  const adjusted = holmAdjusted([...tests.map(({ p }) => p), ...elsewhere]);
  const proven = new Map(
    tests.flatMap(({ key, verdict }, place) => ((adjusted[place] ?? 1) <= COLD_START_ALPHA ? [[key, verdict] as const] : [])),
  );
  const verdictOn = (key: string, test: Test | null, of: Pick<SampledTime, 'change'>): SampledTime['verdict'] =>
    test === null ? null : (proven.get(key) ?? beyondOne(of));
  return compared.map(({ comparison, sizes }, fn) => ({
    ...comparison,
    sizes: sizes.map(({ at, tests: { init, response } }, size) => ({
      ...at,
      verdict: verdictOn(`init ${fn} ${size}`, init, at),
      firstResponse: { ...at.firstResponse, verdict: verdictOn(`response ${fn} ${size}`, response, at.firstResponse) },
    })),
  }));
}

/** With ties the interval and the p-value are not quite one test: an interval that is shown apart from 1 is never called undecided. */
function beyondOne({ change }: Pick<SampledTime, 'change'>): 'slower' | 'faster' | 'undecided' {
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
      return {
        state: { kind: 'none', code: after.code === 'aws' ? 'aws' : 'not-sampled', reason: after.reason },
        sides: null,
        region: null,
      };
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

interface ComparedSize {
  readonly at: ColdStartAtSize;
  readonly tests: { readonly init: Test | null; readonly response: Test | null };
}

interface Compared {
  readonly comparison: ColdStartComparison;
  readonly sizes: readonly ComparedSize[];
}

interface Risk {
  /** Functions × sizes of the run. */
  readonly starts: number;
  readonly claims: 1 | 2;
}

function compareMatch({ state, sides, region }: Match, { base, head }: ColdStartPair, { starts, claims }: Risk): Compared {
  const failing = failingUntil(base?.coldStart ?? null, head?.coldStart ?? null, starts);
  if (sides === null) return { comparison: { ...NO_COLD_START, state, region, failing }, sizes: [] };
  const planned = sides.head.sampled.plannedLooks;
  const sizes = sides.head.sampled.sizes.toSorted((one, other) => one.memory - other.memory);
  // The smallest size is the one that is judged.
  const looks = { taken: sizes[0]?.looksTaken ?? 0, planned };
  return {
    comparison: {
      ...{ state, region, looks, sizes: [] },
      failing: failingStarts(sides.base?.sampled.sizes ?? null, sizes, starts),
      spent: spentAt([sides.base, sides.head]),
    },
    sizes: sizes.map((head) => {
      const base = sides.base?.sampled.sizes.find(({ memory }) => memory === head.memory) ?? null;
      const look: Look = { taken: head.looksTaken, planned, alpha: COLD_START_ALPHA, comparisons: starts * claims };
      return compareSize({ base: base === null ? null : [base, sides.base?.arch], head: [head, sides.head.arch] }, look, claims === 2);
    }),
  };
}

function compareSize(
  {
    base,
    head,
  }: { readonly base: readonly [ColdStartAtMemory, Arch | undefined] | null; readonly head: readonly [ColdStartAtMemory, Arch] },
  look: Look,
  claimed: boolean,
): ComparedSize {
  const [before, after] = [base === null ? null : sampleOf(base[0].initDuration), sampleOf(head[0].initDuration)];
  const { places } = head[0];
  const isWhole = places.length === after?.length;
  const ratios = before === null || after === null || !isWhole ? null : logRatios(before, after);
  const change = before === null || after === null || ratios === null ? null : judgePairs(before, after, places, look).change;
  const firstResponse = compareResponses(base?.[0] ?? null, head[0], look, claimed);
  return {
    at: {
      memorySize: head[0].memory,
      base: base === null ? null : figuresOf(base[0], base[1] ?? head[1], look),
      head: figuresOf(head[0], head[1], look),
      change,
      verdict: null,
      detectable: change === null ? null : detectableRatio(change),
      firstResponse,
      extensionOverhead: overheadOf(base?.[0] ?? null, head[0]),
      stopped: head[0].end === 'decided',
      cut: head[0].cut ?? null,
    },
    tests: {
      init: ratios === null ? null : testOf(ratios, places, look),
      response: firstResponse.change === null || base === null ? null : responseTest(base[0], head[0], look),
    },
  };
}

/**
 * Medians apart, of the look that the host was sampled in: the functions of another lie on other hosts of AWS. Which of the two a start was on is one
 * coin for all of them.
 */
function overheadOf(base: ColdStartAtMemory | null, head: ColdStartAtMemory): ExtensionOverhead | null {
  const host = sampleOf(head.host ?? []);
  if (host === null) return null;
  const middle = median(host);
  const added = (side: ColdStartAtMemory | null): number | null => {
    const beside = side === null ? null : sampleOf(side.initDuration.filter((_, start) => side.places[start]?.deployment === HOST_LOOK));
    return beside === null ? null : median(beside) - middle;
  };
  return { host: middle, samples: host.length, base: added(base), head: added(head) };
}

function responseTest(base: ColdStartAtMemory, head: ColdStartAtMemory, look: Look): Test | null {
  const { base: before, head: after, places } = responsesOf({ base: base.firstResponse, head: head.firstResponse }, head.places);
  const ratios = before === null ? null : logRatios(before, after);
  return ratios === null ? null : testOf(ratios, places, look);
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
function testOf(ratios: Sample, places: readonly Place[], look: Look): Test {
  const { above, below } = exchangedTails(ratios, places);
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
