import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FirstEvents, responsesOf } from '../../../src/core/compare/first-response-on-aws.ts';
import {
  COLD_START_ALPHA,
  COLD_START_LOOKS,
  checkLooks,
  judgePairs,
  type Look,
  medianInterval,
  riskAt,
  shareOf,
} from '../../../src/core/compare/looks.ts';
import { UsageError } from '../../../src/core/failures.ts';
import { holdBounds } from '../../../src/core/judge/cold-start.ts';
import { decided, evidenceOf, type StoppingLimit } from '../../../src/core/judge/stopping.ts';
import type { Bound } from '../../../src/core/model/limits.ts';
import type { Sample } from '../../../src/core/statistics.ts';
import { drawInit, PUBLISHED, placesOf, seeded } from '../cold-start-draws.ts';

const FIRST: Look = { taken: 1, planned: 3, alpha: COLD_START_ALPHA, comparisons: 1 };
const PLACES = placesOf(20);
const LAST: Look = { ...FIRST, taken: 3 };
const TEN_PERCENT: Bound = { kind: 'growth-percent', percent: 10 };

/** Base values around 10 ms and head's, `factor` times as long up to a spread of ±1 %. */
function pairsOf(count: number, factor: number): { readonly base: Sample; readonly head: Sample } {
  const random = seeded(count);
  const base = Array.from({ length: count }, () => 9 + 2 * random());
  const head = base.map((value) => value * factor * (0.99 + 0.02 * random()));
  return { base: [base[0] ?? 10, ...base.slice(1)], head: [head[0] ?? 10, ...head.slice(1)] };
}

describe('α over the looks', () => {
  it('is 1 : 4 : 9 of three', () => {
    expect([1, 2, 3].map((taken) => shareOf({ taken, planned: 3 }) * 14)).toEqual([1, 4, 9]);
  });

  it('adds up to α whatever was planned, and never grows beyond it for figures that make no sense', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (planned) => {
        const shares = Array.from({ length: planned }, (_, place) => shareOf({ taken: place + 1, planned }));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      }),
    );
    fc.assert(fc.property(fc.nat(), fc.nat(), (taken, planned) => shareOf({ taken, planned }) <= 1));
  });

  it('is divided among the comparisons', () => {
    expect(riskAt({ ...LAST, comparisons: 6 })).toBeCloseTo((0.01 * 9) / 14 / 6, 12);
    const { base, head } = pairsOf(20, 1.2);
    const [one, many] = [FIRST, { ...FIRST, comparisons: 50 }].map((look) => judgePairs(base, head, PLACES, look).change.interval);
    expect((many?.upper ?? 0) - (many?.lower ?? 0)).toBeGreaterThan((one?.upper ?? 0) - (one?.lower ?? 0));
  });
});

describe('the interval of a median', () => {
  it('ends at the order statistics of the sign test (n = 20, 1 %: the 5th and the 16th)', () => {
    const values = Array.from({ length: 19 }, (_, index) => 20 - index);
    // P(Bin(20, ½) ≤ 4) = 0.0059, ≤ 5: 0.0207.
    expect(medianInterval([1, ...values], 0.01)).toEqual({ lower: 5, upper: 16 });
  });

  it('is without ends where the sample is too small', () => {
    expect(medianInterval([3, 4, 5], 0.01)).toEqual({ lower: 0, upper: Number.POSITIVE_INFINITY });
    expect(medianInterval([1, 2, 3, 4, 5, 6, 7], 0.01)).toEqual({ lower: 1, upper: 7 });
  });
});

