import type { Row } from './model.ts';

/** Growth of a row; a side without a figure has nothing of it. */
export function deltaOf({ base, head }: Pick<Row, 'base' | 'head'>): number {
  return (head ?? 0) - (base ?? 0);
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
