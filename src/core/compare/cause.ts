import { NO_SYMBOL, normalizeCrate } from '../crates.ts';
import type { Cause, DependencyChange, DependencyComparison, Row, SymbolRow } from '../model.ts';
import { compareRows, deltaOf, groupBy } from '../pair.ts';
import type { Lockfile } from '../snapshot/snapshot.ts';

/** More symbols than these per crate say nothing new in a report. */
const SYMBOLS_PER_CAUSE = 3;

/**
 * The crates of a function that changed, the largest change first, each with the lock file changes that carry its name, the way to a package
 * that was added (from `functionCrate` down, else from any workspace member) and the symbols that changed most.
 * `std` comes with the toolchain: no lock file change explains it.
 */
export function causesOf(
  crates: readonly Row[],
  symbols: readonly SymbolRow[],
  dependencies: DependencyComparison,
  headLock: Lockfile | null,
  functionCrate: string,
): readonly Cause[] {
  const changes = changesByCrate(dependencies);
  const symbolsOf = groupBy(byChange(symbols), ({ crate }) => crateOf(crate));
  return byChange(crates)
    .filter(({ name }) => name !== NO_SYMBOL)
    .map((row) => {
      const own = changes.get(crateOf(row.name)) ?? [];
      const added = own.find(({ kind }) => kind === 'added');
      return {
        ...row,
        changes: own,
        via: added?.kind === 'added' && headLock !== null ? pathTo(added, headLock, functionCrate) : [],
        symbols: (symbolsOf.get(crateOf(row.name)) ?? []).slice(0, SYMBOLS_PER_CAUSE),
      };
    });
}

function byChange<T extends Row>(rows: readonly T[]): T[] {
  return rows.filter((row) => deltaOf(row) !== 0).toSorted(compareRows);
}

/** cargo bloat's name without the mark of a guess. */
function crateOf(name: string): string {
  return normalizeCrate(name.replace(/\?$/, ''));
}

function changesByCrate({ added, removed, changed }: DependencyComparison): ReadonlyMap<string, readonly DependencyChange[]> {
  const all: readonly DependencyChange[] = [
    ...changed.map((change) => ({ kind: 'changed', ...change }) as const),
    ...added.map((change) => ({ kind: 'added', ...change }) as const),
    ...removed.map((change) => ({ kind: 'removed', ...change }) as const),
  ];
  return groupBy(
    all.filter(({ name }) => name !== 'std'),
    ({ name }) => normalizeCrate(name),
  );
}

interface Package {
  readonly name: string;
  readonly version: string;
}

/** The shortest chain of names from the function's own package to a package, else from any workspace member; empty where none leads there. */
function pathTo(target: Package, lock: Lockfile, functionCrate: string): readonly string[] {
  const members = [...lock.packages.keys()].filter((index) => lock.packages[index]?.source === null);
  const own = members.filter((index) => lock.packages[index]?.name === functionCrate);
  const path = shortestPath(target, lock, own);
  return path.length > 0 ? path : shortestPath(target, lock, members);
}

function shortestPath(target: Package, lock: Lockfile, starts: readonly number[]): readonly string[] {
  const parents = new Map<number, number | null>(starts.map((index) => [index, null]));
  // A Map iterates over what is added meanwhile: it is the queue and the set of what was seen.
  for (const index of parents.keys()) {
    const found = lock.packages[index];
    if (found === undefined) continue;
    if (found.name === target.name && found.version === target.version) return namesUpFrom(index, parents, lock);
    for (const next of found.dependencies) if (!parents.has(next)) parents.set(next, index);
  }
  return [];
}

function namesUpFrom(end: number, parents: ReadonlyMap<number, number | null>, lock: Lockfile): readonly string[] {
  const names: string[] = [];
  for (let index: number | null = end; index !== null; index = parents.get(index) ?? null) names.unshift(lock.packages[index]?.name ?? '');
  return names;
}
