/**
 * Huffman codes of a deflate stream (RFC 1951, 3.2.2), as a reader of its bits needs them. What is refused is what zlib's `inftrees.c` refuses, so
 * that no stream is read here that nothing else would unpack.
 */

/** Bits looked up at once. Longer codes are rare, and followed bit by bit: a table of 15 bits would cost 32,768 writes for each block. */
const LOOKED_UP = 10;
const LONGEST = 15;

export interface Codes {
  /** By the next `LOOKED_UP` bits: symbol × 16 + length of its code; 0 where the code is longer, or none. */
  readonly table: Uint16Array;
  /** How many codes have each length, and the symbols in the order of their codes. */
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/** Which lengths may leave codes unused: those of code lengths never, the others where there is one code alone. */
export type Strictness = 'complete' | 'one-alone';

/** The code that these lengths stand for (0: the symbol has none); `null` where they stand for none. No code at all is one that is never met. */
export function codesOf(lengths: Uint8Array, strictness: Strictness): Codes | null {
  const counts = new Uint16Array(LONGEST + 1);
  let longest = 0;
  for (const length of lengths) {
    counts[length] = (counts[length] ?? 0) + 1;
    if (length > longest) longest = length;
  }
  counts[0] = 0;
  if (longest === 0 && strictness === 'complete') return null;
  const starts = new Uint16Array(LONGEST + 2);
  let left = 1;
  for (let length = 1; length <= LONGEST; length += 1) {
    const count = counts[length] ?? 0;
    left = left * 2 - count;
    if (left < 0) return null;
    starts[length + 1] = (starts[length] ?? 0) + count;
  }
  if (left > 0 && longest > 0 && (strictness === 'complete' || longest !== 1)) return null;
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const at = starts[length] ?? 0;
    symbols[at] = symbol;
    starts[length] = at + 1;
  }
  return { table: tableOf(counts, symbols), counts, symbols };
}

/** Codes stand in the stream with their first bit lowest, so every place whose low bits are the code turned round has its symbol. */
function tableOf(counts: Uint16Array, symbols: Uint16Array): Uint16Array {
  const table = new Uint16Array(1 << LOOKED_UP);
  let code = 0;
  let at = 0;
  for (let length = 1; length <= LOOKED_UP; length += 1) {
    for (let left = counts[length] ?? 0; left > 0; left -= 1) {
      const entry = ((symbols[at] ?? 0) << 4) | length;
      for (let place = turned(code, length); place < table.length; place += 1 << length) table[place] = entry;
      code += 1;
      at += 1;
    }
    code <<= 1;
  }
  return table;
}

function turned(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit += 1) result |= ((code >>> bit) & 1) << (length - 1 - bit);
  return result;
}

/** The code at the low end of `bits` (at least 15 of them): symbol × 16 + length; 0 where there is none. */
export function codeAt(codes: Codes, bits: number): number {
  const entry = codes.table[bits & ((1 << LOOKED_UP) - 1)] ?? 0;
  return entry === 0 ? longCodeAt(codes, bits) : entry;
}

function longCodeAt({ counts, symbols }: Codes, bits: number): number {
  let code = 0;
  let first = 0;
  let at = 0;
  for (let length = 1; length <= LONGEST; length += 1) {
    code = (code << 1) | ((bits >>> (length - 1)) & 1);
    const count = counts[length] ?? 0;
    if (code - first < count) return ((symbols[at + code - first] ?? 0) << 4) | length;
    at += count;
    first = (first + count) << 1;
  }
  return 0;
}

/** Of the blocks that bring no code of their own. The symbols 286 and 287, and the distances 30 and 31, have codes and mean nothing. */
export const FIXED_LITERALS = fixed(288, (symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8));
export const FIXED_DISTANCES = fixed(32, () => 5);

function fixed(symbols: number, lengthOf: (symbol: number) => number): Codes {
  const codes = codesOf(
    Uint8Array.from({ length: symbols }, (_, symbol) => lengthOf(symbol)),
    'complete',
  );
  if (codes === null) throw new Error('the fixed codes of RFC 1951 are complete');
  return codes;
}
