import { createHash } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import AdmZip from 'adm-zip';
import { messageOf, ToolError } from '../core/failures.ts';
import type { PackageEntry } from '../core/snapshot/snapshot.ts';
import { quoted } from '../core/text.ts';
import { type Bytes, bytes, renderInteger } from '../core/units.ts';
import { crc32 } from './crc32.ts';

/** Lambda's own limit of what a package may unpack to, 250 MiB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_UNPACKED = 262_144_000;
/** As a snapshot may hold. */
const MOST_ENTRIES = 20_000;
const LONGEST_NAME = 1_024;
const DEEPEST_NAME = 32;
const STORED = 0;
const DEFLATED = 8;
const CHUNK = 1 << 16;

export interface PackageContents {
  readonly size: Bytes;
  /** Sorted by name, folders included. */
  readonly entries: readonly PackageEntry[];
  /** Headers, directory and padding: compressed entries and this add up to `size`. */
  readonly overhead: Bytes;
  /**
   * Writes one entry to `destination`, a new file that may be started, and never holds it in memory (130 MB unpacked). Its size and
   * CRC-32 must be the declared ones: anything else is a ToolError and leaves no file.
   */
  readBinary(entryName: string, destination: string): Promise<PackagedBinary>;
}

export interface PackagedBinary {
  readonly file: string;
  readonly sha256: string;
  readonly size: Bytes;
}

/**
 * Reads a package's directory. Refused with a ToolError that names `where` and the entry: what is no whole ZIP, is more than Lambda
 * unpacks (`mostUnpacked` for an archive that is no package), is encrypted, or has names that point outside. Nothing is ever written under an
 * entry's name.
 */
export async function inspectPackage(path: string, where: string, mostUnpacked = MOST_UNPACKED): Promise<PackageContents> {
  const file = await readPackage(path, where, mostUnpacked);
  const zipped = readDirectory(file, where);
  const entries = zipped
    .map(({ entryName, header }) => ({ name: entryName, compressed: bytes(header.compressedSize), uncompressed: bytes(header.size) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const compressed = entries.reduce((sum, entry) => sum + entry.compressed, 0);
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressed, 0);
  if (compressed > file.length)
    throw new ToolError(`${where}: its entries take ${compressed} bytes, the file has ${file.length}: they overlap or it is cut short`);
  if (unpacked > mostUnpacked) {
    throw new ToolError(
      `${where}: unpacks to ${renderInteger(unpacked)} bytes; at most ${renderInteger(mostUnpacked)} are taken: leave files out of the package`,
    );
  }
  return {
    size: bytes(file.length),
    entries,
    overhead: bytes(file.length - compressed),
    readBinary: async (entryName, destination) => {
      const entry = zipped.find((candidate) => candidate.entryName === entryName);
      if (entry === undefined)
        throw new ToolError(`${where}: has no entry ${quoted(entryName)}, only ${listed(entries.map(({ name }) => name))}`);
      return unpack(entry, destination, `${where}: entry ${quoted(entryName)}`);
    },
  };
}

async function readPackage(path: string, where: string, mostUnpacked: number): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > mostUnpacked)
      throw new ToolError(`${where}: has ${renderInteger(size)} bytes; at most ${renderInteger(mostUnpacked)} are taken unpacked`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    throw new ToolError(`${where}: cannot be read (${messageOf(cause)})`, { cause });
  }
}

function readDirectory(file: Buffer, where: string): readonly AdmZip.IZipEntry[] {
  let name = '';
  // adm-zip asks for each name as it reads the directory: here it is refused before adm-zip makes folders of it.
  const decode = (data: Buffer | Uint8Array): string => {
    name = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
    const mistake = mistakeOfName(name);
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

function mistakeOfName(name: string): string | null {
  if (name === '') return 'has no name';
  if (name.includes('\0')) return 'has a NUL byte in its name';
  if (name.includes('\\')) return 'has a backslash in its name';
  const parts = name.split('/');
  if (parts[0] === '' || parts.includes('..')) return 'points outside the package';
  if (name.length > LONGEST_NAME || parts.length > DEEPEST_NAME)
    return `has a name of more than ${LONGEST_NAME} characters or ${DEEPEST_NAME} folders`;
  return null;
}

function checkMethod({ entryName, header }: AdmZip.IZipEntry, where: string): void {
  if (header.encrypted) throw new ToolError(`${where}: entry ${quoted(entryName)} is encrypted: Lambda cannot read it`);
  if (header.method === STORED || header.method === DEFLATED) return;
  throw new ToolError(
    `${where}: entry ${quoted(entryName)} is compressed with method ${header.method}: Lambda reads stored (0) and deflated (8) ones`,
  );
}

async function unpack(entry: AdmZip.IZipEntry, destination: string, what: string): Promise<PackagedBinary> {
  const handle = await open(destination, 'wx', 0o700).catch((cause: unknown) => {
    throw new ToolError(`${destination}: cannot be written (${messageOf(cause)})`, { cause });
  });
  const declared = entry.header.size;
  const hash = createHash('sha256');
  let size = 0;
  let checksum = 0;
  const write = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > declared)
        throw new ToolError(`${what} unpacks to more than the ${declared} bytes that it declares: it is damaged, or made to fill a disk`);
      hash.update(chunk);
      checksum = crc32(chunk, checksum);
      await handle.writeFile(chunk);
    }
  };
  try {
    // `getCompressedData` is a view of the package; `getData` would peak at 369 MB for 132 MB unpacked, this at half of that.
    const compressed = chunksOf(entry.getCompressedData());
    if (entry.header.method === DEFLATED) await pipeline(compressed, createInflateRaw({ chunkSize: CHUNK }), write);
    else await pipeline(compressed, write);
    if (size !== declared) throw new ToolError(`${what} unpacks to ${size} bytes, not to the ${declared} that it declares: it is damaged`);
    if (checksum !== entry.header.crc) throw new ToolError(`${what} has another CRC-32 than it declares: it is damaged`);
  } catch (cause) {
    await rm(destination, { force: true });
    throw cause instanceof ToolError ? cause : new ToolError(`${what} cannot be unpacked (${messageOf(cause)})`, { cause });
  } finally {
    await handle.close();
  }
  return { file: destination, sha256: hash.digest('hex'), size: bytes(size) };
}

function* chunksOf(data: Buffer): Generator<Buffer> {
  for (let at = 0; at < data.length; at += CHUNK) yield data.subarray(at, at + CHUNK);
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nothing: the package is empty';
  const shown = names.slice(0, 20).map(quoted).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
