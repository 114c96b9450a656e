import { git, type UserRepository } from './repository.ts';

/** What makes `origin` the remote that a partial clone left files with. */
export const PROMISES = ['remote.origin.promisor', 'remote.origin.partialclonefilter'] as const;

/** The user's settings of these, as `name=value`; empty in a whole clone. */
export async function promisesOf(user: UserRepository): Promise<readonly string[]> {
  const found = await Promise.all(
    PROMISES.map(async (name) => {
      const { stdout, exitCode } = await git(user, ['config', '--get', name], false);
      return exitCode === 0 ? [`${name}=${stdout.trim()}`] : [];
    }),
  );
  return found.flat();
}
