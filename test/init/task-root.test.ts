import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import AdmZip from 'adm-zip';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import { TaskRoot } from '../../src/init/task-root.ts';
import { type Crafted, craft } from '../formats/crafted-zip.ts';
import { refusal } from '../refusal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-zip-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function pack(fill: (zip: AdmZip) => void, rename: readonly [string, string] | null = null): Promise<string> {
  const zip = new AdmZip();
  fill(zip);
  // Names that adm-zip would not write are put in afterwards, of the same length.
  const data = zip.toBuffer();
  if (rename !== null) for (let at = data.indexOf(rename[0]); at >= 0; at = data.indexOf(rename[0], at + 1)) data.write(rename[1], at);
  const path = join(folder, 'bootstrap.zip');
  await writeFile(path, data);
  return path;
}

async function refusalOf(entries: readonly Crafted[]): Promise<string> {
  const zip = join(folder, 'bootstrap.zip');
  await writeFile(zip, craft(entries));
  return refusal(TaskRoot.unpack({ zip, parent: folder }));
}

async function modeOf(path: string): Promise<string> {
  return ((await lstat(path)).mode & 0o777).toString(8);
}

describe('a task root', () => {
  it('holds the package, read-only, and goes with it', async () => {
    const zip = await pack((it_) => {
      it_.addFile('bootstrap', Buffer.from('x'.repeat(100_000)), '', 0o755);
      it_.addFile('lib/deep/table.bin', Buffer.from('table'), '', 0o644);
    });
    const root = await TaskRoot.unpack({ zip, parent: folder });
    expect(await readFile(join(root.path, 'bootstrap'), 'utf8')).toBe('x'.repeat(100_000));
    expect(await modeOf(join(root.path, 'bootstrap'))).toBe('555');
    expect(await modeOf(join(root.path, 'lib/deep/table.bin'))).toBe('444');
    expect(await modeOf(join(root.path, 'lib/deep'))).toBe('555');
    expect(await modeOf(root.path)).toBe('555');
    await root[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual(['bootstrap.zip']);
  });

  it('may hold the twin in place of the binary, at a path of the same length', async () => {
    const zip = await pack((it_) => it_.addFile('bootstrap', Buffer.from('shipped'), '', 0o755));
    const twin = join(folder, 'twin');
    await writeFile(twin, 'twin');
    await using shipped = await TaskRoot.unpack({ zip, parent: folder });
    await using root = await TaskRoot.unpack({ zip, parent: folder, replace: { entry: 'bootstrap', file: twin } });
    expect(await readFile(join(root.path, 'bootstrap'), 'utf8')).toBe('twin');
    expect(await modeOf(join(root.path, 'bootstrap'))).toBe('555');
    expect(root.path).toHaveLength(shipped.path.length);
  });

  it('keeps links', async () => {
    const zip = await pack((it_) => {
      it_.addFile('lib/libx.so', Buffer.from('libx.so.1'), '', 0o777);
      const entry = it_.getEntry('lib/libx.so');
      if (entry !== null) entry.attr = (0o120777 << 16) >>> 0;
    });
    await using root = await TaskRoot.unpack({ zip, parent: folder });
    expect(await readlink(join(root.path, 'lib/libx.so'))).toBe('libx.so.1');
  });

  it.each([
    ['../../escape', 'escape'],
    ['/etc/escaped', 'etc/escaped'],
    ['a/../../bcde', 'a/bcde'],
  ])('puts the entry %s below its folder, at %s', async (name, place) => {
    const plain = 'q'.repeat(name.length);
    const zip = await pack((it_) => it_.addFile(plain, Buffer.from('x'), '', 0o644), [plain, name]);
    await using root = await TaskRoot.unpack({ zip, parent: folder });
    expect(await readFile(join(root.path, place), 'utf8')).toBe('x');
    expect(await readdir(folder)).toEqual(['bootstrap.zip', basename(root.path)]);
  });

  it('refuses a name that leaves nothing below the folder, and two of one place', async () => {
    expect(await refusalOf([{ name: '..' }])).toMatch(/points outside the package/);
    expect(await refusalOf([{ name: 'a/b' }, { name: '../a/b' }])).toMatch(/cannot be written \(EEXIST/);
    expect(await readdir(folder)).toEqual(['bootstrap.zip']);
  });

  it('unpacks what Lambda would not take', async () => {
    const zip = await pack((it_) => it_.addFile('bootstrap', Buffer.alloc(262_144_001), '', 0o755));
    await using root = await TaskRoot.unpack({ zip, parent: folder });
    expect((await stat(join(root.path, 'bootstrap'))).size).toBe(262_144_001);
  });

  it('refuses what is no ZIP, and more than four packages of Lambda’s before anything is written', async () => {
    const path = join(folder, 'bootstrap.zip');
    await writeFile(path, 'no zip');
    await expect(TaskRoot.unpack({ zip: path, parent: folder })).rejects.toThrow(ToolError);
    const entries = [
      { name: 'bootstrap', size: 1_000_000_000 },
      { name: 'model', size: 48_576_001 },
    ];
    expect(await refusalOf(entries)).toBe(
      `${path}: unpacks to 1,048,576,001 bytes; at most 1,048,576,000 are unpacked: leave files out of the package`,
    );
    expect(await readdir(folder)).toEqual(['bootstrap.zip']);
  });

  it('refuses contents that are not as declared, and leaves nothing', async () => {
    const data = Buffer.from('x'.repeat(500));
    expect(await refusalOf([{ name: 'bootstrap', data, crc: 1 }])).toMatch(/entry "bootstrap" has another CRC-32 than it declares/);
    expect(await refusalOf([{ name: 'bootstrap', data, size: 100 }])).toMatch(/entry "bootstrap" unpacks to more than the 100 bytes/);
    expect(await refusalOf([{ name: 'bootstrap', data, flags: 1 }])).toMatch(/entry "bootstrap" is encrypted/);
    expect(await refusalOf([{ name: 'lib\\x', data }])).toMatch(/has a backslash in its name/);
    expect(await refusalOf([{ name: 'x', data, mode: 0o120777, crc: 1 }])).toMatch(/entry "x" has another CRC-32/);
    expect(await readdir(folder)).toEqual(['bootstrap.zip']);
  });

  it('writes nothing through a link', async () => {
    const out = { name: 'lib', data: Buffer.from(folder), mode: 0o120777 };
    const below = { name: 'lib/libx.so', data: Buffer.from('x'), mode: 0o120777 };
    expect(await refusalOf([out, below])).toMatch(/entry "lib\/libx.so" lies below the link "lib"$/);
    expect(await readdir(folder)).toEqual(['bootstrap.zip']);
    const mine = join(folder, 'mine');
    await writeFile(mine, 'mine');
    const zip = join(folder, 'bootstrap.zip');
    await writeFile(zip, craft([{ name: 'bootstrap', data: Buffer.from(mine), mode: 0o120777 }]));
    const twin = join(folder, 'twin');
    await writeFile(twin, 'twin');
    await using root = await TaskRoot.unpack({ zip, parent: folder, replace: { entry: 'bootstrap', file: twin } });
    expect(await readFile(join(root.path, 'bootstrap'), 'utf8')).toBe('twin');
    expect(await readFile(mine, 'utf8')).toBe('mine');
  });
});