describe('a limit on cold starts', () => {
  const evidence = (factor: number) => {
    const { base, head } = pairsOf(20, factor);
    return evidenceOf(base, head, PLACES, FIRST);
  };

  it.each([
    [TEN_PERCENT, 1.2, 'breached'],
    [TEN_PERCENT, 1.1, 'open'],
    [TEN_PERCENT, 1.05, 'kept'],
    [{ kind: 'growth', value: 1 }, 1.2, 'breached'],
    [{ kind: 'growth', value: 3 }, 1.2, 'kept'],
    [{ kind: 'maximum', value: 8 }, 1, 'breached'],
    [{ kind: 'maximum', value: 10 }, 1, 'open'],
    [{ kind: 'maximum', value: 14 }, 1.2, 'kept'],
  ] as const)('of %o is, at %d of base, %s', (bound, factor, state) => {
    const held = holdBounds([bound], evidence(factor));
    expect(held.state).toBe(state);
    expect(held.bounds[0]?.exceeded).toBe(state === 'breached');
    if (state === 'breached') expect(held.headroom).toBeLessThan(0);
  });

  it('is breached only when all bounds are, and ruled out by one', () => {
    const small: Bound = { kind: 'growth', value: 0.5 };
    const large: Bound = { kind: 'growth', value: 5 };
    expect(holdBounds([TEN_PERCENT, small], evidence(1.2)).state).toBe('breached');
    expect(holdBounds([TEN_PERCENT, large], evidence(1.2)).state).toBe('kept');
    expect(holdBounds([TEN_PERCENT, small], evidence(1.1)).state).toBe('open');
  });

  it('bounds of a new function no growth, but a maximum', () => {
    const alone = evidenceOf(null, pairsOf(20, 1).head, PLACES, FIRST);
    expect(holdBounds([TEN_PERCENT], alone)).toMatchObject({ state: 'kept', headroom: null, bounds: [{ allowed: null }] });
    expect(holdBounds([{ kind: 'maximum', value: 8 }], alone).state).toBe('breached');
  });

  it('says which estimate would just have been proven beyond it', () => {
    const { base, head } = pairsOf(20, 1.1);
    const { detectable } = holdBounds([TEN_PERCENT], evidenceOf(base, head, PLACES, FIRST));
    expect(detectable).toBeGreaterThan(1.1);
    // The same samples, so much slower: the lower end stands at the limit.
    const { change } = judgePairs(base, head, PLACES, FIRST);
    const scale = (detectable ?? 0) / change.ratio;
    const slower: Sample = [head[0] * scale, ...head.slice(1).map((value) => value * scale)];
    expect(judgePairs(base, slower, PLACES, FIRST).change.interval.lower).toBeCloseTo(1.1, 9);
    expect(holdBounds([TEN_PERCENT], evidenceOf([10, 10], [12, 12], placesOf(2), FIRST)).detectable).toBeNull();
  });
});

const failing = (bound: Bound): StoppingLimit => ({ bounds: [bound], gate: 'fail' });

describe('whether to go on', () => {
  it.each([
    ['breached', 1.2, [failing(TEN_PERCENT)]],
    ['settled', 1, [failing(TEN_PERCENT)]],
    [null, 1.1, [failing(TEN_PERCENT)]],
    ['breached', 1.2, [failing({ kind: 'maximum', value: 100 }), failing(TEN_PERCENT)]],
    [null, 1.1, [failing({ kind: 'maximum', value: 100 }), failing(TEN_PERCENT)]],
    // What only warns, or what base is beyond too, is proven, and leaves the other limit open.
    [null, 1.1, [{ ...failing({ kind: 'growth-percent', percent: 1 }), gate: 'warn' }, failing(TEN_PERCENT)]],
    [null, 1.1, [failing({ kind: 'maximum', value: 8 }), failing(TEN_PERCENT)]],
    ['settled', 1.2, [{ ...failing(TEN_PERCENT), gate: 'warn' }]],
    ['slower', 1.2, []],
    ['faster', 0.8, []],
    ['narrow', 1, []],
  ] as const)('is %s at %d of base under %j', (decision, factor, limits) => {
    const { base, head } = pairsOf(20, factor);
    expect(decided(base, head, placesOf(head.length), { ...FIRST, limits })).toBe(decision);
  });

  it('is yes without pairs to judge, and for a new function until its median is known', () => {
    const { base, head } = pairsOf(20, 1.2);
    expect(decided(base, head.slice(1), placesOf(19), { ...FIRST, limits: [] })).toBeNull();
    expect(decided([], [], placesOf(0), { ...FIRST, limits: [] })).toBeNull();
    expect(decided([0, 1], [1, 1], placesOf(2), { ...FIRST, limits: [] })).toBeNull();
    expect(decided(null, head, placesOf(head.length), { ...FIRST, limits: [failing({ kind: 'maximum', value: 9 })] })).toBe('breached');
    expect(decided(null, head, placesOf(head.length), { ...FIRST, limits: [] })).toBeNull();
    expect(decided(null, [10, 10.1, 10.2, 10, 10.1, 10.2, 10, 10.1, 10.2, 10.1, 10.1], placesOf(11), { ...FIRST, limits: [] })).toBe(
      'narrow',
    );
  });
});

