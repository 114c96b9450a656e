import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { ToolError, UsageError } from '../core/failures.ts';
import { type Environment, type Finished, run } from '../exec.ts';

/** The user's repository, only ever read. */
export interface UserRepository {
  /** The work tree's top folder. */
  readonly top: string;
  /** Its git folder (of all its worktrees together). */
  readonly commonDir: string;
  readonly gitDir: string;
  /** From `top` to the folder of the manifest; empty at the top. */
  readonly prefix: string;
  /** Names the repository's own folder in coldgate's state: equal for every run on it. */
  readonly key: string;
  readonly env: Environment;
}

/** One set of sources to measure. */
export interface Revision {
  readonly sha: string;
  readonly source: 'commit' | 'working-tree';
  readonly subject: string;
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'coldgate',
  GIT_AUTHOR_EMAIL: 'coldgate@localhost',
  GIT_COMMITTER_NAME: 'coldgate',
  GIT_COMMITTER_EMAIL: 'coldgate@localhost',
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
};

/**
 * Finds the repository around `folder`. Throws a UsageError outside of one.
 * The environment loses every variable that would point git elsewhere (a hook's `GIT_DIR`), and optional locks, so that even a status leaves the index alone.
 */
export async function openUserRepository(folder: string, environment: Environment): Promise<UserRepository> {
  const env = { ...withoutGitVariables(environment), GIT_OPTIONAL_LOCKS: '0' };
  const found = await run('git', ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir', '--git-dir'], {
    cwd: folder,
    env,
    check: false,
  });
  const [top, commonDir, gitDir] = found.stdout.trim().split('\n');
  if (found.exitCode !== 0 || top === undefined || commonDir === undefined || gitDir === undefined) {
    throw new UsageError(
      `${folder} is not inside a git work tree (${found.stderr.trim()}): coldgate measures commits; run it in a clone, or name one with --manifest-path`,
    );
  }
  const common = await realpath(commonDir);
  const key = `${basename(top).replace(/[^A-Za-z0-9._-]/g, '_')}-${createHash('sha256').update(common).digest('hex').slice(0, 10)}`;
  return { top: await realpath(top), commonDir: common, gitDir, prefix: relative(await realpath(top), await realpath(folder)), key, env };
}

