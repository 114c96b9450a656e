import { describe, expect, it } from 'vitest';
import { type ColdStartPair, compareColdStarts, NO_COLD_START } from '../../../src/core/compare/cold-start.ts';
import { compare } from '../../../src/core/compare/compare.ts';
import { breachesOf, exitCode, judge } from '../../../src/core/judge/judge.ts';
import { effectiveLimits } from '../../../src/core/judge/limit-scopes.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { ColdStartComparison } from '../../../src/core/model/cold-start.ts';
import type { Verdict } from '../../../src/core/model/verdict.ts';
import type { ColdStartAtMemory, ColdStartMeasurement } from '../../../src/core/snapshot/cold-start.ts';
import type { Arch } from '../../../src/core/snapshot/snapshot.ts';
import { millis } from '../../../src/core/units.ts';
import { aBaseSnapshot, aFunction, aSnapshot, aSymbol } from '../builders.ts';
import { placesOf, seeded } from '../cold-start-draws.ts';

/** Init Durations within ±`spread` of `middle`, the same for the same arguments. */
function inits(middle: number, count = 20, spread = 0.02): readonly number[] {
  const random = seeded(Math.round(middle * 1_000) + count);
  return Array.from({ length: count }, () => middle * (1 - spread + 2 * spread * random()));
}

function aSize(initDuration: readonly number[], overrides: Partial<ColdStartAtMemory> = {}): ColdStartAtMemory {
  return {
    memory: 128,
    looksTaken: 1,
    end: 'looks',
    starts: { attempted: initDuration.length, failed: 0, timedOut: 0, failure: null },
    places: placesOf(initDuration.length),
    initDuration: initDuration.map(millis),
    firstResponse: initDuration.map(() => millis(2)),
    billedDuration: initDuration.map((value) => millis(Math.ceil(value + 1))),
    maxMemoryUsed: initDuration.map((_, place) => (place === 0 ? 25 : 20)),
    discarded: [{ reason: 'the first after an upload', count: 1 }],
    functionErrors: 0,
    spent: { requests: 21, gbSeconds: 0.05 },
    ...overrides,
  };
}

function sampled(sizes: readonly ColdStartAtMemory[], session = 's'): ColdStartMeasurement {
  return { kind: 'sampled', session, region: 'eu-central-1', plannedLooks: 3, comparisons: 1, sizes: [...sizes] };
}

const FAILED: ColdStartMeasurement = {
  kind: 'failed',
  session: 's',
  region: 'eu-central-1',
  status: 'error',
  errorType: 'Runtime.ExitError',
  lastLines: ['no database'],
};

function of(base: ColdStartMeasurement | null, head: ColdStartMeasurement | null, arch: Arch = 'x86_64'): ColdStartPair {
  return { base: { coldStart: base, arch }, head: { coldStart: head, arch } };
}

function compared(base: ColdStartMeasurement | null, head: ColdStartMeasurement | null): ColdStartComparison {
  return compareColdStarts([of(base, head)])[0] ?? NO_COLD_START;
}

const TEN = sampled([aSize(inits(10))]);
const TWELVE = sampled([aSize(inits(12))]);

