import { readFileSync } from 'node:fs';
import { constants, deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflateBits } from '../../src/formats/deflate-bits.ts';
import { refusal } from '../refusal.ts';
import { costsOf } from './naive-deflate.ts';

const STRATEGIES = [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED];

/** Noise, runs, text, little numbers and skewed bytes, one after the other: short and long codes, matches of every length. */
const contents: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 3_000 }).map(Buffer.from),
      fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 70_000 })).map(([byte, length]) => Buffer.alloc(length, byte)),
      fc
        .tuple(fc.string({ minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 40 }))
        .map(([text, times]) => Buffer.from(text.repeat(times))),
      fc.array(fc.nat({ max: 40 }), { maxLength: 2_000 }).map((values) => Buffer.from(values.flatMap((value) => [value, 0, 0, 0]))),
      fc.tuple(fc.nat(), fc.integer({ min: 1, max: 20_000 })).map(([seed, length]) => skewed(seed, length)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts));

const options: fc.Arbitrary<ZlibOptions> = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(...STRATEGIES),
  memLevel: fc.integer({ min: 1, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
});

/** Bytes of which each is half as frequent as the one before, so that some have codes of 15 bits. */
function skewed(seed: number, length: number): Buffer {
  let state = seed >>> 0;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.clz32(state) * 8 + ((state >>> 5) & 1);
    }),
  );
}

/** One stream of blocks that were compressed in different ways, with the empty ones that flushing leaves between them. */
function joined(parts: readonly (readonly [Buffer, ZlibOptions])[]): Buffer {
  return Buffer.concat(
    parts.map(([data, how], at) =>
      deflateRawSync(data, { ...how, finishFlush: at === parts.length - 1 ? constants.Z_FINISH : constants.Z_FULL_FLUSH }),
    ),
  );
}

function* chunked(data: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < data.length; at += length) yield data.subarray(at, at + length);
}

const sum = (values: readonly number[]): number => values.reduce((left, value) => left + value, 0);
const walk = (stream: Buffer, ends: readonly number[], chunk = 1 << 16) => deflateBits(chunked(stream, chunk), ends, 'a.zip: entry "x"');

