import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled, ToolError } from '../core/failures.ts';
import type { HistoryFiles } from '../core/history/update.ts';
import { withoutUser } from '../core/redact.ts';
import { quoted } from '../core/text.ts';
import { advertised, gitFailed, openPrivateRepository, type PrivateRepository, type Remote } from './private-repository.ts';
import { type HistoryStore, NO_HISTORY, type ReadHistory, readMonths } from './store.ts';

export const HISTORY_BRANCH = 'coldgate-history';

export interface BranchOptions {
  readonly branch?: string;
  /** A folder for what lasts a moment. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  /** Of the repository's objects. */
  readonly format: 'sha1' | 'sha256';
}

/** Writers meet at most as often as there are others; what is waited for is below a second at first, and ten at most. */
const ATTEMPTS = 30;
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [100, 10_000];

/**
 * A history on a branch of its own, which shares no commit with any other. A push that meets another's is refused by the server; what is there
 * then is fetched, joined and pushed again. No branch is ever forced, and nothing of the user's repository is touched.
 */
export function branchStore(remote: Remote, { branch = HISTORY_BRANCH, scratch, signal, format }: BranchOptions): HistoryStore {
  const name = `branch ${branch} of ${withoutUser(remote.url)}`;
  const open = (): Promise<PrivateRepository> => openPrivateRepository(remote, { scratch, format, signal });
  return {
    name,
    read: async () => {
      await using repository = await open();
      const tip = await fetchTip(repository, remote, branch);
      return tip === null ? null : await readTip(repository, tip, branch);
    },
    update: async (change, message) => {
      await using repository = await open();
      let refused = '';
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (signal.aborted) throw new Cancelled('cancelled');
        const tip = await fetchTip(repository, remote, branch);
        if (tip === null) await refuseBelow(repository, remote, branch);
        const commit = await commitOn(repository, tip, change(tip === null ? NO_HISTORY : await readTip(repository, tip, branch)), message);
        if (commit === null) return false;
        const pushed = await push(repository, remote, commit, branch);
        if (pushed === null) return true;
        refused = pushed;
        // Each at its own time, or the same two would meet again.
        await sleep(Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
      }
      throw new ToolError(`${name}: others wrote to it at the same time ${ATTEMPTS} times (${refused}): run this job again`);
    },
  };
}

/** Brings the branch as it is now, without what was before. */
async function fetchTip(repository: PrivateRepository, remote: Remote, branch: string): Promise<string | null> {
  const { tip } = await advertised(repository, remote, branch);
  if (tip === null) return null;
  const ref = `refs/heads/${branch}`;
  const args = ['fetch', '--quiet', '--depth=1', '--no-tags', remote.url, `+${ref}:${ref}`];
  const fetched = await repository.git(args, { check: false });
  if (fetched.exitCode !== 0) throw gitFailed(`${branch} of ${withoutUser(remote.url)} cannot be fetched`, fetched);
  return (await repository.git(['rev-parse', ref])).stdout.trim();
}

/** What is in the way for good is no writer that was faster. */
async function refuseBelow(repository: PrivateRepository, remote: Remote, branch: string): Promise<void> {
  const [one] = (await advertised(repository, remote, branch)).below;
  if (one === undefined) return;
  const [what, advice] = [`${branch} of ${withoutUser(remote.url)} cannot be made`, `rename or delete the branch ${quoted(one)}`];
  throw new ToolError(`${what}: git has no branch of that name beside ${quoted(one)}: ${advice}`);
}

/** The folder of the badges. */
const BADGES = 'badge';

async function readTip({ git }: PrivateRepository, tip: string, branch: string): Promise<ReadHistory> {
  const { stdout } = await git(['ls-tree', '-z', '--long', tip]);
  const files = stdout.split('\0').flatMap((row) => {
    const [, sha = '', size = '', name = ''] = /^\d+ blob (\w+) +(\d+)\t(.+)$/s.exec(row) ?? [];
    return name === '' ? [] : [{ name, sha, size: Number(size) }];
  });
  const shaOf = new Map(files.map(({ name, sha }) => [name, sha]));
  const read = await readMonths(files, `${branch}:`, async (name) => (await git(['cat-file', 'blob', shaOf.get(name) ?? ''])).stdout);
  if (!shaOf.has(BADGES)) return read;
  const inTheWay = `${branch}:${BADGES} is a file, and badges are written into a folder of that name: none are, until it is moved`;
  return { ...read, warnings: [...read.warnings, inTheWay] };
}

/** A commit with these files beside all others that `tip` has; `null`: nothing is other than there. */
async function commitOn({ git }: PrivateRepository, tip: string | null, files: HistoryFiles, message: string): Promise<string | null> {
  await git(['read-tree', ...(tip === null ? ['--empty'] : [tip])]);
  const rows: string[] = [];
  const taken = tip === null ? new Set<string>() : await filesAtTop(git, tip);
  for (const [path, text] of files) {
    // git would take a file named `badge` away to make a folder of it: badges can wait, what is not coldgate's stays.
    if (path.includes('/') && taken.has(path.split('/')[0] ?? '')) continue;
    const sha = (await git(['hash-object', '-w', '--stdin'], { input: text })).stdout.trim();
    rows.push(`100644 ${sha}\t${path}\0`);
  }
  await git(['update-index', '-z', '--index-info'], { input: rows.join('') });
  const tree = (await git(['write-tree'])).stdout.trim();
  if (tip !== null && (await git(['rev-parse', `${tip}^{tree}`])).stdout.trim() === tree) return null;
  const parents = tip === null ? [] : ['-p', tip];
  return (await git(['commit-tree', tree, ...parents], { input: message })).stdout.trim();
}

async function filesAtTop(git: PrivateRepository['git'], tip: string): Promise<ReadonlySet<string>> {
  const { stdout } = await git(['ls-tree', '-z', tip]);
  return new Set(stdout.split('\0').flatMap((row) => /^\d+ blob \w+\t(.+)$/s.exec(row)?.[1] ?? []));
}

/** `null`: it is there. A word on why not, where another writer was faster; a ToolError with what to do for all else. */
async function push({ git }: PrivateRepository, remote: Remote, commit: string, branch: string): Promise<string | null> {
  const pushed = await git(['push', '--porcelain', '--no-verify', remote.url, `${commit}:refs/heads/${branch}`], { check: false });
  if (pushed.exitCode === 0) return null;
  const [, reason = ''] = /^!\t[^\t]*\t(.*)$/m.exec(pushed.stdout) ?? [];
  if (RACE.test(reason)) return reason;
  const to = `${branch} of ${withoutUser(remote.url)}`;
  if (/protected branch|rule violations|GH0(?:06|13)|hook declined/i.test(`${reason} ${pushed.stderr}`))
    throw gitFailed(`${to} refuses what is pushed (${reason})`, pushed, [`let a rule or a protection leave out the branch ${branch}`]);
  if (/\b403\b|denied|read-only|not authorized/i.test(pushed.stderr))
    throw gitFailed(`${to} cannot be pushed to`, pushed, ['give this job, and no other, `permissions: contents: write`']);
  throw gitFailed(`${to} cannot be pushed to`, pushed);
}

/** What a server says to who was not the first, and what its own locks say. */
const RACE =
  /fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|failed to lock|already exists|reference broken|incorrect old value/i;
