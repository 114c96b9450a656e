import { dirname, join } from 'node:path/posix';
import { parse } from 'smol-toml';
import type { NamedFunction } from '../core/function-names.ts';
import type { DeclaredLimit } from '../core/snapshot/snapshot.ts';
import { locateLimits } from './declared-limits.ts';

/** What one `Cargo.toml` declares, read from its text alone. */
export interface ManifestLimits {
  /** Relative to the repository. */
  readonly file: string;
  /** `null`: it is of no package. */
  readonly package: string | null;
  readonly isWorkspace: boolean;
  /** Folders below a workspace that are none of it, relative to the repository. */
  readonly excluded: readonly string[];
  readonly own: readonly string[];
  readonly workspace: readonly string[];
  readonly text: string;
}

/** Reads a manifest; one that is no TOML declares nothing, as cargo would refuse it too. */
export function parseManifestLimits(file: string, text: string): ManifestLimits {
  let manifest: unknown = null;
  try {
    // Of other tools' metadata, too: a number that JavaScript cannot hold is none of ours.
    manifest = parse(text, { integersAsBigInt: 'asNeeded' });
  } catch {
    // cargo could not read it either.
  }
  const name = at(manifest, ['package', 'name']);
  return {
    file,
    package: typeof name === 'string' ? name : null,
    isWorkspace: at(manifest, ['workspace']) !== undefined,
    excluded: textsAt(manifest, ['workspace', 'exclude']).map((folder) => join(dirname(file), folder).replace(/\/$/, '')),
    own: textsAt(manifest, ['package', 'metadata', 'coldgate', 'limits']),
    workspace: textsAt(manifest, ['workspace', 'metadata', 'coldgate', 'limits']),
    text,
  };
}

/** What the project of the manifest `file` declares: it and its workspace, told from the texts alone, where cargo cannot be asked. */
export function limitsOfProject(file: string, manifests: readonly ManifestLimits[]): readonly DeclaredLimit[] {
  const own = manifests.find((one) => one.file === file);
  const root = rootOf({ file }, manifests);
  const members = manifests.filter((one) => one === own || (root !== undefined && rootOf(one, manifests) === root));
  return [
    ...(root === undefined ? [] : locateLimits(root.workspace, null, root)),
    ...members.flatMap((one) => (one.package === null ? [] : locateLimits(one.own, one.package, one))),
  ];
}

/**
 * Where the limits that a snapshot says were declared are not those of the manifests, in a sentence; `null` where they agree. `manifests` may be
 * some of the repository's: what is not among them is not looked at. A package without a function here has no limit that counts. `joined`: of a
 * project that is not there yet the workspaces that it joins, whose limits alone count; `null`: it is there.
 */
export function limitsContradiction(
  claimed: readonly DeclaredLimit[],
  manifests: readonly ManifestLimits[],
  functions: readonly NamedFunction[],
  joined: readonly string[] | null = null,
): string | null {
  const members = joined === null ? soleOf(ofFunctions(manifests, functions)) : [];
  const roots = new Set(joined ?? members.map((one) => rootOf(one, manifests)?.file));
  for (const one of manifests) {
    const scopes = [
      ...(one.package === null ? [] : [{ owner: one.package, declared: one.own, counts: members.includes(one) }]),
      { owner: null, declared: one.workspace, counts: roots.has(one.file) },
    ];
    for (const { owner, declared, counts } of scopes) {
      const said = claimed.filter((limit) => limit.file === one.file && limit.package === owner).map(({ text }) => text);
      if (said.length === 0 && !counts) continue;
      if (!sameTexts(said, declared)) return `${one.file} at base declares ${listText(declared)}, and the artifact says ${listText(said)}`;
    }
  }
  return null;
}

/** Those whose package's name no other of them has: of two workspaces' packages of one name which was measured is not to be told. */
export function soleOf(members: readonly ManifestLimits[]): readonly ManifestLimits[] {
  return members.filter((one) => members.every((other) => other === one || other.package !== one.package));
}

/** The names that several of them have. */
export function sharedNames(members: readonly ManifestLimits[]): readonly string[] {
  const sole = soleOf(members);
  return [...new Set(members.flatMap((one) => (one.package === null || sole.includes(one) ? [] : [one.package])))];
}

/** The manifests of the functions' packages. */
export function ofFunctions(
  manifests: readonly ManifestLimits[],
  functions: readonly Pick<NamedFunction, 'crate'>[],
): readonly ManifestLimits[] {
  const crates = new Set(functions.map(({ crate }) => crate));
  return manifests.filter((one) => one.package !== null && crates.has(one.package));
}

/** The manifest of the nearest workspace at or above a package's folder that does not exclude it. */
export function rootOf({ file }: Pick<ManifestLimits, 'file'>, manifests: readonly ManifestLimits[]): ManifestLimits | undefined {
  return manifests
    .filter((one) => one.isWorkspace && isBelow(file, dirname(one.file)) && !one.excluded.some((folder) => isBelow(file, folder)))
    .toSorted((a, b) => b.file.length - a.file.length)[0];
}

function isBelow(file: string, folder: string): boolean {
  return folder === '.' || file.startsWith(`${folder}/`);
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted());
}

function listText(texts: readonly string[]): string {
  return texts.length === 0 ? 'no limits' : texts.map((text) => JSON.stringify(text)).join(', ');
}

function textsAt(value: unknown, path: readonly string[]): readonly string[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : [];
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined), value);
}
