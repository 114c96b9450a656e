import { UsageError } from '../core/failures.ts';
import type { Committed } from '../core/history/new-lines.ts';
import type { Release } from '../core/history/update.ts';
import { git, originAddress, type UserRepository } from '../git/repository.ts';
import { connectionSettings } from '../git/settings.ts';
import { branchStore, HISTORY_BRANCH } from './branch.ts';
import type { HistoryStore } from './store.ts';

/** The history of a person's clone: the branch of its `origin`; without such a remote, its own. */
export async function storeOf(
  user: UserRepository,
  options: { readonly scratch: string; readonly signal: AbortSignal },
): Promise<HistoryStore> {
  const url = await originAddress(user);
  const format = (await git(user, ['rev-parse', '--show-object-format'])).stdout.trim();
  return branchStore(
    { url: url === null ? user.commonDir : absolute(user, url), env: user.env, settings: await connectionSettings(user) },
    { ...options, format: format === 'sha256' ? 'sha256' : 'sha1' },
  );
}

/** A remote that is a path is one from the work tree's top, and git runs elsewhere. */
function absolute(user: UserRepository, url: string): string {
  return /^\.{1,2}(?:\/|$)/.test(url) ? `${user.top}/${url}` : url;
}

/** The tags of a clone. */
export async function releasesOf(user: UserRepository): Promise<readonly Release[]> {
  const format = '%(refname:strip=2)%09%(objectname)%09%(*objectname)';
  const { stdout } = await git(user, ['for-each-ref', `--format=${format}`, 'refs/tags']);
  return stdout.split('\n').flatMap((row): readonly Release[] => {
    const [tag = '', object = '', peeled = ''] = row.split('\t');
    return tag === '' ? [] : [{ tag, commit: peeled === '' ? object : peeled }];
  });
}

/** What git knows of a commit of the clone. A UsageError where it is not there. */
export async function committedIn(user: UserRepository, sha: string, releases: readonly Release[]): Promise<Committed> {
  const found = await git(user, ['log', '--max-count=1', '--format=%ct%n%s', sha], false);
  if (found.exitCode !== 0)
    throw new UsageError(
      `commit ${sha.slice(0, 7)} is not in ${user.top}: a line of the history has its time from git; \`git fetch\` it first`,
    );
  return committedOf(sha, found.stdout, releases);
}

/** Of what `git log --format=%ct%n%s` prints. */
export function committedOf(sha: string, text: string, releases: readonly Release[]): Committed {
  const [seconds = '', ...subject] = text.split('\n');
  const time = new Date(Number(seconds) * 1_000);
  if (!/^\d{1,11}$/.test(seconds) || time.getUTCFullYear() > 9_999)
    throw new UsageError(
      `commit ${sha.slice(0, 7)} is of a time that no line of the history can hold (${seconds.slice(0, 40)} s since 1970)`,
    );
  const tags = releases.filter(({ commit }) => commit === sha).map(({ tag }) => tag);
  return { sha, time: instantOf(time), subject: subject.join(' ').trim(), tags };
}

/** UTC, to the second. */
export function instantOf(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Where a history is made, for who looks for one that is not there. */
export const HOW_TO_BEGIN = `mode history of the Action appends to ${HISTORY_BRANCH}, and \`coldgate history add SNAPSHOT… --history DIR\` to a folder (docs/history.md)`;
