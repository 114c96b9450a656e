import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CargoMetadata, CargoPackage } from './metadata.ts';

/** A package of the workspace or one that it reaches by path: its sources change from commit to commit under one version. */
export interface PathPackage {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly hasBuildScript: boolean;
  /** A procedural macro of this repository runs in it, or one of a registry crate that is known to read whole folders. */
  readonly runsMacros: boolean;
  /** Its build script or a macro asks git which commit this is. */
  readonly asksGit: boolean;
}

/** Registry crates whose macros embed a folder that cargo learns of file by file or not at all. */
const READS_FOLDERS: readonly string[] = [
  ...['sqlx', 'diesel_migrations', 'refinery', 'include_dir', 'rust-embed', 'askama', 'rinja', 'sailfish'],
  ...['rust-i18n', 'i18n-embed', 'fluent-templates', 'minijinja-embed', 'graphql_client', 'cynic'],
];
const ASKS_GIT = /^(vergen(-.*)?|shadow-rs|built|build-info(-.*)?|git-version|git-testament|git2|gix|rustc_tools_util)$/;

/** Every package whose source is a path, as `cargo metadata` shows it. */
export function pathPackages(cargo: CargoMetadata): Promise<readonly PathPackage[]> {
  const own = cargo.packages.filter(({ source }) => source === null);
  const macros = new Set(own.filter(({ targets }) => targets.some(({ kind }) => kind.includes('proc-macro'))).map(({ id }) => id));
  const reached = closures(cargo);
  return Promise.all(
    own.map(async (one) => ({
      name: one.name,
      folder: dirname(one.manifest_path),
      hasBuildScript: one.targets.some(({ kind }) => kind.includes('custom-build')),
      runsMacros: [...reached(one.id)].some((id) => macros.has(id)) || one.dependencies.some(({ name }) => READS_FOLDERS.includes(name)),
      asksGit: await asksGit(one),
    })),
  );
}

async function asksGit({ dependencies, targets }: CargoPackage): Promise<boolean> {
  if (dependencies.some(({ name }) => ASKS_GIT.test(name))) return true;
  const script = targets.find(({ kind }) => kind.includes('custom-build'));
  return script !== undefined && /\bgit\b/i.test(await readFile(script.src_path, 'utf8').catch(() => 'git'));
}

/** What a package reaches, itself included. */
function closures({ resolve }: CargoMetadata): (id: string) => ReadonlySet<string> {
  const edges = new Map((resolve?.nodes ?? []).map(({ id, dependencies }) => [id, dependencies]));
  return (from) => {
    const seen = new Set<string>([from]);
    for (const id of seen) for (const next of edges.get(id) ?? []) seen.add(next);
    return seen;
  };
}
