import { type Codes, codeAt, codesOf, FIXED_DISTANCES, FIXED_LITERALS } from './deflate-codes.ts';

/** Bytes that a block's header takes at most: 3 + 14 + 19 × 3 bits, and (286 + 30) × (7 + 7) of code lengths. */
export const LONGEST_HEADER = 576;
const LITERALS = 286;
const DISTANCES = 30;
const END_OF_BLOCK = 256;
/** RFC 1951, 3.2.7: whose lengths come in this order. */
const ORDER = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15);

export interface BlockCodes {
  readonly literals: Codes;
  readonly distances: Codes;
}

type Block =
  /** `left`: bytes that are stored. */
  | { readonly kind: 'stored'; readonly left: number; readonly last: boolean }
  | { readonly kind: 'coded'; readonly codes: BlockCodes; readonly last: boolean };

/** What begins at bit `at`, and the bit behind its header; or what is wrong with it. */
export type Header =
  | { readonly kind: 'block'; readonly block: Block; readonly at: number }
  | { readonly kind: 'fault'; readonly reason: string };

/** The next 25 bits or more from bit `at` on, the first one lowest; zeroes behind the end. */
export function bitsAt(data: Uint8Array, at: number): number {
  const place = at >>> 3;
  const low = (data[place] ?? 0) | ((data[place + 1] ?? 0) << 8) | ((data[place + 2] ?? 0) << 16);
  return (low | ((data[place + 3] ?? 0) << 24)) >>> (at & 7);
}

/** Reads the header of a block, its codes with it. Reads zeroes behind the end of `data`: the caller compares `at` with it. */
export function headerAt(data: Uint8Array, start: number): Header {
  const bits = bitsAt(data, start);
  const last = (bits & 1) === 1;
  switch ((bits >>> 1) & 3) {
    case 0:
      return storedAt(data, (start + 3 + 7) & ~7, last);
    case 1:
      return {
        kind: 'block',
        block: { kind: 'coded', codes: { literals: FIXED_LITERALS, distances: FIXED_DISTANCES }, last },
        at: start + 3,
      };
    case 2:
      return codedAt(data, start + 3, last);
    default:
      return { kind: 'fault', reason: 'a block of no known kind' };
  }
}

function storedAt(data: Uint8Array, at: number, last: boolean): Header {
  const left = bitsAt(data, at) & 0xffff;
  const complement = bitsAt(data, at + 16) & 0xffff;
  if ((left ^ complement) !== 0xffff) return { kind: 'fault', reason: 'a stored block whose length and its complement do not go together' };
  return { kind: 'block', block: { kind: 'stored', left, last }, at: at + 32 };
}

function codedAt(data: Uint8Array, start: number, last: boolean): Header {
  const counts = bitsAt(data, start);
  const literals = (counts & 31) + 257;
  const distances = ((counts >>> 5) & 31) + 1;
  const ofLengths = ((counts >>> 10) & 15) + 4;
  if (literals > LITERALS || distances > DISTANCES) return { kind: 'fault', reason: 'a block with more codes than there may be' };
  let at = start + 14;
  const own = new Uint8Array(ORDER.length);
  for (const symbol of ORDER.subarray(0, ofLengths)) {
    own[symbol] = bitsAt(data, at) & 7;
    at += 3;
  }
  const codes = codesOf(own, 'complete');
  if (codes === null) return { kind: 'fault', reason: 'a block whose code of code lengths is none' };
  const lengths = new Uint8Array(literals + distances);
  for (let filled = 0; filled < lengths.length; ) {
    const bits = bitsAt(data, at);
    const entry = codeAt(codes, bits);
    if (entry === 0) return { kind: 'fault', reason: 'a code length that there is not' };
    const { value, times, more } = lengthsOf(entry >>> 4, bits >>> (entry & 15), lengths[filled - 1]);
    if (value === undefined || filled + times > lengths.length)
      return { kind: 'fault', reason: 'a code length that repeats what there is not' };
    lengths.fill(value, filled, filled + times);
    filled += times;
    at += (entry & 15) + more;
  }
  if (lengths[END_OF_BLOCK] === 0) return { kind: 'fault', reason: 'a block that has no code for its end' };
  const two = [codesOf(lengths.subarray(0, literals), 'one-alone'), codesOf(lengths.subarray(literals), 'one-alone')] as const;
  if (two[0] === null || two[1] === null) return { kind: 'fault', reason: 'a block whose code lengths stand for no code' };
  return { kind: 'block', block: { kind: 'coded', codes: { literals: two[0], distances: two[1] }, last }, at };
}

interface Lengths {
  /** `undefined`: what is repeated is not there. */
  readonly value: number | undefined;
  readonly times: number;
  /** Bits that follow the symbol. */
  readonly more: number;
}

function lengthsOf(symbol: number, following: number, before: number | undefined): Lengths {
  if (symbol < 16) return { value: symbol, times: 1, more: 0 };
  if (symbol === 16) return { value: before, times: 3 + (following & 3), more: 2 };
  if (symbol === 17) return { value: 0, times: 3 + (following & 7), more: 3 };
  return { value: 0, times: 11 + (following & 127), more: 7 };
}
