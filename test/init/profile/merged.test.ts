import { expect, it } from 'vitest';
import { mergeProfiles } from '../../../src/init/profile/merged.ts';
import { aProfile } from './profiles.ts';

it('profiles of threads are one, function by function and call by call', () => {
  const one = aProfile(
    [
      ['main', 10],
      ['work', 5],
    ],
    [['main', 'work', 5]],
  );
  const other = aProfile(
    [
      ['start', 1],
      ['work', 70],
    ],
    [['start', 'work', 70, 2]],
  );
  const merged = mergeProfiles([one, other, one]);
  expect(merged.total).toBe(15 + 71 + 15);
  expect(merged.functions.map(({ name, self }) => [name, self])).toEqual([
    ['main', 20],
    ['work', 80],
    ['start', 1],
  ]);
  expect(merged.calls).toEqual([
    { caller: 0, callee: 1, count: 2, inclusive: 10 },
    { caller: 2, callee: 1, count: 2, inclusive: 70 },
  ]);
  expect(mergeProfiles([one])).toBe(one);
});

it('two functions of one name in one file stay two', () => {
  const twice = aProfile([
    ['(below main)', 10],
    ['(below main)', 5],
  ]);
  expect(mergeProfiles([twice, twice]).functions.map(({ self }) => self)).toEqual([20, 10]);
});
