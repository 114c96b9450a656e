import { median, sampleOf } from './statistics.ts';

/** What is shared out among the legs of a matrix: a function at base and at head, which are measured beside each other. */
export interface Sharable {
  /** Under which it stands in the split: head's package and binary, base's where head has none. */
  readonly id: string;
  /** Whether the change reaches it: what is not built takes no time. */
  readonly reached: boolean;
  /** What its last build took, in any unit that all have; `null`: not known. */
  readonly took: number | null;
}

/** By shard, the ids in it: the same for every leg of a run. */
export type Split = readonly (readonly string[])[];

/**
 * Shares functions out so that every shard has about as much to build: the longest first, each to the shard that has least so far (at worst a
 * third more than the best split has: Graham, 1969). What was never built is taken for the median of what was. What is not built is dealt out
 * by count. The answer depends on nothing but what is given, in whatever order.
 */
export function splitEvenly(functions: readonly Sharable[], count: number): Split {
  const known = sampleOf(functions.flatMap(({ took }) => took ?? []));
  const usual = known === null ? 1 : median(known);
  const shards = Array.from({ length: count }, () => ({ weight: 0, ids: [] as string[] }));
  type Shard = (typeof shards)[number];
  const deal = (id: string, weight: number, order: (a: Shard, b: Shard) => number): void => {
    // Sorting is stable: the first of equals.
    const [least] = shards.toSorted(order);
    if (least === undefined) return;
    least.weight += weight;
    least.ids.push(id);
  };
  const weighed = functions.map(({ id, reached, took }) => ({ id, reached, weight: took ?? usual }));
  const ordered = weighed.toSorted((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  for (const { id, weight } of ordered.filter(({ reached }) => reached))
    deal(id, weight, (a, b) => a.weight - b.weight || a.ids.length - b.ids.length);
  for (const { id } of ordered.filter(({ reached }) => !reached)) deal(id, 0, (a, b) => a.ids.length - b.ids.length || a.weight - b.weight);
  return shards.map(({ ids }) => ids.toSorted());
}
