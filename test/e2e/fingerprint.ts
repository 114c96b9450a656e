import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Everything that can be seen of a folder: contents, modes and times of every file, `.git` with index, refs, objects and stash, and `target/`.
 * Equal before and after: nothing was written, moved or even touched.
 */
export async function fingerprint(folder: string): Promise<Readonly<Record<string, string>>> {
  const seen: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const { mode, mtimeMs, size } = await lstat(path);
    const kind = mode & 0o170000;
    const content = kind === 0o100000 ? hash(await readFile(path)) : kind === 0o120000 ? await readlink(path) : '';
    seen[name] = `${mode.toString(8)} ${kind === 0o040000 ? '' : size} ${mtimeMs} ${content}`;
  }
  return seen;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
