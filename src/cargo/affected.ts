import { relative } from 'node:path';
import { parse } from 'smol-toml';
import { fileKind } from '../core/file-kinds.ts';
import { ownerOf } from './contents.ts';
import type { PathPackage } from './path-packages.ts';

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
  /** Whether files of the repository are packed beside a binary: then any of them may be in every package. */
  readonly packs: boolean;
  /** Whether the packages that one reaches through `Cargo.lock` are others. */
  readonly lockedElse: (name: string) => boolean;
  /** The workspace's manifest, from the top. */
  readonly rootManifest: string;
  /** Every manifest of either commit, from the top: a file belongs to the nearest, whether or not its package is of this workspace. */
  readonly manifests: readonly string[];
  /** Rust sources that include files: one that names a changed file is reached by it. */
  readonly including: readonly { readonly path: string; readonly text: string }[];
  /** A manifest's text at both commits. */
  readonly manifest: (path: string) => { readonly base: string; readonly head: string };
}

/**
 * Finds the packages whose build a change can reach: by the package graph, by `Cargo.lock`, and by what build scripts and macros may read in
 * silence (the rules of `contentDigests`). Features are unified over a whole workspace, so a manifest that asks for others reaches all.
 */
export function affectedPackages(change: Change): Affected {
  const { files, base, head, top, lockfile } = change;
  if (shapeOf(base) !== shapeOf(head))
    return { kind: 'all', reason: 'the workspace has other packages, or they depend on each other in another way' };
  const known = new Set(head.map(({ folder }) => folder));
  for (const { name, dependsOn } of head) {
    const outside = dependsOn.find((folder) => !known.has(folder));
    // Its sources, its build script and what it depends on are not in the manifests that are read.
    if (outside !== undefined)
      return { kind: 'all', reason: `${name} depends on ${relative(top, outside)}, which is no member of the workspace` };
  }
  const inside = new Map(head.map((one) => [relative(top, one.folder), one]));
  const nearest = new Map([...inside.keys(), ...change.manifests.map(folderOf)].map((folder) => [folder, folder]));
  const marked = new Map<string, string>();
  const mark = (one: PathPackage, reason: string): void => {
    if (!marked.has(one.name)) marked.set(one.name, reason);
  };
  for (const path of files) {
    const all = (why: string): Affected => ({ kind: 'all', reason: `${path} ${why}` });
    const kind = fileKind(path);
    const owner = inside.get(ownerOf(path, nearest) ?? '\0') ?? null;
    if (path.endsWith('CargoLambda.toml')) return all('changed');
    if (path.endsWith('.gitattributes')) return all('changed: files may be checked out in another way');
    if (path.endsWith('/.')) return { kind: 'all', reason: `the submodule ${path.slice(0, -2)} stands at another commit` };
    if (change.packs && !path.endsWith('.rs') && !/(^|\/)Cargo\.(toml|lock)$/.test(path))
      return all('may be packed with any function (include)');
    for (const source of change.including) {
      if (source.path === path || !names(source.text, path, kind === 'rust')) continue;
      const reader = inside.get(ownerOf(source.path, nearest) ?? '\0');
      if (reader === undefined) return all(`is named by ${source.path}, which lies in no package`);
      mark(reader, `${path}, which ${source.path} names`);
    }
    if (kind === 'ci') continue;
    if (path.endsWith('Cargo.lock')) {
      if (path !== lockfile) continue;
      for (const one of head) if (one.hasBuildScript || change.lockedElse(one.name)) mark(one, `${path}: what it depends on`);
    } else if (path === 'Cargo.toml' || path.endsWith('/Cargo.toml')) {
      const reach = manifestReach(change.manifest(path));
      if (reach === 'all') return all('changed: features are unified over the workspace');
      if (owner === null) return all('is of no member of the workspace');
      if (reach === 'own' || owner.hasBuildScript || owner.runsMacros) mark(owner, path);
      if (path === change.rootManifest) for (const one of head) if (one.hasBuildScript || one.runsMacros) mark(one, path);
    } else if (kind === 'documentation') {
      if (owner?.hasBuildScript === true || owner?.runsMacros === true) mark(owner, path);
      for (const one of head) if (one.readsDocuments) mark(one, `${path}, which a build script or macro may read`);
    } else if (kind === 'cargo') return all('changed');
    else if (owner === null) return all('lies in no package and is neither documentation nor CI');
    else {
      mark(owner, path);
      for (const one of head)
        if (kind === 'rust' ? one.looksAbove : one.hasBuildScript || one.runsMacros)
          mark(one, `${path}, which a build script or macro may read`);
    }
  }
  for (const one of head) if (one.asksGit) mark(one, 'its build asks git for the commit');
  spread(head, mark, marked);
  return { kind: 'some', packages: marked };
}

/** Whether a source that includes files names one: by its own name or, unless it is Rust, by its folder's, of which it may take all. */
function names(text: string, path: string, isRust: boolean): boolean {
  const parts = path.split('/');
  const [name = '', folder] = [parts.at(-1), parts.at(-2)];
  return (
    text.includes(name) ||
    (!isRust && folder !== undefined && new RegExp(`(^|[^A-Za-z0-9_])${folder.replace(/\W/g, '.')}($|[^A-Za-z0-9_])`, 'm').test(text))
  );
}

function folderOf(manifest: string): string {
  return manifest.includes('/') ? manifest.slice(0, manifest.lastIndexOf('/')) : '';
}

/** On to everything that depends on a marked package. */
function spread(
  packages: readonly PathPackage[],
  mark: (one: PathPackage, reason: string) => void,
  marked: ReadonlyMap<string, string>,
): void {
  for (let before = -1; before !== marked.size; ) {
    before = marked.size;
    for (const one of packages) {
      const reached = packages.find(({ folder, name }) => one.dependsOn.includes(folder) && marked.has(name));
      if (reached !== undefined) mark(one, `${reached.name}: ${marked.get(reached.name)?.replace(`${reached.name}: `, '') ?? ''}`);
    }
  }
}

function shapeOf(packages: readonly PathPackage[]): string {
  return JSON.stringify(
    packages.map(({ name, folder, dependsOn, hasBuildScript }) => [name, folder, [...dependsOn].sort(), hasBuildScript]).sort(),
  );
}

/**
 * Whom a changed manifest reaches: nobody where only `metadata` differs that cargo lambda does not read (coldgate's limits stand there);
 * the package itself where only `[package]` does; else everybody, since it may switch on features of what others use too.
 */
function manifestReach({ base, head }: { readonly base: string; readonly head: string }): 'nobody' | 'own' | 'all' {
  const [from, to] = [partsOf(base), partsOf(head)];
  if (from === null || to === null || from.rest !== to.rest) return 'all';
  return from.own === to.own ? 'nobody' : 'own';
}

function partsOf(text: string): { readonly own: string; readonly rest: string } | null {
  try {
    const { package: own = {}, workspace = {}, ...rest } = parse(text);
    const { metadata: ownMetadata, resolver, name, links, build, ...described } = table(own);
    const { metadata, ...shared } = table(workspace);
    const lambda = [table(ownMetadata).lambda, table(metadata).lambda];
    return { own: JSON.stringify(described), rest: JSON.stringify([rest, shared, resolver, name, links, build, lambda]) };
  } catch {
    return null;
  }
}

function table(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
