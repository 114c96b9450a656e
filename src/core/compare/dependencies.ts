import type { DependencyComparison } from '../model.ts';
import { compareText, groupBy } from '../pair.ts';
import type { LockedPackage, Lockfile } from '../snapshot/snapshot.ts';
import { compareVersions } from '../versions.ts';

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

/** Registry and git packages by name, each name's in ascending order of version. */
function packagesOf(lock: Lockfile | null): ReadonlyMap<string, readonly LockedPackage[]> {
  const external = (lock?.packages ?? []).filter(({ source }) => source !== null);
  return groupBy(
    external.toSorted(
      (a, b) => compareVersions(a.version, b.version) || compareText(a.version, b.version) || compareText(a.source ?? '', b.source ?? ''),
    ),
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
  const keyOf = ({ version, source }: LockedPackage): string => JSON.stringify([version, source]);
  const known = new Set(those.map(keyOf));
  return these.filter((one) => !known.has(keyOf(one)));
}

/** The same version from elsewhere (another git revision, a mirror) is told apart by its source. */
function changeOf(from: LockedPackage, to: LockedPackage): { readonly name: string; readonly base: string; readonly head: string } {
  if (from.version !== to.version) return { name: to.name, base: from.version, head: to.version };
  return { name: to.name, base: `${from.version} (${from.source ?? 'path'})`, head: `${to.version} (${to.source ?? 'path'})` };
}
