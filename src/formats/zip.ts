import { open, rm } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import AdmZip from 'adm-zip';
import { messageOf, ToolError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';
import { type Bytes, bytes, renderInteger } from '../core/units.ts';
import { dataIn, MOST_HELD, readEnd } from './zip-file.ts';

/** Lambda's own limit of what a package may unpack to, 250 MiB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_UNPACKED = 262_144_000;
/** As a snapshot may hold. */
const MOST_ENTRIES = 20_000;
const LONGEST_NAME = 1_024;
const DEEPEST_NAME = 32;
const STORED = 0;
const DEFLATED = 8;
const CHUNK = 1 << 16;
/** Of a Unix mode: what kind of file it is, and a symbolic link. */
const FILE_KIND = 0o170000;
const LINK = 0o120000;

export interface ZipFile {
  readonly size: Bytes;
  /** In the order of the directory, folders included. No two have one name. */
  readonly entries: readonly ZipEntry[];
}

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
  /** The contents in pieces of 64 KiB. A ToolError where they cannot be unpacked, or have another size or CRC-32 than is declared. */
  contents(): AsyncIterable<Buffer>;
  /** Writes the contents to a new file, without holding them in memory; `onChunk` sees them as well. A failure leaves no file. */
  writeTo(destination: string, mode: number, onChunk?: (chunk: Buffer) => void): Promise<void>;
}

/**
 * Reads a ZIP's directory. Refused with a ToolError that names `where` and the entry: what is no whole ZIP, is more than Lambda unpacks
 * (`mostUnpacked` for an archive that is no package), is encrypted, compressed by another method than Lambda reads, or has names that stand
 * twice; names that point outside in an archive that is no package, since cargo lambda makes them of `include = ["../config"]`.
 * Takes as much memory as the file has bytes, at most 32 MB: the entries of a larger one are read from it when they are asked for.
 */
export async function readZip(path: string, where: string, archive?: { readonly mostUnpacked: number }): Promise<ZipFile> {
  const mostUnpacked = archive?.mostUnpacked ?? MOST_UNPACKED;
  const file = await readEnd(path, where, mostUnpacked);
  const from = file.length > MOST_HELD ? path : null;
  const entries = readDirectory(file, where, archive === undefined).map((entry) => entryOf({ entry, from }, where));
  const compressed = entries.reduce((sum, entry) => sum + entry.compressed, 0);
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressed, 0);
  if (compressed > file.length)
    throw new ToolError(`${where}: its entries take ${compressed} bytes, the file has ${file.length}: they overlap or it is cut short`);
  if (unpacked > mostUnpacked) {
    throw new ToolError(
      `${where}: unpacks to ${renderInteger(unpacked)} bytes; at most ${renderInteger(mostUnpacked)} are taken: leave files out of the package`,
    );
  }
  return { size: bytes(file.length), entries };
}

function readDirectory(file: Buffer, where: string, isPackage: boolean): readonly AdmZip.IZipEntry[] {
  let name = '';
  // adm-zip asks for each name as it reads the directory: here it is refused before adm-zip makes folders of it.
  const decode = (data: Buffer | Uint8Array): string => {
    name = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
    const mistake = mistakeOfName(name, isPackage);
    if (mistake !== null) throw new ToolError(`${where}: entry ${quoted(name)} ${mistake}`);
    return name;
  };
  try {
    const zip = new AdmZip(file, { noSort: true, decoder: { encode: (text) => Buffer.from(text), decode } });
    if (zip.getEntryCount() > MOST_ENTRIES) throw new ToolError(`${where}: has ${zip.getEntryCount()} entries, more than ${MOST_ENTRIES}`);
    const entries = zip.getEntries();
    for (const entry of entries) checkMethod(entry, where);
    return entries;
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    // adm-zip 0.6.1 puts the first duplicate's name into every later message of the process, so the name is taken from here.
    const message = messageOf(cause);
    if (message.startsWith('ADM-ZIP: Duplicate entry')) throw new ToolError(`${where}: has two entries named ${quoted(name)}`, { cause });
    throw new ToolError(`${where}: not a whole ZIP file (${message.replace(/^ADM-ZIP: /, '')}): is it cut short?`, { cause });
  }
}

function mistakeOfName(name: string, isPackage: boolean): string | null {
  if (name === '') return 'has no name';
  if (name.includes('\0')) return 'has a NUL byte in its name';
  if (name.includes('\\')) return 'has a backslash in its name';
  const parts = name.split('/');
  const outside = parts[0] === '' || parts.includes('..');
  if (outside && (!isPackage || (placeOf(name) === '' && !name.endsWith('/')))) return 'points outside the package';
  if (name.length > LONGEST_NAME || parts.length > DEEPEST_NAME)
    return `has a name of more than ${LONGEST_NAME} characters or ${DEEPEST_NAME} folders`;
  return null;
}

/** Below a folder: without leading slashes, and without `..`. */
function placeOf(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '..' && part !== '' && part !== '.')
    .join('/');
}

function checkMethod({ entryName, header }: AdmZip.IZipEntry, where: string): void {
  if (header.encrypted) throw new ToolError(`${where}: entry ${quoted(entryName)} is encrypted: Lambda cannot read it`);
  if (header.method === STORED || header.method === DEFLATED) return;
  throw new ToolError(
    `${where}: entry ${quoted(entryName)} is compressed with method ${header.method}: Lambda reads stored (0) and deflated (8) ones`,
  );
}

/** An entry, and the file that its data are read from; `null`: they are in memory. */
interface Packed {
  readonly entry: AdmZip.IZipEntry;
  readonly from: string | null;
}

function entryOf(packed: Packed, where: string): ZipEntry {
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
    contents: () => contentsOf(packed, what),
    writeTo: (destination, fileMode, onChunk) => write(contentsOf(packed, what), { destination, mode: fileMode, what, onChunk }),
  };
}

async function* contentsOf(packed: Packed, what: string): AsyncGenerator<Buffer, void> {
  const { entry } = packed;
  const declared = entry.header.size;
  let size = 0;
  let checksum = 0;
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

/** `getCompressedData` is a view of the file; `getData` would peak at 369 MB for 132 MB unpacked, this at half of that. */
async function unpack({ entry, from }: Packed): Promise<AsyncIterable<Buffer>> {
  const compressed = from === null ? Readable.from(chunksOf(entry.getCompressedData())) : await dataIn(from, entry);
  if (entry.header.method !== DEFLATED) return compressed;
  // Unlike `pipe` this closes the file where nobody reads on.
  return pipeline(compressed, createInflateRaw({ chunkSize: CHUNK }), () => undefined);
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
