import { newestRelease, type Tag } from '../core/judge/since.ts';
import type { Since } from '../core/model/limits.ts';
import { meant, nearestOf } from '../core/text.ts';
import type { PrivateCheckout } from './checkout.ts';
import { type FetchOrigin, fetchPrivately, inside } from './fetch.ts';
import type { Revision, UserRepository } from './repository.ts';

/**
 * The commit that growth is counted from, and `name`: the tag, or the day. `not-yet`: base has no such tag in its history, or is younger.
 * `unknown`: nobody can tell here.
 */
export type SinceCommit =
  | { readonly kind: 'commit'; readonly name: string; readonly revision: Revision }
  | { readonly kind: 'not-yet' | 'unknown'; readonly reason: string };

/** Where the remote's tags stand for a moment: those in `refs/tags` are what a build script's `git describe` finds. */
const FETCHED = 'refs/coldgate/tags/';
const OWN = 'refs/tags/';

/**
 * Finds what `since` leads to from base: the newest release that base contains, or the newest first-parent commit from before a day began (UTC).
 * A shallow clone's history and the remote's tags are fetched into the private repository, never into the user's; without somewhere to fetch them
 * from it is `unknown`. Nothing of head is asked.
 */
export async function findReference(
  user: UserRepository,
  checkout: PrivateCheckout,
  base: string,
  since: Since,
  origin: FetchOrigin | null,
): Promise<SinceCommit> {
  const repository = { user, checkout, origin };
  return since.kind === 'day' ? beforeDay(repository, base, since.day) : newestTag(repository, base, since.glob);
}

interface Repository {
  readonly user: UserRepository;
  readonly checkout: PrivateCheckout;
  readonly origin: FetchOrigin | null;
}

async function beforeDay(repository: Repository, base: string, day: string): Promise<SinceCommit> {
  const { user, checkout } = repository;
  // The day's first second is of the day: git counts the one that is named as before.
  const last = Date.parse(`${day}T00:00:00Z`) / 1_000 - 1;
  const find = async (): Promise<string> => {
    // No commit is from before 1970. In seconds, since git takes a year it does not know (0026, 2100) for another, or for today.
    if (last < 0) return '';
    const args = ['log', '--first-parent', '--max-count=1', `--before=@${last} +0000`, '--format=%H %s', base];
    return (await inside(user, checkout, args)).stdout.trim();
  };
  const known = await find();
  if (known !== '') return commitOf(day, known);
  const unknown = await deepen(repository, base);
  if (unknown !== null) return { kind: 'unknown', reason: `what base was on ${day} is not known: ${unknown}` };
  const found = await find();
  return found === ''
    ? { kind: 'not-yet', reason: `the history of base ${base.slice(0, 7)} begins after ${day} did` }
    : commitOf(day, found);
}

async function newestTag(repository: Repository, base: string, glob: string): Promise<SinceCommit> {
  const { user, checkout } = repository;
  const isWhole = !(await isShallow(repository));
  const known = isWhole ? newestRelease(glob, await tagsOf(repository, base)) : null;
  if (known !== null) return commitOf(known.name, await lineOf(repository, known.sha));
  try {
    const unknown = await deepen(repository, base, `+${OWN}*:${FETCHED}*`);
    if (unknown !== null) return { kind: 'unknown', reason: `which tags ${glob} base contains is not known: ${unknown}` };
    const found = newestRelease(glob, await tagsOf(repository, base));
    if (found !== null) return commitOf(found.name, await lineOf(repository, found.sha));
    return lackOf(glob, base, await tagsOf(repository, null));
  } finally {
    const fetched = (await inside(user, checkout, ['for-each-ref', '--format=delete %(refname)', FETCHED])).stdout;
    if (fetched !== '') await inside(user, checkout, ['update-ref', '--stdin'], undefined, fetched);
  }
}

/** A glob waits for the first release; one tag that is nowhere is a mistake, which would judge nothing for ever. */
function lackOf(glob: string, base: string, all: readonly Tag[]): SinceCommit {
  const elsewhere = newestRelease(glob, all);
  const short = base.slice(0, 7);
  if (elsewhere !== null) return { kind: 'not-yet', reason: `base ${short} does not contain ${elsewhere.name}, nor another tag ${glob}` };
  if (/[*?]/.test(glob)) return { kind: 'not-yet', reason: `base ${short} contains no tag ${glob} yet` };
  const nearest = nearestOf(
    glob,
    all.map(({ name }) => name),
  );
  return { kind: 'unknown', reason: `there is no tag ${glob}${meant(nearest)}` };
}

/** Tags, those of the remote before the clone's own; `merged`: which of them that commit contains. */
async function tagsOf({ user, checkout }: Repository, merged: string | null): Promise<readonly (Tag & { readonly sha: string })[]> {
  const format = '--format=%(refname)%09%(creatordate:unix)%09%(objectname)';
  const within = merged === null ? [] : [`--merged=${merged}`];
  const { stdout } = await inside(user, checkout, ['for-each-ref', format, ...within, FETCHED, OWN]);
  const tags = new Map<string, Tag & { readonly sha: string }>();
  for (const line of stdout.split('\n')) {
    const [ref = '', time = '', sha = ''] = line.split('\t');
    const name = ref.startsWith(FETCHED) ? ref.slice(FETCHED.length) : ref.slice(OWN.length);
    if (sha !== '' && !tags.has(name)) tags.set(name, { name, time: Number(time), sha });
  }
  return [...tags.values()];
}

/** Fetches what is missing of base's history, and refs; in words why that cannot be done, `null`: it was, or nothing was missing. */
async function deepen(repository: Repository, base: string, ...refs: readonly string[]): Promise<string | null> {
  const { user, checkout, origin } = repository;
  const shallow = await isShallow(repository);
  // A whole clone on a laptop has the tags that its owner fetched.
  if (!shallow && (refs.length === 0 || origin === null)) return null;
  if (origin === null) return 'this clone is shallow; git fetch --unshallow --tags brings the rest';
  const fetched = await fetchPrivately(user, checkout, [...(shallow ? ['--unshallow', base] : []), ...refs], { origin });
  if (fetched === null) return !shallow ? null : 'the clone has no remote "origin" to fetch it from';
  if (fetched.exitCode === 0) return null;
  return `it cannot be fetched (${fetched.stderr.trim().split('\n').at(-1)}): check out with \`fetch-depth: 0\`, or give the job \`contents: read\``;
}

async function isShallow({ user, checkout }: Repository): Promise<boolean> {
  return (await inside(user, checkout, ['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
}

/** `sha subject` of what a tag points at. */
async function lineOf({ user, checkout }: Repository, sha: string): Promise<string> {
  return (await inside(user, checkout, ['log', '--max-count=1', '--format=%H %s', sha])).stdout.trim();
}

function commitOf(name: string, line: string): SinceCommit {
  const [sha = '', ...subject] = line.split(' ');
  return { kind: 'commit', name, revision: { sha, source: 'commit', subject: subject.join(' ') } };
}
