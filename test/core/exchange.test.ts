import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangedChange, exchangedTails, leastRisk, type Place } from '../../src/core/exchange.ts';
import type { Sample } from '../../src/core/statistics.ts';
import { placesOf, seeded } from './cold-start-draws.ts';

const ALPHA = 0.02;

function sampleOf(values: readonly number[]): Sample {
  return [values[0] ?? 1, ...values.slice(1)];
}

/** Pairs at these places: head takes `factor` times as long, and the second function of each deployment lies on a host that is `hosts[d]` slower. */
function drawn(
  places: readonly Place[],
  factor: number,
  hosts: readonly number[],
  seed: number,
): { readonly base: Sample; readonly head: Sample } {
  const random = seeded(seed);
  const noise = (): number => 0.95 + 0.1 * random();
  const slower = ({ deployment }: Place): number => hosts[deployment] ?? 1;
  return {
    base: sampleOf(places.map((place) => 10 * noise() * (place.exchanged ? slower(place) : 1))),
    head: sampleOf(places.map((place) => 10 * factor * noise() * (place.exchanged ? 1 : slower(place)))),
  };
}

describe('functions that exchanged their code', () => {
  it('say nothing of their hosts', () => {
    const places = placesOf(60);
    const near = exchangedChange(...both(drawn(places, 1.2, [1, 1, 1], 1)), places, ALPHA);
    const far = exchangedChange(...both(drawn(places, 1.2, [1.6, 0.7, 1.3], 1)), places, ALPHA);
    expect(far.ratio).toBeCloseTo(near.ratio, 9);
    expect(far.interval.lower).toBeCloseTo(near.interval.lower, 9);
    expect(near.ratio).toBeCloseTo(1.2, 1);
    expect(near.interval.lower).toBeGreaterThan(1.15);
    expect(near.pairs).toBe(60);
  });

  it('give the rank-sum test of Mann and Whitney (m = n = 5: 2 is the tables’ critical value for 5 % at both ends)', () => {
    // Averages of the straight pairs 1..5 and the exchanged ones in millis of a logarithm, all different.
    const logs = [1, 2, 3, 4, 5, 10, 20, 30, 40, 50];
    const places = logs.map((_, pair) => ({ deployment: 0, exchanged: pair >= 5 }));
    const base = sampleOf(logs.map(() => 10));
    const head = sampleOf(logs.map((log) => 10 * Math.exp(log / 1_000)));
    const { interval } = exchangedChange(base, head, places, 0.05);
    // The third smallest of (1 + 10) / 2, (2 + 10) / 2, …, and the third largest.
    expect(Math.log(interval.lower) * 1_000).toBeCloseTo(6.5, 9);
    expect(Math.log(interval.upper) * 1_000).toBeCloseTo(26.5, 9);
  });

  it('prove nothing where all were taken one way round', () => {
    const places = placesOf(20).map((place) => ({ ...place, exchanged: false }));
    const change = exchangedChange(...both(drawn(places, 2, [1], 3)), places, ALPHA);
    expect(change.interval).toEqual({ lower: 0, upper: Number.POSITIVE_INFINITY });
    expect(change.ratio).toBeCloseTo(2, 1);
  });

  it('need a place for each pair', () => {
    const places = placesOf(20);
    expect(() => exchangedChange(...both(drawn(places, 1, [1], 3)), places.slice(1), ALPHA)).toThrow(RangeError);
  });

  it('have an interval and a p-value of one test', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 80 }), fc.integer(), fc.double({ min: 0.8, max: 1.25, noNaN: true }), (pairs, seed, factor) => {
        const places = placesOf(pairs);
        const { base, head } = drawn(places, factor, [1, 1.2, 0.9, 1.1], seed);
        const { interval } = exchangedChange(base, head, places, ALPHA);
        const { above, below } = exchangedTails(sampleOf(base.map((value, pair) => Math.log((head[pair] ?? 1) / value))), places);
        // Beyond 60 pairs both are approximations, and the interval is one on the safe side.
        if (interval.lower > 1) expect(above).toBeLessThanOrEqual(ALPHA / 2 + 1e-9);
        if (interval.upper < 1) expect(below).toBeLessThanOrEqual(ALPHA / 2 + 1e-9);
        if (pairs <= 60 && above <= ALPHA / 2) expect(interval.lower).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('turn round with base and head', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.integer(), (pairs, seed) => {
        const places = placesOf(pairs);
        const { base, head } = drawn(places, 1.1, [1, 1.2, 0.9], seed);
        const [there, back] = [exchangedChange(base, head, places, ALPHA), exchangedChange(head, base, places, ALPHA)];
        expect(there.ratio).toBeCloseTo(1 / back.ratio, 9);
        if (Number.isFinite(there.interval.upper)) expect(there.interval.lower).toBeCloseTo(1 / back.interval.upper, 9);
      }),
    );
  });
});

it('the least risk is one in all the ways that half of the pairs can be exchanged', () => {
  expect(leastRisk([4])).toBeCloseTo(1 / 6, 12);
  expect(leastRisk([9])).toBeCloseTo(1 / 126, 12);
  expect(leastRisk([20])).toBeCloseTo(1 / 184_756, 12);
  expect(leastRisk([4, 4])).toBeCloseTo(1 / 36, 12);
  expect(leastRisk([1])).toBe(1);
  expect(leastRisk([1_000])).toBeGreaterThan(0);
});

function both({ base, head }: { readonly base: Sample; readonly head: Sample }): readonly [Sample, Sample] {
  return [base, head];
}
