import { copyFile, mkdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import type { Environment } from '../exec/run.ts';
import { changesOf } from './changes.ts';
import type { PrivateCheckout } from './checkout.ts';
import { parseFiles, type TreeFile } from './files.ts';
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
const PLAIN_INDEX = [
  '-c',
  'core.splitIndex=false',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.looseCompression=0',
  '-c',
  'advice.addEmbeddedRepo=false',
];

/** The head to measure. */
export interface Head {
  readonly revision: Revision;
  /** The files in which the work tree differs from `HEAD` and that a build may read. */
  readonly changed: readonly string[];
}

/** The head to measure: `HEAD`, or the work tree as it is where that differs from it in more than what coldgate wrote (`outputs`). */
export async function resolveHead(
  user: UserRepository,
  checkout: PrivateCheckout,
  scratch: string,
  outputs: readonly string[],
): Promise<Head> {
  const head = await resolveCommit(user, 'HEAD');
  const { read, unread, own } = await changesOf(user, outputs);
  if (read.length + unread.length === 0) return { revision: head, changed: [] };
  return { revision: await commitWorkTree(user, head, checkout, scratch, own), changed: read };
}

/**
 * Writes the work tree (untracked files included, ignored ones and those of `without` not) as a commit into the private checkout's passing
 * objects. The user's index, objects and refs stay as they are.
 */
async function commitWorkTree(
  user: UserRepository,
  head: Revision,
  { passing }: PrivateCheckout,
  scratch: string,
  without: readonly string[],
): Promise<Revision> {
  const own = { ...user.env, ...IDENTITY, GIT_DIR: user.gitDir, GIT_WORK_TREE: user.top };
  const what = ['--all', '--', '.', ...without.map((path) => `:(top,exclude,literal)${path}`)];
  const place = { index: join(user.gitDir, 'index'), objects: passing, scratch, cwd: user.top, env: own };
  const { tree } = await writeTree(what, place, () => Promise.resolve());
  // Quoted, since a colon in the path would part it in two.
  const objects = { GIT_OBJECT_DIRECTORY: passing, GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(join(user.commonDir, 'objects')) };
  const args = ['commit-tree', tree, '-p', head.sha, '-m', `work tree on ${head.sha}`];
  const commit = await git({ top: user.top, env: { ...own, ...objects } }, args);
  return { sha: commit.stdout.trim(), source: 'working-tree', subject: `work tree on ${head.sha.slice(0, 7)} ${head.subject}` };
}

/**
 * Writes these files of the private checkout, as they are now, as a commit on `parent`, to which it is switched, into its passing objects: a change
 * that was never anybody's. What else lies there is none of it. The same content gives the same commit.
 */
export async function commitCheckout(
  checkout: PrivateCheckout,
  parent: Revision,
  files: readonly string[],
  scratch: string,
  environment: Environment,
): Promise<Revision> {
  const { passing } = checkout;
  const env = { ...environment, ...IDENTITY, ...placeOf(checkout) };
  const place = { index: join(checkout.repository, 'index'), objects: passing, scratch, cwd: checkout.path, env };
  const what = ['--all', '--', ...new Set(files.map((file) => `:(top,literal)${file}`))];
  const { tree } = await writeTree(what, place, () => Promise.resolve());
  const objects = {
    GIT_OBJECT_DIRECTORY: passing,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(join(checkout.repository, 'objects')),
  };
  const args = ['commit-tree', tree, '-p', parent.sha, '-m', `changed ${parent.sha}`];
  const commit = await git({ top: checkout.path, env: { ...env, ...objects } }, args);
  return { sha: commit.stdout.trim(), source: 'working-tree', subject: `changed ${parent.sha.slice(0, 7)} ${parent.subject}` };
}

/**
 * What `git apply` takes to make `from` into `to`, from the repository's top. By plumbing, which heeds no setting of who looks at it (lines of context,
 * prefixes, an order of files, colours); lock files that attributes call binary are text all the same.
 */
export async function patchBetween(checkout: PrivateCheckout, from: Revision, to: Revision, environment: Environment): Promise<string> {
  const how = ['--patch', '--unified=3', '--no-ext-diff', '--no-textconv', '--no-renames', '--text', '--full-index'];
  const env = { ...environment, ...placeOf(checkout) };
  return (await git({ top: checkout.path, env }, ['diff-tree', '-r', ...how, from.sha, to.sha])).stdout;
}

function placeOf({ repository, path }: PrivateCheckout): Environment {
  return { GIT_DIR: repository, GIT_WORK_TREE: path };
}

/** What a prepared checkout holds: the tree that names it, and its files. */
interface Prepared {
  readonly tree: string;
  readonly files: readonly TreeFile[];
}

/**
 * Names the content of a prepared checkout, untracked and ignored files included: `--prepare` may bring other files tomorrow for the same commit.
 * `null` where git cannot say (a nested repository without commits).
 */
export async function fingerprintPrepared(checkout: PrivateCheckout, scratch: string, environment: Environment): Promise<Prepared | null> {
  const objects = join(scratch, 'prepared');
  await mkdir(objects, { recursive: true });
  const env = { ...environment, GIT_DIR: checkout.repository, GIT_WORK_TREE: checkout.path };
  const place = { index: join(checkout.repository, 'index'), objects, scratch, cwd: checkout.path, env };
  try {
    return await writeTree(['--all', '--force'], place, async (at) =>
      parseFiles((await git(at, ['ls-files', '--stage', '-z'])).stdout),
    ).then(({ tree, more }) => ({ tree, files: more }));
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  } finally {
    await rm(objects, { recursive: true, force: true });
  }
}

/**
 * Adds a work tree to a copy of its index, names the tree and reads that index. The new objects go to `objects`, which knows no others: git sets the time of an
 * object that is there already anew, in an alternate too.
 */
async function writeTree<T>(
  what: readonly string[],
  place: { readonly index: string; readonly objects: string; readonly scratch: string; readonly cwd: string; readonly env: Environment },
  read: (at: { readonly top: string; readonly env: Environment }) => Promise<T>,
): Promise<{ readonly tree: string; readonly more: T }> {
  const index = join(place.scratch, 'index');
  await copyIndex(place.index, index).catch(() => rm(index, { force: true }));
  const at = { top: place.cwd, env: { ...place.env, GIT_INDEX_FILE: index, GIT_OBJECT_DIRECTORY: place.objects } };
  await git(at, [...PLAIN_INDEX, 'add', ...what]);
  const { stdout } = await git(at, [...PLAIN_INDEX, 'write-tree', '--missing-ok']);
  const more = await read(at);
  await rm(index, { force: true });
  return { tree: stdout.trim(), more };
}

/** With its time: files that are no older than the index are compared by content (https://git-scm.com/docs/racy-git). */
async function copyIndex(from: string, to: string): Promise<void> {
  const { atime, mtime } = await stat(from);
  await copyFile(from, to);
  await utimes(to, atime, mtime);
}
