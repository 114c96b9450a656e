import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, type Environment } from '../exec/run.ts';
import type { PrivateCheckout } from '../git/checkout.ts';
import { git, type Revision, type UserRepository } from '../git/repository.ts';
import { ancestors } from './config.ts';

const NAMES = ['rust-toolchain.toml', 'rust-toolchain'] as const;

/**
 * The compiler that a revision is built with: the first line of `rustc --version --verbose` under the `rust-toolchain.toml` that stands
 * nearest above the manifest in that revision. Read from git, so that nothing is checked out only to learn that a stored base will do.
 */
export async function resolveToolchain(
  user: UserRepository,
  checkout: PrivateCheckout,
  revision: Revision,
  scratch: string,
  env: Environment,
): Promise<string> {
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  // The private repository has both the user's objects and those of a dirty tree.
  const inside = { top: scratch, env: { ...user.env, GIT_DIR: checkout.repository } };
  const folders = ancestors(join('/', user.prefix)).map((folder) => folder.slice(1));
  const paths = folders.flatMap((folder) => NAMES.map((name) => ({ name, folder, path: folder === '' ? name : `${folder}/${name}` })));
  const listed = await git(inside, ['ls-tree', '--name-only', '-z', revision.sha, '--', ...paths.map(({ path }) => path)], false);
  const there = new Set(listed.stdout.split('\0'));
  // Both may stand in one folder: which of them counts is rustup's to say.
  const nearest = folders.map((folder) => paths.filter(({ path, folder: of }) => of === folder && there.has(path)));
  for (const { name, path } of nearest.find((found) => found.length > 0) ?? []) {
    const { stdout } = await git(inside, ['show', `${revision.sha}:${path}`]);
    await writeFile(join(scratch, name), stdout);
  }
  const { stdout } = await ask('rustc', ['--version', '--verbose'], { cwd: scratch, env });
  const host = /^host: (.+)$/m.exec(stdout)?.[1] ?? 'unknown host';
  return `${stdout.split('\n')[0] ?? 'rustc'} [${host}]`;
}
