import { relative } from 'node:path';
import { fileKind } from '../core/file-kinds.ts';
import { ownerOf } from './contents.ts';
import { manifestReach } from './manifest-reach.ts';
import { outwardSources } from './outward.ts';
import type { PathPackage } from './path-packages.ts';
import { NOBODY, type Reach, readersOf, sourcesNaming } from './readers.ts';
import { type Sources, sourcesOf } from './sources.ts';

/** Which packages a change can reach. `all`: one of its files could reach any of them; never a guess. */
export type Affected =
  | { readonly kind: 'all'; readonly reason: string }
  /** By the package's name, each with the first reason found. */
  | { readonly kind: 'some'; readonly packages: ReadonlyMap<string, string> };

/** What differs between two commits. */
export interface Change {
  /** From the repository's top. */
  readonly files: readonly string[];
  /** The packages of both commits. */
  readonly base: readonly PathPackage[];
  readonly head: readonly PathPackage[];
  /** The checkout that holds both in turn. */
  readonly top: string;
  /** The lock file that counts, from the top. */
  readonly lockfile: string;
  /** What is packed beside a binary, as its configuration names it: then a file may be in every package. */
  readonly packs: readonly string[];
  /** Whether the packages that one reaches through `Cargo.lock` are others. */
  readonly lockedElse: (name: string) => boolean;
  /** The workspace's manifest, from the top. */
  readonly rootManifest: string;
  /** Every manifest of either commit, from the top: a file belongs to the nearest, whether or not its package is of this workspace. */
  readonly manifests: readonly string[];
  /** Rust sources that include files, under each path that leads to them, and cargo's configuration: what names a changed file is reached by it. */
  readonly including: ReadonlyMap<string, string>;
  /** Of those the paths that lead through a link. */
  readonly linked: ReadonlySet<string>;
  /** A manifest's text at both commits. */
  readonly manifest: (path: string) => { readonly base: string; readonly head: string };
}

/**
 * Finds the packages whose build a change can reach: by what each was compiled from (`sources`, of a build of either commit), by the folder that a
 * file lies in, by the package graph, by `Cargo.lock`, and by what build scripts and macros may read in silence (the rules of `contentDigests`).
 * Without `sources` a package that takes a module from elsewhere is reached by any source. Features are unified over a whole workspace, so a
 * manifest that asks for others reaches all.
 */
export function affectedPackages(change: Change, sources: Sources | null): Affected {
  const { files, base, head, top } = change;
  const reason =
    shapeOf(base) === shapeOf(head)
      ? outsideOf(head, top)
      : 'the workspace has other packages, or they depend on each other in another way';
  if (reason !== null) return { kind: 'all', reason };
  const inside = new Map(head.map((one) => [relative(top, one.folder), one]));
  const nearest = new Map([...inside.keys(), ...change.manifests.map(folderOf)].map((folder) => [folder, folder]));
  const ownerAt = (path: string): PathPackage | null => inside.get(ownerOf(path, nearest) ?? '\0') ?? null;
  const including = sourcesNaming(files, change.including, ownerAt);
  const marked = new Map<string, string>();
  const mark = ([one, why]: readonly [PathPackage, string]): void => {
    if (!marked.has(one.name)) marked.set(one.name, why);
  };
  const outward = sources === null ? outwardSources(head, { ...change, ownerAt }) : new Map<PathPackage, string>();
  const compiled = head.map((one) => ({ one, from: new Set(sourcesOf(sources, one.name) ?? []) }));
  for (const path of files) {
    const readers = readersOf(path, including);
    const told: Reach = {
      some: compiled.flatMap(({ one, from }) => (from.has(path) ? [[one, `${path}, which it is compiled from`] as const] : [])),
    };
    for (const reach of [
      everybody(path, change),
      readers,
      kindReach(path, ownerAt(path), change),
      told,
      outwardReach(path, readers, outward),
    ]) {
      if ('all' in reach) return { kind: 'all', reason: reach.all };
      reach.some.forEach(mark);
    }
  }
  for (const one of head) if (one.asksGit) mark([one, 'its build asks git for the commit']);
  spread(head, marked, mark);
  return { kind: 'some', packages: marked };
}

/** A package by a path outside the workspace: its sources, its build script and what it depends on are not in the manifests that are read. */
function outsideOf(packages: readonly PathPackage[], top: string): string | null {
  const known = new Set(packages.map(({ folder }) => folder));
  for (const { name, dependsOn } of packages) {
    const outside = dependsOn.find((folder) => !known.has(folder));
    if (outside !== undefined) return `${name} depends on ${relative(top, outside)}, which is no member of the workspace`;
  }
  return null;
}

