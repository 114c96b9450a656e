import { expect, test } from 'vitest';
import { functionsAtCommit } from '../../../src/core/history/at-commit.ts';
import { aLine } from './lines.ts';

test('the functions of one commit, as one leg built them; of two lines the later', () => {
  const commit = 'd'.repeat(40);
  const built = { leg: 'default', arch: 'x86_64', profile: 'release' } as const;
  const lines = [
    aLine(),
    aLine({ commit, figures: { zip: 1 } }),
    aLine({ commit, figures: { zip: 2 }, written: '2026-11-28T00:00:00Z' }),
    aLine({ commit, function: 'orders', crate: 'orders', figures: { zip: 3 } }),
    aLine({ commit, arch: 'arm64', figures: { zip: 4 } }),
    aLine({ commit, leg: 'api/default', figures: { zip: 5 } }),
    aLine({ commit, profile: 'dev', figures: { zip: 6 } }),
  ];
  expect(functionsAtCommit(lines, commit, built)).toEqual([
    { name: 'health', crate: 'health', figures: { zip: 2 } },
    { name: 'orders', crate: 'orders', figures: { zip: 3 } },
  ]);
  expect(functionsAtCommit(lines, 'e'.repeat(40), built)).toEqual([]);
});
