import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseSnapshot } from '../../src/core/snapshot/snapshot.ts';
import { parseElf } from '../../src/formats/elf/elf.ts';
import { openReader } from '../../src/formats/elf/reader.ts';
import { readZip } from '../../src/formats/zip.ts';
import { zipShares } from '../../src/inspect/owners/zip-shares.ts';
import { Home } from './coldgate.ts';
import { Project, tiny } from './project.ts';

test('the bits of a package as cargo lambda writes it are all given, section by section', async () => {
  await using project = await Project.create(tiny());
  await using home = await Home.create();
  const folder = join(home.path, 'out');
  const measured = await home.run(project.path, ['measure', '-o', folder]);
  expect(measured.code, measured.stderr.slice(-3_000)).toBe(0);
  const [fn] = parseSnapshot(await readFile(join(folder, 'snapshot.json'), 'utf8'), folder).functions;
  const zip = join(folder, fn?.package.file ?? '');
  const entry = (await readZip(zip, zip)).entries.find(({ name }) => name === 'bootstrap');
  if (entry === undefined) throw new Error('no bootstrap');
  const file = join(home.path, 'bootstrap');
  await entry.writeTo(file, 0o600);
  using reader = openReader(file);
  const sections = parseElf(reader, file)
    .sections.filter(({ size }) => size > 0)
    .toSorted((a, b) => a.offset - b.offset);
  const ends = [...sections.flatMap(({ offset, size }) => [offset, offset + size]), Number(entry.uncompressed)];
  const { pieces, tables } = await zipShares(entry, ends);
  expect(pieces.reduce((sum, bits) => sum + bits, tables)).toBe(entry.compressed * 8);
  const text = sections.findIndex(({ name }) => name === '.text');
  const share = (pieces[text * 2 + 1] ?? 0) / 8 / (sections[text]?.size ?? 0);
  expect(share).toBeGreaterThan(0.4);
  expect(share).toBeLessThan(0.8);

  // Python's zlib, which is not Node's, packs the same: another stream, walked as exactly.
  const other = join(home.path, 'other.zip');
  execFileSync('python3', ['-m', 'zipfile', '-c', other, file]);
  const [again] = (await readZip(other, other)).entries;
  if (again === undefined) throw new Error('nothing packed');
  const shares = await zipShares(again, ends);
  expect(shares.pieces.reduce((sum, bits) => sum + bits, shares.tables)).toBe(again.compressed * 8);
});
