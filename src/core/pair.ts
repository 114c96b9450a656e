import type { Pair, Row } from './model.ts';

/** Growth of a row; a side without a figure has nothing of it. */
export function deltaOf({ base, head }: Pair<number>): number {
  return (head ?? 0) - (base ?? 0);
}

/** A figure of each side that there is; `null` stays, and is what a side without that figure answers. */
export function mapPair<T, R>({ base, head }: Pair<T>, figure: (side: T) => R | null): Pair<R> {
  return { base: base === null ? null : figure(base), head: head === null ? null : figure(head) };
}

/** An order for rows: the largest change first, in either direction, then by name. */
export function compareRows(a: Row, b: Row): number {
  return Math.abs(deltaOf(b)) - Math.abs(deltaOf(a)) || compareText(a.name, b.name);
}

/** Code unit order: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Node 20 has no `Map.groupBy`. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}
