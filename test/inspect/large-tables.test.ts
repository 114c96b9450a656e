import { expect, it } from 'vitest';
import type { Finding } from '../../src/core/snapshot/findings.ts';
import type { Owners } from '../../src/core/snapshot/owners.ts';
import { bytes } from '../../src/core/units.ts';
import { largeTables, withoutIncluded } from '../../src/inspect/large-tables.ts';

const constant = (name: string, size: number, count = 1, crates: readonly string[] = ['tables']) => ({
  crates: [...crates],
  name,
  size: bytes(size),
  zip: bytes(Math.floor(size / 2)),
  count,
});
const owned = (...constants: readonly ReturnType<typeof constant>[]): Owners => ({
  kind: 'owned',
  crates: [],
  shared: [],
  parts: [],
  constants: [...constants],
});

it('constants of a hundred kilobytes and more are told, the largest first; many small ones are none', () => {
  const found = largeTables(
    owned(
      constant('[small constants]', 900_000, 4_000),
      constant('tables::B', 100_000),
      constant('tables::A', 900_000),
      constant('c', 99_999),
      constant('[constant of 60000 B]', 120_000, 2),
    ),
    'not read',
  );
  expect(found).toEqual([
    { kind: 'large-table', name: 'tables::A', crate: 'tables', size: 900_000, zip: 450_000 },
    { kind: 'large-table', name: 'tables::B', crate: 'tables', size: 100_000, zip: 50_000 },
  ]);
});

it('what the compiler only numbered has no name, under thin LTO either', () => {
  const found = largeTables(owned(constant('anon.c1e7ba6d8e6ccfe98fcd665fb10ac87c.26.llvm.10254475464440508077', 286_000)), 'not read');
  expect(found).toMatchObject([{ name: '[constant]', crate: 'tables', size: 286_000 }]);
});

it('the bytes of an included file are told as the file', () => {
  const file: Finding = { kind: 'large-include', name: 'a.bin', size: bytes(286_000), packed: bytes(1), place: null };
  const tables = largeTables(owned(constant('[constant of 286000 B]', 286_000), constant('tables::A', 286_000)), 'not read');
  expect(withoutIncluded(tables, [file]).map((one) => (one.kind === 'large-table' ? one.name : ''))).toEqual(['tables::A']);
});
