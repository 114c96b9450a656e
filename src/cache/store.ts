import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import { MAX_SNAPSHOT_BYTES, parseSnapshot, renderSnapshot, type Snapshot } from '../core/snapshot/snapshot.ts';
import { isThere } from '../folder.ts';
import { DIGESTS_FILE, type Digests, readSeal, type Sealed, SNAPSHOT_FILE } from './digests.ts';

/** A snapshot with the folder that holds its packages and twins. */
export interface Stored {
  readonly folder: string;
  readonly snapshot: Snapshot;
  /** Of its files; absent where a person named the folder. */
  readonly digests?: Digests;
}

/** Snapshots kept per repository; a base that is older than so many others is measured again. */
const KEPT = 12;

/** Finds a whole stored snapshot. One that cannot be read any more is removed, so that the commit is measured again. */
export async function findStored(store: string, key: string): Promise<Sealed | null> {
  const folder = join(store, key);
  if (!(await isThere(join(folder, SNAPSHOT_FILE)))) return null;
  try {
    const snapshot = await readSnapshotFile(folder);
    const digests = await readSeal(folder, snapshot);
    if (digests === null) throw new UsageError(`${folder} is not whole`);
    const now = new Date();
    await utimes(folder, now, now);
    return { folder, snapshot, digests };
  } catch {
    await rm(folder, { recursive: true, force: true });
    return null;
  }
}

/** The keys of a commit's stored snapshots, however it was built; those of one run alone are left out. */
export async function keysOf(store: string, sha: string): Promise<readonly string[]> {
  const names = await readdir(store).catch(() => []);
  return names.filter((name) => name.startsWith(`${sha}-`) && name !== `${sha}-once`);
}

/** Reads `snapshot.json`, or the one in a folder. Throws a UsageError that names the file. */
async function readSnapshotFile(path: string): Promise<Snapshot> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new UsageError(`${path}: there is no such file; \`coldgate measure -o DIR\` writes one`, { cause });
  });
  const file = info.isDirectory() ? join(path, SNAPSHOT_FILE) : path;
  const found = await stat(file).catch(() => null);
  if (found === null) throw new UsageError(`${path}: no ${SNAPSHOT_FILE} in this folder; \`coldgate measure -o DIR\` writes one`);
  if (found.size > MAX_SNAPSHOT_BYTES) throw new UsageError(`${file}: ${found.size} bytes is too large for a snapshot`);
  return parseSnapshot(await readFile(file, 'utf8'), file);
}

/** The same with the folder it lies in: its packages and twins are there, unless they were left elsewhere. */
export async function readStored(path: string): Promise<Stored> {
  const snapshot = await readSnapshotFile(path);
  return { folder: (await stat(path)).isDirectory() ? path : dirname(path), snapshot };
}

/** Writes the snapshot beside its packages and twins in `folder`. */
export async function writeSnapshot(folder: string, snapshot: Snapshot): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, SNAPSHOT_FILE), renderSnapshot(snapshot));
}

/** Moves a complete snapshot folder into the store in one step, and drops the ones used longest ago. */
export async function keep(store: string, key: string, folder: string): Promise<string> {
  await mkdir(store, { recursive: true });
  const place = join(store, key);
  await rm(place, { recursive: true, force: true });
  await rename(folder, place);
  const aged = await Promise.all(
    (await readdir(store)).map(async (name) => ({
      path: join(store, name),
      used: (await stat(join(store, name)).catch(() => null))?.mtimeMs ?? 0,
    })),
  );
  for (const { path } of aged.sort((a, b) => b.used - a.used).slice(KEPT)) await rm(path, { recursive: true, force: true });
  return place;
}

/** Refuses a folder that holds anything but an earlier snapshot, with a UsageError: asked before the build, so that none is wasted. */
export async function checkExport(to: string): Promise<void> {
  const there = await readdir(to).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new UsageError(`${to} is no folder that can be read (${cause.message}): name an empty one with -o`, { cause });
  });
  const foreign = there.filter((name) => ![SNAPSHOT_FILE, 'packages', 'twins'].includes(name));
  if (foreign.length > 0)
    throw new UsageError(
      `${to} holds other files (${foreign.slice(0, 3).join(', ')}): name an empty folder, or an earlier snapshot's, with -o`,
    );
}

/** Copies a stored snapshot to where the user wants it, in place of an earlier one. */
export async function exportSnapshot(stored: Stored, to: string): Promise<void> {
  await checkExport(to);
  try {
    for (const name of [SNAPSHOT_FILE, 'packages', 'twins']) await rm(join(to, name), { recursive: true, force: true });
    await copySnapshot(stored, to, { twins: true });
  } catch (cause) {
    throw new ToolError(`${to} cannot be written (${messageOf(cause)})`, { cause });
  }
}

/**
 * Copies a stored snapshot's packages, its twins where they are asked for, and the snapshot as it is now, since its local init is not in the
 * store; answers the files.
 */
export async function copySnapshot(
  { folder: from, snapshot }: Stored,
  to: string,
  options: { readonly twins: boolean },
): Promise<readonly string[]> {
  await mkdir(to, { recursive: true });
  await cp(from, to, {
    recursive: true,
    filter: (path) => path !== join(from, DIGESTS_FILE) && (options.twins || path !== join(from, 'twins')),
  });
  await writeSnapshot(to, snapshot);
  const names = await readdir(to, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
