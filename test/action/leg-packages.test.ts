import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LegPackages } from '../../src/action/leg-packages.ts';
import { inspectPackage } from '../../src/inspect/package.ts';
import { aFunction, aSnapshot } from '../core/builders.ts';
import { type Crafted, craft } from '../formats/crafted-zip.ts';
import { refusal } from '../refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'coldgate-leg-packages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function check(binaries: number, ...more: readonly Crafted[]): Promise<string> {
  const zip = join(folder, 'artifact.zip');
  const inner = craft([{ name: 'bootstrap', data: Buffer.alloc(1_000_000) }, ...more]);
  writeFileSync(zip, craft([{ name: 'head/packages/a.zip', data: inner, method: 0 }]));
  const one = aFunction({ name: 'a' });
  const snapshot = aSnapshot({ functions: [{ ...one, package: { ...one.package, file: 'packages/a.zip' } }] });
  const packages = await LegPackages.open(await inspectPackage(zip, 'leg', { mostUnpacked: 1e9 }), 'leg', { scratch: folder, binaries });
  return refusal(packages.check('head', snapshot));
}

test('binaries that are more in all than a leg may bring are refused before they are unpacked, with the way out', async () => {
  expect(await check(999_999)).toBe(
    'leg: its packages unpack to 1,000,000 bytes of binaries and more, and a leg may have 999,999: let several legs or shards share the functions, or leave debug information out (at head/packages/a.zip)',
  );
  // A megabyte of zeroes is no program, and that is what is said where it may be looked at.
  expect(await check(1_000_000)).not.toContain('unpack to');
});

test('what a package says that it unpacks to keeps no report back: its binary alone is unpacked, within the bound', async () => {
  const model = { name: 'model', size: 4_000_000_000 };
  expect(await check(1_000_000, model)).toBe(await check(1_000_000));
  expect(await check(999_999, model)).toContain('its packages unpack to 1,000,000 bytes of binaries and more');
});
