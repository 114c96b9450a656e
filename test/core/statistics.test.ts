import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  criticalValue,
  exceeds,
  hodgesLehmann,
  holmAdjusted,
  median,
  pairedChange,
  quantile,
  type Sample,
  signedRankInterval,
  signedRankPValue,
} from '../../src/core/statistics.ts';

/** Numbers whose sums and halves are exact, so that equalities can be asked for. */
const NUMBER = fc.integer({ min: -1_000, max: 1_000 });
const SAMPLE = fc.array(NUMBER, { minLength: 1, maxLength: 30 }).map(sampleOf);
const SMALL = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 10 }).map(sampleOf);

function sampleOf(values: readonly number[]): Sample {
  const [first = 0, ...rest] = values;
  return [first, ...rest];
}

/** By trying every pattern of signs. */
function bruteForcePValue(differences: Sample, threshold: number): number {
  const shifted = differences.map((value) => value - threshold).filter((value) => value !== 0);
  const sizes = shifted.map(Math.abs);
  const ranks = sizes.map(
    (size) => sizes.filter((other) => other < size).length + (sizes.filter((other) => other === size).length + 1) / 2,
  );
  const sumOf = (isPositive: (index: number) => boolean): number =>
    ranks.reduce((sum, rank, index) => sum + (isPositive(index) ? rank : 0), 0);
  const statistic = sumOf((index) => (shifted[index] ?? 0) > 0);
  let count = 0;
  for (let pattern = 0; pattern < 2 ** ranks.length; pattern += 1) {
    if (sumOf((index) => ((pattern >> index) & 1) === 1) >= statistic) count += 1;
  }
  return count / 2 ** ranks.length;
}

describe('median and quantile', () => {
  it('are those of R and NumPy', () => {
    expect(median([3])).toBe(3);
    expect(median([4, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.9)).toBeCloseTo(4.6, 12);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
    expect(quantile([10, 20], 0)).toBe(10);
    expect(quantile([10, 20], 1)).toBe(20);
    expect(() => quantile([1], 1.1)).toThrow(RangeError);
  });

  it('lie within the sample, grow with p and do not depend on the order', () => {
    fc.assert(
      fc.property(SAMPLE, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (values, one, other) => {
        const low = quantile(values, Math.min(one, other));
        const high = quantile(values, Math.max(one, other));
        expect(low).toBeLessThanOrEqual(high + 1e-9);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        expect(quantile(sampleOf(values.toReversed()), one)).toBe(quantile(values, one));
      }),
    );
  });
});

describe('the critical value of the signed-rank sum', () => {
  // Two-sided tables, as in Wilcoxon and Wilcox (1964) and every textbook since.
  it.each([
    [5, 0.05, null],
    [6, 0.05, 0],
    [8, 0.05, 3],
    [10, 0.05, 8],
    [15, 0.05, 25],
    [20, 0.05, 52],
    [25, 0.05, 89],
    [30, 0.05, 137],
    [50, 0.05, 434],
    [7, 0.01, null],
    [8, 0.01, 0],
    [10, 0.01, 3],
    [12, 0.01, 7],
    [15, 0.01, 15],
    [20, 0.01, 37],
    [25, 0.01, 68],
    [30, 0.01, 109],
    [40, 0.01, 220],
    [50, 0.01, 373],
  ])('n = %i, α = %f: %s', (n, alpha, expected) => {
    expect(criticalValue(n, alpha)).toBe(expected);
  });

  it('goes on smoothly above 60, on the safe side', () => {
    const steps = [58, 59, 60, 61, 62, 63].map((n) => criticalValue(n, 0.01) ?? 0);
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    for (const [index, value] of steps.slice(1).entries()) expect(value - (steps[index] ?? 0)).toBeLessThan(25);
  });

  it('exists exactly where the sample is large enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 1e-9, max: 0.5, noNaN: true }), (n, alpha) => {
        expect(criticalValue(n, alpha) !== null).toBe(!exceeds(2 ** -n, alpha / 2));
      }),
    );
  });
});

describe('the p-value', () => {
  it('is the share of sign patterns at least as extreme, with ties and zeros', () => {
    fc.assert(
      fc.property(SMALL, fc.integer({ min: -3, max: 3 }), (differences, threshold) => {
        expect(signedRankPValue(differences, threshold)).toBeCloseTo(bruteForcePValue(differences, threshold), 12);
      }),
    );
  });

  it('is 2^-n where every difference exceeds the threshold, and 1 where none differs', () => {
    expect(signedRankPValue([1, 2, 3, 4, 5, 6, 7], 0)).toBe(2 ** -7);
    expect(signedRankPValue([1, 1, 1], 0)).toBe(1 / 8);
    expect(signedRankPValue([2, 2], 2)).toBe(1);
    expect(signedRankPValue([-1, -2, -3], 0)).toBe(1);
  });

  it('rises with the threshold', () => {
    fc.assert(
      fc.property(SAMPLE, NUMBER, (differences, threshold) => {
        // A zero is dropped and changes n; half steps meet none.
        const low = signedRankPValue(differences, threshold + 0.25);
        expect(low).toBeLessThanOrEqual(signedRankPValue(differences, threshold + 10.25) + 1e-9);
        expect(low).toBeGreaterThan(0);
      }),
    );
  });

  it('is near the exact one where the normal approximation takes over', () => {
    const values = (n: number): Sample => sampleOf(Array.from({ length: n }, (_, index) => (index % 3 === 0 ? -1 : 1) * (index + 1)));
    const exact = signedRankPValue(values(60), 0);
    const approximate = signedRankPValue(values(63), 0);
    expect(approximate / exact).toBeGreaterThan(0.5);
    expect(approximate / exact).toBeLessThan(1.2);
  });
});

