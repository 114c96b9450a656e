import { ToolError } from '../../core/failures.ts';
import { quoted } from '../../core/text.ts';
import { renderInteger } from '../../core/units.ts';
import { type DeflateBits, deflateBits } from '../../formats/deflate-bits.ts';
import type { ZipEntry } from '../../formats/zip-entry.ts';

type Packed = Pick<ZipEntry, 'name' | 'method' | 'compressed' | 'uncompressed' | 'compressedContents'>;

/**
 * What pieces of an entry's contents cost in the package, in bits: they and the tables add up to the bits of its compressed data, exactly.
 * `ends`: where the pieces end, ascending, in unpacked bytes; the last is the entry's size. Reads the data once and holds a chunk of them.
 * A ToolError for data that are not what the directory declares; a RangeError for pieces that do not cover the entry.
 */
export async function zipShares(entry: Packed, ends: ArrayLike<number>): Promise<DeflateBits> {
  const size = ends[ends.length - 1] ?? 0;
  if (size !== entry.uncompressed) throw new RangeError(`the pieces end at ${size}, ${entry.name} at ${entry.uncompressed}`);
  const what = `entry ${quoted(entry.name)}`;
  const bits = entry.method === 'stored' ? storedBits(entry, ends, what) : await deflateBits(entry.compressedContents(), ends, what);
  const sum = bits.pieces.reduce((left, piece) => left + piece, bits.tables);
  if (sum === entry.compressed * 8) return bits;
  throw new ToolError(
    `${what}: its parts take ${renderInteger(sum)} bits, and it has ${renderInteger(entry.compressed)} bytes: is the package damaged?`,
  );
}

/** Stored as they are: eight bits a byte. */
function storedBits({ compressed, uncompressed }: Packed, ends: ArrayLike<number>, what: string): DeflateBits {
  if (compressed !== uncompressed)
    throw new ToolError(`${what} is stored, and has ${compressed} bytes in the file and ${uncompressed} unpacked: is the package damaged?`);
  return { pieces: Array.from(ends, (end, at) => (end - (ends[at - 1] ?? 0)) * 8), tables: 0 };
}
