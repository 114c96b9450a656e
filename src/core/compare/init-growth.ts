import { normalizeCrate } from '../crates.ts';
import type { InitComparison, InitGrowth } from '../model/init.ts';
import { mapPair } from '../pair.ts';
import type { Pair } from '../rows.ts';
import type { CountedInstructions } from '../snapshot/counted.ts';
import { MAPPED, type MeasuredInit } from '../snapshot/init.ts';

/** Head's, of the base that it was started beside. */
export function growthOf({ base, head }: Pair<CountedInstructions>, own: ReadonlySet<string>): InitGrowth {
  const growth = base === null || head === null ? null : head.growth;
  const isOwn = (crate: string): boolean => own.has(normalizeCrate(crate));
  return {
    functions: (growth?.functions ?? []).map((one) => ({ ...one, own: isOwn(one.crate) })),
    starters: (growth?.starters ?? []).map((one) => ({ ...one, own: isOwn(one.crate) })),
  };
}

/** What was resident of each part of the process, at both sides. */
export function mappingsOf(sides: Pair<MeasuredInit>): InitComparison['mappings'] {
  return [
    ...MAPPED.map((part) => ({ part, ...mapPair(sides, ({ timed }) => timed.mappings[part]) })),
    { part: 'returned' as const, ...mapPair(sides, ({ timed }) => timed.returned) },
  ];
}
