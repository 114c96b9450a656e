import { randomUUID } from 'node:crypto';
import type { Blobs } from './blobs.ts';
import type { Claims } from './runtime-token.ts';
import { type Twirp, TwirpError } from './twirp.ts';

export interface CacheEntry {
  readonly id: number;
  readonly key: string;
  readonly version: string;
  readonly scope: string;
  readonly size: number;
}

interface Stored extends CacheEntry {
  readonly blob: string;
  size: number;
  done: boolean;
}

/** The cache service, version 2: scopes from the token, keys that never change. */
export class Caches {
  readonly #entries: Stored[] = [];
  readonly #blobs: Blobs;
  readonly #address: (blob: string) => string;

  constructor(blobs: Blobs, address: (blob: string) => string) {
    this.#blobs = blobs;
    this.#address = address;
  }

  entries(): readonly CacheEntry[] {
    return this.#entries.filter((entry) => entry.done);
  }

  /** What a run with a token of that scope may do: everything there is, once more, in a scope that is looked through first. */
  copyTo(scope: string): void {
    for (const entry of this.#entries.filter(({ done }) => done)) this.#entries.push({ ...entry, id: this.#entries.length + 1, scope });
  }

  /** As eviction does. */
  evict(key: string): void {
    const kept = this.#entries.filter((entry) => entry.key !== key);
    this.#entries.splice(0, this.#entries.length, ...kept);
  }

  readonly methods: Readonly<Record<string, Twirp>> = {
    CreateCacheEntry: ({ caches }, request) => {
      const [key, version] = [request.text('key'), request.text('version')];
      const scope = writable(caches);
      if (scope === undefined) return { ok: false, message: `cache write denied: the token of this run cannot save '${key}'` };
      const taken = this.#entries.some((entry) => entry.key === key && entry.version === version && entry.scope === scope);
      if (taken) return { ok: false, message: 'cache entry with the same key, version, and scope already exists' };
      const blob = randomUUID();
      this.#entries.push({ id: this.#entries.length + 1, key, version, scope, blob, size: 0, done: false });
      return { ok: true, signed_upload_url: this.#address(blob) };
    },
    FinalizeCacheEntryUpload: ({ caches }, request) => {
      const scope = writable(caches);
      const [key, version] = [request.text('key'), request.text('version')];
      const entry = this.#entries.find((candidate) => candidate.key === key && candidate.version === version && candidate.scope === scope);
      if (entry === undefined) throw new TwirpError('not_found', `no such cache entry: ${key}`);
      const blob = this.#blobs.read(entry.blob);
      if (blob === undefined || String(blob.length) !== request.text('size_bytes'))
        return { ok: false, message: 'the upload is not complete' };
      entry.size = blob.length;
      entry.done = true;
      return { ok: true, entry_id: String(entry.id) };
    },
    GetCacheEntryDownloadURL: ({ caches }, request) => {
      if (caches.length === 0) throw new TwirpError('permission_denied', 'cache read denied: the token has no readable scope');
      const keys = [request.text('key'), ...request.texts('restore_keys')];
      const hit = this.#lookUp(caches, keys, request.text('version'));
      if (hit === undefined) return { ok: false };
      return { ok: true, signed_download_url: this.#address(hit.blob), matched_key: hit.key };
    },
  };

  /** Scope by scope; in each, key by key: the exact one, else the newest with that prefix. */
  #lookUp(caches: Claims['caches'], keys: readonly string[], version: string): Stored | undefined {
    for (const { scope } of caches) {
      const here = this.#entries.filter((entry) => entry.done && entry.scope === scope && entry.version === version).toReversed();
      for (const key of keys) {
        const hit = here.find((entry) => entry.key === key) ?? here.find((entry) => entry.key.startsWith(key));
        if (hit !== undefined) return hit;
      }
    }
    return undefined;
  }
}

function writable(caches: Claims['caches']): string | undefined {
  return caches.find((cache) => cache.permission === 3)?.scope;
}
