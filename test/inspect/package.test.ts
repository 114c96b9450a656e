import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import { quoted } from '../../src/core/text.ts';
import { inspectPackage } from '../../src/inspect/package.ts';
import { craft } from '../formats/crafted-zip.ts';
import { refusal } from '../refusal.ts';

const dir = mkdtempSync(join(tmpdir(), 'coldgate-package-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(dir, `${files++}`);

function inspect(zip: Buffer) {
  const path = fresh();
  writeFileSync(path, zip);
  return inspectPackage(path, 'health.zip');
}

async function unpack(zip: Buffer, entry = 'bootstrap') {
  return (await inspect(zip)).readBinary(entry, fresh());
}

const BOOTSTRAP = Buffer.from('not really an ELF file, but it packs '.repeat(400));

describe('inspectPackage', () => {
  it('reads entries by name, and they add up to the file', async () => {
    const zip = new AdmZip();
    zip.addFile('lib/', Buffer.alloc(0));
    zip.addFile('lib/libx.so', Buffer.from('x'.repeat(1_000)));
    zip.addFile('bootstrap', BOOTSTRAP);
    zip.addZipComment('a comment counts as overhead');
    const { size, entries, overhead } = await inspect(zip.toBuffer());
    expect(entries.map(({ name, uncompressed }) => [name, uncompressed])).toEqual([
      ['bootstrap', BOOTSTRAP.length],
      ['lib/', 0],
      ['lib/libx.so', 1_000],
    ]);
    expect(size).toBe(zip.toBuffer().length);
    expect(entries.reduce((sum, entry) => sum + entry.compressed, 0) + overhead).toBe(size);
  });

  it('agrees with the system on a package that zipfile wrote', async () => {
    const path = fresh();
    writeFileSync(join(dir, 'bootstrap'), BOOTSTRAP);
    execFileSync('python3', ['-m', 'zipfile', '-c', path, join(dir, 'bootstrap')]);
    const contents = await inspectPackage(path, 'p.zip');
    const binary = await contents.readBinary('bootstrap', fresh());
    expect(readFileSync(binary.file)).toEqual(BOOTSTRAP);
    expect(binary).toMatchObject({ size: BOOTSTRAP.length, sha256: createHash('sha256').update(BOOTSTRAP).digest('hex') });
    expect(statSync(binary.file).mode & 0o777).toBe(0o700);
  });

  it('refuses names that leave an archive, or that a terminal would obey', async () => {
    const said = (name: string): Promise<string> => {
      const path = fresh();
      writeFileSync(path, craft([{ name: 'bootstrap', data: BOOTSTRAP }, { name }]));
      return refusal(inspectPackage(path, 'health.zip', { mostUnpacked: 1 << 20 }));
    };
    expect(await said('../../x')).toBe('health.zip: entry "../../x" points outside the package');
    expect(await said('a/../x')).toBe('health.zip: entry "a/../x" points outside the package');
    expect(await said('/etc/passwd')).toBe('health.zip: entry "/etc/passwd" points outside the package');
    expect(await said('..\\x')).toBe('health.zip: entry "..\\\\x" has a backslash in its name');
    expect(await said('a\0b')).toBe('health.zip: entry "a\\u0000b" has a NUL byte in its name');
    expect(await said('../\u001b[2J\u202e')).toBe('health.zip: entry "../\\u001b[2J\\u202e" points outside the package');
    expect(await said('')).toBe('health.zip: entry "" has no name');
    expect(await said('d/'.repeat(500))).toMatch(/has a name of more than 1024 characters or 32 folders$/);
    expect(await said('bootstrap')).toBe('health.zip: has two entries named "bootstrap"');
    // adm-zip's own message would name the first duplicate of the process again.
    expect(await refusal(inspect(craft([{ name: 'other' }, { name: 'other' }])))).toBe('health.zip: has two entries named "other"');
    expect((await inspect(craft([{ name: 'a..b/..c' }, { name: '__proto__' }]))).entries).toHaveLength(2);
  });

  it('refuses what Lambda cannot read', async () => {
    expect(await refusal(inspect(craft([{ name: 'bootstrap', flags: 1 }])))).toMatch(/entry "bootstrap" is encrypted/);
    expect(await refusal(inspect(craft([{ name: 'bootstrap', method: 93 }])))).toMatch(/entry "bootstrap" is compressed with method 93/);
    // Lambda would not take it; its directory tells what there is.
    const { entries } = await inspect(craft([{ name: 'a', size: 262_144_001 }]));
    expect(entries.map(({ uncompressed }) => Number(uncompressed))).toEqual([262_144_001]);
    expect(await refusal(inspect(craft([{ name: 'a', compressed: 4_000 }])))).toMatch(/its entries take 4000 bytes, the file has \d+/);
    expect(await refusal(inspect(Buffer.from('not a ZIP file, but longer than the end of one')))).toMatch(
      /^health\.zip: not a whole ZIP file \(.*No END header/,
    );
    expect(await refusal(inspectPackage(join(dir, 'nothing'), 'health.zip'))).toMatch(/^health\.zip: cannot be read \(ENOENT/);
    expect(await refusal(inspectPackage(dir, 'health.zip'))).toMatch(/^health\.zip: cannot be read \(EISDIR/);
  });

  it('refuses more entries than a snapshot holds', async () => {
    const many = Array.from({ length: 20_001 }, (_, index) => ({ name: `${index}`, method: 0 }));
    expect(await refusal(inspect(craft(many)))).toBe('health.zip: has 20001 entries, more than 20000');
  });
});

describe('readBinary', () => {
  it('names what is there where the entry is not', async () => {
    expect(await refusal(unpack(craft([{ name: 'main' }, { name: 'a\nb' }])))).toBe(
      'health.zip: has no entry "bootstrap", only "a\\nb", "main"',
    );
    expect(await refusal(unpack(craft([])))).toBe('health.zip: has no entry "bootstrap", only nothing: the package is empty');
    const many = Array.from({ length: 25 }, (_, index) => ({ name: `f${index}` }));
    expect(await refusal(unpack(craft(many)))).toMatch(/"f\d+" and 5 more$/);
  });

  it('stops at the declared size, and leaves no file', async () => {
    const contents = await inspect(craft([{ name: 'bootstrap', data: Buffer.alloc(50_000_000), size: 1_000 }]));
    const destination = fresh();
    expect(await refusal(contents.readBinary('bootstrap', destination))).toMatch(/unpacks to more than the 1000 bytes that it declares/);
    expect(existsSync(destination)).toBe(false);
  });

  it('checks size, CRC-32 and the deflated stream', async () => {
    const data = BOOTSTRAP;
    expect(await refusal(unpack(craft([{ name: 'bootstrap', data, size: data.length + 1 }])))).toMatch(
      /^health\.zip: entry "bootstrap" unpacks to 14800 bytes, not to the 14801/,
    );
    expect(await refusal(unpack(craft([{ name: 'bootstrap', data, crc: 1 }])))).toBe(
      'health.zip: entry "bootstrap" has another CRC-32 than it declares: it is damaged',
    );
    expect(await refusal(unpack(craft([{ name: 'bootstrap', data, compressed: 20 }])))).toMatch(
      /^health\.zip: entry "bootstrap" cannot be unpacked \(unexpected end of file\)/,
    );
    expect((await unpack(craft([{ name: 'bootstrap', data, method: 0 }]))).size).toBe(data.length);
    expect((await unpack(craft([{ name: 'bootstrap' }]))).size).toBe(0);
  });

  it('does not write over a file that is there', async () => {
    const contents = await inspect(craft([{ name: 'bootstrap', data: BOOTSTRAP }]));
    const taken = fresh();
    writeFileSync(taken, 'mine');
    expect(await refusal(contents.readBinary('bootstrap', taken))).toMatch(/cannot be written \(EEXIST/);
    expect(readFileSync(taken, 'utf8')).toBe('mine');
  });

  it('refuses a package cut at every length', async () => {
    const zip = craft([
      { name: 'bootstrap', data: BOOTSTRAP },
      { name: 'extensions/e', data: Buffer.from('e') },
    ]);
    for (let length = 0; length < zip.length; length += 1) expect(await refusal(unpack(zip.subarray(0, length)))).toMatch(/^health\.zip: /);
  });

  it('reads or refuses a package with any bytes changed', async () => {
    const zip = craft([
      { name: 'bootstrap', data: BOOTSTRAP },
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

  it('takes back what was packed, whatever it is', async () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9_\-äé.]{1,12}$/).filter((text) => !/^\.+$/.test(text));
    const entry = fc.record({
      name,
      data: fc.uint8Array({ maxLength: 3_000 }).map((data) => Buffer.from(data)),
      method: fc.constantFrom(0, 8),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(entry, { selector: (one) => one.name, minLength: 1, maxLength: 6 }), async (packed) => {
        const zip = craft(packed);
        const contents = await inspect(zip);
        expect(contents.entries.map((one) => one.name)).toEqual(packed.map((one) => one.name).sort());
        expect(contents.entries.reduce((sum, one) => sum + one.compressed, 0) + contents.overhead).toBe(zip.length);
        for (const { name: wanted, data } of packed) {
          const binary = await contents.readBinary(wanted, fresh());
          expect(readFileSync(binary.file).equals(data)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves nothing but what was asked for', () => {
    expect(readdirSync(dir).every((name) => name === 'bootstrap' || /^\d+$/.test(name))).toBe(true);
  });
});

describe('quoted', () => {
  it('escapes what a terminal would obey and cuts what is long', () => {
    expect(quoted('a"b\n\u001b\u0085\u202e\u200b')).toBe('"a\\"b\\n\\u001b\\u0085\\u202e\\u200b"');
    expect(quoted('x'.repeat(300))).toBe(`"${'x'.repeat(200)}…"`);
  });
});
