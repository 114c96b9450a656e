import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LegPackages } from '../../src/action/leg-packages.ts';
import type { Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { craft } from '../formats/crafted-zip.ts';
import { refusal } from '../refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'coldgate-leg-packages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function check(functions: number, binaries?: number): Promise<string> {
  const zip = join(folder, 'artifact.zip');
  const inner = craft([{ name: 'bootstrap', data: Buffer.alloc(1_000_000) }]);
  writeFileSync(zip, craft([{ name: 'head/packages/a.zip', data: inner, method: 0 }]));
  const one = { name: 'a', package: { file: 'packages/a.zip' }, binary: { entry: 'bootstrap' } };
  const snapshot = { functions: Array.from({ length: functions }, () => one), notBuilt: [] } as unknown as Snapshot;
  const packages = await LegPackages.open(zip, 'leg', {
    unpacked: 1e9,
    scratch: folder,
    ...(binaries === undefined ? {} : { binaries }),
  });
  return refusal(packages.check('head', snapshot));
}

test('binaries that are more in all than a leg may bring are refused before they are unpacked, with the way out', async () => {
  expect(await check(1, 999_999)).toBe(
    'leg: its packages unpack to more than 999,999 bytes of binaries, at head/packages/a.zip: let several legs or shards share the functions, or leave debug information out',
  );
  // A megabyte of zeroes is no program, and that is what is said where it may be looked at.
  expect(await check(1, 1_000_000)).not.toContain('unpack to more');
});

test('so are more functions than can be judged in time', async () => {
  expect(await check(301)).toBe('leg: head has 301 functions, and a leg at most 300: let several legs or shards share the functions');
});
