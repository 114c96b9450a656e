import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';
import { git, isShallow, type Revision, type UserRepository } from './repository.ts';

/** Commits of a range; more are not walked. */
const MOST_COMMITS = 20_000;

/** `to` and its first parents as far as none of `from` contains them, the oldest first. */
export async function firstParents(user: UserRepository, from: readonly string[], to: string): Promise<readonly Revision[]> {
  return revisions(user, ['--first-parent', to, ...from.map((one) => `^${one}`)]);
}

/** The newest commits that `one` has in common with any of `others`; several where both had merged each other. */
export async function forksOf(user: UserRepository, one: string, others: readonly string[]): Promise<readonly Revision[]> {
  const { stdout } = await git(user, ['merge-base', '--all', one, ...others], false);
  const shas = stdout.split('\n').filter((sha) => sha !== '');
  return shas.length === 0 ? [] : revisions(user, ['--no-walk', ...shas]);
}

/** Merges of a range, or all of its commits, the oldest first; those of a branch before the merge that brings it. */
export async function commitsOf(user: UserRepository, arguments_: readonly string[]): Promise<readonly Revision[]> {
  return revisions(user, arguments_);
}

/** Commits of the clone, each once, none before one that it contains. */
export async function oldestFirst(user: UserRepository, shas: readonly string[]): Promise<readonly string[]> {
  const asked = new Set(shas);
  const { stdout } = await git(user, ['rev-list', '--topo-order', '--reverse', '--stdin'], true, `${shas.join('\n')}\n`);
  return stdout.split('\n').filter((sha) => asked.has(sha));
}

export async function parentsOf(user: UserRepository, sha: string): Promise<readonly Revision[]> {
  const { stdout } = await git(user, ['rev-list', '--parents', '--max-count=1', sha]);
  const [, ...parents] = stdout.trim().split(' ');
  return Promise.all(parents.map(async (parent) => (await revisions(user, ['--max-count=1', parent]))[0] ?? lacking(parent)));
}

export async function isAncestor(user: UserRepository, of: string, to: string): Promise<boolean> {
  return (await git(user, ['merge-base', '--is-ancestor', of, to], false)).exitCode === 0;
}

/** A UsageError where the clone's history is cut off: what is not there cannot be walked. */
export async function refuseShallow(user: UserRepository, what: string): Promise<void> {
  if (await isShallow(user))
    throw new UsageError(`${what}: this clone is shallow, and the commits between may not be here: git fetch --unshallow brings them`);
}

/** A UsageError where a shallow clone lacks parents of the commits of a range: there the range ends early, and nothing tells how far it goes. */
export async function refuseCut(user: UserRepository, range: readonly string[], what: string): Promise<void> {
  if (!(await isShallow(user))) return;
  const cut = new Set((await readFile(join(user.commonDir, 'shallow'), 'utf8')).split('\n'));
  const { stdout } = await git(user, ['rev-list', ...range, '--']);
  if (stdout.split('\n').some((sha) => sha !== '' && cut.has(sha))) await refuseShallow(user, what);
}

function lacking(sha: string): never {
  throw new UsageError(`${quoted(sha)} is not in this clone`);
}

async function revisions(user: UserRepository, args: readonly string[]): Promise<readonly Revision[]> {
  const format = ['--reverse', '--format=%H %s', `--max-count=${MOST_COMMITS}`];
  const { stdout } = await git(user, ['rev-list', ...format, ...args, '--']);
  return (
    stdout
      .split('\n')
      // Before each there is `commit SHA`.
      .filter((line) => /^[0-9a-f]{40,64} /.test(line))
      .map((line) => ({ sha: line.slice(0, line.indexOf(' ')), source: 'commit', subject: line.slice(line.indexOf(' ') + 1) }))
  );
}
