import { expect, test } from 'vitest';
import { monthsOf } from '../../../src/core/history/months.ts';
import { type Release, updatedMonths } from '../../../src/core/history/update.ts';
import { aLine } from './lines.ts';

const [one, two] = ['1'.repeat(40), '2'.repeat(40)];

test('a line has the tags that point at its commit, keeps those that are deleted, and loses one that was moved on', () => {
  const tags = (...releases: readonly Release[]): readonly (readonly string[])[] => {
    const known = monthsOf([aLine({ commit: one, tags: ['nightly', 'v1', 'v1.0.0'] }), aLine({ commit: two })]);
    const months = updatedMonths(known, { lines: [], releases, now: '2026-11-28T00:00:00Z' });
    return [...months.values()].flatMap(({ lines }) => lines.map((line) => line.tags));
  };
  expect(tags()).toEqual([['nightly', 'v1', 'v1.0.0'], []]);
  expect(tags({ tag: 'v1', commit: two }, { tag: 'v1.1.0', commit: two }, { tag: 'v1.0.0', commit: one })).toEqual([
    ['nightly', 'v1.0.0'],
    ['v1', 'v1.1.0'],
  ]);
});
