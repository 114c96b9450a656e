import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BYTE_SORTS } from '../../../src/core/rows.ts';
import { zipOf } from '../../../src/core/snapshot/owners.ts';
import { joinCode } from '../../../src/inspect/owners/code-crates.ts';
import { foldSymbols, ownedSymbols } from '../../../src/inspect/owners/owned-symbols.ts';
import type { Owner, Piece } from '../../../src/inspect/owners/partition.ts';
import { summarize } from '../../../src/inspect/owners/summary.ts';

const sum = (list: readonly number[]): number => list.reduce((left, one) => left + one, 0);
const crate = (name: string): Owner => ({ kind: 'crate', name });

const owner = fc.oneof(
  fc.constantFrom('serde', 'std', 'tokio').map(crate),
  fc.constantFrom('[padding]', 'libz.a').map((name): Owner => ({ kind: 'part', name })),
  fc.constantFrom(['serde', 'std'], ['serde', 'tokio'], 'abcdefghi'.split('')).map((crates): Owner => ({ kind: 'shared', crates })),
);
const piece = fc.record({
  owner,
  sort: fc.constantFrom(...BYTE_SORTS),
  size: fc.integer({ min: 1, max: 9_000 }),
  bits: fc.nat({ max: 60_000 }),
  symbol: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
});

describe('summarize', () => {
  it('adds up by owner, sort, constant and function, whatever the pieces are', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 60 }), fc.nat({ max: 999 }), (drawn, extra) => {
        const ends = drawn.map((_, index) => sum(drawn.slice(0, index + 1).map(({ size }) => size)));
        const pieces = drawn.map(
          ({ size: _, bits: __, ...one }, index): Piece => ({ ...one, start: ends[index - 1] ?? 0, end: ends[index] ?? 0 }),
        );
        const bits = drawn.map((one) => one.bits);
        const tables = extra * 8 + ((8 - (sum(bits) % 8)) % 8);
        const { owners, code } = summarize(pieces, { pieces: bits, tables }, (index) => drawn[index]?.symbol ?? null);
        const rows = [...owners.crates, ...owners.shared, ...owners.parts];
        expect(sum(rows.map((row) => sum(BYTE_SORTS.map((sort) => row[sort]))))).toBe(ends.at(-1));
        expect(sum(rows.map(zipOf))).toBe((sum(bits) + tables) / 8);
        const named = [...owners.crates, ...owners.parts, ...owners.shared.map((row) => ({ ...row, name: row.crates.join(' ') }))];
        for (const { name, code: size, zip } of named) {
          const own = code.filter(({ by }) => by === name);
          expect(sum(own.map((one) => one.size))).toBe(size);
          expect(sum(own.map((one) => one.zip))).toBe(zip.code);
        }
        for (const { crates, data, zip } of [...owners.crates.map((row) => ({ ...row, crates: [row.name] })), ...owners.shared]) {
          const own = owners.constants.filter((one) => one.crates.join(' ') === crates.join(' '));
          expect(sum(own.map((one) => one.size))).toBeLessThanOrEqual(data);
          expect(sum(own.map((one) => one.zip))).toBeLessThanOrEqual(zip.data);
        }
      }),
      { seed: 11 },
    );
  });
});

describe('ownedSymbols', () => {
  const symbol = (name: string, address: number, size: number) => ({ name, address, size, type: 'function' as const, section: 0 });

  it('tells instances by their owner, what is at no place of its own by none, and keeps sizes and counts', () => {
    const symbols = [symbol('f', 0, 100), symbol('g', 100, 50), symbol('g', 150, 50), symbol('over', 190, 30)];
    const rows = [
      { name: 'f', size: 100, crate: 'app?' },
      { name: 'g', size: 50 },
      { name: 'g', size: 50 },
      { name: 'over', size: 30, crate: 'app' },
      { name: 'gone', size: 7, crate: 'app' },
    ];
    const section = { name: '.text', type: 1, flags: 6, address: 0, offset: 1_000, size: 220, link: 0, info: 0, entrySize: 0 };
    const joined = joinCode({ sections: [section], symbols } as unknown as Parameters<typeof joinCode>[0], rows);
    const own = (start: number, end: number, name: string, by: Owner): Piece => ({ start, end, owner: by, sort: 'code', symbol: name });
    const pieces = [
      own(1_000, 1_100, 'f', crate('app')),
      own(1_100, 1_150, 'g', crate('ring')),
      own(1_150, 1_200, 'g', { kind: 'part', name: 'libz.a' }),
      own(1_200, 1_220, 'over', crate('app')),
    ];
    const folded = foldSymbols(joined, pieces, 1_000);
    const summary = summarize(pieces, { pieces: [400, 200, 104, 96], tables: 0 }, folded.keyOf);
    expect(ownedSymbols(folded, summary)).toEqual([
      { crate: 'app?', name: 'f', size: 100, count: 1, owned: { by: 'app', code: 100, zip: 50 } },
      { crate: '[Unknown]', name: 'g', size: 50, count: 1, owned: { by: 'ring', code: 50, zip: 25 } },
      { crate: '[Unknown]', name: 'g', size: 50, count: 1, owned: { by: 'libz.a', code: 50, zip: 13 } },
      { crate: 'app', name: 'over', size: 30, count: 1, owned: null },
      { crate: 'app', name: 'gone', size: 7, count: 1, owned: null },
    ]);
    expect(summary.code).toContainEqual({ by: 'app', key: null, size: 20, zip: 12 });
  });
});
