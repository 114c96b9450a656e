import type { Environment, Finished } from '../exec/run.ts';
import type { PrivateCheckout } from './checkout.ts';
import { promisesOf } from './promises.ts';
import { git, originAddress, type UserRepository } from './repository.ts';

/** Where what a clone lacks is fetched from; the token reaches git's own connections and nothing else. */
export interface FetchOrigin {
  readonly token: string | null;
  /** The server the token is for, as `https://github.com`. */
  readonly server: string;
  /** The repository's address there, for people. */
  readonly address: string;
}

/**
 * Fetches from the clone's `origin` into the private repository: refs and commits in `what`, or objects whose names are the lines of `input`.
 * `null` where there is no such remote. A failed fetch is an answer.
 */
export async function fetchPrivately(
  user: UserRepository,
  checkout: PrivateCheckout,
  what: readonly string[],
  { origin, input }: { readonly origin: FetchOrigin | null; readonly input?: string },
): Promise<Finished | null> {
  const url = await originAddress(user);
  if (url === null) return null;
  const env = { ...user.env, ...(origin === null ? {} : credentialsFor(origin, user.env)), GIT_TERMINAL_PROMPT: '0' };
  // Kept as a pack: unpacking would set the time of each object that the user's clone has already anew.
  const promises = (await promisesOf(user)).flatMap((setting) => ['-c', setting]);
  const how = [
    '-c',
    'fetch.unpackLimit=1',
    ...promises,
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
  ];
  return inside(user, checkout, [...how, ...(input === undefined ? [url, ...what] : [...what, '--stdin', url])], env, input);
}

/**
 * In the environment, never on a command line, and for this server alone; settings that the job has put there (safe.directory) stay. git 2.30
 * knows nothing of `GIT_CONFIG_COUNT` and reads what `git -c` hands to its children, as every later one does.
 */
export function credentialsFor({ token, server }: Pick<FetchOrigin, 'token' | 'server'>, env: Environment): Environment {
  if (token === null) return {};
  const key = `http.${server}/.extraheader`;
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const count = Number(env.GIT_CONFIG_COUNT ?? '0');
  return {
    // The empty one drops what other settings add for this server: two authorizations are refused.
    ...{ [`GIT_CONFIG_KEY_${count}`]: key, [`GIT_CONFIG_VALUE_${count}`]: '' },
    ...{ [`GIT_CONFIG_KEY_${count + 1}`]: key, [`GIT_CONFIG_VALUE_${count + 1}`]: header },
    GIT_CONFIG_COUNT: String(count + 2),
    GIT_CONFIG_PARAMETERS: `'${key}=' '${key}=${header}'`,
  };
}

/** git in the private repository. */
export function inside(
  user: UserRepository,
  checkout: PrivateCheckout,
  args: readonly string[],
  env: Environment = user.env,
  input?: string,
): Promise<Finished> {
  return git({ top: user.top, env: { ...env, GIT_DIR: checkout.repository } }, args, false, input);
}
