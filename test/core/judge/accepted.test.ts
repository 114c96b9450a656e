import { describe, expect, test } from 'vitest';
import { notSeen, seenOf } from '../../../src/core/judge/accepted.ts';
import type { Bound, Limit } from '../../../src/core/model/limits.ts';
import type { Verdict } from '../../../src/core/model/verdict.ts';
import { bytes } from '../../../src/core/units.ts';

const GROWTH: Bound = { kind: 'growth', value: bytes(50_000) };
const MAXIMUM: Bound = { kind: 'maximum', value: bytes(5_000_000) };

type Given = { readonly metric?: Limit['metric']; readonly bound?: Bound; readonly function?: string };

function breached(base: number, head: number, { metric = 'zip', bound = GROWTH, function: name = 'api' }: Given = {}): Verdict {
  const dimension = metric.startsWith('init.') ? 'count' : 'size';
  const limit: Limit = {
    ...{ function: null, metric, dimension, bounds: [bound], since: null, text: '', gate: 'fail' },
    source: { kind: 'default' },
  };
  const judgement = { limit, function: name, figures: { base, head }, reference: null, bounds: [], headroom: -1 };
  const none = { kept: [], warned: [], unproven: [], unchecked: [] };
  return { ...none, status: 'fail', gate: 'fail', breaches: [{ kind: 'limit', ...judgement }] };
}

const covered = (seen: Verdict, now: Verdict, upTo: boolean): boolean => notSeen('a', now, seenOf('a', seen), upTo).length === 0;

describe('what an acceptance covers', () => {
  test('the same function and metric of the same leg', () => {
    const seen = breached(1_000_000, 1_100_000);
    expect(covered(seen, breached(1_000_000, 1_200_000), false)).toBe(true);
    expect(notSeen('a', breached(1, 2, { metric: 'binary' }), seenOf('a', seen), false)).toMatchObject([
      { function: 'api', metric: 'binary' },
    ]);
    expect(covered(seen, breached(1, 2, { function: 'worker' }), false)).toBe(false);
    expect(notSeen('b', seen, seenOf('a', seen), false)).toHaveLength(1);
    expect(covered({ ...seen, breaches: [] }, seen, false)).toBe(false);
  });

  test.for([
    // Base has grown by others; this change has not.
    [GROWTH, [1_000_000, 1_100_000], [2_000_000, 2_100_000], true],
    [GROWTH, [1_000_000, 1_100_000], [1_000_000, 1_102_000], true],
    [GROWTH, [1_000_000, 1_100_000], [1_000_000, 1_102_001], false],
    [MAXIMUM, [4_900_000, 5_100_000], [4_900_000, 5_100_500], true],
    [MAXIMUM, [4_900_000, 5_100_000], [5_200_000, 5_400_000], false],
  ] as const)('in a queue up to its figures: %j', ([bound, [base, head], [baseNow, headNow], expected]) => {
    expect(covered(breached(base, head, { bound }), breached(baseNow, headNow, { bound }), true)).toBe(expected);
  });

  test('what is measured by running may differ by 2 %', () => {
    const seen = breached(1_000_000, 2_000_000, { metric: 'init.instructions' });
    expect(covered(seen, breached(1_000_000, 2_039_000, { metric: 'init.instructions' }), true)).toBe(true);
    expect(covered(seen, breached(1_000_000, 2_041_000, { metric: 'init.instructions' }), true)).toBe(false);
  });
});
