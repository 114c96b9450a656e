import { expect, it } from 'vitest';
import type { Owners } from '../../src/core/snapshot/owners.ts';
import { bytes } from '../../src/core/units.ts';
import { twiceIn } from '../../src/inspect/twice.ts';
import { aSymbol, attributionOf, aZipOf } from '../core/builders.ts';

const NONE: Owners = { kind: 'none', reason: 'no map' };

const of = (...crates: readonly (readonly [string, number])[]) =>
  twiceIn(attributionOf(crates.map(([crate, size]) => aSymbol(crate, `${crate}::f`, size))), NONE);

it('two crypto providers in one binary, with the bytes of each', () => {
  expect(of(['ring', 90_000], ['ring?', 2_000], ['aws_lc_rs', 20_000], ['aws_lc_sys', 300_000], ['rustls', 200_000])).toEqual([
    {
      kind: 'twice',
      job: 'crypto',
      of: 'code',
      packages: [
        { name: 'aws-lc-rs', size: 320_000 },
        { name: 'ring', size: 92_000 },
      ],
    },
  ]);
});

it('two TLS stacks', () => {
  expect(of(['native_tls', 9_000], ['rustls', 200_000]).map((one) => (one.kind === 'twice' ? one.job : one.kind))).toEqual(['tls']);
});

it('one alone, and one of which a few bytes are linked, are no finding', () => {
  expect(of(['ring', 90_000], ['rustls', 200_000])).toEqual([]);
  expect(of(['ring', 90_000], ['aws_lc_rs', 400])).toEqual([]);
  expect(twiceIn({ kind: 'none', reason: 'no twin' }, NONE)).toEqual([]);
});

it('C and assembly count with the package that brings them, and data too, where owners are known', () => {
  const row = (name: string, code: number, data: number) => ({
    name,
    ...{ code: bytes(code), data: bytes(data), unwinding: bytes(10), relocations: bytes(0), other: bytes(0), zip: aZipOf({ code: 1 }) },
  });
  const owners: Owners = {
    kind: 'owned',
    crates: [row('ring', 200_000, 40_000), row('aws_lc_sys', 400_000, 90_000)],
    shared: [],
    parts: [],
    constants: [],
  };
  expect(twiceIn(attributionOf([aSymbol('ring', 'ring::f', 5_000)]), owners)).toEqual([
    {
      kind: 'twice',
      job: 'crypto',
      of: 'binary',
      packages: [
        { name: 'aws-lc-rs', size: 490_010 },
        { name: 'ring', size: 240_010 },
      ],
    },
  ]);
});
