import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import { readZip, type ZipFile } from '../../src/formats/zip.ts';
import { refusal } from '../refusal.ts';
import { type Crafted, craft } from './crafted-zip.ts';

const dir = mkdtempSync(join(tmpdir(), 'coldgate-zip-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(dir, `${files++}`);

function read(zip: Buffer, mostUnpacked?: number): Promise<ZipFile> {
  const path = fresh();
  writeFileSync(path, zip);
  return readZip(path, 'a.zip', mostUnpacked === undefined ? undefined : { mostUnpacked });
}

/** Reads everything that is in it. */
async function unpack(entries: readonly Crafted[] | Buffer): Promise<readonly Buffer[]> {
  const zip = await read(Buffer.isBuffer(entries) ? entries : craft(entries));
  const contents: Buffer[] = [];
  for (const entry of zip.entries) contents.push(await buffer(entry.contents()));
  return contents;
}

const DATA = Buffer.from('what a function is made of, '.repeat(4_000));

/** Writes a number into a file. */
async function patch(path: string, at: number, value: number): Promise<void> {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(value);
  const handle = await open(path, 'r+');
  await handle.write(number, 0, 4, at);
  await handle.close();
}

describe('readZip', () => {
  it('has the entries in their order, with kind, mode and sizes', async () => {
    const { entries, size } = await read(
      craft([
        { name: 'lib/' },
        { name: 'bootstrap', data: DATA, mode: 0o100755 },
        { name: 'a', data: Buffer.from('bootstrap'), method: 0, mode: 0o120777 },
      ]),
    );
    expect(entries.map(({ name, kind, mode, uncompressed }) => [name, kind, mode & 0o777, uncompressed])).toEqual([
      ['lib/', 'directory', 0, 0],
      ['bootstrap', 'file', 0o755, DATA.length],
      ['a', 'link', 0o777, 9],
    ]);
    expect(entries.reduce((sum, { compressed }) => sum + compressed, 0)).toBeLessThan(size);
  });

  it('holds the end of a large file alone: its entries are read from where they lie', async () => {
    const noise = Buffer.alloc(20_000_000, 'of no use to anybody ');
    const large = craft([
      { name: 'first', data: DATA },
      { name: 'noise', data: noise, method: 0 },
      { name: 'empty', data: Buffer.alloc(0), method: 0 },
      { name: 'more', data: noise, method: 0 },
    ]);
    expect((await unpack(large)).map((data) => data.length)).toEqual([DATA.length, noise.length, 0, noise.length]);
    expect((await unpack(large))[0]?.equals(DATA)).toBe(true);
    large.writeUInt32LE(0, 0);
    expect(await refusal(unpack(large))).toContain('does not begin where the directory says');
    large.writeUInt32LE(0x04034b50, 0);
    large.fill(0xff, 40, 80);
    expect(await refusal(unpack(large))).toMatch(/cannot be unpacked|unpacks to|CRC-32/);
  });

  it.each([
    ['', 'has no name'],
    ['a\0b', 'has a NUL byte in its name'],
    ['..\\x', 'has a backslash in its name'],
    ['..', 'points outside the package'],
    ['x'.repeat(1_025), 'has a name of more than 1024 characters or 32 folders'],
    ['d/'.repeat(32), 'has a name of more than 1024 characters or 32 folders'],
    ['good', 'has two entries named'],
  ])('refuses the name %j', async (name, message) => {
    expect(await refusal(read(craft([{ name: 'good' }, { name }])))).toContain(message);
  });

  it.each(['/etc/passwd', '../x', 'a/../../x', 'a/..', '../'])('refuses the name %j in an archive that is no package', async (name) => {
    expect(await refusal(read(craft([{ name: 'good' }, { name }]), 1_000))).toContain('points outside the package');
  });

  it('keeps what `include = ["../config"]` packs, with its place below the folder', async () => {
    const names = ['../config/', '../config/a', '/etc/passwd', 'a/../../x', 'b/./c'];
    const { entries } = await read(craft(names.map((name) => ({ name }))));
    expect(entries.map(({ name, place }) => [name, place])).toEqual([
      ['../config/', 'config'],
      ['../config/a', 'config/a'],
      ['/etc/passwd', 'etc/passwd'],
      ['a/../../x', 'a/x'],
      ['b/./c', 'b/c'],
    ]);
  });

  it('refuses what is encrypted, and every method but stored and deflated', async () => {
    expect(await refusal(read(craft([{ name: 'x', flags: 1 }])))).toBe('a.zip: entry "x" is encrypted: Lambda cannot read it');
    for (const method of [1, 7, 9, 12, 14, 93, 99])
      expect(await refusal(read(craft([{ name: 'x', method }])))).toBe(
        `a.zip: entry "x" is compressed with method ${method}: Lambda reads stored (0) and deflated (8) ones`,
      );
  });

  it('reads what Lambda would not take, by its directory', async () => {
    const huge = craft(['a', 'b', 'c'].map((name) => ({ name, size: 4_000_000_000 })));
    expect((await read(huge)).entries.map(({ uncompressed }) => Number(uncompressed))).toEqual([4e9, 4e9, 4e9]);
    // A file of 1.5 GB, most of which is a hole: its end is all that is read.
    const path = fresh();
    const data = Buffer.from('bootstrap');
    const end = craft([{ name: 'x', data, method: 0 }]);
    const handle = await open(path, 'w');
    await handle.write(end, 0, end.length, 1_500_000_000);
    await handle.close();
    const directory = end.length - 22 - 47;
    await patch(path, 1_500_000_000 + end.length - 6, 1_500_000_000 + directory);
    await patch(path, 1_500_000_000 + directory + 42, 1_500_000_000);
    const { size, entries } = await readZip(path, 'a.zip');
    expect(size).toBe(1_500_000_000 + end.length);
    const [entry] = entries;
    expect(entry === undefined ? null : await buffer(entry.contents())).toEqual(data);
    await truncate(path, 4_294_967_296);
    expect(await refusal(readZip(path, 'a.zip'))).toBe('a.zip: has 4,294,967,296 bytes; at most 4,294,967,295 are taken');
  });

  it('refuses ZIP64 sizes of more than 32 bits, which would be cut', async () => {
    const zip64 = (...values: readonly bigint[]): Crafted => {
      const extra = Buffer.alloc(4 + values.length * 8);
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(values.length * 8, 2);
      for (const [at, value] of values.entries()) extra.writeBigUInt64LE(value, 4 + at * 8);
      return { name: 'x', data: DATA, size: 0xffff_ffff, extra: Buffer.concat([Buffer.from('UT\x01\0\0', 'latin1'), extra]) };
    };
    const said = 'a.zip: entry "x" has 4 GiB or more (ZIP64): leave it out of the package';
    expect(await refusal(read(craft([zip64(5_000_000_000n, 10n)])))).toBe(said);
    expect(await refusal(read(craft([zip64(10n, 5_000_000_000n)])))).toBe(said);
    expect(await refusal(read(craft([zip64(1n << 62n, 10n)])))).toMatch(/^a\.zip: /);
    const [small] = (await read(craft([zip64(BigInt(DATA.length), 10n)]))).entries;
    expect(small?.uncompressed).toBe(DATA.length);
  });

  it('refuses more than may be unpacked in an archive that is no package, of one entry or all together', async () => {
    const two = craft([
      { name: 'a', size: 600 },
      { name: 'b', size: 401 },
    ]);
    expect(await refusal(read(two, 1_000))).toMatch(/unpacks to 1,001 bytes; at most 1,000 are taken/);
    expect((await read(two, 1_001)).entries).toHaveLength(2);
    expect(await refusal(read(craft([{ name: 'x', data: DATA, method: 0 }]), 1_000))).toMatch(/^a\.zip: has 112,\d+ bytes; at most 1,000/);
  });

  it('refuses entries that take more than the file has', async () => {
    expect(await refusal(read(craft([{ name: 'x', compressed: 4_000 }])))).toMatch(/its entries take 4000 bytes, the file has \d+/);
  });

  it('refuses a file cut at every length', async () => {
    const zip = craft([
      { name: 'a', data: Buffer.from('a'.repeat(100)) },
      { name: 'b', data: Buffer.from('b'), method: 0 },
    ]);
    for (let length = 0; length < zip.length; length += 1) expect(await refusal(unpack(zip.subarray(0, length)))).toMatch(/^a\.zip: /);
    expect(await refusal(readZip(dir, 'a.zip'))).toMatch(/^a\.zip: cannot be read \(EISDIR/);
  });
});

describe('the contents of an entry', () => {
  it.each([0, 8])('are given back, by method %i', async (method) => {
    expect(await unpack([{ name: 'x', data: DATA, method }, { name: 'empty' }])).toEqual([DATA, Buffer.alloc(0)]);
  });

  it.each([0, 8])('are held to the declared size and CRC-32, by method %i', async (method) => {
    const x = { name: 'x', data: DATA, method };
    expect(await refusal(unpack([{ ...x, size: 111_999 }]))).toMatch(/entry "x" unpacks to more than the 111999 bytes that it declares/);
    expect(await refusal(unpack([{ ...x, size: 112_001 }]))).toMatch(/entry "x" unpacks to 112000 bytes, not to the 112001/);
    expect(await refusal(unpack([{ ...x, crc: 1 }]))).toBe('a.zip: entry "x" has another CRC-32 than it declares: it is damaged');
    expect(await refusal(unpack([{ ...x, data: Buffer.alloc(0), crc: 1 }]))).toMatch(/another CRC-32/);
  });

  it('are not unpacked where they would be four packages of Lambda’s', async () => {
    const { entries } = await read(
      craft([
        { name: 'much', data: DATA, size: 1_048_576_001 },
        { name: 'enough', data: DATA, size: 1_048_576_000 },
      ]),
    );
    const said = entries.map((entry) => refusal(entry.writeTo(fresh(), 0o600)));
    expect(await said[0]).toBe(
      'a.zip: entry "much" unpacks to 1,048,576,001 bytes; at most 1,048,576,000 are unpacked: leave files out of the package',
    );
    expect(await said[1]).toMatch(/unpacks to 112000 bytes, not to the 1048576000/);
  });

  it('stop at the declared size, long before a bomb has unfolded', async () => {
    const { entries } = await read(craft([{ name: 'x', data: Buffer.alloc(200_000_000), size: 100_000 }]));
    let seen = 0;
    const reading = entries[0]?.writeTo(fresh(), 0o600, ({ length }) => {
      seen += length;
    });
    expect(await refusal(reading ?? Promise.resolve())).toMatch(/unpacks to more than the 100000 bytes/);
    expect(seen).toBeLessThanOrEqual(100_000);
  });

  it('are refused where the deflated stream is cut or none', async () => {
    expect(await refusal(unpack([{ name: 'x', data: DATA, compressed: 20 }]))).toMatch(/cannot be unpacked \(unexpected end of file\)$/);
    const zip = craft([{ name: 'x', data: DATA }]);
    zip.fill(0xff, 31, 60);
    expect(await refusal(unpack(zip))).toMatch(/^a\.zip: entry "x" cannot be unpacked \(/);
  });

  it('are written to a new file alone, and a failure leaves none', async () => {
    const [good] = (await read(craft([{ name: 'x', data: DATA }]))).entries;
    const path = fresh();
    await good?.writeTo(path, 0o700);
    expect([readFileSync(path).equals(DATA), statSync(path).mode & 0o777]).toEqual([true, 0o700]);
    expect(await refusal(good?.writeTo(path, 0o700) ?? Promise.resolve())).toMatch(/cannot be written \(EEXIST/);
    const [bad] = (await read(craft([{ name: 'x', data: DATA, crc: 1 }]))).entries;
    const other = fresh();
    expect(await refusal(bad?.writeTo(other, 0o700) ?? Promise.resolve())).toMatch(/another CRC-32/);
    expect(existsSync(other)).toBe(false);
  });

  it('are read or refused with any bytes changed', async () => {
    const zip = craft([
      { name: 'a', data: DATA.subarray(0, 300) },
      { name: 'b', data: Buffer.from('b'), method: 0 },
    ]);
    const change = fc.tuple(fc.integer({ min: 0, max: zip.length - 1 }), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const file = Buffer.from(zip);
        for (const [offset, value] of changes) file[offset] = value;
        await unpack(file).catch((error: unknown) => {
          if (!(error instanceof ToolError)) throw error;
        });
      }),
      { numRuns: 500 },
    );
  });
});
