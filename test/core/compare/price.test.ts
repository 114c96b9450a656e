import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gbSecondsOf, initPricePerMillion, priceOf } from '../../../src/core/compare/price.ts';

describe('the price', () => {
  it('of init, worked out by hand', () => {
    // 200 ms × 512 MB = 0.1 GB-seconds; a million of them at $0.0000166667.
    expect(initPricePerMillion(200, 512, 'x86_64')).toBeCloseTo(1.66667, 5);
    expect(initPricePerMillion(200, 512, 'arm64')).toBeCloseTo(1.33334, 5);
  });

  it('of a run', () => {
    expect(gbSecondsOf(1_000, 1_024)).toBe(1);
    expect(priceOf({ requests: 1e6, gbSeconds: 1e6 }, 'x86_64')).toBeCloseTo(16.8667, 4);
    expect(priceOf({ requests: 0, gbSeconds: 0 }, 'arm64')).toBe(0);
  });

  it('grows with time and memory alike', () => {
    const amount = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(amount, amount, (time, memory) => {
        expect(initPricePerMillion(2 * time, memory, 'arm64')).toBeCloseTo(initPricePerMillion(time, 2 * memory, 'arm64'), 9);
      }),
    );
  });
});
