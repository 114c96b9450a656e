import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { wholeBytes } from '../../../src/core/whole-bytes.ts';
import { readZip } from '../../../src/formats/zip.ts';
import type { ZipEntry } from '../../../src/formats/zip-entry.ts';
import { zipShares } from '../../../src/inspect/owners/zip-shares.ts';
import { type Crafted, craft } from '../../formats/crafted-zip.ts';
import { refusal } from '../../refusal.ts';

const dir = mkdtempSync(join(tmpdir(), 'coldgate-shares-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The last of these entries. */
async function packed(...entries: readonly Crafted[]): Promise<ZipEntry> {
  const path = join(dir, 'a.zip');
  writeFileSync(path, craft(entries));
  const last = (await readZip(path, 'a.zip')).entries.at(-1);
  if (last === undefined) throw new Error('there is no entry');
  return last;
}

const TEXT = Buffer.from('what a function is made of, '.repeat(4_000));
const NOISE = randomBytes(50_000);
const DATA = Buffer.concat([TEXT, NOISE, Buffer.alloc(100_000)]);
const ENDS = [0, TEXT.length, TEXT.length + NOISE.length, DATA.length];

describe('zipShares', () => {
  it('shares the compressed bytes of an entry out among its pieces', async () => {
    const entry = await packed({ name: 'lib/x', data: TEXT }, { name: 'bootstrap', data: DATA });
    const { pieces, tables } = await zipShares(entry, ENDS);
    const shares = wholeBytes([...pieces, tables]);
    expect(shares.reduce((left, share) => left + share, 0)).toBe(entry.compressed);
    const [nothing, text = 0, noise = 0, zeroes = 0] = shares;
    expect(nothing).toBe(0);
    expect(text).toBeLessThan(2_000);
    expect(Math.abs(noise - NOISE.length)).toBeLessThan(600);
    expect(zeroes).toBeLessThan(600);
  });

  it('reads those of a package that is not held in memory', async () => {
    const noise = Buffer.alloc(33_000_000, 'of no use to anybody ');
    const entry = await packed({ name: 'noise', data: noise, method: 0 }, { name: 'bootstrap', data: DATA });
    const { pieces, tables } = await zipShares(entry, ENDS);
    expect(pieces.reduce((left, piece) => left + piece, tables)).toBe(entry.compressed * 8);
    expect(await zipShares(await packed({ name: 'bootstrap', data: DATA }), ENDS)).toEqual({ pieces, tables });
  });

  it('counts eight bits a byte of what is stored', async () => {
    const entry = await packed({ name: 'bootstrap', data: DATA, method: 0 });
    expect(await zipShares(entry, ENDS)).toEqual({ pieces: [0, TEXT.length * 8, NOISE.length * 8, 800_000], tables: 0 });
    const lying = await packed({ name: 'bootstrap', data: DATA, method: 0, compressed: DATA.length - 1 });
    expect(await refusal(zipShares(lying, ENDS))).toMatch(
      /^entry "bootstrap" is stored, and has 261999 bytes in the file and 262000 unpacked/,
    );
  });

  it('takes pieces of the whole entry alone, and an entry that is whole', async () => {
    const entry = await packed({ name: 'bootstrap', data: DATA });
    await expect(zipShares(entry, ENDS.slice(0, 3))).rejects.toThrow(RangeError);
    const cut = await packed({ name: 'bootstrap', data: DATA, compressed: entry.compressed - 10 });
    expect(await refusal(zipShares(cut, ENDS))).toMatch(
      /^entry "bootstrap": its compressed data cannot be read at byte .*: it is cut short/,
    );
    const short = await packed({ name: 'bootstrap', data: DATA, size: DATA.length - 1 });
    expect(await refusal(zipShares(short, [...ENDS.slice(0, 3), DATA.length - 1]))).toContain('it unpacks to more than the 261,999 bytes');
  });
});
