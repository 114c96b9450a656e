import type { DependencyComparison, DuplicatePackage } from '../model/comparison.ts';
import { compareText, groupBy } from '../pair.ts';
import type { Pair } from '../rows.ts';
import { compareVersions } from '../versions.ts';
import type { Linked, LinkedPackage } from './linked.ts';

/** What is linked into one function at both sides; `undefined`: it is not at that side, `null`: it is, and what is linked into it is not known. */
export interface LinkedSides {
  readonly base: Linked | null | undefined;
  readonly head: Linked | null | undefined;
}

/**
 * The packages of registries and of git that came, went and changed in all functions together, as far as what is linked into them is known at
 * both sides. `hasBase`: there is something to compare with. A count is `null` where it is not known of each function of that side.
 */
export function compareDependencies(functions: readonly LinkedSides[], hasBase: boolean): DependencyComparison {
  const known = functions.filter(({ base, head }) => base !== null && head !== null);
  const [before, after] = [unionOf(known.map(({ base }) => base ?? null)), unionOf(known.map(({ head }) => head ?? null))];
  const differences = hasBase ? pairPackages(before, after) : [];
  const isKnown = (side: 'base' | 'head'): boolean => functions.every((fn) => fn[side] !== null) && known.length === functions.length;
  return {
    added: differences.flatMap(({ base, head }) => (base === null && head !== null ? [plain(head)] : [])),
    removed: differences.flatMap(({ base, head }) => (head === null && base !== null ? [plain(base)] : [])),
    changed: differences.flatMap(({ base, head }) => (base === null || head === null ? [] : [changeOf(base, head)])),
    duplicates: joinDuplicates(functions.flatMap(({ head }) => (head == null ? [] : duplicatesIn(head)))),
    count: {
      base: hasBase && isKnown('base') ? before.length : null,
      head: functions.every(({ head }) => head !== null) ? unionOf(functions.map(({ head }) => head ?? null)).length : null,
    },
  };
}

/** Packages that stand in one binary in more than one version. */
export function duplicatesIn({ packages }: Linked): readonly DuplicatePackage[] {
  return [...groupBy(external(packages.values()), ({ name }) => name)]
    .filter(([, all]) => all.length > 1)
    .map(([name, all]) => ({ name, versions: [...new Set(ascending(all).map(({ version }) => version))].toReversed() }))
    .filter(({ versions }) => versions.length > 1)
    .toSorted((a, b) => compareText(a.name, b.name));
}

/**
 * What one side has and the other has not, by name: of a name's versions that stand at one side alone the highest are paired with the highest,
 * as one package that changed.
 */
export function pairPackages(base: readonly LinkedPackage[], head: readonly LinkedPackage[]): readonly Pair<LinkedPackage>[] {
  const [before, after] = [groupBy(base, ({ name }) => name), groupBy(head, ({ name }) => name)];
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted(compareText);
  return names.flatMap((name) => {
    const gone = ascending(without(before.get(name) ?? [], after.get(name) ?? []));
    const come = ascending(without(after.get(name) ?? [], before.get(name) ?? []));
    const pairs = Math.min(gone.length, come.length);
    return [
      ...gone.slice(0, gone.length - pairs).map((one) => ({ base: one, head: null })),
      ...come.slice(0, come.length - pairs).map((one) => ({ base: null, head: one })),
      ...come.slice(come.length - pairs).map((to, index) => ({ base: gone[gone.length - pairs + index] ?? null, head: to })),
    ];
  });
}

/** The same version from elsewhere (another git revision, a mirror, a path) is told apart by its source. */
export function changeOf(from: LinkedPackage, to: LinkedPackage): { readonly name: string; readonly base: string; readonly head: string } {
  if (from.version !== to.version) return { name: to.name, base: from.version, head: to.version };
  return { name: to.name, base: `${from.version} (${from.source ?? 'path'})`, head: `${to.version} (${to.source ?? 'path'})` };
}

function unionOf(all: readonly (Linked | null)[]): readonly LinkedPackage[] {
  return external(new Map(all.flatMap((one) => (one === null ? [] : [...one.packages]))).values());
}

function external(packages: Iterable<LinkedPackage>): readonly LinkedPackage[] {
  return [...packages].filter(({ source }) => source !== null);
}

function ascending(packages: readonly LinkedPackage[]): readonly LinkedPackage[] {
  // Nearly always there is one, and reading a version takes its time.
  if (packages.length < 2) return packages;
  return packages.toSorted(
    (a, b) => compareVersions(a.version, b.version) || compareText(a.version, b.version) || compareText(a.source ?? '', b.source ?? ''),
  );
}

function without(these: readonly LinkedPackage[], those: readonly LinkedPackage[]): readonly LinkedPackage[] {
  const known = new Set(those.map(({ id }) => id));
  return these.filter(({ id }) => !known.has(id));
}

function plain({ name, version }: LinkedPackage): { readonly name: string; readonly version: string } {
  return { name, version };
}

function joinDuplicates(all: readonly DuplicatePackage[]): readonly DuplicatePackage[] {
  return [...groupBy(all, ({ name }) => name)]
    .map(([name, found]) => ({
      name,
      versions: [...new Set(found.flatMap(({ versions }) => versions))].toSorted((a, b) => compareVersions(b, a) || compareText(b, a)),
    }))
    .toSorted((a, b) => compareText(a.name, b.name));
}
