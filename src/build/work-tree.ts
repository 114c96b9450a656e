import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Environment, run } from '../exec.ts';
import { git, type Revision, resolveCommit, type UserRepository } from './repository.ts';

/** The same tree gives the same commit, whoever measures it and when. */
const IDENTITY: Environment = {
  GIT_AUTHOR_NAME: 'coldgate',
  GIT_AUTHOR_EMAIL: 'coldgate@localhost',
  GIT_COMMITTER_NAME: 'coldgate',
  GIT_COMMITTER_EMAIL: 'coldgate@localhost',
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
};

/** An index of its own, with nothing of the user's settings that would write beside it or ask a daemon. */
const PLAIN_INDEX = ['-c', 'core.splitIndex=false', '-c', 'core.fsmonitor=false', '-c', 'advice.addEmbeddedRepo=false'];

/** The head to measure: `HEAD`, or the work tree as it is where that differs from it. */
export async function resolveHead(user: UserRepository, privateRepository: string, scratch: string): Promise<Revision> {
  const head = await resolveCommit(user, 'HEAD');
  return (await isDirty(user)) ? commitWorkTree(user, head, privateRepository, scratch) : head;
}

async function isDirty(user: UserRepository): Promise<boolean> {
  const options = ['--porcelain', '--untracked-files=normal', '--ignore-submodules=none'];
  const status = await git(user, ['-c', 'core.fsmonitor=false', 'status', ...options]);
  return status.stdout.trim() !== '';
}

/**
 * Writes the work tree (untracked files included, ignored ones not) as a commit into the private repository, through a copy of the index.
 * The user's index, objects and refs stay as they are.
 */
async function commitWorkTree(user: UserRepository, head: Revision, privateRepository: string, scratch: string): Promise<Revision> {
  const index = join(scratch, 'index');
  await copyFile(join(user.gitDir, 'index'), index).catch(() => undefined);
  const env = {
    ...user.env,
    ...IDENTITY,
    GIT_DIR: user.gitDir,
    GIT_WORK_TREE: user.top,
    GIT_INDEX_FILE: index,
    GIT_OBJECT_DIRECTORY: join(privateRepository, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(join(user.commonDir, 'objects')),
  };
  await run('git', [...PLAIN_INDEX, 'add', '--all'], { cwd: user.top, env });
  const tree = (await run('git', [...PLAIN_INDEX, 'write-tree'], { cwd: user.top, env })).stdout.trim();
  const commit = await run('git', ['commit-tree', tree, '-p', head.sha, '-m', `work tree on ${head.sha}`], { cwd: user.top, env });
  await rm(index, { force: true });
  return { sha: commit.stdout.trim(), source: 'working-tree', subject: `work tree on ${head.sha.slice(0, 7)} ${head.subject}` };
}

/**
 * Names the content of a prepared checkout, untracked and ignored files included: `--prepare` may bring other files tomorrow for the same commit.
 * `null` where git cannot say (a nested repository without commits).
 */
export async function fingerprintPrepared(
  checkout: string,
  repository: string,
  scratch: string,
  environment: Environment,
): Promise<string | null> {
  const objects = join(scratch, 'prepared-objects');
  const index = join(scratch, 'prepared-index');
  await copyFile(join(repository, 'index'), index);
  const env = {
    ...environment,
    GIT_DIR: repository,
    GIT_WORK_TREE: checkout,
    GIT_INDEX_FILE: index,
    GIT_OBJECT_DIRECTORY: objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(join(repository, 'objects')),
  };
  const options = { cwd: checkout, env, check: false };
  const added = await run('git', [...PLAIN_INDEX, '-c', 'core.looseCompression=0', 'add', '--all', '--force'], options);
  const tree = added.exitCode === 0 ? await run('git', [...PLAIN_INDEX, 'write-tree'], options) : added;
  await rm(objects, { recursive: true, force: true });
  await rm(index, { force: true });
  return tree.exitCode === 0 ? tree.stdout.trim() : null;
}
