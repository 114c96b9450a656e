import type { Linked, LinkedPackage } from '../../core/compare/linked.ts';
import { normalizeCrate } from '../../core/crates.ts';
import type { Box, PackageTree, Weights } from '../../core/package-tree/box.ts';
import { compareText, groupBy } from '../../core/pair.ts';
import type { Pair } from '../../core/rows.ts';
import { bytes } from '../../core/units.ts';
import { compareVersions } from '../../core/versions.ts';
import type { PageDependency } from './input.ts';

/**
 * What is linked into a function, by package name, the largest change of the binary first. `null` at a side: there is no such side. Versions of one crate
 * cannot be told apart in a binary: they weigh together.
 */
export function dependenciesOf(linked: Pair<Linked>, tree: PackageTree): readonly PageDependency[] {
  const crates = cratesOf(tree);
  const all = [...packagesOf(linked.base), ...packagesOf(linked.head)];
  const [before, after] = [groupBy(packagesOf(linked.base), keyOf), groupBy(packagesOf(linked.head), keyOf)];
  return [...groupBy(all, keyOf)]
    .flatMap(([key, [first]]) => (first === undefined ? [] : [{ key, first }]))
    .map(({ key, first: { name, source } }): PageDependency => {
      const [base, head] = [before.get(key) ?? [], after.get(key) ?? []];
      const boxes = [...new Set([...base, ...head].map(({ crate }) => normalizeCrate(crate)))].flatMap((crate) => crates?.get(crate) ?? []);
      return {
        name,
        own: source === null,
        versions: { base: linked.base === null ? null : versionsOf(base), head: linked.head === null ? null : versionsOf(head) },
        weights:
          crates === null
            ? { base: null, head: null }
            : { base: weightAt(linked.base, boxes, 'base'), head: weightAt(linked.head, boxes, 'head') },
      };
    })
    .toSorted((a, b) => Math.abs(grown(b)) - Math.abs(grown(a)) || weighed(b) - weighed(a) || compareText(a.name, b.name));
}

function packagesOf(linked: Linked | null): readonly LinkedPackage[] {
  return linked === null ? [] : [...linked.packages.values()];
}

function keyOf({ name, source }: LinkedPackage): string {
  return `${source === null ? 'own' : 'other'} ${name}`;
}

function versionsOf(packages: readonly LinkedPackage[]): readonly string[] {
  return [...new Set(packages.map(({ version }) => version))].toSorted(compareVersions);
}

/** The crates' boxes by name; `null`: the binary is not told apart. */
function cratesOf(tree: PackageTree): ReadonlyMap<string, Box> | null {
  if (tree.kind === 'none' || tree.untold !== null) return null;
  const boxes = tree.root.children.filter(({ kind }) => kind === 'binary').flatMap(({ children }) => children);
  return new Map(boxes.filter(({ kind }) => kind === 'crate').map((box) => [box.name, box]));
}

/** Nothing of a package may be left in the binary: it weighs 0 then. */
function weightAt(linked: Linked | null, boxes: readonly Box[], side: 'base' | 'head'): Weights | null {
  if (linked === null) return null;
  const total = (weight: keyof Weights): Weights['zip'] => bytes(boxes.reduce((sum, box) => sum + (box[side]?.[weight] ?? 0), 0));
  return { zip: total('zip'), binary: total('binary'), code: total('code') };
}

function grown({ weights: { base, head } }: PageDependency): number {
  return (head?.binary ?? 0) - (base?.binary ?? 0);
}

function weighed({ weights: { base, head } }: PageDependency): number {
  return head?.binary ?? base?.binary ?? 0;
}
