import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, ToolError } from './core/failures.ts';

/** A folder that cannot be made or written; the message is a reason to put in brackets. */
class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** coldgate's state folder, made and tried: a ToolError that says why not, and what to do. */
export async function makeHome(home: string): Promise<void> {
  await makeFolder(home).catch((cause: unknown) => {
    throw new ToolError(`coldgate's state folder ${home} cannot be written (${messageOf(cause)}): name another with COLDGATE_HOME`, {
      cause,
    });
  });
}

/** More than what a file system keeps inside its directory entries: a full disk shows. */
export const PROBE = Buffer.alloc(64_000, 'x');

/**
 * Makes a folder that somebody named, with all above it, and sees that files can be written there; says why not within a moment. Node's own
 * recursive `mkdir` never ends below `/proc`, where making a folder answers that the parent is not there: here every step is made once.
 */
async function makeFolder(path: string): Promise<void> {
  await makeAll(path);
  const probe = join(path, `.coldgate-${process.pid}-${crypto.randomUUID()}`);
  try {
    await writeFile(probe, PROBE);
  } catch (cause) {
    throw new FolderError(reasonOf(cause, path), { cause });
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** Whether there is anything at `path`; a dangling link is nothing. */
export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** Removes a link whose target is gone (a tool cache that was wiped): what it stood for is made anew in its place. */
export async function dropDangling(path: string): Promise<void> {
  const target = await readlink(path).catch(() => null);
  if (target !== null && !(await isThere(path))) await rm(path, { force: true });
}

async function makeAll(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory() === true) return;
  if (there !== null) throw new FolderError(`${path} is a file`);
  const target = await readlink(path).catch(() => null);
  if (target !== null) throw new FolderError(`${path} is a link to ${target}, which is not there`);
  if (dirname(path) === path) throw new FolderError(`there is no ${path}`);
  // Something that cannot be looked at: a folder without permission, a link that leads to itself.
  await lstat(path).catch((cause: unknown) => {
    if (codeOf(cause) !== 'ENOENT' && codeOf(cause) !== 'ENOTDIR') throw new FolderError(reasonOf(cause, path), { cause });
  });
  await makeAll(dirname(path));
  try {
    await mkdir(path);
  } catch (cause) {
    // Another run was faster.
    if (codeOf(cause) === 'EEXIST' && (await stat(path).catch(() => null))?.isDirectory() === true) return;
    throw new FolderError(reasonOf(cause, path), { cause });
  }
}

/** Why a file or folder could not be made at `path`, to put in brackets. */
export function reasonOf(cause: unknown, path: string): string {
  switch (codeOf(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `no space left on the disk of ${path}: free some`;
    case 'EROFS':
      return `${path} is on a read-only file system`;
    case 'EACCES':
    case 'EPERM':
      return `no permission for ${path}`;
    case 'ELOOP':
      return `${path} is a link that leads to itself`;
    case 'ENOENT':
      return `${dirname(path)} takes no files`;
    default:
      return messageOf(cause);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What a file holds. */
export interface Digest {
  readonly size: number;
  readonly sha256: string;
}

/** Reads a file through; rejects as `node:fs` does. */
export async function digestOf(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      size += chunk.length;
      hash.update(chunk);
    }
  });
  return { size, sha256: hash.digest('hex') };
}
