import { messageOf } from '../core/failures.ts';
import type { RemoteStore } from '../host.ts';

/** A miss is answered at once; one that takes longer is a service that did not answer through all of the toolkit's own retries. */
const DOWN_AFTER_MS = 10_000;

/**
 * The Actions cache as a store. It is loaded when it is first used, and every failure of it is a line in the log: a cache that is down
 * costs time, never a result. A pull request's saves are visible to it alone, so callers save on push only.
 */
export function actionsCache(log: (line: string) => void): RemoteStore {
  let down = false;
  const lookUp = async (
    paths: readonly string[],
    key: string,
    prefixes: readonly string[],
    lookupOnly: boolean,
  ): Promise<string | null> => {
    if (down) return null;
    const started = performance.now();
    try {
      const cache = await import('@actions/cache');
      if (!cache.isFeatureAvailable()) return null;
      const found = (await cache.restoreCache([...paths], key, [...prefixes], { lookupOnly })) ?? null;
      // The toolkit reports a failure as a miss: it is told by the time it took, so that the wait is had once and not for every key.
      down = found === null && performance.now() - started > DOWN_AFTER_MS;
      if (down) log('the cache does not answer: this run goes on without it');
      return found;
    } catch (error) {
      log(`the cache gave nothing for ${key}: ${messageOf(error)}`);
      return null;
    }
  };
  return {
    restore: (paths, key, prefixes) => lookUp(paths, key, prefixes, false),
    save: async (paths, key) => {
      // Packing comes before asking in the toolkit: a key that is taken would cost the whole folder's compression.
      if ((await lookUp(paths, key, [], true)) === key || down) return;
      try {
        const cache = await import('@actions/cache');
        if (cache.isFeatureAvailable()) await cache.saveCache([...paths], key);
      } catch (error) {
        log(`${key} was not kept in the cache: ${messageOf(error)}`);
      }
    },
  };
}
