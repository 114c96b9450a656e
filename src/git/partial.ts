import { UsageError } from '../core/failures.ts';
import type { PrivateCheckout } from './checkout.ts';
import { type FetchOrigin, fetchPrivately, inside } from './fetch.ts';
import { promisesOf } from './promises.ts';
import type { Revision, UserRepository } from './repository.ts';

/** Trees, then what lies in them: more rounds only where the remote gives out trees one by one. */
const ROUNDS = 8;

/**
 * Brings the files of `revisions` that a partial clone (`--filter=blob:none`, as sparse checkouts have it too) left with its remote into the
 * private repository, in one fetch: later nothing has the token, and git would ask for each file by itself. Does nothing in a whole clone.
 * Throws a UsageError that says how to get them where the remote does not give them.
 */
export async function bringFiles(
  user: UserRepository,
  checkout: PrivateCheckout,
  revisions: readonly Revision[],
  origin: FetchOrigin | null,
): Promise<void> {
  const promises = await promisesOf(user);
  if (promises.length === 0) return;
  let before = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const missing = await missingObjects(user, checkout, revisions);
    if (missing.length === 0) break;
    const input = `${missing.join('\n')}\n`;
    const how = ['--no-write-fetch-head', '--no-filter'];
    const fetched = await fetchPrivately(user, checkout, how, { origin, input });
    const said = fetched === null ? 'it has no remote "origin"' : (fetched.stderr.trim().split('\n').at(-1) ?? '');
    if (fetched === null || fetched.exitCode !== 0 || (round > 0 && missing.length >= before)) {
      throw new UsageError(
        `this partial clone lacks files of what is measured (${missing.length}), which cannot be fetched (${said}): ${remedyFor(origin)}`,
      );
    }
    before = missing.length;
  }
  // From here on a build script may ask for the past.
  for (const setting of promises) await inside(user, checkout, ['config', '--replace-all', ...setting.split(/=(.*)/s, 2)]);
}

function remedyFor(origin: FetchOrigin | null): string {
  return origin === null
    ? 'see that `git fetch` works here without a question, or clone without --filter'
    : 'give the job `contents: read`, or check out without `filter`';
}

/** Objects of these revisions, none of their history, that are nowhere on this machine. */
async function missingObjects(user: UserRepository, checkout: PrivateCheckout, revisions: readonly Revision[]): Promise<readonly string[]> {
  const args = ['rev-list', '--objects', '--no-walk', '--missing=print', ...revisions.map(({ sha }) => sha)];
  const { stdout } = await inside(user, checkout, args);
  return stdout.split('\n').flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : []));
}
