import AdmZip from 'adm-zip';
import { messageOf, ToolError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';
import { type Bytes, bytes, renderInteger } from '../core/units.ts';
import { DEFLATED, entryOf, placeOf, STORED, type ZipEntry } from './zip-entry.ts';
import { MOST_HELD, readEnd } from './zip-file.ts';

/** As large as a ZIP file is without the ZIP64 extension. */
const MOST_PACKED = 0xffff_ffff;
const ZIP64 = 1;
/** As a snapshot may hold. */
const MOST_ENTRIES = 20_000;
const LONGEST_NAME = 1_024;
const DEEPEST_NAME = 32;
export interface ZipFile {
  readonly size: Bytes;
  /** In the order of the directory, folders included. No two have one name. */
  readonly entries: readonly ZipEntry[];
}

/**
 * Reads a ZIP's directory. Refused with a ToolError that names `where` and the entry: what is no whole ZIP, is encrypted, compressed by another
 * method than Lambda reads, or has names that stand twice; in an archive that is no package what unpacks to more than `mostUnpacked`, and names that
 * point outside, since cargo lambda makes them of `include = ["../config"]`. A package that is more than Lambda takes is read all the same:
 * nothing is unpacked here, and what is unpacked of it later is bounded (`inflatedMistake`).
 * Takes as much memory as the file has bytes, at most 32 MB: the entries of a larger one are read from it when they are asked for.
 */
export async function readZip(path: string, where: string, archive?: { readonly mostUnpacked: number }): Promise<ZipFile> {
  const file = await readEnd(path, where, archive?.mostUnpacked ?? MOST_PACKED);
  const from = file.length > MOST_HELD ? path : null;
  const isPackage = archive === undefined;
  const entries = readDirectory(file, where, isPackage).map((entry) => entryOf({ entry, from, isPackage }, where));
  const compressed = entries.reduce((sum, entry) => sum + entry.compressed, 0);
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressed, 0);
  if (compressed > file.length)
    throw new ToolError(`${where}: its entries take ${compressed} bytes, the file has ${file.length}: they overlap or it is cut short`);
  if (archive !== undefined && unpacked > archive.mostUnpacked)
    throw new ToolError(`${where}: unpacks to ${renderInteger(unpacked)} bytes; at most ${renderInteger(archive.mostUnpacked)} are taken`);
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
    for (const entry of entries) {
      checkMethod(entry, where);
      if (isLarge(entry.extra))
        throw new ToolError(`${where}: entry ${quoted(entry.entryName)} has 4 GiB or more (ZIP64): leave it out of the package`);
    }
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

function checkMethod({ entryName, header }: AdmZip.IZipEntry, where: string): void {
  if (header.encrypted) throw new ToolError(`${where}: entry ${quoted(entryName)} is encrypted: Lambda cannot read it`);
  if (header.method === STORED || header.method === DEFLATED) return;
  throw new ToolError(
    `${where}: entry ${quoted(entryName)} is compressed with method ${header.method}: Lambda reads stored (0) and deflated (8) ones`,
  );
}

/** Whether an extra field has a size or place of more than 32 bits (APPNOTE.TXT 4.5.3), which adm-zip cuts to 32. */
function isLarge(extra: Buffer): boolean {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64)
      for (let value = at + 4; value + 8 <= Math.min(end, extra.length); value += 8) if (extra.readUInt32LE(value + 4) !== 0) return true;
    at = end;
  }
  return false;
}