describe('first responses', () => {
  const { base, head } = pairsOf(20, 1);
  const slow = pairsOf(20, 1.2);
  const events = { base: [...slow.base], head: [...slow.head] };
  const ask = (limits: readonly StoppingLimit[], first: readonly StoppingLimit[], of: FirstEvents = events) =>
    decided(base, head, placesOf(20), { ...FIRST, limits, first: { events: of, limits: first } });

  it('are to be settled too, where limits are on them', () => {
    expect(ask([failing(TEN_PERCENT)], [])).toBe('settled');
    expect(ask([failing(TEN_PERCENT)], [failing(TEN_PERCENT)])).toBe('breached');
    expect(ask([], [failing(TEN_PERCENT)])).toBe('breached');
    expect(ask([failing(TEN_PERCENT)], [failing({ kind: 'growth-percent', percent: 20 })])).toBeNull();
    expect(ask([failing(TEN_PERCENT)], [failing({ kind: 'growth-percent', percent: 60 })])).toBe('settled');
    // Alone they decide, whatever the Init Durations say.
    expect(ask([], [failing({ kind: 'growth-percent', percent: 20 })])).toBeNull();
  });

  it('that were not answered settle nothing, and the pairs of others count with their places', () => {
    const none = { base: events.base, head: events.head.map(() => null) };
    expect(ask([failing(TEN_PERCENT)], [failing(TEN_PERCENT)], none)).toBeNull();
    const some = { base: events.base, head: events.head.map((value, place) => (place < 3 ? null : value)) };
    expect(responsesOf(some, placesOf(20))).toMatchObject({ base: { length: 17 }, head: { length: 17 }, places: placesOf(20).slice(3) });
    expect(responsesOf({ base: null, head: some.head }, placesOf(20)).base).toBeNull();
    expect(responsesOf({ base: events.base.slice(1), head: events.head }, placesOf(20)).head).toEqual([]);
  });
});

describe('the planned looks', () => {
  it.each([
    [[20, 40, 60], 1],
    [[10], 1],
    [[9], 1],
    [[20, 40, 60], 50],
  ])('%j are enough for %i comparisons', (looks, comparisons) => {
    expect(() => checkLooks(looks, comparisons, '--cold-start-samples')).not.toThrow();
  });

  it.each([
    [[8], 1, '8 pairs can never prove a limit breached, whatever they measure; take 9 or more there'],
    [[9], 2, 'with 2 functions and sizes to compare, whatever they measure; take 10 or more there'],
    [[10, 20], 4, '10 pairs can never prove a limit breached at look 1 of 2 with 4 functions'],
    [[], 1, '(none): write ascending whole numbers of pairs, such as 20, 40, 60'],
    [[20, 20], 1, 'write ascending'],
    [[0, 20], 1, 'write ascending'],
    [[20.5], 1, 'write ascending'],
  ])('%j are a usage error for %i comparisons', (looks, comparisons, message) => {
    expect(() => checkLooks(looks, comparisons, '--cold-start-samples')).toThrow(UsageError);
    expect(() => checkLooks(looks, comparisons, '--cold-start-samples')).toThrow(message);
  });
});

describe('the gate over 300 sessions', () => {
  /** The table of `scripts/simulate-cold-starts.mjs` in small: [breaches, mean pairs]. */
  const simulate = (name: keyof typeof PUBLISHED, factor: number): readonly [number, number] => {
    const random = seeded(20);
    let breaches = 0;
    let pairs = 0;
    for (let session = 0; session < 300; session += 1) {
      const base: number[] = [];
      const head: number[] = [];
      for (const [place, count] of COLD_START_LOOKS.entries()) {
        while (base.length < count) {
          base.push(drawInit(PUBLISHED[name], random));
          head.push(drawInit(PUBLISHED[name], random, factor));
        }
        const decision = decided(base, head, placesOf(head.length), { ...FIRST, taken: place + 1, limits: [failing(TEN_PERCENT)] });
        if (decision === 'breached') breaches += 1;
        if (decision !== null) break;
      }
      pairs += base.length;
    }
    return [breaches / 300, pairs / 300];
  };

  it.each([
    ['CV 9 % (arm64)', 1, 0, 0.01, 42],
    ['CV 14 % (x86_64)', 1.08, 0, 0.02, 60],
    ['CV 9 % (arm64)', 1.2, 0.95, 1, 45],
    ['CV 14 % (x86_64)', 1.2, 0.68, 0.9, 56],
    ['CV 14 % (x86_64)', 1.3, 0.98, 1, 40],
  ] as const)('%s at a true %d breaches between %d and %d of them in at most %d pairs', (name, factor, least, most, pairs) => {
    const [breaches, mean] = simulate(name, factor);
    expect(breaches).toBeGreaterThanOrEqual(least);
    expect(breaches).toBeLessThanOrEqual(most);
    expect(mean).toBeLessThanOrEqual(pairs);
  });
});
