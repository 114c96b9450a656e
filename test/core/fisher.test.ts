import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILING_STARTS_ALPHA, startsToProve } from '../../src/core/compare/failing-starts.ts';
import { fisherTail } from '../../src/core/fisher.ts';

describe("Fisher's exact test", () => {
  it.each<readonly [readonly [number, number], readonly [number, number], number]>([
    // R: fisher.test(matrix(c(3, 1, 1, 3), 2), alternative = "greater"), and the like.
    [[1, 4], [3, 4], 17 / 70],
    [[0, 5], [5, 5], 1 / 252],
    [[0, 60], [1, 60], 0.5],
    [[0, 20], [2, 20], 19 / 78],
    [[5, 5], [0, 5], 1],
    [[0, 7], [0, 7], 1],
  ])('%j beside %j', (first, second, p) => {
    expect(fisherTail(first, second)).toBeCloseTo(p, 12);
  });

  it('the two tails overlap in one table', () => {
    const group = fc.integer({ min: 1, max: 80 }).chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));
    fc.assert(
      fc.property(group, group, ([a, of], [b, other]) => {
        const [above, below] = [fisherTail([a, of], [b, other]), fisherTail([b, other], [a, of])];
        expect(above + below).toBeGreaterThanOrEqual(1 - 1e-9);
        if (b < other && a > 0) expect(fisherTail([a - 1, of], [b + 1, other])).toBeLessThanOrEqual(above + 1e-12);
      }),
    );
  });

  it('says how many starts prove that a side never starts', () => {
    expect([1, 2, 10, 100].map(startsToProve)).toEqual([5, 6, 7, 9]);
    for (const m of [1, 3, 17]) {
      const n = startsToProve(m);
      expect(fisherTail([0, n], [n, n])).toBeLessThanOrEqual(FAILING_STARTS_ALPHA / m);
    }
  });
});
