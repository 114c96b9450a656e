import { expect, it } from 'vitest';
import { bytes } from '../../src/core/units.ts';
import { packageFindings } from '../../src/inspect/package-limits.ts';
import { anEntry } from '../core/builders.ts';

const found = (size: number, ...entries: readonly number[]) =>
  packageFindings({ size: bytes(size), entries: entries.map((unpacked, at) => anEntry(`${at}`, 1, unpacked)) });

it.each([
  ['nothing below nine tenths', 47_185_919, [235_929_599], []],
  ['the upload from nine tenths on', 47_185_920, [1], [{ kind: 'package-limit', of: 'upload', size: 47_185_920 }]],
  ['all files added up', 1, [200_000_000, 35_929_600], [{ kind: 'package-limit', of: 'unpacked', size: 235_929_600 }]],
  [
    'both, what Lambda refuses first',
    60_000_000,
    [262_144_000],
    [
      { kind: 'package-limit', of: 'unpacked', size: 262_144_000 },
      { kind: 'package-limit', of: 'upload', size: 60_000_000 },
    ],
  ],
])('finds %s', (_, size, entries, findings) => {
  expect(found(size, ...entries)).toEqual(findings);
});