describe('deflateBits', () => {
  it('gives every bit to a piece or the tables, and each piece what a second reader says, in chunks of any size', async () => {
    const pieces = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(contents, options), { minLength: 1, maxLength: 3 }),
        pieces,
        fc.integer({ min: 1, max: 2_000 }),
        async (parts, shares, chunk) => {
          const stream = joined(parts);
          const size = sum(parts.map(([data]) => data.length));
          const ends = [...shares.map((share) => Math.floor(share * size)).toSorted((a, b) => a - b), size];
          const found = await walk(stream, ends, chunk);
          expect(sum(found.pieces) + found.tables).toBe(stream.length * 8);
          const { costs, tables } = costsOf(stream);
          expect(found.tables).toBe(tables);
          const before = [0];
          for (const cost of costs) before.push((before.at(-1) ?? 0) + cost);
          for (const [at, end] of ends.entries()) {
            const exact = (before[end] ?? 0) - (before[ends[at - 1] ?? 0] ?? 0);
            // Half a bit at either end, and what adding up fractions loses.
            expect(Math.abs((found.pieces[at] ?? Number.NaN) - exact)).toBeLessThanOrEqual(1 + 1e-6);
          }
          expect(await walk(stream, ends)).toEqual(found);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  it.each(Array.from({ length: 10 }, (_, level) => level))('walks level %i in every strategy, byte by byte', async (level) => {
    const data = Buffer.concat([skewed(7, 30_000), Buffer.from('what a function is made of, '.repeat(300)), Buffer.alloc(3_000, 5)]);
    const each = Array.from(data, (_, at) => at + 1);
    for (const strategy of STRATEGIES) {
      const stream = deflateRawSync(data, { level, strategy, memLevel: 5 });
      const { pieces, tables } = await walk(stream, each, 1);
      expect(sum(pieces) + tables).toBe(stream.length * 8);
      const most = level === 0 ? 8 : strategy === constants.Z_FIXED ? 9 : 15;
      expect(pieces.every((bits) => bits >= 0 && bits <= most)).toBe(true);
      if (level > 0 && strategy === constants.Z_HUFFMAN_ONLY) expect(Math.min(...pieces)).toBeGreaterThanOrEqual(1);
      if (level === 0) expect(new Set(pieces)).toEqual(new Set([8]));
    }
  });

  it('knows an empty stream, and pieces of nothing', async () => {
    const stream = deflateRawSync(Buffer.alloc(0));
    expect(await walk(stream, [])).toEqual({ pieces: [], tables: stream.length * 8 });
    expect(await walk(stream, [0, 0])).toEqual({ pieces: [0, 0], tables: stream.length * 8 });
    const one = await walk(deflateRawSync(Buffer.from('abc')), [0, 0, 3, 3, 3]);
    expect(one.pieces).toEqual([0, 0, 24, 0, 0]);
    await expect(walk(stream, [2, 1])).rejects.toThrow(new RangeError('pieces must ascend: 1 follows 2'));
  });

  it('names what is damaged, and where', async () => {
    const stream = deflateRawSync(Buffer.from('what a function is made of, '.repeat(50)));
    const said = (data: Buffer, size = 1_400) => refusal(walk(data, [size]));
    expect(await said(stream.subarray(0, 20))).toBe(
      'a.zip: entry "x": its compressed data cannot be read at byte 20: it is cut short. Is the package damaged? Build it again',
    );
    expect(await said(stream, 1_399)).toContain('it unpacks to more than the 1,399 bytes that are declared');
    expect(await said(stream, 1_401)).toContain('it unpacks to 1,400 bytes, not to the 1,401 that are declared');
    expect(await said(Buffer.concat([stream, Buffer.alloc(1)]))).toContain('more follows its end');
    expect(await said(Buffer.alloc(0))).toContain('it is cut short');
    const bits = (...groups: readonly (readonly [value: number, count: number])[]): Buffer => {
      let text = '';
      for (const [value, count] of groups) for (let bit = 0; bit < count; bit += 1) text += (value >> bit) & 1;
      const bytes = text.padEnd(Math.ceil(text.length / 8) * 8 + 64, '0').match(/.{8}/g) ?? [];
      return Buffer.from(bytes.map((byte) => Number.parseInt([...byte].toReversed().join(''), 2)));
    };
    expect(await said(bits([7, 3]))).toContain('a block of no known kind');
    expect(await said(bits([1, 8], [1, 16], [1, 16]))).toContain('a stored block whose length and its complement do not go together');
    expect(await said(bits([5, 3], [31, 5]))).toContain('a block with more codes than there may be');
    expect(await said(bits([5, 3], [0, 14], [0, 12]))).toContain('a block whose code of code lengths is none');
    // A fixed block: length 3 at distance 1 before there is anything; the length symbol 286; the distance 30 behind a literal.
    expect(await said(bits([3, 3], [0b1000000, 7], [0, 5]))).toContain('it refers to bytes before its first');
    expect(await said(bits([3, 3], [0b01100011, 8]))).toContain('a code that there is not');
    expect(await said(bits([3, 3], [0b00001100, 8], [0b1000000, 7], [0b01111, 5]))).toContain('a distance that there is not');
  });

  it('takes what zlib takes and refuses what zlib refuses, with any bytes changed', async () => {
    const change = fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 0, max: 255 }));
    const small = fc.oneof(
      fc.string({ minLength: 1, maxLength: 400 }).map((text) => Buffer.from(text.repeat(3))),
      fc.nat().map((seed) => skewed(seed, 900)),
    );
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        small,
        options,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (data, how, changes, early) => {
          const stream = deflateRawSync(data, how);
          // The codes stand at the beginning: half of the runs change those alone.
          for (const [place, value] of changes) stream[Math.floor(place * (early ? Math.min(60, stream.length) : stream.length))] = value;
          const theirs = inflated(stream);
          if (theirs?.read === stream.length) {
            taken += 1;
            const found = await walk(stream, [theirs.size], 7);
            expect(sum(found.pieces) + found.tables).toBe(stream.length * 8);
          } else expect(await refusal(walk(stream, [1e12], 7))).not.toContain('unpacks to');
        },
      ),
      { numRuns: 3_000, seed: 2 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('walks a program', async () => {
    const stream = deflateRawSync(readFileSync(process.execPath).subarray(0, 4_000_000));
    const { pieces, tables } = await walk(stream, [1_000_000, 4_000_000]);
    expect(sum(pieces) + tables).toBe(stream.length * 8);
  });
});

/** What zlib says: bytes unpacked and read; `null`: it refuses. */
function inflated(stream: Buffer): { readonly size: number; readonly read: number } | null {
  try {
    // @types/node does not know what `info` answers.
    const { buffer, engine } = inflateRawSync(stream, { info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return { size: buffer.length, read: engine.bytesWritten };
  } catch {
    return null;
  }
}
