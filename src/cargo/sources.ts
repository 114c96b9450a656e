import { realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { MOST_SOURCES } from '../core/snapshot/snapshot.ts';
import type { TreeFile } from '../git/files.ts';
import type { Artifact } from './artifacts.ts';
import { depInfoFiles, readDepInfo } from './dep-info.ts';

/** By the package's name: the files of the commit that it is compiled from, from the repository's top. */
export type Sources = Readonly<Record<string, string[]>>;

/** Those of one package, which may bear the name of a thing that every object has (`constructor`); `null`: it is not known. */
export function sourcesOf(sources: Sources | null | undefined, name: string): readonly string[] | null {
  return sources != null && Object.hasOwn(sources, name) ? (sources[name] ?? null) : null;
}

export interface SourcesPlace {
  /** The private checkout, as cargo names it. */
  readonly top: string;
  /** The folder rustc runs in. */
  readonly workspaceRoot: string;
  /** The files of the commit; what a build makes among them is no source of it. */
  readonly files: readonly TreeFile[];
}

/** As long as a snapshot takes a path. */
const LONGEST = 1_024;

/**
 * Which files of the commit each package of the repository is compiled from, by rustc's own word (dep-info): whatever leads there, a module by its
 * path, a target outside its folder, an `include_str!` in one of those. A file behind a link stands under both of its names. `null` where a unit
 * has left no word, or where it is too much to keep.
 */
export async function readSources(artifacts: readonly Artifact[], { top, workspaceRoot, files }: SourcesPlace): Promise<Sources | null> {
  const below = (path: string): boolean => path.startsWith(`${top}${sep}`);
  const known = new Set(files.map(({ path }) => path));
  const names = new Map<string, Promise<readonly string[] | null>>();
  const namesOf = (path: string): Promise<readonly string[] | null> => {
    const found = names.get(path) ?? bothNames(path);
    names.set(path, found);
    return found;
  };
  const sources = new Map<string, Set<string>>();
  for (const artifact of artifacts) {
    // cargo writes a target's path as its manifest does, with each `..`.
    const source = artifact.source === null ? null : resolve(artifact.source);
    if (source === null || !below(source)) continue;
    // Packages may have binaries of one name, whose units are told apart by their root file alone.
    const told = await Promise.all((await depInfoFiles([artifact])).map((path) => readDepInfo(path, workspaceRoot)));
    const own = told.filter((unit) => unit.files.some((path) => resolve(path) === source));
    if (own.length === 0) return null;
    const list = sources.get(artifact.package) ?? new Set();
    sources.set(artifact.package, list);
    for (const path of new Set(own.flatMap((unit) => unit.files))) {
      const paths = await namesOf(path);
      if (paths === null) return null;
      for (const one of paths.filter(below).map((each) => relative(top, each))) if (known.has(one)) list.add(one);
    }
  }
  return keptOf([...sources].map(([name, list]) => [name, [...list]]));
}

function keptOf(lists: readonly (readonly [name: string, paths: string[]])[]): Record<string, string[]> | null {
  const all = lists.flatMap(([, paths]) => paths);
  const isTooMuch = all.length > MOST_SOURCES || all.some((path) => path.length > LONGEST || path.includes('\\'));
  const byName = lists.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return isTooMuch ? null : Object.fromEntries(byName.map(([name, paths]) => [name, paths.sort()]));
}

/** A file's name as it is written and where it really lies; `null` where a `..` goes up from behind a link, so that what is written names another. */
async function bothNames(path: string): Promise<readonly string[] | null> {
  const written = resolve(path);
  const [real, plain] = await Promise.all([path, written].map((one) => realpath(one).catch(() => null)));
  if (real !== plain) return null;
  return real === null || real === undefined ? [written] : [written, real];
}

/** What two builds made of one commit's packages: a package that both know has the sources of both, of which those count that the commit has. */
export function joinSources(built: Sources | null, carried: Sources | null, files: readonly TreeFile[]): Record<string, string[]> | null {
  if (built === null || carried === null) return null;
  const known = new Set(files.map(({ path }) => path));
  const names = [...new Set([...Object.keys(carried), ...Object.keys(built)])];
  const ofBoth = (name: string): string[] => [...new Set([carried, built].flatMap((one) => sourcesOf(one, name) ?? []))];
  return keptOf(names.map((name) => [name, ofBoth(name).filter((path) => known.has(path))]));
}
