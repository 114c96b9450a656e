import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Environment, run } from '../exec.ts';
import type { PrivateCheckout } from '../git/checkout.ts';
import type { Revision, UserRepository } from '../git/repository.ts';

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
  const inside = { cwd: scratch, env: { ...user.env, GIT_DIR: checkout.repository } };
  const folders = user.prefix === '' ? [''] : [...ancestors(user.prefix), ''];
  const paths = folders.flatMap((folder) => NAMES.map((name) => ({ name, path: folder === '' ? name : `${folder}/${name}` })));
  const listed = await run('git', ['ls-tree', '--name-only', '-z', revision.sha, '--', ...paths.map(({ path }) => path)], {
    ...inside,
    check: false,
  });
  const there = new Set(listed.stdout.split('\0'));
  const nearest = paths.find(({ path }) => there.has(path));
  if (nearest !== undefined) {
    const { stdout } = await run('git', ['show', `${revision.sha}:${nearest.path}`], inside);
    await writeFile(join(scratch, nearest.name), stdout);
  }
  const { stdout } = await run('rustc', ['--version', '--verbose'], { cwd: scratch, env });
  const host = /^host: (.+)$/m.exec(stdout)?.[1] ?? 'unknown host';
  return `${stdout.split('\n')[0] ?? 'rustc'} [${host}]`;
}

/** `a/b` → `a/b`, `a`. */
function ancestors(prefix: string): readonly string[] {
  const above = prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 0));
  return above === '' ? [prefix] : [prefix, ...ancestors(above)];
}