describe('Hodges–Lehmann and its interval', () => {
  it('are those of R: wilcox.test(c(…), conf.int = TRUE)', () => {
    // The depression scores of Hollander and Wolfe (1973), R's own example: pseudomedian 0.46, 95 % interval 0.01 to 0.786.
    const x = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
    const y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
    const differences = sampleOf(x.map((value, index) => value - (y[index] ?? 0)));
    expect(hodgesLehmann(differences)).toBeCloseTo(0.46, 6);
    const { lower, upper } = signedRankInterval(differences, 0.05);
    expect(lower).toBeCloseTo(0.01, 6);
    expect(upper).toBeCloseTo(0.786, 6);
    expect(signedRankPValue(differences, 0)).toBeCloseTo(0.01953125, 12);
  });

  it('move with the values, turn with their sign, and contain the estimate', () => {
    fc.assert(
      fc.property(SAMPLE, NUMBER, (values, shift) => {
        const estimate = hodgesLehmann(values);
        const interval = signedRankInterval(values, 0.05);
        expect(hodgesLehmann(sampleOf(values.map((value) => value + shift)))).toBeCloseTo(estimate + shift, 9);
        expect(hodgesLehmann(sampleOf(values.map((value) => -value)))).toBeCloseTo(-estimate, 9);
        const turned = signedRankInterval(sampleOf(values.map((value) => -value)), 0.05);
        expect([-turned.upper + 0, -turned.lower + 0]).toEqual([interval.lower + 0, interval.upper + 0]);
        expect(interval.lower).toBeLessThanOrEqual(estimate);
        expect(interval.upper).toBeGreaterThanOrEqual(estimate);
      }),
    );
  });

  it('leave out exactly what the test rejects (no ties)', () => {
    const distinct = fc.uniqueArray(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 8, maxLength: 20 }).map(sampleOf);
    fc.assert(
      fc.property(distinct, (values) => {
        const { lower } = signedRankInterval(values, 0.01);
        fc.pre(Number.isFinite(lower));
        const nudge = 1e-7;
        expect(signedRankPValue(values, lower - nudge)).toBeLessThanOrEqual(0.005 + 1e-12);
      }),
    );
  });

  it('get wider with less risk', () => {
    fc.assert(
      fc.property(SAMPLE, (values) => {
        const wide = signedRankInterval(values, 0.01);
        const narrow = signedRankInterval(values, 0.1);
        expect(wide.lower).toBeLessThanOrEqual(narrow.lower);
        expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper);
      }),
    );
  });
});

describe('a paired change', () => {
  it('is the ratio itself where every pair has it, up to 60 pairs and beyond', () => {
    for (const n of [8, 20, 60, 75]) {
      const base = sampleOf(Array.from({ length: n }, (_, index) => 10 + index));
      const change = pairedChange(base, sampleOf(base.map((value) => value * 1.2)), 0.01);
      expect(change.ratio).toBeCloseTo(1.2, 9);
      expect(change.interval.lower).toBeCloseTo(1.2, 9);
      expect(change.pairs).toBe(n);
    }
  });

  it('is unbounded where the pairs are too few', () => {
    expect(pairedChange([1, 1, 1], [2, 2, 2], 0.01)).toEqual({
      ratio: expect.closeTo(2, 9),
      interval: { lower: 0, upper: Number.POSITIVE_INFINITY },
      pairs: 3,
    });
  });

  it('covers no change in at least 99 of 100 runs', () => {
    let seed = 7;
    const random = (): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) / 2 ** 24;
    };
    const values = (): Sample => sampleOf(Array.from({ length: 20 }, () => Math.exp(0.14 * (random() + random() + random() - 1.5))));
    let missed = 0;
    for (let run = 0; run < 2_000; run += 1) {
      const { interval } = pairedChange(values(), values(), 0.01);
      if (interval.lower > 1 || interval.upper < 1) missed += 1;
    }
    expect(missed / 2_000).toBeLessThan(0.016);
    expect(missed).toBeGreaterThan(4);
  });

  it('refuses what has no ratio', () => {
    expect(() => pairedChange([1, 2], [1], 0.01)).toThrow(RangeError);
    expect(() => pairedChange([0], [1], 0.01)).toThrow(RangeError);
    expect(() => pairedChange([1], [1], 0)).toThrow(RangeError);
  });
});

describe("Holm's adjustment", () => {
  it('is that of R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
    expect(holmAdjusted([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holmAdjusted([])).toEqual([]);
  });

  it('lies between the p-value and Bonferroni, keeps the order and never exceeds 1', () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(pValues, (values) => {
        const adjusted = holmAdjusted(values);
        for (const [index, p] of values.entries()) {
          const own = adjusted[index] ?? -1;
          expect(own).toBeGreaterThanOrEqual(p);
          expect(own).toBeLessThanOrEqual(Math.min(1, p * values.length));
          for (const [other, q] of values.entries()) if (p < q) expect(own).toBeLessThanOrEqual(adjusted[other] ?? -1);
        }
      }),
    );
  });
});
