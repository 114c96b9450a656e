import { messageOf } from '../core/failures.ts';
import type { RemoteStore } from './remote.ts';

/**
 * The Actions cache as a store. It is loaded when it is first used, and every failure of it is a line in the log: a cache that is down
 * costs time, never a result. A pull request's saves are visible to it alone, so callers save on push only.
 */
export function actionsCache(log: (line: string) => void): RemoteStore {
  return {
    restore: async (paths, key, prefixes) => {
      try {
        const cache = await import('@actions/cache');
        if (!cache.isFeatureAvailable()) return null;
        return (await cache.restoreCache([...paths], key, [...prefixes])) ?? null;
      } catch (error) {
        log(`the cache gave nothing for ${key}: ${messageOf(error)}`);
        return null;
      }
    },
    save: async (paths, key) => {
      try {
        const cache = await import('@actions/cache');
        if (cache.isFeatureAvailable()) await cache.saveCache([...paths], key);
      } catch (error) {
        log(`${key} was not kept in the cache: ${messageOf(error)}`);
      }
    },
  };
}
