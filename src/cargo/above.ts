import { dirname, join } from 'node:path';
import type { Note } from '../core/snapshot/snapshot.ts';
import { type Environment, run } from '../exec/run.ts';
import { isThere } from '../folder.ts';
import type { UserRepository } from '../git/repository.ts';
import { ancestors } from './config.ts';

const TOOLCHAINS = ['rust-toolchain', 'rust-toolchain.toml'] as const;

/**
 * What lies above the repository and decides what the plain command builds, but not what is built in the private checkout: the manifest of a
 * workspace that the project belongs to, and the toolchain file that rustup finds where the repository has none. `prepare`: as the person writes it.
 */
export async function missingAbove(user: UserRepository, env: Environment, prepare: string): Promise<readonly Note[]> {
  return [...(await workspaceAbove(user, env, prepare)), ...(await toolchainAbove(user, env, prepare))];
}

/** cargo's own word for where the workspace begins; a project that it cannot read is left for the build to report. */
async function workspaceAbove(user: UserRepository, env: Environment, prepare: string): Promise<readonly Note[]> {
  // Most projects have no manifest above them: cargo is asked where there is one.
  const above = ancestors(dirname(user.top));
  if (!(await Promise.all(above.map((folder) => isThere(join(folder, 'Cargo.toml'))))).includes(true)) return [];
  const args = ['locate-project', '--workspace', '--message-format', 'plain', '--offline'];
  const found = await run('cargo', args, { cwd: join(user.top, user.prefix), env, check: false });
  const manifest = found.stdout.trim();
  if (found.exitCode !== 0 || manifest === '' || manifest.startsWith(`${user.top}/`)) return [];
  const text = `${manifest}, the manifest of the project's workspace, lies above the repository: neither its profiles nor what is inherited from it nor the lock file beside it reach the private checkout; ${prepare} can write them into the project's Cargo.toml and copy the Cargo.lock`;
  return [{ code: 'parent-config', text }];
}

async function toolchainAbove(user: UserRepository, env: Environment, prepare: string): Promise<readonly Note[]> {
  // A toolchain that is named so wins over every file, here and there.
  if ((env.RUSTUP_TOOLCHAIN ?? '') !== '') return [];
  const folders = ancestors(join(user.top, user.prefix));
  for (const folder of folders) {
    for (const name of TOOLCHAINS) {
      const file = join(folder, name);
      if (!(await isThere(file))) continue;
      if (folder === user.top || folder.startsWith(`${user.top}/`)) return [];
      const text = `${file} lies above the repository (${user.top}) and does not reach the private checkout: another toolchain may build there; set RUSTUP_TOOLCHAIN, or copy it with ${prepare}`;
      return [{ code: 'parent-config', text }];
    }
  }
  return [];
}
