import type { BaseReason } from '../core/model/base.ts';
import { git, isShallow, type Revision, resolveCommit, revisionOf, type UserRepository } from './repository.ts';

/** The commit to compare with, and how it was come to; or why there is none. `reason`: `null` where it was named, or the event's own. */
export type FoundBase =
  | { readonly kind: 'commit'; readonly revision: Revision; readonly reason: BaseReason | null }
  | { readonly kind: 'none'; readonly reason: string };

/** What a branch may have come from: a ref, and how people call it. */
interface Candidate {
  readonly ref: string;
  readonly name: string;
}

/** Where a candidate and `HEAD` part. */
interface Parting extends Candidate {
  readonly sha: string;
  /** More than one after merges in both directions (criss-cross). */
  readonly bases: number;
}

/**
 * The base where none is named, which is what a person means by "before my change": the merge base of `HEAD` with the branch's upstream, then
 * with the default branch of its remote, then with a local one. A branch that is its own upstream (pushed under its name) has not come from
 * there. Where `HEAD` has nothing of its own, it is the branch that the others come from: `HEAD` when files that a build reads are changed,
 * `read`, else `HEAD^1`. Every answer has its reason, for the first line of the report.
 */
export async function findDefaultBase(user: UserRepository, read: readonly string[]): Promise<FoundBase> {
  const own = await resolveCommit(user, 'HEAD');
  const candidates = [...(await upstreamOf(user)), ...(await defaultBranches(user))];
  const partings = (await Promise.all(candidates.map((candidate) => partingOf(user, candidate, own.sha)))).filter((one) => one !== null);
  const parting = await nearestOf(
    user,
    partings.filter(({ sha }) => sha !== own.sha),
  );
  if (parting !== null) {
    const reason = { kind: 'merge-base', of: parting.name, among: parting.bases } as const;
    return { kind: 'commit', revision: await revisionOf(user, parting.sha), reason };
  }
  const [on] = partings;
  const [first] = candidates;
  if (on === undefined && first !== undefined && (await isShallow(user))) return { kind: 'none', reason: tooShallow(first.name) };
  if (read.length > 0) return { kind: 'commit', revision: own, reason: { kind: 'head', changed: read.slice(0, 1), files: read.length } };
  const parent = await git(user, ['rev-parse', '--verify', '--quiet', 'HEAD^1^{commit}'], false);
  if (parent.exitCode !== 0) return { kind: 'none', reason: await firstCommit(user) };
  const because = on !== undefined ? 'nothing-own' : first !== undefined ? 'unrelated' : 'no-default-branch';
  const reason = { kind: 'parent', because, of: (on ?? first)?.name ?? null } as const;
  return { kind: 'commit', revision: await revisionOf(user, parent.stdout.trim()), reason };
}

/** Why `HEAD` has no parent here. */
export async function firstCommit(user: UserRepository): Promise<string> {
  return (await isShallow(user)) ? SHALLOW : 'this is the first commit';
}

const SHALLOW = 'this shallow clone has no earlier commit: git fetch --deepen=100 brings some, or fetch-depth: 0 in the checkout step';

function tooShallow(name: string): string {
  return `this shallow clone does not reach the commit where HEAD and ${name} part: git fetch --deepen=100 brings more, or fetch-depth: 0 in the checkout step`;
}

/**
 * The branch's upstream, unless it is the branch itself on another machine: `origin/topic` of `topic`, and `origin/jane/topic`, where people
 * push under their own folder.
 */
async function upstreamOf(user: UserRepository): Promise<readonly Candidate[]> {
  const branch = (await git(user, ['symbolic-ref', '--quiet', '--short', 'HEAD'], false)).stdout.trim();
  if (branch === '') return [];
  const format = '%(upstream)%00%(upstream:short)%00%(upstream:remotename)';
  const found = await git(user, ['for-each-ref', `--format=${format}`, `refs/heads/${branch}`], false);
  const [ref = '', name = '', remote = ''] = found.stdout.trim().split('\0');
  if (ref === '' || !(await exists(user, ref))) return [];
  const there = remote === '' || remote === '.' ? ref.replace('refs/heads/', '') : ref.replace(`refs/remotes/${remote}/`, '');
  const same = there === branch || there.endsWith(`/${branch}`) || branch.endsWith(`/${there}`);
  return same ? [] : [{ ref, name }];
}

/**
 * The branches that changes go to: of a fork's clone the parent's (`upstream`, as GitHub's own tool calls it) and the fork's, which may lie
 * behind it; else those of the only remote; local ones where no remote has any.
 */
async function defaultBranches(user: UserRepository): Promise<readonly Candidate[]> {
  const remotes = (await git(user, ['remote'], false)).stdout.split('\n').filter((name) => name !== '');
  const known = ['origin', 'upstream'].filter((name) => remotes.includes(name));
  const asked = known.length > 0 ? known : remotes.length === 1 ? remotes : [];
  const found = await Promise.all(
    asked.map((remote) => firstOf(user, ['HEAD', 'main', 'master'], `refs/remotes/${remote}/`, `${remote}/`)),
  );
  const there = found.flat();
  if (there.length > 0) return there;
  const initial = (await git(user, ['config', '--get', 'init.defaultBranch'], false)).stdout.trim();
  return firstOf(user, [...(initial === '' ? [] : [initial]), 'main', 'master'], 'refs/heads/', '');
}

async function firstOf(user: UserRepository, names: readonly string[], folder: string, shown: string): Promise<readonly Candidate[]> {
  for (const name of names) {
    const ref = `${folder}${name}`;
    if (!(await exists(user, ref))) continue;
    const target = name === 'HEAD' ? (await git(user, ['symbolic-ref', '--quiet', ref], false)).stdout.trim() : '';
    return [{ ref, name: `${shown}${target.startsWith(folder) ? target.slice(folder.length) : name}` }];
  }
  return [];
}

async function exists(user: UserRepository, ref: string): Promise<boolean> {
  return (await git(user, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], false)).exitCode === 0;
}

/** `null` where the two have no commit in common here. */
async function partingOf(user: UserRepository, candidate: Candidate, head: string): Promise<Parting | null> {
  const { stdout, exitCode } = await git(user, ['merge-base', '--all', candidate.ref, head], false);
  const shas = stdout.split('\n').filter((line) => line !== '');
  const [sha] = shas;
  return exitCode !== 0 || sha === undefined ? null : { ...candidate, sha, bases: shas.length };
}

/** The one that `HEAD` left last: what lies before is others' work. */
async function nearestOf(user: UserRepository, partings: readonly Parting[]): Promise<Parting | null> {
  const [first, ...others] = partings;
  if (first === undefined) return null;
  let nearest = first;
  for (const other of others) {
    const behind = await git(user, ['merge-base', '--is-ancestor', nearest.sha, other.sha], false);
    if (behind.exitCode === 0 && nearest.sha !== other.sha) nearest = other;
  }
  return nearest;
}
