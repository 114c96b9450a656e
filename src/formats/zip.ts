import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { messageOf, ToolError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';
import { type Bytes, bytes, renderInteger } from '../core/units.ts';
import { type DirectoryEntry, parseEntries } from './zip-directory.ts';
import { dataIn, readDirectoryOf } from './zip-file.ts';

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
 * Takes as much memory as the directory has bytes, at most 32 MB: entries are read from the file when they are asked for.
 */
export async function readZip(path: string, where: string, archive?: { readonly mostUnpacked: number }): Promise<ZipFile> {
  const mostUnpacked = archive?.mostUnpacked ?? MOST_UNPACKED;
  const file = await readDirectoryOf(path, where, { mostSize: mostUnpacked, mostEntries: MOST_ENTRIES });
  const entries = readEntries(file, where, archive === undefined).map((entry) => new PackedEntry(path, entry, where));
  const compressed = entries.reduce((sum, entry) => sum + entry.compressed, 0);
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressed, 0);
  if (compressed > file.size)
    throw new ToolError(`${where}: its entries take ${compressed} bytes, the file has ${file.size}: they overlap or it is cut short`);
  if (unpacked > mostUnpacked) {
    throw new ToolError(
      `${where}: unpacks to ${renderInteger(unpacked)} bytes; at most ${renderInteger(mostUnpacked)} are taken: leave files out of the package`,
    );
  }
  return { size: bytes(file.size), entries };
}

function readEntries(
  { bytes: directory, count }: { readonly bytes: Buffer; readonly count: number },
  where: string,
  isPackage: boolean,
): readonly DirectoryEntry[] {
  const names = new Set<string>();
  const entries: DirectoryEntry[] = [];
  try {
    for (const entry of parseEntries(directory, count)) {
      const { name } = entry;
      const mistake = mistakeOfName(name, isPackage);
      if (mistake !== null) throw new ToolError(`${where}: entry ${quoted(name)} ${mistake}`);
      // Who checks one of them may unpack the other.
      if (names.has(name)) throw new ToolError(`${where}: has two entries named ${quoted(name)}`);
      names.add(name);
      checkMethod(entry, where);
      entries.push(entry);
    }
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    throw new ToolError(`${where}: not a whole ZIP file (${messageOf(cause)}): is it cut short?`, { cause });
  }
  return entries;
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

function checkMethod({ name, method, isEncrypted }: DirectoryEntry, where: string): void {
  if (isEncrypted) throw new ToolError(`${where}: entry ${quoted(name)} is encrypted: Lambda cannot read it`);
  if (method === STORED || method === DEFLATED) return;
  throw new ToolError(`${where}: entry ${quoted(name)} is compressed with method ${method}: Lambda reads stored (0) and deflated (8) ones`);
}

/** One object for each, and no text before it is asked for: a package may have 20,000. */
class PackedEntry implements ZipEntry {
  readonly #path: string;
  readonly #entry: DirectoryEntry;
  readonly #where: string;

  constructor(path: string, entry: DirectoryEntry, where: string) {
    this.#path = path;
    this.#entry = entry;
    this.#where = where;
  }

  get name(): string {
    return this.#entry.name;
  }

  get place(): string {
    return placeOf(this.name);
  }

  get kind(): ZipEntry['kind'] {
    if (this.name.endsWith('/')) return 'directory';
    return (this.mode & FILE_KIND) === LINK ? 'link' : 'file';
  }

  get mode(): number {
    return this.#entry.mode;
  }

  get compressed(): Bytes {
    return bytes(this.#entry.compressed);
  }

  get uncompressed(): Bytes {
    return bytes(this.#entry.size);
  }

  contents(): AsyncIterable<Buffer> {
    return contentsOf(this.#path, this.#entry, this.#what);
  }

  writeTo(destination: string, mode: number, onChunk?: (chunk: Buffer) => void): Promise<void> {
    return write(this.contents(), { destination, mode, what: this.#what, onChunk });
  }

  get #what(): string {
    return `${this.#where}: entry ${quoted(this.name)}`;
  }
}

async function* contentsOf(path: string, entry: DirectoryEntry, what: string): AsyncGenerator<Buffer, void> {
  const declared = entry.size;
  let size = 0;
  let checksum = 0;
  try {
    for await (const chunk of await unpack(path, entry)) {
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
  if (checksum !== entry.crc) throw new ToolError(`${what} has another CRC-32 than it declares: it is damaged`);
}

async function unpack(path: string, entry: DirectoryEntry): Promise<AsyncIterable<Buffer>> {
  const compressed = await dataIn(path, entry);
  if (entry.method !== DEFLATED) return compressed;
  // Unlike `pipe` this closes the file where nobody reads on.
  return pipeline(compressed, createInflateRaw({ chunkSize: CHUNK }), () => undefined);
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
