import { crateOf, NO_SYMBOL, normalizeCrate } from '../crates.ts';
import type { Move } from '../did.ts';
import type { Cause } from '../model/comparison.ts';
import { compareRows, deltaOf, groupBy } from '../pair.ts';
import type { Row } from '../rows.ts';
import type { Linked } from './linked.ts';
import type { MovedPackage } from './moves.ts';
import { symbolCauses } from './symbol-causes.ts';
import type { SymbolComparison } from './symbols.ts';

/** A crate has few versions at once. In a lock file that was made up thousands may carry its name, and stand in each function's report. */
const CHANGES_PER_CAUSE = 4;
/** Of a longer one both ends are told. */
const LONGEST_WAY = 12;

/** What moved of what is linked into a function; `null` where that is not known. */
export interface LinkedChange {
  readonly moved: readonly MovedPackage[];
  readonly head: Linked;
}

/**
 * The crates of a function that changed, the largest change first, each with the packages of its name that moved, the way from the function's own
 * package to one that was added, and the symbols that changed most.
 */
export function causesOf(crates: readonly Row[], symbols: SymbolComparison, change: LinkedChange | null): readonly Cause[] {
  const symbolsOf = groupBy(symbols.rows, ({ crate }) => crateOf(crate));
  const movedBytes = movedBetween(symbols.moved);
  const moved = groupBy(change?.moved ?? [], ({ base, head }) => normalizeCrate((head ?? base)?.crate ?? ''));
  const way = change === null ? null : waysThrough(change.head);
  return byChange(crates)
    .filter(({ name }) => name !== NO_SYMBOL)
    .map((row) => {
      const own = moved.get(crateOf(row.name)) ?? [];
      const added = own.find(({ move }) => move.kind === 'added')?.head ?? null;
      return {
        ...row,
        changes: own.slice(0, CHANGES_PER_CAUSE).map(({ move }): Move => move),
        via: added === null || way === null ? [] : way(added.id),
        ...symbolCauses(symbolsOf.get(crateOf(row.name)) ?? []),
        moved: movedBytes.get(crateOf(row.name)) ?? 0,
      };
    });
}

/** With a guessed crate and the one it is guessed to be as one, as cargo bloat's own sums have them. */
function movedBetween(moved: SymbolComparison['moved']): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [crate, size] of moved) sums.set(crateOf(crate), (sums.get(crateOf(crate)) ?? 0) + size);
  return sums;
}

function byChange<T extends Row>(rows: readonly T[]): T[] {
  return rows.filter((row) => deltaOf(row) !== 0).toSorted(compareRows);
}

/** The shortest chain of names from a function's own package to another; empty where none leads there. */
function waysThrough({ own, packages }: Linked): (target: string) => readonly string[] {
  const parents = new Map<string, string | null>([[own, null]]);
  // What is added meanwhile is walked too.
  for (const id of parents.keys())
    for (const next of packages.get(id)?.dependencies ?? []) if (packages.has(next) && !parents.has(next)) parents.set(next, id);
  const nameOf = (id: string): string => packages.get(id)?.name ?? '';
  return (target) => {
    const names: string[] = [];
    let id: string | null | undefined = parents.has(target) ? target : null;
    for (; id != null && names.length < LONGEST_WAY; id = parents.get(id)) names.push(nameOf(id));
    return id == null ? names.reverse() : [nameOf(own), '…', ...names.slice(0, LONGEST_WAY - 2).reverse()];
  };
}
