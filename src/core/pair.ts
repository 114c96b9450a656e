import { binaryOf, identityOf, type NamedFunction, type RenamedFunction } from './function-names.ts';
import type { Pair, Row } from './rows.ts';

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

/**
 * Base's functions beside head's. One is the same at both sides by package and binary, whatever else a side has: `bootstrap` of package `a`
 * is `a/bootstrap` where head adds a second `bootstrap`. What is left is paired as git tells (`renamed`, of head's snapshot), then by its binary
 * alone (a renamed package), where that is plain. The name is head's, base's where head has none.
 */
export function pairFunctions<T extends NamedFunction>(
  base: readonly T[],
  head: readonly T[],
  told: readonly RenamedFunction[],
): readonly (Pair<T> & { readonly name: string })[] {
  const [before, after] = [groupBy(base, identityOf), groupBy(head, identityOf)];
  const [goneByBinary, newByBinary] = [
    groupBy(
      base.filter((fn) => !after.has(identityOf(fn))),
      binaryOf,
    ),
    groupBy(
      head.filter((fn) => !before.has(identityOf(fn))),
      binaryOf,
    ),
  ];
  const toldBase = new Map(told.map((one) => [identityOf(one), before.get(identityOf(one.from))?.[0]]));
  const renamed = (fn: T): T | null => {
    const known = toldBase.get(identityOf(fn));
    if (known !== undefined && !after.has(identityOf(known))) return known;
    const [one, ...others] = goneByBinary.get(binaryOf(fn)) ?? [];
    return one !== undefined && others.length === 0 && newByBinary.get(binaryOf(fn))?.length === 1 ? one : null;
  };
  const pairs = head.map((fn) => ({ name: fn.name, base: before.get(identityOf(fn))?.[0] ?? renamed(fn), head: fn }));
  const used = new Set(pairs.map((pair) => pair.base));
  return [...pairs, ...base.filter((fn) => !used.has(fn)).map((fn) => ({ name: fn.name, base: fn, head: null }))];
}

/** Head's functions that base has under another name or in another package: those that were `told`, and a binary whose package alone has another name. */
export function renamedIn<T extends NamedFunction>(
  base: readonly T[],
  head: readonly T[],
  told: readonly RenamedFunction[],
): readonly RenamedFunction[] {
  return pairFunctions(base, head, told).flatMap(({ base: from, head: to }) =>
    from === null || to === null || identityOf(from) === identityOf(to) ? [] : [{ name: to.name, crate: to.crate, from }],
  );
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
