import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isWithin } from '../../src/core/versions.ts';

/** Each before the next. */
const ORDER = [
  'no version',
  '0.9.12',
  '0.10.0',
  // The example of https://semver.org/#spec-item-11, with a number of two digits.
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0-rc.2',
  '1.0.0-rc.10',
  '1.0.0',
  '1.0.0+1.1.1',
  '1.0.1',
  '2.2',
  '2.2.5',
  '2.9',
  '2.34',
  '2.34.1',
  '3',
  '10.0.0-rc.1',
  '10.0.0',
];

describe('compareVersions', () => {
  it('has the order of semver, and reads what has fewer parts', () => {
    for (const [index, version] of ORDER.entries())
      expect(ORDER.map((other) => Math.sign(compareVersions(version, other)))).toEqual(ORDER.map((_, place) => Math.sign(index - place)));
  });

  it('takes a missing part for 0', () => {
    expect([compareVersions('2.34', '2.34.0'), compareVersions('3', '3.0.0')]).toEqual([0, 0]);
  });

  it('is an order, whatever it is given', () => {
    const version = fc.oneof(fc.constantFrom(...ORDER), fc.string(), fc.stringMatching(/^\d{1,20}(\.\d{1,20}){0,4}(-[a-z0-9.]{1,9})?$/));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('isWithin', () => {
  it('counts a pre-release with what it leads to', () => {
    expect(['0.12.9', '0.13.0-dev.7', '0.15.0-dev.2+abc', '1.0'].map((version) => isWithin(version, '>= 0.13'))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(['1.8.6', '1.9', '1.9.2', '1.99.0', '2.0.0-rc.1', '2'].map((version) => isWithin(version, '>= 1.9, < 2'))).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
