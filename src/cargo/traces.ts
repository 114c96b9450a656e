import { dirname } from 'node:path/posix';
import type { NamedFunction } from '../core/function-names.ts';
import { ownerOf } from './contents.ts';
import { type ManifestLimits, ofFunctions, rootOf } from './manifest-limits.ts';

/** A manifest of base that may be the project's, although head's manifest does not stand at base. */
export interface Trace {
  readonly file: string;
  /** `gone`: head has it no more. Else base has a package of that name already, and head no more of them than base. */
  readonly because: 'gone' | { readonly package: string };
}

/**
 * What base has that a project which looks new may have come from. Where there is none, it is new: other projects that stay where they are say
 * nothing of it, nor does one that is gone and neither has its package nor, by `wentInto`, gave it a source. Told from the manifests that were read.
 */
export function tracesAtBase(
  files: { readonly base: readonly string[]; readonly head: readonly string[] },
  manifests: { readonly base: readonly ManifestLimits[]; readonly head: readonly ManifestLimits[] },
  functions: readonly Pick<NamedFunction, 'crate'>[],
  wentInto: (gone: ManifestLimits) => boolean,
): readonly Trace[] {
  const [before, after] = [ofFunctions(manifests.base, functions), ofFunctions(manifests.head, functions)];
  const isGone = (file: string): boolean => files.base.includes(file) && !files.head.includes(file);
  const gone = manifests.base
    .filter((one) => isGone(one.file) && (before.includes(one) || wentInto(one)))
    .map(({ file }) => ({ file, because: 'gone' as const }));
  const count = (among: readonly ManifestLimits[], name: string | null): number => among.filter((one) => one.package === name).length;
  const named = before.flatMap(({ file, package: name }) =>
    name === null || count(after, name) > count(before, name) || isGone(file) ? [] : [{ file, because: { package: name } }],
  );
  return [...gone, ...named];
}

/** What git saw between two commits. */
export interface Moves {
  /** Renamed files, from there to here. */
  readonly moved: ReadonlyMap<string, string>;
  /** The files of base. */
  readonly paths: readonly string[];
  /** The manifests of base. */
  readonly before: readonly ManifestLimits[];
  /** The files of head that are manifests. */
  readonly after: readonly string[];
}

/**
 * Of the manifests that are gone those whose package, which had a binary, gave the new project in `folder` a source, and the workspaces of such.
 * Manifests and lock files say nothing: they are all alike. Of a workspace that is gone as a whole its libraries count too.
 */
export function sourcesWentTo(folder: string, { moved, paths, before, after }: Moves): (gone: ManifestLimits) => boolean {
  const byFolder = new Map(before.map((one) => [one.file === 'Cargo.toml' ? '' : dirname(one.file), one]));
  const sources = [...moved].filter(([from, to]) => from.endsWith('.rs') && (folder === '.' || to.startsWith(`${folder}/`)));
  const givers = new Set(sources.flatMap(([from]) => ownerOf(from, byFolder) ?? []));
  const binaries = new Set(
    paths.filter((path) => /(^|\/)src\/(main\.rs$|bin\/)/.test(path)).flatMap((path) => ownerOf(path, byFolder) ?? []),
  );
  const hasBinary = (one: ManifestLimits): boolean => binaries.has(one) || /^\s*(\[\[\s*bin\s*\]\]|bin\s*=)/m.test(one.text);
  const isGone = ({ file }: ManifestLimits): boolean => !after.includes(file);
  const counts = (one: ManifestLimits): boolean => {
    const root = rootOf(one, before);
    const isOfGone = root !== undefined && isGone(root) && before.some((other) => rootOf(other, before) === root && hasBinary(other));
    return isGone(one) && givers.has(one) && (hasBinary(one) || isOfGone);
  };
  return (gone) => counts(gone) || (gone.isWorkspace && before.some((one) => counts(one) && rootOf(one, before) === gone));
}
