import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { ToolError, UsageError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';
import { isWithin } from '../core/versions.ts';
import { type Environment, type Finished, run } from '../exec/run.ts';
import { GIT, GIT_REMEDY } from '../tools/pins.ts';
import { type Trust, trustWorkspace } from './ownership.ts';

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
  /** It is another user's, and read because it is the workspace of this job. */
  readonly trusted: boolean;
}

/** One set of sources to measure. */
export interface Revision {
  readonly sha: string;
  readonly source: 'commit' | 'working-tree';
  readonly subject: string;
}

/**
 * Finds the repository around `folder`. Throws a UsageError outside of one, and for one that git does not read because another user owns it,
 * unless it is the workspace of a job (`trust`).
 * The environment loses every variable that would point git elsewhere (a hook's `GIT_DIR`), and optional locks, so that even a status leaves the index alone.
 */
export async function openUserRepository(folder: string, environment: Environment, trust: Trust | null = null): Promise<UserRepository> {
  const plain = { ...withoutGitVariables(environment), GIT_OPTIONAL_LOCKS: '0' };
  await requireGit(folder, plain);
  const first = await locate(folder, plain);
  const trusting = isForeign(first) && trust !== null ? await trustWorkspace(folder, plain, trust) : null;
  const env = trusting ?? plain;
  const found = trusting === null ? first : await locate(folder, trusting);
  const [top, commonDir, gitDir] = found.stdout.trim().split('\n');
  if (found.exitCode !== 0 || top === undefined || commonDir === undefined || gitDir === undefined) throw notReadable(folder, found);
  const common = await realpath(resolve(folder, commonDir));
  const name = basename(basename(common) === '.git' ? dirname(common) : common).replace(/[^A-Za-z0-9._-]/g, '_');
  const key = `${name}-${createHash('sha256').update(common).digest('hex').slice(0, 10)}`;
  const real = await realpath(top);
  const prefix = relative(real, await realpath(folder));
  return { top: real, commonDir: common, gitDir: resolve(folder, gitDir), prefix, key, env, trusted: trusting !== null };
}

/** In English, whatever the user's language: what git says decides what is done. Paths may be relative to `folder`: `--path-format` is git 2.31. */
function locate(folder: string, env: Environment): Promise<Finished> {
  const args = ['rev-parse', '--show-toplevel', '--git-common-dir', '--git-dir'];
  return run('git', args, { cwd: folder, env: { ...env, LC_ALL: 'C' }, check: false });
}

/** "detected dubious ownership in repository at", before git 2.38 "unsafe repository ('…' is owned by someone else)". */
function isForeign({ exitCode, stderr }: Finished): boolean {
  return exitCode !== 0 && /dubious ownership|unsafe repository/.test(stderr);
}

function notReadable(folder: string, found: Finished): UsageError {
  if (isForeign(found)) {
    const path = /--add safe\.directory (.+)/.exec(found.stderr)?.[1] ?? folder;
    return new UsageError(
      `${folder} belongs to another user, so git does not read it: where you trust what is in it, run \`git config --global --add safe.directory ${path}\``,
    );
  }
  return new UsageError(
    `${folder} is not inside a git work tree (${found.stderr.trim()}): coldgate measures commits; run it in a clone, or name the Cargo.toml of one`,
  );
}

/** Throws a ToolError for a git that lacks what is asked of it, with the version that has it. */
async function requireGit(folder: string, env: Environment): Promise<void> {
  const { stdout } = await run('git', ['--version'], { cwd: folder, env });
  const version = /\d+(\.\d+)+/.exec(stdout)?.[0] ?? '';
  if (!isWithin(version, GIT))
    throw new ToolError(`git is ${version === '' ? 'of an unknown version' : version}, needed is ${GIT}: ${GIT_REMEDY}`);
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
  return revisionOf(user, found.stdout.trim());
}

/** Whether history ends early here (`git clone --depth`, `actions/checkout` without `fetch-depth: 0`). */
export async function isShallow(user: UserRepository): Promise<boolean> {
  return (await git(user, ['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
}

export async function hasTags(user: UserRepository): Promise<boolean> {
  return (await git(user, ['for-each-ref', '--count=1', 'refs/tags'])).stdout.trim() !== '';
}

/** A commit that is there, by its SHA. */
export async function revisionOf(user: UserRepository, sha: string): Promise<Revision> {
  const subject = (await git(user, ['log', '--max-count=1', '--format=%s', sha])).stdout.trim();
  return { sha, source: 'commit', subject };
}

/** Where git fetches from that this is a clone of: the first address of `origin`, as the clone's settings have it; `null`: there is none. */
export async function originAddress(user: UserRepository): Promise<string | null> {
  const { stdout, exitCode } = await git(user, ['remote', 'get-url', 'origin'], false);
  return exitCode === 0 ? stdout.trim() : null;
}

/** What a person may have set that puts other lines among those that are read here, or writes them otherwise. */
const STEADY = ['-c', 'log.showSignature=false', '-c', 'i18n.logOutputEncoding=UTF-8'];

/** Runs git in a folder. In the user's own repository it is only ever asked to read. */
export function git(at: Pick<UserRepository, 'top' | 'env'>, args: readonly string[], check = true, input?: string): Promise<Finished> {
  return run('git', [...STEADY, ...args], { cwd: at.top, env: at.env, check, ...(input === undefined ? {} : { input }) });
}

/** How git reaches others and which settings hold (`GIT_CONFIG_COUNT`: safe.directory in containers), not where the repository is. */
const KEPT_GIT_VARIABLES = /^GIT_(SSL_|SSH|ASKPASS|TERMINAL_PROMPT|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_|VALUE_)|HTTP|PROXY)/;

/** What a hook or a person has set of where the repository is must not lead git elsewhere. */
export function withoutGitVariables(environment: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('GIT_') || KEPT_GIT_VARIABLES.test(name)));
}
