import { basename } from 'node:path';
import { dropDangling, isThere } from '../folder.ts';
import type { Host } from '../host.ts';

/** From the remote store, the newest whose key begins so; a folder that is there already (a runner that is kept) is newer than any. */
export async function bring(host: Host, path: string, key: string): Promise<void> {
  await dropDangling(path);
  if (host.remote === undefined || (await isThere(path))) return;
  using waiting = host.progress.begin({ text: `looking for ${basename(path)} in the cache`, kind: 'brief' });
  const found = await host.remote.restore([path], key, [key]);
  waiting.done(found === null ? null : `${basename(path)} taken from the cache`);
}
