import { createHash } from 'node:crypto';
import { ToolError } from '../core/failures.ts';
import type { PackageEntry } from '../core/snapshot/snapshot.ts';
import { quoted } from '../core/text.ts';
import { type Bytes, bytes } from '../core/units.ts';
import { readZip } from '../formats/zip.ts';
import type { ZipEntry } from '../formats/zip-entry.ts';

interface PackageContents {
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

interface PackagedBinary {
  readonly file: string;
  readonly sha256: string;
  readonly size: Bytes;
  /** As it is packed. */
  readonly packed: ZipEntry;
}

/** Reads a package's directory; refused is what `readZip` refuses. Nothing is ever written under an entry's name. */
export async function inspectPackage(path: string, where: string, archive?: { readonly mostUnpacked: number }): Promise<PackageContents> {
  const zip = await readZip(path, where, archive);
  const entries = zip.entries
    .map(({ name, compressed, uncompressed }) => ({ name, compressed, uncompressed }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    size: zip.size,
    entries,
    overhead: bytes(entries.reduce((left, { compressed }) => left - compressed, Number(zip.size))),
    readBinary: async (entryName, destination) => {
      const entry = zip.entries.find(({ name }) => name === entryName);
      if (entry === undefined)
        throw new ToolError(`${where}: has no entry ${quoted(entryName)}, only ${listed(entries.map(({ name }) => name))}`);
      const hash = createHash('sha256');
      await entry.writeTo(destination, 0o700, (chunk) => hash.update(chunk));
      return { file: destination, sha256: hash.digest('hex'), size: entry.uncompressed, packed: entry };
    },
  };
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nothing: the package is empty';
  const shown = names.slice(0, 20).map(quoted).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
