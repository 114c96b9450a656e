import type { Committed } from '../core/history/new-lines.ts';
import type { Release } from '../core/history/update.ts';
import { withoutUser } from '../core/redact.ts';
import { type BranchOptions, HISTORY_BRANCH } from './branch.ts';
import { committedOf } from './clone.ts';
import { advertised, gitFailed, openPrivateRepository, type Remote } from './private-repository.ts';

/** A commit as its server has it: no checkout is needed. */
export interface RemoteCommit {
  readonly committed: Committed;
  /** Its first; `null`: it has none. */
  readonly parent: string | null;
  readonly releases: readonly Release[];
}

/** Fetches a commit alone, without its files where the server can leave them out. A ToolError where it is not there. */
export async function fetchCommitted(remote: Remote, sha: string, options: Omit<BranchOptions, 'branch'>): Promise<RemoteCommit> {
  await using repository = await openPrivateRepository(remote, options);
  const { releases } = await advertised(repository, remote, HISTORY_BRANCH);
  const args = ['fetch', '--quiet', '--depth=1', '--filter=tree:0', '--no-tags', remote.url, sha];
  const fetched = await repository.git(args, { check: false });
  if (fetched.exitCode !== 0) throw gitFailed(`commit ${sha.slice(0, 7)} of ${withoutUser(remote.url)} cannot be fetched`, fetched);
  const { stdout } = await repository.git(['log', '--max-count=1', '--format=%ct%n%s', sha]);
  // As it is written: a shallow clone shows no parents.
  const raw = (await repository.git(['cat-file', 'commit', sha])).stdout;
  const parent = /^parent (\w+)$/m.exec(raw.split('\n\n')[0] ?? '')?.[1] ?? null;
  return { committed: committedOf(sha, stdout, releases), parent, releases };
}
