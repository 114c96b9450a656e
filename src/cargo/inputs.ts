import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { BuildInputs } from '../core/snapshot/snapshot.ts';
import type { Environment } from '../exec/run.ts';
import type { TreeFile } from '../git/files.ts';
import type { BuildResult } from './build.ts';
import { digest } from './contents.ts';
import { type DepInfo, depInfoFiles, readDepInfo } from './dep-info.ts';
import { contentOf, filesOf } from './freshness.ts';
import type { PathPackage } from './path-packages.ts';
import { readSources } from './sources.ts';
import { undeclaredVariables } from './variables.ts';

/** More than a snapshot carries. A build that reads so much from elsewhere is measured each time. */
const MOST = 1_000;

export interface InputsPlace {
  /** The private checkout, as cargo names it: what lies in it is the commit's. */
  readonly top: string;
  /** The folder rustc runs in: relative paths of its dep-info go from here. */
  readonly workspaceRoot: string;
  /** Folders whose content is known by name and version or made by the build: `CARGO_HOME`, the target directory. */
  readonly known: readonly string[];
  /** Where the private repository keeps its tags: `git describe` answers by them. */
  readonly tags: string;
  readonly env: Environment;
  /** The files of the commit, by path from its top. */
  readonly files: readonly TreeFile[];
}

/**
 * What a build read beside the commit, so that its snapshot is taken again only where all of it is the same: variables and files out of
 * rustc's dep-info (`# env-dep:`, https://doc.rust-lang.org/rustc/command-line-arguments.html#option-emit) and out of what build scripts
 * declared (`rerun-if-env-changed`, https://doc.rust-lang.org/cargo/reference/build-scripts.html#change-detection), packages by a path
 * outside the checkout, and what the repository's own build scripts and macros can read in silence. Crates of a registry are trusted to
 * declare. `null` where it is too much to keep.
 */
export async function readInputs(built: BuildResult, packages: readonly PathPackage[], place: InputsPlace): Promise<BuildInputs | null> {
  const { top, known, env } = place;
  const told = [
    ...(await Promise.all((await depInfoFiles(built.artifacts)).map((path) => readDepInfo(path, place.workspaceRoot)))),
    ...(await Promise.all(built.scripts.map((out) => readScriptOutput(join(dirname(out), 'output'))))),
  ];
  const within = (path: string): boolean => [top, ...known].some((folder) => path === folder || path.startsWith(`${folder}${sep}`));
  const folders = packages.map(({ folder }) => folder).filter((folder) => !within(folder));
  const files = new Set([
    ...folders,
    ...(packages.some(({ asksGit }) => asksGit) ? [place.tags] : []),
    ...told
      .flatMap((one) => one.files.map((path) => resolve(path)))
      .filter((path) => !within(path) && !folders.some((at) => path.startsWith(`${at}${sep}`))),
  ]);
  const variables = new Set(told.flatMap((one) => one.variables));
  if (files.size > MOST || variables.size > MOST) return null;
  return {
    variables: Object.fromEntries([...variables].sort().map((name) => [name, variableDigest(env, name)])),
    files: Object.fromEntries(await Promise.all([...files].sort().map(async (path) => [path, await stateOf(path)]))),
    undeclared: packages.some(({ hasBuildScript, runsMacros }) => hasBuildScript || runsMacros) ? undeclaredOf(env) : null,
    sources: await readSources(built.artifacts, place),
  };
}

/** What is not as it was when the snapshot was made, for a line of the log; `null`: all of it is. */
export async function changedInput({ variables, files, undeclared }: BuildInputs, env: Environment): Promise<string | null> {
  for (const [name, value] of Object.entries(variables))
    if (variableDigest(env, name) !== value) return `the variable ${name}, which the build reads, has another value`;
  for (const [path, state] of Object.entries(files))
    if ((await stateOf(path)) !== state) return `${path}, which the build reads, has another content`;
  if (undeclared !== null && undeclaredOf(env) !== undeclared)
    return 'the environment, which a build script of the workspace can read, is another';
  return null;
}

/** Eight digits tell two values apart and give a guesser of a secret nothing to confirm it by. */
function variableDigest(env: Environment, name: string): string | null {
  const value = env[name];
  return value === undefined ? null : createHash('sha256').update(`${name}=${value}`).digest('hex').slice(0, 8);
}

function undeclaredOf(env: Environment): string {
  return digest(Object.entries(undeclaredVariables(env, 'kept')).sort());
}

async function stateOf(path: string): Promise<string> {
  const info = await stat(path).catch(() => null);
  if (info === null) return 'none';
  return info.isDirectory() ? digest(await filesOf(path)) : contentOf(path);
}

async function readScriptOutput(path: string): Promise<DepInfo> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const said = (what: string): string[] =>
    [...text.matchAll(new RegExp(`^cargo::?${what}=(.+)$`, 'gm'))].map((match) => (match[1] ?? '').trim());
  return { variables: said('rerun-if-env-changed'), files: said('rerun-if-changed').filter((file) => file.startsWith('/')) };
}
