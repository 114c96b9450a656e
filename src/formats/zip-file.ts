import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { messageOf, ToolError } from '../core/failures.ts';
import { renderInteger } from '../core/units.ts';
import { DIRECTORY_END, type DirectoryEnd, parseEnd, parseEnd64, WIDE_END } from './zip-directory.ts';

/** Of a directory: 20,000 entries with names as long as they may be take 22 MB. */
const MOST_HELD = 32_000_000;
/** Of an entry's own header, in front of its data: its length without name and extra field, and where their lengths stand. */
const LOCAL_HEADER = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const CHUNK = 1 << 16;
const LONGEST_COMMENT = 0xffff;

interface ReadDirectory {
  /** Of the file. */
  readonly size: number;
  readonly count: number;
  /** The directory's bytes; nothing else of the file is held. */
  readonly bytes: Buffer;
}

/**
 * A ZIP's directory out of its file, with as many entries as its end declares. A ToolError that names `where` for a file of more than `mostSize`
 * bytes, one of more than `mostEntries` entries, and what is no whole ZIP.
 */
export async function readDirectoryOf(
  path: string,
  where: string,
  { mostSize, mostEntries }: { readonly mostSize: number; readonly mostEntries: number },
): Promise<ReadDirectory> {
  try {
    await using handle = await open(path, 'r');
    const { size } = await handle.stat();
    if (size > mostSize)
      throw new ToolError(`${where}: has ${renderInteger(size)} bytes; at most ${renderInteger(mostSize)} are taken unpacked`);
    const end = await endOf(handle, size);
    if (end === null) throw new ToolError(`${where}: not a whole ZIP file (it has no end of a directory): is it cut short?`);
    if (end.count > mostEntries)
      throw new ToolError(`${where}: has ${renderInteger(end.count)} entries, more than ${renderInteger(mostEntries)}`);
    if (end.offset + end.size > size || end.size > MOST_HELD)
      throw new ToolError(
        `${where}: not a whole ZIP file (a directory of ${end.size} bytes at ${end.offset} in ${size}): is it cut short?`,
      );
    return { size, count: end.count, bytes: await bytesAt(handle, end.offset, end.size) };
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    throw new ToolError(`${where}: cannot be read (${messageOf(cause)})`, { cause });
  }
}

/** What the end of the file, and the wide one in front of it, say of the directory. */
async function endOf(handle: FileHandle, size: number): Promise<DirectoryEnd | null> {
  const from = Math.max(0, size - LONGEST_COMMENT - DIRECTORY_END - WIDE_END.locator);
  const end = parseEnd(await bytesAt(handle, from, size - from));
  if (end === null || end.wide === null) return end;
  if (end.wide + WIDE_END.length > size) return null;
  return parseEnd64(await bytesAt(handle, end.wide, WIDE_END.length));
}

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) throw new Error(`it ended at byte ${at + filled} while it was read`);
    filled += bytesRead;
  }
  return buffer;
}

/** The data of an entry in the file, which stand behind its own header there. */
export async function dataIn(
  path: string,
  { offset, compressed }: { readonly offset: number; readonly compressed: number },
): Promise<Readable> {
  await using handle = await open(path, 'r');
  const local = Buffer.alloc(LOCAL_HEADER);
  const { bytesRead } = await handle.read(local, 0, LOCAL_HEADER, offset);
  if (bytesRead < LOCAL_HEADER || local.readUInt32LE(0) !== LOCAL_SIGNATURE) throw new Error('it does not begin where the directory says');
  const start = offset + LOCAL_HEADER + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (compressed === 0) return Readable.from([]);
  return createReadStream(path, { start, end: start + compressed - 1, highWaterMark: CHUNK });
}