/** A commit by any name git knows. Throws a UsageError that says what to do where there is none (a shallow clone). */
export async function resolveCommit(user: UserRepository, name: string): Promise<Revision> {
  const found = await git(user, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], false);
  if (found.exitCode !== 0) {
    const shallow = (await git(user, ['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
    const cure = shallow ? ': this clone is shallow; fetch it with `git fetch --deepen=100` or check out with `fetch-depth: 0`' : '';
    throw new UsageError(`no commit named ${JSON.stringify(name)} in ${user.top}${cure}`);
  }
  return revision(user, found.stdout.trim());
}

/** The head to measure: `HEAD`, or the work tree as it is where that differs from it. */
export async function resolveHead(user: UserRepository, privateRepository: string, scratch: string): Promise<Revision> {
  const head = await resolveCommit(user, 'HEAD');
  return (await isDirty(user)) ? commitWorkTree(user, head, privateRepository, scratch) : head;
}

/**
 * The base where none is named: the merge base with `origin/HEAD`; on that branch itself, `HEAD` when the tree is dirty, else `HEAD^1`.
 * `null` for a first commit.
 */
export async function resolveDefaultBase(user: UserRepository, head: Revision): Promise<Revision | null> {
  const own = await resolveCommit(user, 'HEAD');
  const branch = await git(user, ['rev-parse', '--verify', '--quiet', 'refs/remotes/origin/HEAD^{commit}'], false);
  if (branch.exitCode === 0) {
    const merge = await git(user, ['merge-base', branch.stdout.trim(), own.sha], false);
    const sha = merge.stdout.trim().split('\n')[0] ?? '';
    if (merge.exitCode === 0 && sha !== '' && sha !== own.sha) return revision(user, sha);
  }
  if (head.source === 'working-tree') return own;
  const parent = await git(user, ['rev-parse', '--verify', '--quiet', 'HEAD^1^{commit}'], false);
  return parent.exitCode === 0 ? revision(user, parent.stdout.trim()) : null;
}

async function isDirty(user: UserRepository): Promise<boolean> {
  const status = await git(user, [
    '-c',
    'core.fsmonitor=false',
    'status',
    '--porcelain',
    '--untracked-files=normal',
    '--ignore-submodules=none',
  ]);
  return status.stdout.trim() !== '';
}

/**
 * Writes the work tree (untracked files included, ignored ones not) as a commit into the private repository, through a copy of the index.
 * The user's index, objects and refs stay as they are. The same tree gives the same SHA.
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
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(user.commonDir, 'objects'),
  };
  const quiet = ['-c', 'core.splitIndex=false', '-c', 'core.fsmonitor=false', '-c', 'advice.addEmbeddedRepo=false'];
  await run('git', [...quiet, 'add', '--all'], { cwd: user.top, env });
  const tree = (await run('git', [...quiet, 'write-tree'], { cwd: user.top, env })).stdout.trim();
  const commit = await run('git', ['commit-tree', tree, '-p', head.sha, '-m', `work tree on ${head.sha}`], { cwd: user.top, env });
  await rm(index, { force: true });
  return { sha: commit.stdout.trim(), source: 'working-tree', subject: `work tree on ${head.sha.slice(0, 7)} ${head.subject}` };
}

/** The private checkout: a repository and a work tree of coldgate's own, at one path, that borrows the user's objects. */
export interface PrivateCheckout {
  readonly path: string;
  readonly repository: string;
  /** Switches to a revision. Only files that differ are written; what a build or `prepare` left behind is removed. */
  readonly switchTo: (revision: Revision) => Promise<void>;
}

/** Makes (or repairs) the private repository under `folder` and returns its checkout. The caller holds the lock of `folder`. */
export async function openPrivateCheckout(user: UserRepository, folder: string): Promise<PrivateCheckout> {
  const repository = join(folder, 'repository.git');
  const path = join(folder, 'checkout');
  const known = await readFile(join(repository, 'HEAD'), 'utf8').catch(() => null);
  if (known === null) {
    const format = (await git(user, ['rev-parse', '--show-object-format'])).stdout.trim();
    await rm(repository, { recursive: true, force: true });
    await run('git', ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, repository], {
      cwd: user.top,
      env: user.env,
    });
  }
  await mkdir(join(repository, 'objects', 'info'), { recursive: true });
  await writeFile(join(repository, 'objects', 'info', 'alternates'), `${join(user.commonDir, 'objects')}\n`);
  // A shallow clone's boundary, or git would look for parents that are not there.
  await copyFile(join(user.commonDir, 'shallow'), join(repository, 'shallow')).catch(() =>
    rm(join(repository, 'shallow'), { force: true }),
  );
  await rm(join(repository, 'index.lock'), { force: true });
  await mkdir(path, { recursive: true });
  const env = { ...user.env, GIT_DIR: repository, GIT_WORK_TREE: path, GIT_LFS_SKIP_SMUDGE: '1', ...IDENTITY };
  const origin = (await git(user, ['config', '--get', 'remote.origin.url'], false)).stdout.trim();
  // No hook of the user's may run in here, and relative submodule addresses resolve against the user's own origin.
  const settings = [
    '-c',
    'core.bare=false',
    '-c',
    'core.hooksPath=/dev/null',
    '-c',
    'advice.detachedHead=false',
    ...(origin === '' ? [] : ['-c', `remote.origin.url=${origin}`]),
  ];
  const inside = (args: readonly string[], check = true): Promise<Finished> =>
    run('git', [...settings, ...args], { cwd: path, env, check });
  return {
    path,
    repository,
    switchTo: async (to) => {
      await inside(['reset', '--quiet', '--hard', to.sha]);
      await inside(['clean', '-ffdxq']);
      await updateSubmodules(user, path, inside);
    },
  };
}

/** Fills submodules from the user's own copies where the commit is there, else from their address. */
async function updateSubmodules(
  user: UserRepository,
  path: string,
  inside: (args: readonly string[], check?: boolean) => Promise<Finished>,
): Promise<void> {
  const modules = await readFile(join(path, '.gitmodules'), 'utf8').catch(() => null);
  if (modules === null) return;
  const listed = await inside(['config', '--file', '.gitmodules', '--get-regexp', String.raw`^submodule\..*\.path$`], false);
  const local: string[] = [];
  for (const line of listed.stdout.split('\n')) {
    const match = /^submodule\.(.+)\.path /.exec(line);
    if (match === null) continue;
    const copy = join(user.commonDir, 'modules', match[1] ?? '');
    if ((await readFile(join(copy, 'HEAD'), 'utf8').catch(() => null)) !== null) local.push('-c', `submodule.${match[1]}.url=${copy}`);
  }
  const updated = await inside(
    ['-c', 'protocol.file.allow=always', ...local, 'submodule', '--quiet', 'update', '--init', '--recursive', '--force'],
    false,
  );
  if (updated.exitCode !== 0) {
    throw new ToolError(
      `the submodules of ${user.top} cannot be checked out in coldgate's private checkout: run \`git submodule update --init --recursive\` in your clone first`,
      {
        process: { command: 'git submodule update', exitCode: updated.exitCode, lastLines: updated.stderr.trim().split('\n').slice(-10) },
      },
    );
  }
}

async function revision(user: UserRepository, sha: string): Promise<Revision> {
  const subject = (await git(user, ['show', '--no-patch', '--format=%s', sha])).stdout.trim();
  return { sha, source: 'commit', subject };
}

function git(user: UserRepository, args: readonly string[], check = true): Promise<Finished> {
  return run('git', args, { cwd: user.top, env: user.env, check });
}

const KEPT_GIT_VARIABLES = /^GIT_(SSL_|SSH|ASKPASS|TERMINAL_PROMPT|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|HTTP|PROXY)/;

function withoutGitVariables(environment: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('GIT_') || KEPT_GIT_VARIABLES.test(name)));
}
