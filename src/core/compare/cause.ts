import { NO_SYMBOL, normalizeCrate } from '../crates.ts';
import type { Cause, DependencyChange, DependencyComparison, Row, SymbolRow } from '../model.ts';
import { compareRows, deltaOf, groupBy } from '../pair.ts';
import type { Lockfile } from '../snapshot/snapshot.ts';

/** More symbols than these per crate say nothing new in a report. */
const SYMBOLS_PER_CAUSE = 3;
/** A crate has few versions at once. In a lock file that was made up thousands may carry its name, and stand in each function's report. */
const CHANGES_PER_CAUSE = 4;
/** Of a longer one both ends are told. */
const LONGEST_WAY = 12;

/** The causes of one function's change, found among its crates and symbols. */
export type FindCauses = (crates: readonly Row[], symbols: readonly SymbolRow[], functionCrate: string) => readonly Cause[];

/**
 * What finds the crates of a function that changed, the largest change first, each with the lock file changes that carry its name, the way to a
 * package that was added (from the function's own down, else from any workspace member) and the symbols that changed most.
 * `std` comes with the toolchain: no lock file change explains it. What all functions share, both lock files, is looked through once.
 */
export function causesBy(dependencies: DependencyComparison, headLock: Lockfile | null): FindCauses {
  const changes = changesByCrate(dependencies);
  const ways = headLock === null ? null : waysThrough(headLock);
  return (crates, symbols, functionCrate) => {
    const symbolsOf = groupBy(byChange(symbols), ({ crate }) => crateOf(crate));
    return byChange(crates)
      .filter(({ name }) => name !== NO_SYMBOL)
      .map((row) => {
        const own = changes.get(crateOf(row.name)) ?? [];
        const added = own.find(({ kind }) => kind === 'added');
        return {
          ...row,
          changes: own.slice(0, CHANGES_PER_CAUSE),
          via: added?.kind === 'added' && ways !== null ? ways(added, functionCrate) : [],
          symbols: (symbolsOf.get(crateOf(row.name)) ?? []).slice(0, SYMBOLS_PER_CAUSE),
        };
      });
  };
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

type Ways = (target: Package, functionCrate: string) => readonly string[];

/** The shortest chain of names from a function's own package to a package, else from any workspace member; empty where none leads there. */
function waysThrough(lock: Lockfile): Ways {
  const members = [...lock.packages.keys()].filter((index) => lock.packages[index]?.source === null);
  const trees = new Map<string | null, Tree>();
  const treeOf = (start: string | null): Tree => {
    const known = trees.get(start);
    if (known !== undefined) return known;
    // One tree at a time beside that of all members: each has as many numbers as the lock file packages.
    if (start !== null) for (const other of [...trees.keys()]) if (other !== null) trees.delete(other);
    const tree = treeFrom(start === null ? members : members.filter((index) => lock.packages[index]?.name === start), lock);
    trees.set(start, tree);
    return tree;
  };
  const way = (target: Package, tree: Tree): readonly string[] => {
    const end = tree.found.get(keyOf(target));
    return end === undefined ? [] : namesUpFrom(end, tree, lock);
  };
  return (target, functionCrate) => {
    const own = way(target, treeOf(functionCrate));
    return own.length > 0 ? own : way(target, treeOf(null));
  };
}

/** All shortest paths from some packages down: one walk, however many packages are asked for. */
interface Tree {
  /** By index: the package that leads to it; itself of a start, `UNSEEN` where nothing leads there. */
  readonly parents: Int32Array;
  /** By index: where the way to it starts. */
  readonly starts: Int32Array;
  /** The nearest package of a name and version. */
  readonly found: ReadonlyMap<string, number>;
}

const UNSEEN = -1;

function treeFrom(starts: readonly number[], lock: Lockfile): Tree {
  const parents = new Int32Array(lock.packages.length).fill(UNSEEN);
  const origins = new Int32Array(lock.packages.length).fill(UNSEEN);
  const found = new Map<string, number>();
  const queue = [...starts];
  for (const start of starts) {
    parents[start] = start;
    origins[start] = start;
  }
  // What is added meanwhile is walked too.
  for (const index of queue) {
    const one = lock.packages[index];
    if (one === undefined) continue;
    if (!found.has(keyOf(one))) found.set(keyOf(one), index);
    for (const next of one.dependencies) {
      if (parents[next] !== UNSEEN) continue;
      parents[next] = index;
      origins[next] = origins[index] ?? index;
      queue.push(next);
    }
  }
  return { parents, starts: origins, found };
}

function keyOf({ name, version }: Package): string {
  return `${name}\0${version}`;
}

function namesUpFrom(end: number, { parents, starts }: Tree, lock: Lockfile): readonly string[] {
  const nameOf = (index: number): string => lock.packages[index]?.name ?? '';
  const names: string[] = [];
  let [index, last] = [end, UNSEEN];
  for (; index !== last && names.length < LONGEST_WAY; [index, last] = [parents[index] ?? index, index]) names.push(nameOf(index));
  return index === last ? names.reverse() : [nameOf(starts[end] ?? end), '…', ...names.slice(0, LONGEST_WAY - 2).reverse()];
}
