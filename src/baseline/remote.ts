/** Files that outlive a job: kept under a key, found again by it. Nothing here may fail a run: what cannot be had is made anew. */
export interface RemoteStore {
  /** Brings `paths` back under exactly `key`, else under the newest key that begins with one of `prefixes`. Answers the key found, or `null`. */
  readonly restore: (paths: readonly string[], key: string, prefixes: readonly string[]) => Promise<string | null>;
  /** Keeps `paths` under `key`, unless that key is taken. */
  readonly save: (paths: readonly string[], key: string) => Promise<void>;
}