describe('cold starts of two commits', () => {
  it('are medians, spreads, memory and prices at both sides, with the change over the pairs', () => {
    const { state, region, looks, sizes, spent } = compared(
      sampled([aSize(Array(20).fill(10))]),
      sampled([aSize(inits(12)), aSize(inits(6), { memory: 512 })]),
    );
    expect({ state, region, looks }).toEqual({ state: { kind: 'measured' }, region: 'eu-central-1', looks: { taken: 1, planned: 3 } });
    expect(sizes.map(({ memorySize, base, verdict }) => [memorySize, base === null, verdict])).toEqual([
      [128, false, 'slower'],
      [512, true, null],
    ]);
    expect(sizes[0]?.base).toEqual({
      median: 10,
      p90: 10,
      interval: { lower: 10, upper: 10 },
      samples: 20,
      discarded: [{ reason: 'the first after an upload', count: 1 }],
      functionErrors: 0,
      maxMemoryUsed: 25 * 1_048_576,
      memory: { median: 20 * 1_048_576, low: 20 * 1_048_576, high: 20 * 1_048_576, count: 20 },
      billed: 11,
      // 10 ms × 1/8 GB = 1.25 GB-ms each.
      pricePerMillion: 1_250 * 0.0000166667,
    });
    expect(sizes[0]?.change).toMatchObject({ pairs: 20 });
    expect(sizes[0]?.change?.ratio).toBeCloseTo(1.2, 1);
    expect(sizes[0]?.detectable).toBeGreaterThan(1);
    expect(spent).toMatchObject({ requests: 63 });
    expect(spent?.dollars).toBeCloseTo(0.15 * 0.0000166667 + 63 * 0.0000002, 12);
  });

  it('of an extension add what they take beside their host, in the look that it was sampled in: other looks lie on other hosts', () => {
    const places = placesOf(40);
    const on = (added: number): ColdStartAtMemory =>
      aSize(
        places.map(({ deployment }) => (deployment === 0 ? 1 : 4) * (12 + added)),
        { places, looksTaken: 2 },
      );
    const head = { ...on(34), host: Array(20).fill(millis(12)) };
    const overhead = { host: 12, samples: 20, base: 30, head: 34 };
    expect(compared(sampled([on(30)]), sampled([head])).sizes[0]?.extensionOverhead).toEqual(overhead);
    // Of a base that was not sampled as often nothing is known by place.
    const fewer = aSize(Array(30).fill(millis(42)), { places: placesOf(30) });
    expect(compared(sampled([fewer]), sampled([head])).sizes[0]?.extensionOverhead).toEqual(overhead);
  });

  it('cost less on arm64, each side by its own architecture', () => {
    const [first] = compareColdStarts([{ base: { coldStart: TEN, arch: 'x86_64' }, head: { coldStart: TEN, arch: 'arm64' } }]);
    const { base, head } = first?.sizes[0] ?? {};
    expect((head?.pricePerMillion ?? 0) / (base?.pricePerMillion ?? 1)).toBeCloseTo(0.8, 4);
  });

  it.each([
    ['nobody asked', null, null, 'none', 'not-asked'],
    ['the sampler says why not', TEN, { kind: 'none', code: 'skipped', reason: 'larger than 50 MB' }, 'none', 'not-sampled'],
    ['head fails and base does not', TEN, FAILED, 'broken', undefined],
    ['both fail', FAILED, FAILED, 'not-measurable', undefined],
    ['head fails in another session', sampled([aSize(inits(10))], 't'), FAILED, 'not-measurable', undefined],
    ['base alone fails', FAILED, TWELVE, 'recovered', undefined],
    ['base is of another session', sampled([aSize(inits(10))], 't'), TWELVE, 'none', 'apart'],
    ['base was not sampled', null, TWELVE, 'none', 'apart'],
    ['both were sampled', TEN, TWELVE, 'measured', undefined],
  ] as const)('where %s', (_, base, head, kind, code) => {
    const { state, sizes } = compared(base, head);
    expect([state.kind, 'code' in state ? state.code : undefined]).toEqual([kind, code]);
    // Head's own figures stand wherever it was sampled; nothing is compared across sessions.
    expect(sizes.map(({ base, head }) => [base !== null, head !== null])).toEqual(head === TWELVE ? [[kind === 'measured', true]] : []);
    expect(sizes.map(({ change }) => change !== null)).toEqual(head === TWELVE ? [kind === 'measured'] : []);
  });

  it('are removed with their function, and new with it', () => {
    expect(compareColdStarts([{ base: { coldStart: TEN, arch: 'arm64' }, head: null }])[0]?.state).toMatchObject({ code: 'removed' });
    const [added] = compareColdStarts([{ base: null, head: { coldStart: TWELVE, arch: 'arm64' } }]);
    expect(added).toMatchObject({ state: { kind: 'measured' }, sizes: [{ base: null, change: null, verdict: null }] });
  });

  it('need as many samples at both sides, and some', () => {
    const short = compared(TEN, sampled([aSize(inits(12, 19))]));
    expect(short.sizes[0]).toMatchObject({ change: null, verdict: null, detectable: null, head: { samples: 19 } });
    expect(compared(TEN, sampled([aSize([])])).sizes[0]).toMatchObject({ head: null, change: null });
    expect(compared(sampled([aSize(Array(20).fill(0))]), TWELVE).sizes[0]).toMatchObject({ change: null });
  });

  it('share one risk: the same pairs prove less among many', () => {
    const weak = of(sampled([aSize(inits(10, 20, 0.1))]), sampled([aSize(inits(10.9, 20, 0.1))]));
    const alone = compareColdStarts([weak])[0]?.sizes[0];
    const same = of(sampled([aSize(inits(10, 20, 0.1))]), sampled([aSize(inits(10.01, 20, 0.1))]));
    const among = compareColdStarts([weak, ...Array<ColdStartPair>(200).fill(same)])[0]?.sizes[0];
    expect([alone?.verdict, among?.verdict]).toEqual(['slower', 'undecided']);
    expect(among?.change?.interval.lower).toBeLessThan(alone?.change?.interval.lower ?? 0);
    expect(among?.change?.ratio).toBe(alone?.change?.ratio);
  });

  it('have first responses, of whose change nothing is claimed unless a limit of the run is on them', () => {
    const sides = (factor: number): ColdStartPair => {
      const responses = (middle: number) => inits(middle).map(millis);
      return of(
        sampled([aSize(inits(10), { firstResponse: [...responses(2)] })]),
        sampled([aSize(inits(12), { firstResponse: [...responses(2 * factor)] })]),
      );
    };
    const told = compareColdStarts([sides(1.3)])[0]?.sizes[0];
    expect(told?.firstResponse).toMatchObject({ base: { samples: 20 }, head: { samples: 20 }, change: null, verdict: null });
    const claimed = compareColdStarts([sides(1.3)], 2)[0]?.sizes[0];
    expect(claimed?.firstResponse).toMatchObject({ change: { pairs: 20 }, verdict: 'slower' });
    // The risk is shared: what is known of the cold start is a little less.
    expect(claimed?.change?.ratio).toBe(told?.change?.ratio);
    expect(claimed?.change?.interval.lower).toBeLessThan(told?.change?.interval.lower ?? 0);
  });

  it('whose first event ended in an error have no first response, and keep their Init Duration', () => {
    const some = inits(2).map((value, place) => (place < 4 ? null : millis(value)));
    const none = some.map(() => null);
    const half = compareColdStarts([of(TEN, sampled([aSize(inits(10), { firstResponse: some })]))], 2)[0]?.sizes[0];
    expect(half).toMatchObject({
      change: { pairs: 20 },
      firstResponse: { base: { samples: 16 }, head: { samples: 16 }, change: { pairs: 16 } },
    });
    const lost = compareColdStarts([of(TEN, sampled([aSize(inits(10), { firstResponse: none })]))], 2)[0]?.sizes[0];
    expect(lost).toMatchObject({
      change: { pairs: 20 },
      firstResponse: { base: { samples: 20 }, head: null, change: null, verdict: null },
    });
  });

  it('are faster, too', () => {
    expect(compared(TWELVE, TEN).sizes[0]?.verdict).toBe('faster');
  });
});

