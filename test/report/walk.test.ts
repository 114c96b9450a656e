import { expect, test } from 'vitest';
import type { Bisection } from '../../src/core/bisect/found.ts';
import { millis } from '../../src/core/units.ts';
import { renderBisection } from '../../src/report/terminal/walk.ts';

test('many commits that cannot be told apart, with long and hostile subjects, stay within the width and are bounded', () => {
  const subject = `fix \u001b[31m the \u202e thing ${'and another '.repeat(12)}`;
  const commits = Array.from({ length: 300 }, (_, at) => ({ sha: `${at}`.padStart(40, 'a'), subject }));
  const [first = { sha: '', subject }] = commits;
  const found: Bisection = {
    ...{ function: { name: 'tiny', crate: 'tiny' }, metric: 'zip', distance: 301, built: 2, stored: 0, took: millis(1_000) },
    ...{ good: { commit: first, value: 100_000 }, bad: { commit: first, value: 200_000 } },
    skipped: commits.map((commit) => ({ commit, reason: 'error[E0425]: cannot find value' })),
    jumps: [
      {
        ...{ commits, merges: [first], ofMerge: false, comparison: null },
        ...{ before: { commit: first, value: 100_000 }, after: { commit: first, value: 200_000 } },
      },
    ],
  };
  const lines = renderBisection(found, { columns: 60, colour: false }).split('\n');
  expect(lines.filter((line) => line.length > 60)).toEqual([]);
  expect(lines.length).toBeLessThan(100);
  expect(lines).toContain('  and 280 more; --json has them all');
  for (const hidden of ['\u001b', '\u202e']) expect(lines.join('')).not.toContain(hidden);
  expect(lines).toContain('One of these commits explains all of it.');
});
