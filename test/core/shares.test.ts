import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitEvenly } from '../../src/core/shares.ts';

const sharable = fc.record({ reached: fc.boolean(), took: fc.option(fc.integer({ min: 0, max: 10_000 })) });
const sharables = fc.array(sharable, { maxLength: 40 }).map((all) => all.map((one, at) => ({ ...one, id: `p${at}/f${at}` })));

test('every function is in exactly one shard, whatever the order they come in', () => {
  fc.assert(
    fc.property(sharables, fc.integer({ min: 1, max: 12 }), fc.infiniteStream(fc.nat()), (functions, count, keys) => {
      const split = splitEvenly(functions, count);
      expect(split).toHaveLength(count);
      expect(split.flat().toSorted()).toEqual(functions.map(({ id }) => id).toSorted());
      const shuffled = functions.map((one) => ({ one, key: keys.next().value })).toSorted((a, b) => a.key - b.key);
      expect(
        splitEvenly(
          shuffled.map(({ one }) => one),
          count,
        ),
      ).toEqual(split);
    }),
  );
});

test('no shard has more to build than four thirds of the best split', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      (times, count) => {
        const split = splitEvenly(
          times.map((took, at) => ({ id: `p/${at}`, reached: true, took })),
          count,
        );
        const longest = Math.max(...split.map((ids) => ids.reduce((sum, id) => sum + (times[Number(id.slice(2))] ?? 0), 0)));
        expect(longest).toBeLessThanOrEqual((best(times, count) * 4) / 3 - best(times, count) / (3 * count) + 1e-9);
      },
    ),
  );
});

/** By trying all. */
function best(times: readonly number[], count: number): number {
  const loads = Array.from({ length: count }, () => 0);
  const place = (at: number): number => {
    const time = times[at];
    if (time === undefined) return Math.max(...loads);
    return Math.min(
      ...loads.map((load, shard) => {
        loads[shard] = load + time;
        const longest = place(at + 1);
        loads[shard] = load;
        return longest;
      }),
    );
  };
  return place(0);
}

test('by last build times: one that takes as long as three stands alone', () => {
  const took = { slow: 90, a: 30, b: 30, c: 30, new: null };
  const functions = Object.entries(took).map(([id, time]) => ({ id, reached: true, took: time }));
  expect(splitEvenly(functions, 2)).toEqual([
    ['new', 'slow'],
    ['a', 'b', 'c'],
  ]);
});

test('what is not built weighs nothing, and is dealt out by count', () => {
  const functions = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, reached: id === 'a', took: 10 }));
  expect(splitEvenly(functions, 3).map(({ length }) => length)).toEqual([2, 2, 2]);
});
