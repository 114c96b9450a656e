import { expect, it } from 'vitest';
import { compareFindings, openFindings } from '../../../src/core/compare/findings.ts';
import type { Finding, ProjectFinding } from '../../../src/core/snapshot/findings.ts';
import { bytes } from '../../../src/core/units.ts';

const table = (size: number): Finding => ({ kind: 'large-table', name: 'tiny::TABLE', crate: 'tiny', size: bytes(size), zip: null });
const dies: Finding = { kind: 'missing-library', library: 'libpq.so.5', image: 'provided.al2023' };
const lto = (found: string, line: number): ProjectFinding => ({
  ...{ kind: 'profile', profile: 'release', setting: 'lto', found, by: 'manifest', file: 'Cargo.toml', line },
});

const open = <T extends Finding | ProjectFinding>(base: readonly T[] | null, head: readonly T[], hasBase = true): readonly T[] =>
  openFindings(compareFindings(base, head, hasBase));

it('what base has too stands, at another line and with a few more bytes', () => {
  expect(open([table(900_000)], [table(910_000)])).toEqual([]);
  expect(open([lto('false', 3)], [lto('false', 9)])).toEqual([]);
});

it('of several constants without a name the largest is what was there', () => {
  const constant = (size: number): Finding => ({ kind: 'large-table', name: '[constant]', crate: 'a', size: bytes(size), zip: null });
  const all = [constant(900_000), constant(120_000)];
  expect(open(all, all)).toEqual([]);
  expect(open(all.slice(1), all)).toEqual([all[0]]);
});

it('what a change brought, or made larger by as much as is told of, is open', () => {
  expect(open([], [table(900_000)])).toHaveLength(1);
  expect(open(null, [table(900_000)])).toHaveLength(1);
  expect(open([table(200_000)], [table(900_000)])).toHaveLength(1);
  expect(open([lto('"thin"', 3)], [lto('false', 3)])).toHaveLength(1);
});

it('without a base nothing is of a change, and what dies at init is open all the same', () => {
  expect(open(null, [table(900_000), dies], false)).toEqual([dies]);
  expect(open([dies], [dies])).toEqual([dies]);
  expect(compareFindings([dies], [dies, table(1)], true).standing).toEqual([]);
});
