import { UsageError } from '../core/failures.ts';
import { FULL_SHA } from '../core/sha.ts';
import type { PrivateCheckout } from './checkout.ts';
import { type FoundBase, findDefaultBase, firstCommit } from './default-base.ts';
import { type FetchOrigin, fetchPrivately, inside } from './fetch.ts';
import { type Revision, resolveCommit, type UserRepository } from './repository.ts';
import type { Head } from './work-tree.ts';

/** Which commit head is compared with, as the entry knows it. */
export type BaseChoice =
  | { readonly kind: 'default' }
  /** `option`: as the person writes it, `--base` or `input base`. */
  | { readonly kind: 'named'; readonly name: string; readonly option: string }
  /** Under `pull_request`: the merge commit's first parent where that is what is checked out, else the merge base with the base branch. */
  | { readonly kind: 'pull-request'; readonly checkedOut: string; readonly headSha: string; readonly baseSha: string }
  /** The event's own base (`push`, `merge_group`); `null` for a new branch: the default branch's tip. */
  | { readonly kind: 'commit'; readonly sha: string | null; readonly defaultBranch: string }
  /** Of a push: as `commit`; where a force-push took it out of all branches and it is not to be had any more, `HEAD^1`. */
  | { readonly kind: 'before'; readonly sha: string | null; readonly defaultBranch: string }
  /** `workflow_dispatch`, `schedule`. */
  | { readonly kind: 'parent' };

/**
 * Finds the base commit and sees to it that its files are there, fetching into the private repository alone: `git fetch --depth 1` in the
 * user's would make a full clone shallow.
 */
export async function resolveBase(
  user: UserRepository,
  checkout: PrivateCheckout,
  head: Head,
  choice: BaseChoice,
  origin: FetchOrigin | null,
): Promise<FoundBase> {
  if (choice.kind === 'default') return findDefaultBase(user, head.changed);
  const revision = await resolveChosen(user, checkout, head.revision, choice, origin);
  return revision === null ? { kind: 'none', reason: await firstCommit(user) } : { kind: 'commit', revision, reason: null };
}

async function resolveChosen(
  user: UserRepository,
  checkout: PrivateCheckout,
  head: Revision,
  choice: Exclude<BaseChoice, { readonly kind: 'default' }>,
  origin: FetchOrigin | null,
): Promise<Revision | null> {
  switch (choice.kind) {
    case 'named':
      return FULL_SHA.test(choice.name) ? bring(user, checkout, choice.name, origin) : resolveCommit(user, choice.name, choice.option);
    case 'parent':
      return parentOf(user, checkout, head, origin);
    case 'before':
      try {
        return await bring(user, checkout, choice.sha ?? `refs/heads/${choice.defaultBranch}`, origin);
      } catch (error) {
        if (!(error instanceof UsageError) || choice.sha === null) throw error;
        return parentOf(user, checkout, head, origin);
      }
    case 'commit':
      return bring(user, checkout, choice.sha ?? `refs/heads/${choice.defaultBranch}`, origin);
    case 'pull-request': {
      const own = await committed(user, checkout, head);
      const [first, second] = await parentsOf(user, checkout, choice.checkedOut);
      if (own === choice.checkedOut && first !== undefined && second === choice.headSha) return bring(user, checkout, first, origin);
      return mergeBase(user, checkout, own, choice.baseSha, origin);
    }
  }
}

async function parentOf(
  user: UserRepository,
  checkout: PrivateCheckout,
  head: Revision,
  origin: FetchOrigin | null,
): Promise<Revision | null> {
  const [parent] = await parentsOf(user, checkout, await committed(user, checkout, head));
  return parent === undefined ? null : bring(user, checkout, parent, origin);
}

/** The commit that is checked out: a step before this one may have left files, and the work tree is measured as a commit upon it. */
async function committed(user: UserRepository, checkout: PrivateCheckout, head: Revision): Promise<string> {
  if (head.source === 'commit') return head.sha;
  return (await parentsOf(user, checkout, head.sha))[0] ?? head.sha;
}

/** A commit object names its parents also where a shallow clone does not have them. */
async function parentsOf(user: UserRepository, checkout: PrivateCheckout, sha: string): Promise<readonly string[]> {
  const { stdout, exitCode } = await inside(user, checkout, ['cat-file', 'commit', sha]);
  if (exitCode !== 0) return [];
  const [header = ''] = stdout.split('\n\n', 1);
  return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1] ?? '');
}

async function mergeBase(
  user: UserRepository,
  checkout: PrivateCheckout,
  head: string,
  base: string,
  origin: FetchOrigin | null,
): Promise<Revision | null> {
  const find = async (): Promise<string | null> => {
    const { stdout, exitCode } = await inside(user, checkout, ['merge-base', base, head]);
    return exitCode === 0 ? (stdout.trim().split('\n')[0] ?? null) : null;
  };
  const known = await find();
  if (known !== null) return bring(user, checkout, known, origin);
  // The whole history of both, once: a shallow clone cannot tell where they part. A whole clone lacks the base alone.
  const whole = (await inside(user, checkout, ['rev-parse', '--is-shallow-repository'])).stdout.trim() !== 'true';
  await fetchInto(user, checkout, whole ? [base] : ['--unshallow', base, head], origin);
  const found = await find();
  return found === null ? null : bring(user, checkout, found, origin);
}

/** A commit (or a branch of the origin) with its files, fetched where they are missing. */
async function bring(user: UserRepository, checkout: PrivateCheckout, name: string, origin: FetchOrigin | null): Promise<Revision> {
  const isBranch = name.startsWith('refs/');
  let sha = name;
  if (isBranch || (await inside(user, checkout, ['cat-file', '-e', `${name}^{tree}`])).exitCode !== 0) {
    await fetchInto(user, checkout, ['--depth', '1', name], origin);
    if (isBranch) sha = (await inside(user, checkout, ['rev-parse', 'FETCH_HEAD'])).stdout.trim();
  }
  const subject = (await inside(user, checkout, ['log', '--max-count=1', '--format=%s', sha])).stdout.trim();
  return { sha, source: 'commit', subject };
}

async function fetchInto(
  user: UserRepository,
  checkout: PrivateCheckout,
  what: readonly string[],
  origin: FetchOrigin | null,
): Promise<void> {
  if (origin === null)
    throw new UsageError(
      `the base ${what.at(-1)} is not in this clone: fetch it; a shallow clone is deepened with \`git fetch --deepen=100\``,
    );
  const fetched = await fetchPrivately(user, checkout, what, { origin });
  if (fetched === null)
    throw new UsageError(`the base ${what.at(-1)} is not in this clone, and the clone has no remote "origin" to fetch it from`);
  if (fetched.exitCode !== 0) {
    throw new UsageError(
      `the base ${what.at(-1)} is not in this clone and cannot be fetched (${fetched.stderr.trim().split('\n').at(-1)}): check out with \`fetch-depth: 0\`, or give the job \`contents: read\``,
    );
  }
}
