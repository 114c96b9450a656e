import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../src/advise/candidates.ts';
import { tryAll } from '../../src/advise/rows.ts';
import type { Outcome, Remedy } from '../../src/core/advise/remedy.ts';
import { aRemedy } from '../core/advise/builders.ts';

function candidate(id: string, promise: number, insteadOf: string | null = null): Candidate {
  return { remedy: aRemedy(id, { promise }), insteadOf };
}

const REFUSED: Outcome = { kind: 'refused', reason: 'why' };

/** Each takes as long as `took` says; what each was left without is answered, by its id. */
async function keptIn(candidates: readonly Candidate[], took: Readonly<Record<string, number>>, good: readonly string[] = []) {
  let clock = 0;
  const kept = new Map<string, number>();
  await tryAll(candidates, {
    tryOne: async ([one]: readonly Remedy[], left) => {
      clock += took[one?.id ?? ''] ?? 0;
      kept.set(one?.id ?? '', left);
      return good.includes(one?.id ?? '') ? { kind: 'no-effect', reason: 'stands for a good one' } : REFUSED;
    },
    isGood: ({ kind }) => kind === 'no-effect',
    combines: (tried) => tried.filter(({ outcome }) => outcome.kind === 'no-effect').length > 1,
    progress: { step: () => undefined },
    now: () => clock,
  });
  return [...kept];
}

describe('what is tried', () => {
  it('leaves the set of the best as much of the budget as the longest of them took, once there is a set', async () => {
    const four = ['a', 'b', 'c', 'd'].map((id, at) => candidate(id, 10 - at));
    const took = { a: 300_000, b: 40_000, c: 50_000, d: 1_000 };
    expect(await keptIn(four, took, ['a', 'c'])).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 0],
      ['d', 300_000],
    ]);
    expect(await keptIn(four, took, ['a'])).toContainEqual(['d', 0]);
  });

  it('is what does less only where what does more was no good', async () => {
    const both = [candidate('part', 20, 'whole'), candidate('whole', 10)];
    expect(await keptIn(both, {})).toEqual([
      ['whole', 0],
      ['part', 0],
    ]);
    expect(await keptIn(both, {}, ['whole'])).toEqual([['whole', 0]]);
  });
});
