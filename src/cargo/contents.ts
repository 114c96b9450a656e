import { createHash } from 'node:crypto';
import { sep } from 'node:path';
import { fileKind } from '../core/file-kinds.ts';
import type { Environment } from '../exec/run.ts';
import type { TreeFile } from '../git/files.ts';
import type { PathPackage } from './path-packages.ts';

/** What a build sees of a revision, beside the registry. */
export interface Sources {
  /** The private checkout. */
  readonly top: string;
  readonly files: readonly TreeFile[];
  /** Those of packages outside the checkout, by the package's folder. */
  readonly outside: ReadonlyMap<string, readonly TreeFile[]>;
  readonly commit: string;
  /** What a build script can read without saying so. */
  readonly env: Environment;
}

/**
 * One digest for each name of a package, over all that can change what cargo makes of it and that cargo may not be told of:
 *
 * - the package's own files; documentation and CI's only where a build script or such a macro could read them;
 * - where a build script or a macro of the repository runs: files that lie in no package, and files of other packages that are no Rust source;
 * - where either runs: the environment; the commit, if it asks git;
 * - where a build script runs: cargo's own files.
 *
 * Left out on purpose, and said in docs/how-it-measures.md: Rust sources of another package that a build script reads and does not declare.
 */
export function contentDigests(packages: readonly PathPackage[], sources: Sources): ReadonlyMap<string, string> {
  const owned = byOwner(packages, sources);
  const environment = digest(Object.entries(sources.env).sort());
  const digests = new Map<string, string[]>();
  for (const one of packages) {
    const { hasBuildScript, runsMacros, asksGit } = one;
    const own = (owned.get(one) ?? []).filter(({ path }) => {
      const kind = fileKind(path);
      const isAside = kind === 'documentation' || kind === 'ci';
      return hasBuildScript || ((runsMacros || !isAside) && (kind !== 'cargo' || path.endsWith('Cargo.toml')));
    });
    const others = [...owned]
      .filter(([owner]) => owner !== one)
      .flatMap(([owner, files]) => files.filter(({ path }) => readable(path, owner === null, one)));
    const seen = [
      own,
      hasBuildScript || runsMacros ? others : [],
      hasBuildScript ? (owned.get(null) ?? []).filter(({ path }) => fileKind(path) === 'cargo') : [],
    ];
    const asked = [hasBuildScript || runsMacros ? environment : '', asksGit ? sources.commit : ''];
    digests.set(one.name, [...(digests.get(one.name) ?? []), digest([one.folder, seen, asked])]);
  }
  return new Map([...digests].map(([name, parts]) => [name, digest(parts.toSorted())]));
}

/** Files of nobody count whatever they are; of another package, its Rust sources and its manifest reach nobody but itself. */
function readable(path: string, isNobodys: boolean, { readsDocuments, readsCi }: PathPackage): boolean {
  const kind = fileKind(path);
  if (kind === 'documentation') return readsDocuments;
  if (kind === 'ci') return readsCi;
  return (kind === 'other' && (isNobodys || !path.endsWith('/Cargo.toml'))) || (kind === 'rust' && isNobodys);
}

/** Files by the package in whose folder they lie, the innermost; `null`: in none. */
function byOwner(packages: readonly PathPackage[], { top, files, outside }: Sources): ReadonlyMap<PathPackage | null, readonly TreeFile[]> {
  const inside = new Map<string, PathPackage>();
  const owned = new Map<PathPackage | null, TreeFile[]>();
  for (const one of packages) {
    if (one.folder === top) inside.set('', one);
    else if (one.folder.startsWith(`${top}${sep}`)) inside.set(one.folder.slice(top.length + 1), one);
    else owned.set(one, [...(outside.get(one.folder) ?? [])]);
  }
  for (const file of files) {
    const owner = ownerOf(file.path, inside);
    const list = owned.get(owner);
    if (list === undefined) owned.set(owner, [file]);
    else list.push(file);
  }
  return owned;
}

/** The innermost folder of `folders` that `path` lies in, or is (a submodule). */
export function ownerOf<T>(path: string, folders: ReadonlyMap<string, T>): T | null {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const owner = folders.get(path.slice(0, end));
    if (owner !== undefined) return owner;
  }
  return folders.get('') ?? null;
}

export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}
