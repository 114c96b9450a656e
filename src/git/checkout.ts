import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import type { Note } from '../core/snapshot/snapshot.ts';
import { type Guard, runGuarded } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';
import { isThere } from '../folder.ts';
import { PROMISES } from './promises.ts';
import { git, type Revision, type UserRepository } from './repository.ts';
import { copySettings } from './settings.ts';
import { fillSubmodules } from './submodules.ts';

/** The private checkout: a repository and a work tree of coldgate's own, at one path, that borrows the user's objects. */
export interface PrivateCheckout {
  readonly path: string;
  readonly repository: string;
  /** Objects of this run alone: those of a dirty tree. */
  readonly passing: string;
  /** Switches to a revision and says what it lacks. Only files that differ are written; what a build or `prepare` left behind is removed. */
  readonly switchTo: (revision: Revision) => Promise<readonly Note[]>;
}

/** Makes (or repairs) the private repository under `folder` and returns its checkout. The caller holds the lock of `folder` and empties `scratch`. */
export async function openPrivateCheckout(user: UserRepository, folder: string, scratch: string, guard: Guard): Promise<PrivateCheckout> {
  const repository = join(folder, 'git');
  const path = join(folder, 'checkout');
  const env: Environment = { ...user.env, GIT_DIR: repository, GIT_WORK_TREE: path, GIT_LFS_SKIP_SMUDGE: '1', GIT_TERMINAL_PROMPT: '0' };
  if (!(await isThere(repository))) await createRepository(user, repository, path);
  await mkdir(path, { recursive: true });
  // A build script that asks git for the commit, and a `git lfs pull` of --prepare, find a repository here as they would in the user's tree.
  await writeFile(join(path, '.git'), `gitdir: ${repository}\n`);
  const passing = join(scratch, 'objects');
  await mkdir(passing, { recursive: true });
  await writeFile(join(repository, 'objects', 'info', 'alternates'), `${join(user.commonDir, 'objects')}\n${passing}\n`);
  // The last run's head may be one of its passing objects.
  await writeFile(join(repository, 'HEAD'), 'ref: refs/heads/none\n');
  // A shallow clone's boundary, or git would look for parents that are not there.
  await copyFile(join(user.commonDir, 'shallow'), join(repository, 'shallow')).catch(() =>
    rm(join(repository, 'shallow'), { force: true }),
  );
  await copyTags(user, repository);
  // A git that was killed leaves its locks; whoever holds ours is the only one here.
  for (const name of ['index', 'HEAD', 'config', 'shallow']) await rm(join(repository, `${name}.lock`), { force: true });
  await copyRemote(user, { top: path, env });
  await copySettings(user, repository);
  const inside = async (args: readonly string[]): Promise<void> => {
    await runGuarded('git', ['-c', 'core.hooksPath=/dev/null', ...args], { cwd: path, env, guard });
  };
  return {
    path,
    repository,
    passing,
    switchTo: async (to) => {
      // What is the same in both looks otherwise by other attributes: git would leave it as it is.
      const attributes = ['diff-index', '--cached', '--name-only', to.sha, '--', ':(top,glob)**/.gitattributes'];
      const differing = await git({ top: path, env }, attributes, false);
      if (differing.stdout.trim() !== '') {
        await rm(join(repository, 'index'), { force: true });
        await inside(['clean', '-ffdxq']);
      }
      await inside(['update-ref', '--no-deref', 'HEAD', to.sha]);
      const write = (): Promise<void> => inside(['read-tree', '--reset', '-u', to.sha]);
      await write().catch(async (error: unknown) => {
        if (!(error instanceof ToolError)) throw error;
        // An index that was cut short (power loss): without one, every file is written anew.
        await rm(join(repository, 'index'), { force: true });
        await write();
      });
      await inside(['clean', '-ffdxq']);
      return fillSubmodules(user, path, repository, inside, { top: path, env });
    },
  };
}

/** Made aside and put in place in one step: what is there is whole. */
async function createRepository(user: UserRepository, repository: string, checkout: string): Promise<void> {
  const at = { top: user.top, env: { ...user.env, GIT_DEFAULT_REF_FORMAT: 'files' } };
  const format = (await git(user, ['rev-parse', '--show-object-format'])).stdout.trim();
  const fresh = `${repository}.new`;
  await rm(fresh, { recursive: true, force: true });
  await git(at, ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, fresh]);
  await mkdir(join(fresh, 'objects', 'info'), { recursive: true });
  for (const [name, value] of [
    ['core.bare', 'false'],
    ['core.worktree', checkout],
    ['core.logAllRefUpdates', 'false'],
    ['core.hooksPath', '/dev/null'],
  ] as const) {
    await git(at, ['config', '--file', join(fresh, 'config'), name, value]);
  }
  await rename(fresh, repository);
}

/** The user's tags: a build script's `git describe` finds here what it finds in the user's tree. */
async function copyTags(user: UserRepository, repository: string): Promise<void> {
  const tags = await git(user, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/tags']);
  await writeFile(join(repository, 'packed-refs'), tags.stdout);
}

/**
 * The address of the user's own `origin`: relative submodule addresses resolve against it. Not yet that it gives out later what a partial clone
 * left with it: until the files are brought, git would ask it for each by itself, without the token.
 */
async function copyRemote(user: UserRepository, inside: { readonly top: string; readonly env: Environment }): Promise<void> {
  for (const name of PROMISES) await git(inside, ['config', '--unset-all', name], false);
  const url = (await git(user, ['config', '--get', 'remote.origin.url'], false)).stdout.trim();
  if (url !== '') await git(inside, ['config', '--replace-all', 'remote.origin.url', url]);
}