/** `--limit` held against one function that was sampled like this. */
function verdictOf(limit: string, base: ColdStartMeasurement | null, head: ColdStartMeasurement | null, added = false): Verdict {
  const before = added ? [] : [aFunction({ coldStart: base })];
  const after = [aFunction({ coldStart: head }, { symbols: [aSymbol('health', 'main', 500_000)] })];
  const comparison = compare(
    { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: before }) },
    { origin: 'built', snapshot: aSnapshot({ functions: after }) },
  );
  return judge(comparison, effectiveLimits(parseLimits([limit], '--limit'), [], comparison.functions), 'fail');
}

describe('the verdict on cold starts', () => {
  const noisy = (middle: number) => sampled([aSize(inits(middle, 60, 0.25), { looksTaken: 3 })]);

  it('is a breach where the lower end of the interval exceeds the limit', () => {
    const verdict = verdictOf('cold-start.p50: +10%', TEN, TWELVE);
    expect(verdict).toMatchObject({ status: 'fail', kept: [], unproven: [], breaches: [{ bounds: [{ exceeded: true }] }] });
    const [breach] = breachesOf(verdict, 'limit');
    expect(breach?.headroom).toBeLessThan(0);
    expect(breach?.bounds[0]?.allowed).toBeCloseTo((breach?.figures.base ?? 0) * 1.1, 9);
    expect(exitCode(verdict)).toBe(1);
  });

  it.each([
    ['cold-start.p50: +1 ms', 'fail'],
    ['cold-start.p50: +3 ms', 'pass'],
    ['cold-start.p50: 11 ms', 'fail'],
    ['cold-start.p50: 13 ms', 'pass'],
    ['cold-start.p50: +10% & +3 ms', 'pass'],
    ['cold-start.p50: +10% & +1 ms & 11 ms', 'fail'],
  ] as const)('of %s, from 10 ms to 12, is %s', (limit, status) => {
    expect(verdictOf(limit, TEN, TWELVE)).toMatchObject({ status, unproven: [], unchecked: [] });
  });

  it('is a warning where the samples lean beyond the limit and do not prove it', () => {
    const verdict = verdictOf('cold-start.p50: +10%', noisy(10), noisy(11.3));
    expect(verdict).toMatchObject({ status: 'pass', breaches: [], kept: [{ function: 'health' }], unchecked: [] });
    expect(verdict.unproven).toMatchObject([{ function: 'health', pairs: 60, limit: { metric: 'cold-start.p50' } }]);
    expect(verdict.unproven[0]?.detectable).toBeGreaterThan(1.1);
    expect(exitCode(verdict)).toBe(0);
    // Beyond what could be detected it is detected.
    expect(verdictOf('cold-start.p50: +10%', noisy(10), noisy(13)).status).toBe('fail');
  });

  it('holds a new function to maxima alone', () => {
    expect(verdictOf('cold-start.p50: +10%', null, TWELVE, true)).toMatchObject({ status: 'pass', kept: [{ headroom: null }] });
    expect(verdictOf('cold-start.p50: 11 ms', null, TWELVE, true).status).toBe('fail');
    expect(verdictOf('cold-start.p50: 12 ms', null, noisy(12.5), true).unproven).toMatchObject([
      { change: null, pairs: 60, detectable: null },
    ]);
  });

  it('is about the smallest memory size', () => {
    const two = (small: number, large: number) => sampled([aSize(inits(large), { memory: 512 }), aSize(inits(small))]);
    expect(verdictOf('cold-start.p50: +10%', two(10, 10), two(10, 15)).status).toBe('pass');
    expect(verdictOf('cold-start.p50: +10%', two(10, 10), two(15, 10)).status).toBe('fail');
  });

  it("takes Lambda's MB for 1,048,576 bytes and the median of what was used, beyond its spread", () => {
    const used = (...megabytes: readonly number[]) => sampled([aSize(inits(10), { maxMemoryUsed: [...megabytes] })]);
    expect(verdictOf('cold-start.memory: 20 MiB', TEN, used(19, 20, 20, 20, 90)).status).toBe('pass');
    expect(verdictOf('cold-start.memory: 20 MB', used(19, 19, 19), used(20, 20, 20)).breaches).toMatchObject([
      { figures: { head: 20 * 1_048_576 } },
    ]);
    expect(verdictOf('cold-start.memory: 20 MiB', TEN, used(19, 19, 21, 21, 21)).unchecked).toMatchObject([
      { reason: 'not repeatable here: base 21.0 MB to 21.0 MB in 20 runs, head 19.9 MB to 22.0 MB in 5 runs' },
    ]);
  });

  it('is a breach without a limit where init fails on AWS at head alone', () => {
    const verdict = verdictOf('cold-start.p50: +10%', TEN, FAILED);
    expect(verdict).toMatchObject({ status: 'fail', kept: [], unchecked: [] });
    expect(verdict.breaches).toEqual([
      { kind: 'cold-start', function: 'health', status: 'error', errorType: 'Runtime.ExitError', lastLines: ['no database'], counts: null },
    ]);
    expect(verdictOf('zip: 1 GB', TEN, FAILED).status).toBe('fail');
    expect(verdictOf('zip: 1 GB', FAILED, FAILED).status).toBe('pass');
  });

  it.each([
    ['cold-start.p50: +10%', TEN, { kind: 'none', code: 'skipped', reason: 'larger than 50 MB' }, 'larger than 50 MB'],
    ['cold-start.p50: +10%', FAILED, TWELVE, "base's init fails on AWS"],
    ['cold-start.memory: 1 GB', FAILED, FAILED, 'not measurable on AWS: its init fails there'],
    ['cold-start.p50: +10%', sampled([aSize(inits(10))], 't'), TWELVE, 'base and head were not sampled beside each other'],
    ['cold-start.p50: +10%', TEN, sampled([aSize(inits(12, 19))]), 'base and head were not sampled in pairs'],
    ['cold-start.p50: 1 s', TEN, sampled([aSize([])]), 'no invocation gave an Init Duration at 128 MB at head'],
    ['cold-start.p50: +10%', sampled([aSize(inits(10), { memory: 256 })]), TWELVE, 'no invocation gave an Init Duration at 128 MB at base'],
  ] as const)('leaves %s unchecked with its reason', (limit, base, head, reason) => {
    const verdict = verdictOf(limit, base, head);
    expect(verdict).toMatchObject({ status: 'unchecked', kept: [], unproven: [], unchecked: [{ function: 'health', reason }] });
    expect(exitCode(verdict)).toBe(3);
  });

  it('leaves a limit unchecked that the sampling job did not know of when it stopped', () => {
    const stopped = (middle: number) => sampled([aSize(inits(middle, 20, 0.2), { end: 'decided' })]);
    const whole = (middle: number) => sampled([aSize(inits(middle, 20, 0.2), { looksTaken: 3 })]);
    const open = verdictOf('cold-start.p50: +10%', whole(10), whole(11.5));
    expect(open).toMatchObject({ status: 'pass', unproven: [{ function: 'health' }] });
    const cut = verdictOf('cold-start.p50: +10%', stopped(10), stopped(11.5));
    expect(cut).toMatchObject({ status: 'unchecked', unproven: [], unchecked: [{ code: 'stopped', function: 'health' }] });
    expect(cut.unchecked[0]?.reason).toMatch(/give both jobs the same limits, or the sampling job none$/);
    expect(exitCode(cut)).toBe(3);
    // What is settled all the same is judged, and a breach needs no second word.
    expect(verdictOf('cold-start.p50: +10%', stopped(10), stopped(10))).toMatchObject({ status: 'pass', unchecked: [] });
    expect(verdictOf('cold-start.p50: 8 ms', stopped(7), stopped(20))).toMatchObject({ status: 'fail', unchecked: [] });
  });

  it('says nothing of a function that did not change and was left out', () => {
    const fn = aFunction({ coldStart: { kind: 'none', code: 'skipped', reason: 'byte-identical to base' } });
    const comparison = compare(
      { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: [fn] }) },
      { origin: 'built', snapshot: aSnapshot({ functions: [fn] }) },
    );
    const limits = effectiveLimits(parseLimits(['cold-start.p50: +10%'], '--limit'), [], comparison.functions);
    expect(judge(comparison, limits, 'fail')).toMatchObject({ status: 'pass', kept: [], unchecked: [] });
  });
});
