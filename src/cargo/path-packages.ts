import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CargoMetadata, CargoPackage } from './metadata.ts';

/** A package of the workspace or one that it reaches by path: its sources change from commit to commit under one version. */
export interface PathPackage {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Folders of the packages that it depends on by path. */
  readonly dependsOn: readonly string[];
  readonly hasBuildScript: boolean;
  /** A procedural macro of this repository runs in it, or one of a registry crate that is known to read whole folders. */
  readonly runsMacros: boolean;
  /** Its build script names a path above its own folder. */
  readonly looksAbove: boolean;
  /** Its build script or a macro asks git which commit this is. */
  readonly asksGit: boolean;
}

/** Registry crates whose macros embed a folder that cargo learns of file by file or not at all. */
const READS_FOLDERS: readonly string[] = [
  ...['sqlx', 'diesel_migrations', 'refinery', 'include_dir', 'rust-embed', 'askama', 'rinja', 'sailfish'],
  ...['rust-i18n', 'i18n-embed', 'fluent-templates', 'minijinja-embed', 'graphql_client', 'cynic'],
];
const ASKS_GIT = /^(vergen(-.*)?|shadow-rs|built|build-info(-.*)?|git-version|git-testament|git2|gix|rustc_tools_util)$/;

/** Every package whose source is a path, as `cargo metadata` shows it; with `--no-deps` those of the workspace. */
export function pathPackages(cargo: CargoMetadata): Promise<readonly PathPackage[]> {
  const own = cargo.packages.filter(({ source }) => source === null);
  const macros = own.filter(({ targets }) => targets.some(({ kind }) => kind.includes('proc-macro'))).map(folderOf);
  const edges = new Map(own.map((one) => [folderOf(one), one.dependencies.flatMap(({ path }) => path ?? [])]));
  return Promise.all(
    own.map(async (one) => ({
      name: one.name,
      folder: folderOf(one),
      dependsOn: edges.get(folderOf(one)) ?? [],
      hasBuildScript: one.targets.some(({ kind }) => kind.includes('custom-build')),
      runsMacros:
        [...reached(folderOf(one), edges)].some((folder) => macros.includes(folder)) ||
        one.dependencies.some(({ name }) => READS_FOLDERS.includes(name)),
      ...(await scriptOf(one)),
    })),
  );
}

/** What the text of a build script gives away; one that cannot be read may do anything. */
async function scriptOf({ dependencies, targets }: CargoPackage): Promise<Pick<PathPackage, 'asksGit' | 'looksAbove'>> {
  const script = targets.find(({ kind }) => kind.includes('custom-build'));
  const text = script === undefined ? '' : await readFile(script.src_path, 'utf8').catch(() => 'git ..');
  return {
    asksGit: /\bgit\b/i.test(text) || dependencies.some(({ name }) => ASKS_GIT.test(name)),
    looksAbove: /\.\.|\bparent\b|WORKSPACE/.test(text),
  };
}

/** What a package reaches, itself included. */
function reached(from: string, edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const seen = new Set([from]);
  for (const folder of seen) for (const next of edges.get(folder) ?? []) seen.add(next);
  return seen;
}

function folderOf({ manifest_path }: CargoPackage): string {
  return dirname(manifest_path);
}
