import { open, rm } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type AdmZip from 'adm-zip';
import { messageOf, ToolError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';
import { type Bytes, bytes, renderInteger } from '../core/units.ts';
import { dataIn } from './zip-file.ts';

/** What is unpacked of a package at most, four times what Lambda takes: what is more is a mistake, or made to fill a disk. */
const MOST_INFLATED = 1_048_576_000;
/** Methods of compression. */
export const STORED = 0;
export const DEFLATED = 8;
const CHUNK = 1 << 16;
/** Of a Unix mode: what kind of file it is, and a symbolic link. */
const FILE_KIND = 0o170000;
const LINK = 0o120000;

export interface ZipEntry {
  readonly name: string;
  /** Where it goes below the folder it is unpacked into: its name without what points outside, as unzip leaves that out. */
  readonly place: string;
  readonly kind: 'directory' | 'file' | 'link';
  /** Of Unix; 0 where it was packed without one. */
  readonly mode: number;
  readonly compressed: Bytes;
  /** As declared; the contents are held to it. */
  readonly uncompressed: Bytes;
  readonly method: 'stored' | 'deflated';
  /** Its data as they stand in the file, in pieces of 64 KiB: `compressed` bytes. A ToolError where they are not there. */
  compressedContents(): AsyncIterable<Buffer>;
  /** The contents in pieces of 64 KiB. A ToolError where they cannot be unpacked, or have another size or CRC-32 than is declared. */
  contents(): AsyncIterable<Buffer>;
  /** Writes the contents to a new file, without holding them in memory; `onChunk` sees them as well. A failure leaves no file. */
  writeTo(destination: string, mode: number, onChunk?: (chunk: Buffer) => void): Promise<void>;
}

/** An entry, and the file that its data are read from; `null`: they are in memory. */
interface Packed {
  readonly entry: AdmZip.IZipEntry;
  readonly from: string | null;
  /** Whether it is of a package, which may be more than Lambda takes; what else there is was bounded as a whole. */
  readonly isPackage: boolean;
}

export function entryOf(packed: Packed, where: string): ZipEntry {
  const { entry } = packed;
  const { entryName: name, isDirectory, header } = entry;
  const what = `${where}: entry ${quoted(name)}`;
  const mode = entry.attr >>> 16;
  return {
    name,
    place: placeOf(name),
    kind: isDirectory ? 'directory' : (mode & FILE_KIND) === LINK ? 'link' : 'file',
    mode,
    compressed: bytes(header.compressedSize),
    uncompressed: bytes(header.size),
    method: header.method === STORED ? 'stored' : 'deflated',
    compressedContents: () => compressedOf(packed, what),
    contents: () => contentsOf(packed, what),
    writeTo: (destination, fileMode, onChunk) => write(contentsOf(packed, what), { destination, mode: fileMode, what, onChunk }),
  };
}

async function* contentsOf(packed: Packed, what: string): AsyncGenerator<Buffer, void> {
  const { entry } = packed;
  const declared = entry.header.size;
  let size = 0;
  let checksum = 0;
  const mistake = packed.isPackage ? inflatedMistake(declared) : null;
  if (mistake !== null) throw new ToolError(`${what} ${mistake}`);
  try {
    for await (const chunk of await unpack(packed)) {
      size += chunk.length;
      if (size > declared)
        throw new ToolError(`${what} unpacks to more than the ${declared} bytes that it declares: it is damaged, or made to fill a disk`);
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (cause) {
    throw cause instanceof ToolError ? cause : new ToolError(`${what} cannot be unpacked (${messageOf(cause)})`, { cause });
  }
  if (size !== declared) throw new ToolError(`${what} unpacks to ${size} bytes, not to the ${declared} that it declares: it is damaged`);
  if (checksum !== entry.header.crc) throw new ToolError(`${what} has another CRC-32 than it declares: it is damaged`);
}

/** What is more than is unpacked, in words; `null`: it is not. */
export function inflatedMistake(size: number): string | null {
  if (size <= MOST_INFLATED) return null;
  return `unpacks to ${renderInteger(size)} bytes; at most ${renderInteger(MOST_INFLATED)} are unpacked: leave files out of the package`;
}

async function* compressedOf(packed: Packed, what: string): AsyncGenerator<Buffer, void> {
  const declared = packed.entry.header.compressedSize;
  let size = 0;
  try {
    for await (const chunk of await dataOf(packed)) {
      size += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw cause instanceof ToolError ? cause : new ToolError(`${what} cannot be read (${messageOf(cause)})`, { cause });
  }
  if (size !== declared)
    throw new ToolError(`${what} has ${size} bytes in the file, not the ${declared} that it declares: is it cut short?`);
}

/** Unpacked as a stream: `getData` would peak at 369 MB for 132 MB unpacked, this at half of that. */
async function unpack(packed: Packed): Promise<AsyncIterable<Buffer>> {
  const data = await dataOf(packed);
  if (packed.entry.header.method !== DEFLATED) return data;
  // Unlike `pipe` this closes the file where nobody reads on.
  return pipeline(data, createInflateRaw({ chunkSize: CHUNK }), () => undefined);
}

/** `getCompressedData` is a view of the file. */
async function dataOf({ entry, from }: Packed): Promise<Readable> {
  return from === null ? Readable.from(chunksOf(entry.getCompressedData())) : dataIn(from, entry);
}

function* chunksOf(data: Buffer): Generator<Buffer> {
  for (let at = 0; at < data.length; at += CHUNK) yield data.subarray(at, at + CHUNK);
}

interface Target {
  readonly destination: string;
  readonly mode: number;
  readonly what: string;
  readonly onChunk: ((chunk: Buffer) => void) | undefined;
}

async function write(contents: AsyncIterable<Buffer>, { destination, mode, what, onChunk }: Target): Promise<void> {
  const handle = await open(destination, 'wx', mode).catch((cause: unknown) => {
    throw new ToolError(`${destination}: cannot be written (${messageOf(cause)})`, { cause });
  });
  try {
    for await (const chunk of contents) {
      onChunk?.(chunk);
      await handle.writeFile(chunk);
    }
  } catch (cause) {
    await rm(destination, { force: true });
    throw cause instanceof ToolError ? cause : new ToolError(`${what} cannot be unpacked (${messageOf(cause)})`, { cause });
  } finally {
    await handle.close();
  }
}

/** Below a folder: without leading slashes, and without `..`. */
export function placeOf(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '..' && part !== '' && part !== '.')
    .join('/');
}
