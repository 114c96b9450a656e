import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { UsageError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';
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
  /** Names the repository's own folder in coldgate's state: equal for every run on it, from whichever of its worktrees. */
  readonly key: string;
  readonly env: Environment;
}

/** One set of sources to measure. */
export interface Revision {
  readonly sha: string;
  readonly source: 'commit' | 'working-tree';
  readonly subject: string;
}

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
      `${folder} is not inside a git work tree (${found.stderr.trim()}): coldgate measures commits; run it in a clone, or name the Cargo.toml of one`,
    );
  }
  const common = await realpath(commonDir);
  const name = basename(basename(common) === '.git' ? dirname(common) : common).replace(/[^A-Za-z0-9._-]/g, '_');
  const key = `${name}-${createHash('sha256').update(common).digest('hex').slice(0, 10)}`;
  return { top: await realpath(top), commonDir: common, gitDir, prefix: relative(await realpath(top), await realpath(folder)), key, env };
}

/** A commit by any name git knows. Throws a UsageError that says what to do where there is none (a shallow clone), and which `option` named it. */
export async function resolveCommit(user: UserRepository, name: string, option: string | null = null): Promise<Revision> {
  const found = await git(user, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], false);
  if (found.exitCode !== 0) {
    const shallow = name !== 'HEAD' && (await isShallow(user));
    const cure = shallow
      ? ': this clone is shallow; fetch it with `git fetch --deepen=100` or check out with `fetch-depth: 0`'
      : name === 'HEAD'
        ? ': it has no commit yet'
        : '; `git fetch` brings what the remote has';
    const named = option === null ? name : `${option} ${quoted(name)}`;
    throw new UsageError(`${named}: there is no such commit in ${user.top}${cure}`);
  }
  return revision(user, found.stdout.trim());
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

/** Whether history ends early here (`git clone --depth`, `actions/checkout` without `fetch-depth: 0`). */
export async function isShallow(user: UserRepository): Promise<boolean> {
  return (await git(user, ['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
}

export async function hasTags(user: UserRepository): Promise<boolean> {
  return (await git(user, ['for-each-ref', '--count=1', 'refs/tags'])).stdout.trim() !== '';
}

async function revision(user: UserRepository, sha: string): Promise<Revision> {
  const subject = (await git(user, ['show', '--no-patch', '--format=%s', sha])).stdout.trim();
  return { sha, source: 'commit', subject };
}

/** Runs git in a folder. In the user's own repository it is only ever asked to read. */
export function git(at: Pick<UserRepository, 'top' | 'env'>, args: readonly string[], check = true): Promise<Finished> {
  return run('git', args, { cwd: at.top, env: at.env, check });
}

/** How git reaches others and which settings hold (`GIT_CONFIG_COUNT`: safe.directory in containers), not where the repository is. */
const KEPT_GIT_VARIABLES = /^GIT_(SSL_|SSH|ASKPASS|TERMINAL_PROMPT|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_|VALUE_)|HTTP|PROXY)/;

function withoutGitVariables(environment: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('GIT_') || KEPT_GIT_VARIABLES.test(name)));
}
