import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { namesCi } from '../core/file-kinds.ts';
import type { CargoMetadata, CargoPackage } from './metadata.ts';

/** A package of the workspace or one that it reaches by path: its sources change from commit to commit under one version. */
export interface PathPackage {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** The root files of what is built of it, absolute: its library, its binaries, its build script. */
  readonly roots: readonly string[];
  /** Folders of the packages that it depends on by path. */
  readonly dependsOn: readonly string[];
  readonly hasBuildScript: boolean;
  /** A procedural macro of this repository runs in it, or one of a registry crate that is known to read whole folders. */
  readonly runsMacros: boolean;
  /** Its build script, a macro or what those are made of names a path above a package's folder. */
  readonly looksAbove: boolean;
  /** The same name documents or their folder. */
  readonly readsDocuments: boolean;
  /** The same name files of CI and of other tools, or their folder. */
  readonly readsCi: boolean;
  /** The same ask git which commit this is. */
  readonly asksGit: boolean;
}

/** Registry crates whose macros embed a folder that cargo learns of file by file or not at all. */
const READS_FOLDERS: readonly string[] = [
  ...['sqlx', 'diesel_migrations', 'refinery', 'include_dir', 'rust-embed', 'askama', 'rinja', 'sailfish'],
  ...['rust-i18n', 'i18n-embed', 'fluent-templates', 'minijinja-embed', 'graphql_client', 'cynic'],
];
const NOT_SHIPPED: readonly string[] = ['test', 'example', 'bench'];
const ASKS_GIT = /^(vergen(-.*)?|shadow-rs|built|build-info(-.*)?|git-version|git-testament|git2|gix|rustc_tools_util)$/;

/** Every package whose source is a path, as `cargo metadata` shows it; with `--no-deps` those of the workspace. */
export async function pathPackages(cargo: CargoMetadata): Promise<readonly PathPackage[]> {
  const own = cargo.packages.filter(({ source }) => source === null);
  const byName = new Map(own.map((one) => [one.name, folderOf(one)]));
  // A dependency without a path may be patched to one: by its name.
  const pathsOf = (one: CargoPackage, isMeant: (kind: string | null) => boolean): readonly string[] =>
    one.dependencies.flatMap(({ name, kind, path }) => (isMeant(kind) ? (path ?? byName.get(name) ?? []) : []));
  const edges = new Map(own.map((one) => [folderOf(one), pathsOf(one, () => true)]));
  const tools = new Map(own.map((one) => [folderOf(one), pathsOf(one, (kind) => kind === 'build')]));
  const macros = own.filter(({ targets }) => targets.some(({ kind }) => kind.includes('proc-macro'))).map(folderOf);
  const texts = new Map<string, string>();
  for (const folder of new Set([...macros, ...[...tools.values()].flat()].flatMap((one) => [...reached(one, edges)]))) {
    texts.set(folder, await sourcesOf(folder));
  }
  return Promise.all(
    own.map(async (one) => {
      const folder = folderOf(one);
      const closure = [...reached(folder, edges)];
      const used = [...closure.filter((other) => macros.includes(other)), ...(tools.get(folder) ?? [])];
      const run = [...new Set(used.flatMap((other) => [...reached(other, edges)]))].map((other) => texts.get(other) ?? '');
      const text = [await scriptOf(one), ...run].join('\n');
      const embeds = one.dependencies.some(({ name }) => READS_FOLDERS.includes(name));
      return {
        name: one.name,
        folder,
        roots: one.targets.filter(({ kind }) => !kind.some((word) => NOT_SHIPPED.includes(word))).map(({ src_path }) => src_path),
        dependsOn: edges.get(folder) ?? [],
        hasBuildScript: one.targets.some(({ kind }) => kind.includes('custom-build')),
        runsMacros: embeds || closure.some((other) => macros.includes(other)),
        looksAbove: /\.\.\/|\/\.\.|"\.\."|\bparent\(\)|\bancestors\(\)|\.pop\(\)|toplevel|locate-project|MetadataCommand|WORKSPACE/.test(
          text,
        ),
        readsDocuments: embeds || /["'/]docs?["'/]|\.md\b|readme/i.test(text),
        readsCi: namesCi(text),
        asksGit: /\bgit\b|git2|gix/i.test(text) || one.dependencies.some(({ name }) => ASKS_GIT.test(name)),
      };
    }),
  );
}

/** A build script's text, with the modules beside one that has a folder of its own; one that cannot be read may do anything. */
async function scriptOf(one: CargoPackage): Promise<string> {
  const script = one.targets.find(({ kind }) => kind.includes('custom-build'));
  if (script === undefined) return '';
  const own = dirname(script.src_path);
  const text = await readFile(script.src_path, 'utf8').catch(() => ANYTHING);
  return own === folderOf(one) ? text : `${text}\n${await sourcesOf(own)}`;
}

const ANYTHING = 'git ../docs/ .github';
/** More files than a macro or a build's own tool has: such a one may do anything. */
const MOST_SOURCES = 300;

/** The Rust sources of a package that runs while others are built. */
async function sourcesOf(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => name.endsWith('.rs'));
  if (names.length > MOST_SOURCES) return ANYTHING;
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => ANYTHING)))).join('\n');
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
