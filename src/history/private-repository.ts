import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Cancelled, ToolError } from '../core/failures.ts';
import type { Release } from '../core/history/update.ts';
import { withoutUser } from '../core/redact.ts';
import { type Environment, type Finished, run } from '../exec/run.ts';

/** A repository that others write to as well, and how git reaches it. */
export interface Remote {
  readonly url: string;
  /** With what git needs to be let in, and nothing that points it to another repository. */
  readonly env: Environment;
  /** How a clone of it reaches it, as the text of a configuration file. */
  readonly settings?: string;
}

/** What the remote has: the tip of one branch (`null`: there is none) and its tags. */
export interface Advertised {
  readonly tip: string | null;
  /** Branches whose names begin with its name and a slash: beside one of them git can have no branch of that name. */
  readonly below: readonly string[];
  readonly releases: readonly Release[];
}

/** A bare repository of a few moments: git's plumbing in it touches nothing of the user's. */
export interface PrivateRepository extends AsyncDisposable {
  /** Throws a ToolError for a git that fails, unless `check` is off, and Cancelled where it was ended with the run. */
  readonly git: (args: readonly string[], options?: { readonly input?: string; readonly check?: boolean }) => Promise<Finished>;
}

/** `format`: of its objects, by the length of a commit that it is to hold. */
export async function openPrivateRepository(
  remote: Remote,
  { scratch, format, signal }: { readonly scratch: string; readonly format: 'sha1' | 'sha256'; readonly signal: AbortSignal },
): Promise<PrivateRepository> {
  const path = await mkdtemp(join(scratch, 'coldgate-history-'));
  const env = { ...remote.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', ...WRITER };
  const options = SETTINGS.flatMap((setting) => ['-c', setting]);
  const opened: PrivateRepository = {
    git: async (args, { input, check = true } = {}) => {
      const how = { cwd: path, env: { ...env, GIT_DIR: path }, check: false, signal, ...(input === undefined ? {} : { input }) };
      const finished = await run('git', [...options, ...args], how);
      if (signal.aborted) throw new Cancelled('cancelled');
      if (check && finished.exitCode !== 0) throw gitFailed(`git ${args[0]} failed`, finished);
      return finished;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
  await run('git', ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, path], { cwd: scratch, env });
  await appendFile(join(path, 'config'), remote.settings ?? '');
  return opened;
}

/** Neither hooks nor signatures of the user's: nobody is there to be asked, and what git says of one is no line of a log. Subjects come in one encoding. */
const SETTINGS = [
  ...['core.hooksPath=/dev/null', 'push.gpgSign=false', 'push.followTags=false', 'log.showSignature=false'],
  'i18n.logOutputEncoding=UTF-8',
  ...['gc.auto=0', 'maintenance.auto=false'],
];

/** Who a commit of the history is by: it is written by a machine. */
const [NAME, MAIL] = ['coldgate', 'coldgate@localhost'];
const WRITER: Environment = {
  ...{ GIT_AUTHOR_NAME: NAME, GIT_AUTHOR_EMAIL: MAIL },
  ...{ GIT_COMMITTER_NAME: NAME, GIT_COMMITTER_EMAIL: MAIL },
};

/** Asks the remote for a branch and for all tags, in one connection. A ToolError where it cannot be reached. */
export async function advertised({ git }: PrivateRepository, { url }: Remote, branch: string): Promise<Advertised> {
  const listed = await git(['ls-remote', url, `refs/heads/${branch}`, `refs/heads/${branch}/*`, 'refs/tags/*'], { check: false });
  if (listed.exitCode !== 0) throw gitFailed(`${withoutUser(url)} cannot be read`, listed);
  const refs = new Map(
    listed.stdout.split('\n').flatMap((row): readonly (readonly [string, string])[] => {
      const [sha, ref] = row.split('\t');
      return sha === undefined || ref === undefined ? [] : [[ref, sha]];
    }),
  );
  const releases = [...refs].flatMap(([ref, sha]): readonly Release[] => {
    const [, tag] = /^refs\/tags\/(.+?)(?:\^\{\})?$/.exec(ref) ?? [];
    // An annotated tag is listed twice; the peeled one names the commit.
    return tag === undefined || (!ref.endsWith('^{}') && refs.has(`${ref}^{}`)) ? [] : [{ tag, commit: sha }];
  });
  const below = [...refs.keys()].flatMap((ref) => (ref.startsWith(`refs/heads/${branch}/`) ? [ref.slice('refs/heads/'.length)] : []));
  return { tip: refs.get(`refs/heads/${branch}`) ?? null, below, releases };
}

export function gitFailed(what: string, { exitCode, stderr }: Finished, advice: readonly string[] = []): ToolError {
  const lastLines = withoutUser(stderr).trim().split('\n').slice(-10);
  return new ToolError(what, { process: { command: 'git', exitCode, lastLines }, advice });
}
