import { createHash } from 'node:crypto';
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Environment } from '../exec/run.ts';
import { isThere, makeHome } from '../folder.ts';

/** Whose files git may read though another user owns them. */
export interface Trust {
  /** coldgate's state folder, which the settings for git are written to. */
  readonly home: string;
}

/**
 * The workspace of a job and the settings with which git reads it whoever owns it; `null` where `folder` is not in it. A job in a container is
 * `root` in a checkout of the runner's user, and git refuses that ("dubious ownership"). What was checked out for this very job may be read: the
 * check is for what others leave about on a shared machine, so on a laptop git's word stands.
 *
 * The settings are a file in place of the user's global ones, which it includes (git 2.32): `safe.directory` of `GIT_CONFIG_COUNT` is ignored by
 * git 2.35 to 2.37 and the releases of distributions that brought the check to older ones (seen with 2.34.8), and the git that hands out a submodule's copy never sees it.
 */
export async function trustWorkspace(folder: string, env: Environment, { home }: Trust): Promise<Environment | null> {
  const workspace = env.GITHUB_ACTIONS === 'true' ? await realpath(env.GITHUB_WORKSPACE ?? '').catch(() => null) : null;
  const real = await realpath(folder).catch(() => folder);
  if (workspace === null || !`${real}${sep}`.startsWith(`${workspace}${sep}`)) return null;
  const top = await topOf(real, workspace);
  if (top === null) return null;
  const own = env.HOME === undefined ? [] : [join(env.HOME, '.gitconfig')];
  const config = env.XDG_CONFIG_HOME ?? (env.HOME === undefined ? '' : join(env.HOME, '.config'));
  const included =
    env.GIT_CONFIG_GLOBAL === undefined ? [...(config === '' ? [] : [join(config, 'git', 'config')]), ...own] : [env.GIT_CONFIG_GLOBAL];
  const copies = await submoduleCopies(join(top, '.git', 'modules'));
  const safe = [top, join(top, '.git'), ...copies];
  const text = [
    ...included.map((path) => `[include]\n\tpath = ${quotedValue(path)}`),
    ...safe.map((path) => `[safe]\n\tdirectory = ${quotedValue(path)}`),
  ];
  const file = join(home, 'trust', `${createHash('sha256').update(top).digest('hex').slice(0, 16)}.gitconfig`);
  await makeHome(home);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${text.join('\n')}\n`);
  return { ...env, GIT_CONFIG_GLOBAL: file };
}

/** Where the work tree around `folder` begins, within `workspace`. */
async function topOf(folder: string, workspace: string): Promise<string | null> {
  for (let at = folder; `${at}${sep}`.startsWith(`${workspace}${sep}`); at = dirname(at)) if (await isThere(join(at, '.git'))) return at;
  return null;
}

/** The repositories of submodules, each of which may hold others; their names may have slashes. */
async function submoduleCopies(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    const isRepository = await isThere(join(path, 'HEAD'));
    if (isRepository) found.push(path);
    found.push(...(await submoduleCopies(isRepository ? join(path, 'modules') : path)));
  }
  return found;
}

function quotedValue(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
