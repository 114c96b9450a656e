import { normalizeCrate } from './limits.ts';
import type { Cause, DependencyChange, DependencyComparison, Row, SymbolRow } from './model.ts';
import { NO_SYMBOL } from './model.ts';
import type { LockedPackage, Lockfile } from './snapshot.ts';

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
  const symbolsOf = groupBy(byChange(symbols), ({ crate }) => crate);
  return byChange(crates)
    .filter(({ name }) => name !== NO_SYMBOL)
    .map((row) => {
      const own = changes.get(crateOf(row.name)) ?? [];
      const added = own.find(({ kind }) => kind === 'added');
      return {
        ...row,
        changes: own,
        via: added?.kind === 'added' && headLock !== null ? pathTo(added, headLock, functionCrate) : [],
        symbols: (symbolsOf.get(row.name) ?? []).slice(0, SYMBOLS_PER_CAUSE),
      };
    });
}

/**
 * The packages that came, went and changed between two lock files, workspace members and path dependencies left out.
 * Of a name's versions that stand in one file alone the highest are paired with the highest as changed. Without both files nothing changed.
 */
export function compareDependencies(base: Lockfile | null, head: Lockfile | null): DependencyComparison {
  const before = packagesOf(base);
  const after = packagesOf(head);
  const names = base === null || head === null ? [] : [...new Set([...before.keys(), ...after.keys()])].toSorted(compareText);
  const differences = names.map((name) => comparePackage(before.get(name) ?? [], after.get(name) ?? []));
  const duplicates = [...after].map(([name, packages]) => ({
    name,
    versions: [...new Set(packages.map(({ version }) => version))].toReversed(),
  }));
  return {
    added: differences.flatMap(({ added }) => added),
    removed: differences.flatMap(({ removed }) => removed),
    changed: differences.flatMap(({ changed }) => changed),
    duplicates: duplicates.filter(({ versions }) => versions.length > 1).toSorted((a, b) => compareText(a.name, b.name)),
    count: { base: base === null ? null : countOf(before), head: head === null ? null : countOf(after) },
  };
}

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

/** Registry and git packages by name, each name's in ascending order of version. */
function packagesOf(lock: Lockfile | null): ReadonlyMap<string, readonly LockedPackage[]> {
  const external = (lock?.packages ?? []).filter(({ source }) => source !== null);
  return groupBy(
    external.toSorted((a, b) => compareVersions(a.version, b.version) || compareText(a.source ?? '', b.source ?? '')),
    ({ name }) => name,
  );
}

function countOf(packages: ReadonlyMap<string, readonly LockedPackage[]>): number {
  return [...packages.values()].reduce((total, { length }) => total + length, 0);
}

function comparePackage(
  base: readonly LockedPackage[],
  head: readonly LockedPackage[],
): Pick<DependencyComparison, 'added' | 'removed' | 'changed'> {
  const gone = without(base, head);
  const come = without(head, base);
  const pairs = Math.min(gone.length, come.length);
  const plain = ({ name, version }: LockedPackage) => ({ name, version });
  return {
    removed: gone.slice(0, gone.length - pairs).map(plain),
    added: come.slice(0, come.length - pairs).map(plain),
    changed: come.slice(come.length - pairs).flatMap((to, index) => {
      const from = gone[gone.length - pairs + index];
      return from === undefined ? [] : [changeOf(from, to)];
    }),
  };
}

function without(these: readonly LockedPackage[], those: readonly LockedPackage[]): readonly LockedPackage[] {
  return these.filter(({ version, source }) => !those.some((other) => other.version === version && other.source === source));
}

/** The same version from elsewhere (another git revision, a mirror) is told apart by its source. */
function changeOf(from: LockedPackage, to: LockedPackage): { readonly name: string; readonly base: string; readonly head: string } {
  if (from.version !== to.version) return { name: to.name, base: from.version, head: to.version };
  return { name: to.name, base: `${from.version} (${from.source ?? 'path'})`, head: `${to.version} (${to.source ?? 'path'})` };
}

/** Semver's order: numbers as numbers, a pre-release before its release, build metadata last. */
function compareVersions(a: string, b: string): number {
  const [[coreA, preA], [coreB, preB]] = [splitVersion(a), splitVersion(b)];
  const core = compareParts(coreA.split('.'), coreB.split('.'));
  if (core !== 0) return core;
  if (preA === '' || preB === '') return Number(preA === '') - Number(preB === '') || compareText(a, b);
  return compareParts(preA.split('.'), preB.split('.')) || compareText(a, b);
}

function splitVersion(version: string): readonly [core: string, pre: string] {
  const [numbered = ''] = version.split('+');
  const dash = numbered.indexOf('-');
  return dash < 0 ? [numbered, ''] : [numbered.slice(0, dash), numbered.slice(dash + 1)];
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const bothNumbers = /^\d+$/.test(part) && /^\d+$/.test(other);
    const order = bothNumbers ? Number(part) - Number(other) : compareText(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Node 20 has no `Map.groupBy`. */
function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}
