import { symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../core/failures.ts';
import { dropDangling, isThere, makeHome } from '../folder.ts';

const NAME = 'coldgate-tools';

/**
 * Takes the tools from the runner's tool cache, where a self-hosted runner keeps what its jobs installed, and answers whether they were there.
 * They are linked, not copied: they are 475 MB.
 */
export async function findInToolCache(folder: string, version: string): Promise<boolean> {
  const { find } = await import('@actions/tool-cache');
  const cached = find(NAME, version);
  await dropDangling(folder);
  if (cached === '' || (await isThere(folder))) return cached !== '';
  await makeHome(dirname(folder));
  await symlink(cached, folder);
  return true;
}

/** Keeps the tools for the runner's next jobs. A tool cache that cannot be written costs a line in the log. */
export async function keepInToolCache(folder: string, version: string, log: (line: string) => void): Promise<void> {
  try {
    const { cacheDir } = await import('@actions/tool-cache');
    await cacheDir(folder, NAME, version);
  } catch (error) {
    log(`the tools were not kept in the tool cache: ${messageOf(error)}`);
  }
}
