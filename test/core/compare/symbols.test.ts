import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symbolCauses } from '../../../src/core/compare/symbol-causes.ts';
import { compareSymbols } from '../../../src/core/compare/symbols.ts';
import { deltaOf } from '../../../src/core/pair.ts';
import type { SymbolRow } from '../../../src/core/rows.ts';
import type { SymbolSize } from '../../../src/core/snapshot/snapshot.ts';
import { aSymbol } from '../builders.ts';

const NAMES = ['a::new', 'core::ops::function::FnOnce::call_once', 'a::run::{closure#0}', 'a::run::{closure#1}', '[smaller symbols]'];

const someSymbols = fc.array(
  fc
    .tuple(fc.constantFrom('a', 'b?', 'b', '[Unknown]'), fc.constantFrom(...NAMES), fc.nat(90), fc.integer({ min: 1, max: 3 }))
    .map(([crate, name, size, count]) => aSymbol(crate, name, size, count)),
  { maxLength: 30 },
);

const changed = (rows: readonly SymbolRow[]): readonly SymbolRow[] => rows.filter((row) => deltaOf(row) !== 0);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('symbols', () => {
  it('keep the sums and counts of either side, and what moved between crates comes to nothing', () => {
    fc.assert(
      fc.property(someSymbols, someSymbols, (base, head) => {
        const { rows, moved } = compareSymbols({ base, head });
        for (const [side, list] of [['base', base] as const, ['head', head] as const]) {
          expect(sum(rows.map((row) => row[side] ?? 0))).toBe(sum(list.map(({ size }) => size)));
          expect(sum(rows.map(({ count }) => count[side] ?? 0))).toBe(sum(list.map(({ count }) => count)));
        }
        expect(sum([...moved.values()])).toBe(0);
        // A crate's own change is that of its rows and what was only counted elsewhere before.
        for (const crate of new Set([...base, ...head].map((one) => one.crate))) {
          const own = (list: readonly SymbolSize[]): number => sum(list.filter((one) => one.crate === crate).map(({ size }) => size));
          const told = sum(rows.filter((row) => row.crate === crate).map(deltaOf));
          // Rows that did not change stay where they are; of the others what is told here and what moved add up.
          expect(told + (moved.get(crate) ?? 0)).toBe(own(head) - own(base));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('that only changed their crate or their number are no change', () => {
    const crates = fc.constantFrom('a', 'b?', 'tokio', '[Unknown]');
    const names = fc.constantFrom(...NAMES.filter((name) => !name.startsWith('[')));
    const one = fc.record({ name: names, size: fc.integer({ min: 1, max: 90 }), before: crates, after: crates });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), (list) => {
        const base = list.map(({ name, size, before }) => aSymbol(before, name, size));
        const head = list.map(({ name, size, after }) => aSymbol(after, name.replace('#0', '#2').replace('#1', '#0'), size));
        expect(changed(compareSymbols({ base, head }).rows)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('of one row for each crate are never taken for one another', () => {
    const { rows, moved } = compareSymbols({
      base: [aSymbol('a', '[smaller symbols]', 10, 2), aSymbol('b', '[smaller symbols]', 20, 4)],
      head: [aSymbol('a', '[smaller symbols]', 20, 4), aSymbol('b', '[smaller symbols]', 10, 2)],
    });
    expect(changed(rows)).toHaveLength(2);
    expect(moved.size).toBe(0);
  });

  it('that moved and grew are told with the growth alone, in the crate that has most of it', () => {
    const { rows, moved } = compareSymbols({
      base: [aSymbol('tokio?', 'core::ops::function::FnOnce::call_once', 1_000, 10)],
      head: [aSymbol('hyper', 'core::ops::function::FnOnce::call_once', 1_100, 11)],
    });
    expect(rows).toEqual([
      { crate: 'hyper', name: 'core::ops::function::FnOnce::call_once', base: 1_000, head: 1_100, count: { base: 10, head: 11 } },
    ]);
    expect([...moved]).toEqual([
      ['tokio?', -1_000],
      ['hyper', 1_000],
    ]);
  });

  it('of a side that is not there are none', () => {
    expect(compareSymbols({ base: null, head: [aSymbol('a', 'a::new', 3, 2)] }).rows).toEqual([
      { crate: 'a', name: 'a::new', base: null, head: 3, count: { base: null, head: 2 } },
    ]);
    expect(compareSymbols({ base: null, head: null })).toEqual({ rows: [], moved: new Map() });
  });
});

describe('what of a crate tells why', () => {
  it('is n more instances, told as n, however they are spread over types', () => {
    const ways = [
      (type: number): string => `<health::T${type} as serde::de::Deserialize>::deserialize`,
      (type: number): string => `health::_::<impl serde::de::Deserialize for health::T${type}>::deserialize`,
      (): string => 'serde::de::Deserialize::deserialize',
    ];
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 120 }), fc.nat(20), fc.constantFrom(...ways), (more, before, nameOf) => {
        const some = (from: number, count: number): SymbolSize[] =>
          Array.from({ length: count }, (_, at) => aSymbol('health', nameOf(from + at), 100));
        const { rows } = compareSymbols({ base: some(0, before), head: some(0, before + more) });
        const [row, ...others] = symbolCauses(rows).symbols;
        expect(others).toEqual([]);
        expect(row).toMatchObject({ name: 'serde::de::Deserialize::deserialize', crate: 'health' });
        expect((row?.count.head ?? 0) - (row?.count.base ?? 0)).toBe(more);
        expect(row === undefined ? 0 : deltaOf(row)).toBe(100 * more);
      }),
    );
  });

  it('is the one instance by its own name where one came alone', () => {
    const { rows } = compareSymbols({ base: [], head: [aSymbol('health', '<health::Order as serde::de::Deserialize>::deserialize', 900)] });
    expect(symbolCauses(rows).symbols.map(({ name }) => name)).toEqual(['<health::Order as serde::de::Deserialize>::deserialize']);
  });

  it('is many small moves as one number and their sum, and what stands out of them by name', () => {
    const list = (add: (at: number) => number): SymbolSize[] =>
      Array.from({ length: 1_240 }, (_, at) => aSymbol('std', `std::f${at}::g`, 200 + add(at)));
    // As many up as down by one byte, and twelve bytes less.
    const moves = (at: number): number => (at < 12 ? -2 : at % 2 === 0 ? 1 : -1);
    const { rows } = compareSymbols({
      base: [...list(() => 0), aSymbol('std', 'std::big', 1_000)],
      head: [...list(moves), aSymbol('std', 'std::big', 1_500), aSymbol('std', 'std::new', 20)],
    });
    const { symbols, few } = symbolCauses(rows);
    expect(symbols.map(({ name }) => name)).toEqual(['std::big', 'std::new']);
    expect(few).toEqual({ symbols: 1_240, delta: -24 });
  });
});