/** Files that decide over others. */
function everybody(path: string, { packs }: Change): Reach {
  if (path.endsWith('CargoLambda.toml')) return { all: `${path} changed` };
  if (path.endsWith('.gitattributes')) return { all: `${path} changed: files may be checked out in another way` };
  if (path.endsWith('/.')) return { all: `the submodule ${path.slice(0, -2)} stands at another commit` };
  if (packs.length > 0 && mayBePacked(path, packs)) return { all: `${path} may be packed with any function (include)` };
  return NOBODY;
}

/** Any file but a source of Rust or cargo's, which are packed where an `include` names them, or a folder that they lie in. */
function mayBePacked(path: string, packs: readonly string[]): boolean {
  if (!path.endsWith('.rs') && !/(^|\/)Cargo\.(toml|lock)$/.test(path)) return true;
  const segments = path.split('/');
  return packs.some((include) => {
    const last = include.split('/').findLast((segment) => segment !== '' && segment !== '.') ?? '';
    // The whole folder, one above, or a pattern.
    return last === '' || last === '..' || /[*?[{]/.test(last) || segments.includes(last);
  });
}

/** Packages that take a module from elsewhere: what lies behind it nobody has told, so any source reaches them, and what some source names. */
function outwardReach(path: string, readers: Reach, outward: ReadonlyMap<PathPackage, string>): Reach {
  const kind = fileKind(path);
  const isSource = kind === 'rust' || (kind === 'other' && !/(^|\/)Cargo\.toml$/.test(path));
  if (!isSource && 'some' in readers && readers.some.length === 0) return NOBODY;
  return { some: [...outward].map(([one, source]) => [one, `${path}, which ${source} may lead to`]) };
}

/** Whom a file reaches by what it is and where it lies. */
function kindReach(path: string, owner: PathPackage | null, change: Change): Reach {
  const { head, lockfile } = change;
  const those = (which: (one: PathPackage) => boolean, reason: string): Reach => ({ some: head.filter(which).map((one) => [one, reason]) });
  const kind = fileKind(path);
  const runs = ({ hasBuildScript, runsMacros }: PathPackage): boolean => hasBuildScript || runsMacros;
  const mayRead = `${path}, which a build script or macro may read`;
  if (kind === 'ci') return those((one) => (one === owner && runs(one)) || one.readsCi, mayRead);
  if (path === lockfile) return those((one) => one.hasBuildScript || change.lockedElse(one.name), `${path}: what it depends on`);
  // Another lock file is data, of a test or of what reads it.
  if (path.endsWith('Cargo.lock')) return those((one) => one === owner || runs(one), mayRead);
  if (path === 'Cargo.toml' || path.endsWith('/Cargo.toml')) {
    const reach = manifestReach(change.manifest(path));
    if (reach === 'all') return { all: `${path} changed: features are unified over the workspace` };
    if (owner === null) return { all: `${path} is of no member of the workspace` };
    return those((one) => (one === owner ? reach === 'own' || runs(one) : path === change.rootManifest && runs(one)), path);
  }
  if (kind === 'documentation') return those((one) => (one === owner && runs(one)) || one.readsDocuments, mayRead);
  if (kind === 'cargo') return { all: `${path} changed` };
  if (owner === null) return { all: `${path} lies in no package and is neither documentation nor CI` };
  const others = those((one) => one !== owner && (kind === 'rust' ? one.looksAbove : runs(one)), mayRead);
  return { some: [[owner, path], ...('some' in others ? others.some : [])] };
}

function folderOf(manifest: string): string {
  return manifest.includes('/') ? manifest.slice(0, manifest.lastIndexOf('/')) : '';
}

/** On to everything that depends on a marked package. */
function spread(
  packages: readonly PathPackage[],
  marked: ReadonlyMap<string, string>,
  mark: (found: readonly [PathPackage, string]) => void,
): void {
  const byFolder = new Map(packages.map((one) => [one.folder, one]));
  for (let before = -1; before !== marked.size; ) {
    before = marked.size;
    for (const one of packages) {
      const reached = one.dependsOn.flatMap((folder) => byFolder.get(folder) ?? []).find(({ name }) => marked.has(name));
      if (reached !== undefined) mark([one, `${reached.name}: ${marked.get(reached.name) ?? ''}`]);
    }
  }
}

function shapeOf(packages: readonly PathPackage[]): string {
  return JSON.stringify(
    packages.map(({ name, folder, dependsOn, hasBuildScript }) => [name, folder, [...dependsOn].sort(), hasBuildScript]).sort(),
  );
}
