import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agree, extremesOf, looked } from '../../src/core/spread.ts';

describe('the runs that are looked at', () => {
  it.each([
    ['all of three', [400, 400, 9_000], [400, 400, 9_000]],
    ['all but one of five', [400, 9_000, 401, 402, 400], [400, 401, 402, 400]],
    ['all but two of nine', [400, 1, 400, 400, 401, 9_000, 399, 400, 400], [400, 400, 400, 401, 399, 400, 400]],
    ['none of none', [], []],
  ])('are %s, in their order', (_, runs, kept) => {
    expect(looked(runs)).toEqual(kept);
  });

  it('agree where they lie within 0.1 %', () => {
    expect(agree([100_000, 100_050, 100_100])).toBe(true);
    expect(agree([100_000, 100_050, 100_200])).toBe(false);
    expect(agree([100_000, 100_050, 200_000, 100_100, 100_020])).toBe(true);
  });

  it('hold one odd run of five, and two of nine, off both the middle and the spread', () => {
    const plain = fc.integer({ min: 1_000_000, max: 1_000_900 });
    const odd = fc.oneof(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 1_100_000, max: 9_000_000 }));
    const mixed = (good: number, bad: number): fc.Arbitrary<number[]> =>
      fc
        .tuple(fc.array(plain, { minLength: good, maxLength: good }), fc.array(odd, { maxLength: bad, minLength: bad }))
        .chain(([many, few]) => fc.shuffledSubarray([...many, ...few], { minLength: good + bad }));
    fc.assert(
      fc.property(fc.oneof(mixed(4, 1), mixed(7, 2)), (runs) => {
        const { median, low, high } = extremesOf(looked(runs)) ?? { median: 0, low: 0, high: 0 };
        expect(agree(runs)).toBe(true);
        for (const figure of [median, low, high]) expect(Math.abs(figure - 1_000_450)).toBeLessThanOrEqual(450);
      }),
    );
  });
});
