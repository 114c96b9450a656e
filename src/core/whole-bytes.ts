import { type Bytes, bytes } from './units.ts';

/**
 * Bits as whole bytes that add up to the bytes of all of them, exactly: each is rounded down, and the bytes that are left go to the largest
 * remainders, the first of equals. So each is off by less than a byte. A RangeError for bits that are no whole bytes together, or no sizes.
 */
export function wholeBytes(bits: readonly number[]): readonly Bytes[] {
  const sum = bits.reduce((left, count) => left + count, 0);
  if (sum % 8 !== 0) throw new RangeError(`${sum} bits are no whole bytes`);
  return sharedOut(bytes(sum / 8), bits);
}

/**
 * The same for bits whose bytes together were rounded before, up or down: what each has of `total`. A RangeError for a total that is no
 * rounding of them.
 */
export function sharedOut(total: Bytes, bits: readonly number[]): readonly Bytes[] {
  const mistake = bits.find((count) => !Number.isSafeInteger(count) || count < 0);
  if (mistake !== undefined) throw new RangeError(`${mistake} bits are no size`);
  const rounded = bits.map((count) => Math.floor(count / 8));
  const left = total - rounded.reduce((sum, count) => sum + count, 0);
  // Sorting is stable: the first of equals.
  const byRemainder = bits.map((count, at) => ({ at, remainder: count % 8 })).toSorted((a, b) => b.remainder - a.remainder);
  if (left < 0 || left > bits.length) throw new RangeError(`${total} bytes are no rounding of ${bits.length} sizes in bits`);
  for (const { at } of byRemainder.slice(0, left)) rounded[at] = (rounded[at] ?? 0) + 1;
  return rounded.map(bytes);
}
