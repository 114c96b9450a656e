import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../src/core/units.ts';
import { sharedOut, wholeBytes } from '../../src/core/whole-bytes.ts';

describe('wholeBytes', () => {
  it('gives what is left to the largest remainders, the first of equals', () => {
    expect(wholeBytes([])).toEqual([]);
    expect(wholeBytes([7, 5, 4])).toEqual([1, 1, 0]);
    expect(wholeBytes([4, 4, 4, 4])).toEqual([1, 1, 0, 0]);
    expect(wholeBytes([0, 16, 0])).toEqual([0, 2, 0]);
  });

  it('adds up, and no share is off by a byte', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 40 }), { maxLength: 200 }), (bits) => {
        const sum = bits.reduce((left, count) => left + count, 0);
        const padded = [...bits, (8 - (sum % 8)) % 8];
        const shares = wholeBytes(padded);
        expect(shares.reduce((left, count) => left + count, 0)).toBe(padded.reduce((left, count) => left + count, 0) / 8);
        for (const [at, count] of padded.entries()) expect(Math.abs((shares[at] ?? Number.NaN) - count / 8)).toBeLessThan(1);
      }),
      { seed: 3 },
    );
  });

  it('takes nothing but bits that are whole bytes together', () => {
    for (const bits of [[7], [-8], [4.5, 3.5], [Number.NaN]]) expect(() => wholeBytes(bits)).toThrow(RangeError);
  });
});

describe('sharedOut', () => {
  it('shares a rounded size out again, at whatever depth: it adds up, and no share is off by more than a byte', () => {
    const sizes = fc.array(fc.array(fc.array(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 9 }), {
      minLength: 1,
      maxLength: 9,
    });
    const sum = (bits: readonly number[]): number => bits.reduce((left, count) => left + count, 0);
    fc.assert(
      fc.property(sizes, (tree) => {
        const [inner, outer] = [tree.map((one) => one.map(sum)), tree.map((one) => sum(one.map(sum)))];
        const padding = (8 - (sum(outer) % 8)) % 8;
        const whole = wholeBytes([...outer, padding]);
        for (const [at, leaves] of tree.entries()) {
          const parts = sharedOut(whole[at] ?? bytes(-1), inner[at] ?? []);
          expect(sum(parts)).toBe(whole[at]);
          for (const [place, bits] of leaves.entries()) {
            const shares = sharedOut(parts[place] ?? bytes(-1), bits);
            expect(sum(shares)).toBe(parts[place]);
            for (const [index, count] of bits.entries()) expect(Math.abs((shares[index] ?? Number.NaN) - count / 8)).toBeLessThanOrEqual(1);
          }
        }
      }),
      { seed: 5 },
    );
  });

  it('refuses a total that is no rounding of them', () => {
    expect(() => sharedOut(bytes(1), [16])).toThrow(RangeError);
    expect(() => sharedOut(bytes(4), [16])).toThrow(RangeError);
    expect(() => sharedOut(bytes(1), [])).toThrow(RangeError);
  });
});
