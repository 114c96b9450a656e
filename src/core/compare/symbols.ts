import { compareRows, compareText, deltaOf, groupBy } from '../pair.ts';
import type { Pair, SymbolRow } from '../rows.ts';
import type { SymbolSize } from '../snapshot/snapshot.ts';
import { isJoinedName, steadyName } from '../symbol-names.ts';

/** The symbols of one function at both sides. */
export interface SymbolComparison {
  /** The largest change first. Their sizes and counts add up to those of either side. */
  readonly rows: readonly SymbolRow[];
  /** By crate, the bytes that only changed the crate they are counted with. They add up to 0. */
  readonly moved: ReadonlyMap<string, number>;
}

/**
 * Holds the symbols of two sides against each other by crate and name. What grew under one name in one crate and shrank in another only changed
 * its crate (cargo bloat guesses it, for an instance of a generic function above all), and a closure that is counted `#3` where it was `#2` is the
 * same: such rows are one, which has the crate with most of it. A side without a list is `null` in every row.
 */
export function compareSymbols(sides: Pair<readonly SymbolSize[]>): SymbolComparison {
  const moved = new Map<string, number>();
  const add = (crate: string, size: number): void => void moved.set(crate, (moved.get(crate) ?? 0) + size);
  const rows: SymbolRow[] = [];
  for (const group of groupBy(rowsByKey(sides), groupKey).values()) {
    const changed = group.filter((row) => deltaOf(row) !== 0);
    if (!changed.some((row) => deltaOf(row) > 0) || !changed.some((row) => deltaOf(row) < 0)) {
      rows.push(...group);
      continue;
    }
    const row = joined(changed);
    rows.push(row, ...group.filter((one) => deltaOf(one) === 0));
    for (const one of changed) add(one.crate, deltaOf(one));
    add(row.crate, -deltaOf(row));
  }
  return { rows: rows.toSorted((a, b) => compareRows(a, b) || compareText(a.crate, b.crate)), moved };
}

function rowsByKey({ base, head }: Pair<readonly SymbolSize[]>): readonly SymbolRow[] {
  const rows = new Map<string, { crate: string; name: string; base: number; head: number; was: number; is: number }>();
  for (const [side, list] of [['base', base ?? []] as const, ['head', head ?? []] as const])
    for (const { crate, name, size, count } of list) {
      const key = `${crate}\0${name}`;
      const row = rows.get(key) ?? { crate, name, base: 0, head: 0, was: 0, is: 0 };
      row[side] += size;
      row[side === 'base' ? 'was' : 'is'] += count;
      rows.set(key, row);
    }
  return Array.from(rows.values(), (row) => ({
    crate: row.crate,
    name: row.name,
    base: base === null ? null : row.base,
    head: head === null ? null : row.head,
    count: { base: base === null ? null : row.was, head: head === null ? null : row.is },
  }));
}

/** What is joined in one row for each crate belongs to that crate: its name is no function's. */
function groupKey({ crate, name }: SymbolRow): string {
  return isJoinedName(name) ? `${name}\0${crate}` : steadyName(name);
}

function joined(rows: readonly SymbolRow[]): SymbolRow {
  const weightOf = ({ base, head }: SymbolRow): number => (base ?? 0) + (head ?? 0);
  const [largest] = rows.toSorted((a, b) => weightOf(b) - weightOf(a) || compareText(a.crate, b.crate) || compareText(a.name, b.name));
  const names = new Set(rows.map(({ name }) => name));
  const name = largest?.name ?? '';
  return { crate: largest?.crate ?? '', name: names.size === 1 ? name : steadyName(name), ...summed(rows) };
}

/** What rows have together at each side. */
export function summed(rows: readonly SymbolRow[]): Pick<SymbolRow, 'base' | 'head' | 'count'> {
  const total = (of: (row: SymbolRow) => number | null): number | null =>
    rows.every((row) => of(row) === null) ? null : rows.reduce((sum, row) => sum + (of(row) ?? 0), 0);
  return {
    base: total(({ base }) => base),
    head: total(({ head }) => head),
    count: { base: total(({ count }) => count.base), head: total(({ count }) => count.head) },
  };
}
