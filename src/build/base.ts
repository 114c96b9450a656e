import { UsageError } from '../core/failures.ts';
import { type Environment, type Finished, run } from '../exec.ts';
import type { PrivateCheckout } from './private-checkout.ts';
import { type Revision, resolveCommit, resolveDefaultBase, type UserRepository } from './repository.ts';

/** Which commit head is compared with, as the entry knows it. */
export type BaseWish =
  | { readonly kind: 'default' }
  | { readonly kind: 'named'; readonly name: string }
  /** Under `pull_request`: the merge commit's first parent where that is what is checked out, else the merge base with the base branch. */
  | { readonly kind: 'pull-request'; readonly checkedOut: string; readonly headSha: string; readonly baseSha: string }
  /** The event's own base (`push`, `merge_group`); `null` for a new branch: the default branch's tip. */
  | { readonly kind: 'commit'; readonly sha: string | null; readonly defaultBranch: string }
  /** `workflow_dispatch`, `schedule`. */
  | { readonly kind: 'parent' };

/** Where missing commits are fetched from; the token reaches the one `git fetch` and nothing else. */
export interface FetchOrigin {
  readonly token: string | null;
  /** The server the token is for, as `https://github.com`. */
  readonly server: string;
}

/**
 * Finds the base commit and sees to it that its files are there, fetching into the private repository alone: `git fetch --depth 1` in the
 * user's would make a full clone shallow. `null` where there is none (a first commit).
 */
export async function resolveBase(
  user: UserRepository,
  checkout: PrivateCheckout,
  head: Revision,
  wish: BaseWish,
  origin: FetchOrigin | null,
): Promise<Revision | null> {
  switch (wish.kind) {
    case 'default':
      return resolveDefaultBase(user, head);
    case 'named':
      return /^[0-9a-f]{40}$/.test(wish.name) ? bring(user, checkout, wish.name, origin) : resolveCommit(user, wish.name);
    case 'parent': {
      const [parent] = await parentsOf(user, checkout, head.sha);
      return parent === undefined ? null : bring(user, checkout, parent, origin);
    }
    case 'commit':
      return bring(user, checkout, wish.sha ?? `refs/heads/${wish.defaultBranch}`, origin);
    case 'pull-request': {
      const [first, second] = await parentsOf(user, checkout, wish.checkedOut);
      if (head.sha === wish.checkedOut && first !== undefined && second === wish.headSha) return bring(user, checkout, first, origin);
      return mergeBase(user, checkout, head.sha, wish.baseSha, origin);
    }
  }
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
  // The whole history of both, once: a shallow clone cannot tell where they part.
  await fetchInto(user, checkout, ['--unshallow', base], origin, false);
  await fetchInto(user, checkout, [base, head], origin, true);
  const found = await find();
  return found === null ? null : bring(user, checkout, found, origin);
}

/** A commit (or a branch of the origin) with its files, fetched where they are missing. */
async function bring(user: UserRepository, checkout: PrivateCheckout, name: string, origin: FetchOrigin | null): Promise<Revision> {
  const isBranch = name.startsWith('refs/');
  let sha = name;
  if (isBranch || (await inside(user, checkout, ['cat-file', '-e', `${name}^{tree}`])).exitCode !== 0) {
    await fetchInto(user, checkout, ['--depth', '1', name], origin, true);
    if (isBranch) sha = (await inside(user, checkout, ['rev-parse', 'FETCH_HEAD'])).stdout.trim();
  }
  const subject = (await inside(user, checkout, ['show', '--no-patch', '--format=%s', sha])).stdout.trim();
  return { sha, source: 'commit', subject };
}

async function fetchInto(
  user: UserRepository,
  checkout: PrivateCheckout,
  what: readonly string[],
  origin: FetchOrigin | null,
  check: boolean,
): Promise<void> {
  if (origin === null)
    throw new UsageError(
      `the base ${what.at(-1)} is not in this clone: fetch it; a shallow clone is deepened with \`git fetch --deepen=100\``,
    );
  const url = (await run('git', ['config', '--get', 'remote.origin.url'], { cwd: user.top, env: user.env, check: false })).stdout.trim();
  if (url === '')
    throw new UsageError(`the base ${what.at(-1)} is not in this clone, and the clone has no remote "origin" to fetch it from`);
  const env = { ...user.env, ...credentials(origin) };
  const fetched = await inside(user, checkout, ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', url, ...what], env);
  if (check && fetched.exitCode !== 0) {
    throw new UsageError(
      `the base ${what.at(-1)} is not in this clone and cannot be fetched (${fetched.stderr.trim().split('\n').at(-1)}): check out with \`fetch-depth: 0\`, or give the job \`contents: read\``,
    );
  }
}

/** In the environment, never on a command line, and for this server alone. */
function credentials({ token, server }: FetchOrigin): Environment {
  if (token === null) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${server}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
    GIT_TERMINAL_PROMPT: '0',
  };
}

function inside(user: UserRepository, checkout: PrivateCheckout, args: readonly string[], env: Environment = user.env): Promise<Finished> {
  return run('git', args, { cwd: user.top, env: { ...env, GIT_DIR: checkout.repository }, check: false });
}
