import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Note } from '../core/snapshot/snapshot.ts';
import type { Environment } from '../exec/run.ts';
import { isThere } from '../folder.ts';
import type { UserRepository } from '../git/repository.ts';
import { cargoHome } from '../tools/programs.ts';
import { readToml, table } from './toml.ts';

/** Cargo's configuration above the repository: it does not reach the private checkout. */
export async function missingConfig(user: UserRepository, checkout: string, prepare: string): Promise<readonly Note[]> {
  const notes: Note[] = [];
  const above = ancestors(dirname(user.top)).filter((folder) => !ancestors(checkout).includes(folder));
  for (const folder of above) {
    const [config] = await cargoConfig(folder);
    if (config !== undefined)
      notes.push({
        code: 'parent-config',
        text: `${config.path} lies above the repository and does not reach the private checkout; ${prepare} can copy it to .cargo/config.toml`,
      });
  }
  return notes;
}

/**
 * Settings that the second link displaces, or that do not reach the checkout.
 * `env` is the user's own, `top` their work tree.
 */
export async function buildNotes(folder: string, checkout: string, env: Environment, top: string): Promise<readonly Note[]> {
  const notes: Note[] = [];
  for (const { path, value } of await configsOf(folder, checkout, env)) {
    for (const included of includesOf({ path, value })) {
      const own = resolve(top, relative(checkout, included));
      if ((await isThere(included)) || !(await isThere(own))) continue;
      notes.push({
        code: 'parent-config',
        text: `${path} includes ${own}, which does not reach the private checkout; --prepare can bring it`,
      });
    }
    const overridden = env.RUSTC_WRAPPER ?? env.CARGO_BUILD_RUSTC_WRAPPER;
    if (typeof table(value.build)['rustc-wrapper'] === 'string' && overridden === undefined) {
      notes.push({
        code: 'displaced-wrapper',
        text: `build.rustc-wrapper of ${path} is displaced while coldgate builds; set RUSTC_WRAPPER in the environment instead and it is chained`,
      });
    }
  }
  return notes;
}

/**
 * The toolchain override that `rustup override set` gave the user's folder: it goes by path, so the private checkout needs it handed over.
 * `null` where there is none.
 */
export async function directoryOverride(user: UserRepository, env: Environment): Promise<string | null> {
  const settings = join(env.RUSTUP_HOME ?? join(env.HOME ?? '', '.rustup'), 'settings.toml');
  const value = await readToml(settings);
  const overrides = table(value?.overrides);
  for (const folder of ancestors(join(user.top, user.prefix))) {
    const toolchain = overrides[folder];
    if (typeof toolchain === 'string') return toolchain;
  }
  return null;
}

/**
 * cargo's configuration outside the repository as one digest: in `CARGO_HOME` and in every folder above the checkout, with the files that
 * they include. Empty where there is none.
 */
export async function outerConfig(checkout: string, home: string): Promise<string> {
  const folders = [...ancestors(dirname(checkout)).map((folder) => join(folder, '.cargo')), home];
  const texts: string[] = [];
  const read = async (path: string, depth: number): Promise<void> => {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return;
    texts.push(`${path}\0${text}`);
    const include = (await readToml(path))?.include;
    for (const one of depth === 0 ? [] : Array.isArray(include) ? include : [include]) {
      const name = typeof one === 'string' ? one : table(one).path;
      if (typeof name === 'string') await read(join(dirname(path), name), depth - 1);
    }
  };
  for (const folder of new Set(folders)) for (const name of ['config.toml', 'config']) await read(join(folder, name), 4);
  return texts.length === 0 ? '' : createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);
}

/** A file of cargo's configuration. */
export interface Config {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The configuration that a build in `folder` reads, the nearest first: that of the checkout, and that of `CARGO_HOME`. */
export async function configsOf(folder: string, checkout: string, env: Environment): Promise<readonly Config[]> {
  const inside = ancestors(folder).filter((path) => path === checkout || path.startsWith(`${checkout}/`));
  return (await Promise.all([...inside.map((path) => cargoConfig(path)), cargoConfig(cargoHome(env), '')])).flat();
}

/** A folder's configuration and all that it includes, itself first; none where there is none. */
async function cargoConfig(folder: string, below = '.cargo'): Promise<readonly Config[]> {
  const found: Config[] = [];
  const read = async (path: string): Promise<boolean> => {
    const value = found.some((config) => config.path === path) ? null : await readToml(path);
    if (value === null) return false;
    found.push({ path, value });
    for (const included of includesOf({ path, value })) await read(included);
    return true;
  };
  for (const name of ['config.toml', 'config']) if (await read(join(folder, below, name))) break;
  return found;
}

/** `include = ["flags.toml", { path = "own.toml", optional = true }]`: https://doc.rust-lang.org/cargo/reference/config.html#include */
function includesOf({ path, value }: Config): readonly string[] {
  const listed = Array.isArray(value.include) ? value.include : [value.include];
  const paths = listed.map((item) => (typeof item === 'string' ? item : table(item).path));
  return paths.flatMap((item) => (typeof item === 'string' ? [resolve(dirname(path), item)] : []));
}

/** A folder and all above it, nearest first. */
export function ancestors(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}
