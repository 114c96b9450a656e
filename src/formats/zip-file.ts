import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type AdmZip from 'adm-zip';
import { messageOf, ToolError } from '../core/failures.ts';
import { renderInteger } from '../core/units.ts';

/** A file is held in memory up to here. Of a larger one only its end is: 20,000 entries with names as long as they may be take 22 MB there. */
export const MOST_HELD = 32_000_000;
/** Of an entry's own header, in front of its data: its length without name and extra field, and where their lengths stand. */
const LOCAL_HEADER = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const CHUNK = 1 << 16;

/** The end of a file, in a buffer of the file's length. What is not read are zeroes, whose pages the system never makes. */
export async function readEnd(path: string, where: string, most: number): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > most) throw new ToolError(`${where}: has ${renderInteger(size)} bytes; at most ${renderInteger(most)} are taken`);
    const file = Buffer.alloc(size);
    await readInto(file, path, Math.max(0, size - MOST_HELD));
    return file;
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    throw new ToolError(`${where}: cannot be read (${messageOf(cause)})`, { cause });
  }
}

/** Reads the file's bytes from `at` on to the same place in `buffer`. */
async function readInto(buffer: Buffer, path: string, at: number): Promise<void> {
  const handle = await open(path, 'r');
  try {
    for (let filled = at; filled < buffer.length; ) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) throw new Error(`it ended at byte ${filled} while it was read`);
      filled += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

/** The data of an entry in the file, which stand behind its own header there. */
export async function dataIn(path: string, { header }: AdmZip.IZipEntry): Promise<Readable> {
  const local = Buffer.alloc(LOCAL_HEADER);
  const handle = await open(path, 'r');
  try {
    const { bytesRead } = await handle.read(local, 0, LOCAL_HEADER, header.offset);
    if (bytesRead < LOCAL_HEADER || local.readUInt32LE(0) !== LOCAL_SIGNATURE)
      throw new Error('it does not begin where the directory says');
  } finally {
    await handle.close();
  }
  const start = header.offset + LOCAL_HEADER + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (header.compressedSize === 0) return Readable.from([]);
  return createReadStream(path, { start, end: start + header.compressedSize - 1, highWaterMark: CHUNK });
}
