import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../../src/core/units.ts';
import type { ElfSymbol, SymbolTable } from '../../../src/formats/elf/symbols.ts';
import { demangle } from '../../../src/formats/rust-symbol/demangle.ts';
import { attributedOf, type BloatRow } from '../../../src/inspect/bloat.ts';
import { type CodeCrates, joinCode } from '../../../src/inspect/owners/code-crates.ts';

const section = (name: string) => ({ name, type: 1, flags: 0, address: 0, offset: 0, size: bytes(0), link: 0 });
const TEXT = 1;
const tableOf = (symbols: readonly ElfSymbol[]): SymbolTable => ({ sections: ['[0]', '.text', '.data'].map(section), symbols });
const symbolOf = (name: string, address: number, size: number, more: Partial<ElfSymbol> = {}): ElfSymbol => ({
  ...{ name, address, size, type: 'function', local: false, section: TEXT },
  ...more,
});
const rowOf = (name: string, size: number, crate?: string): BloatRow => ({ name, size, ...(crate === undefined ? {} : { crate }) });

const RUN = '_RNvCs1_3app3run';
const MAIN = '_ZN3app4main17h0123456789abcdefE';
const WRITE = '_ZN4core3fmt5write17h0123456789abcdefE';

const cratesOf = ({ functions }: CodeCrates) => functions.map(({ symbol, crate, by }) => [symbol.address, crate, by]);
const NOTHING = { count: 0, bytes: 0 };

describe('joinCode', () => {
  it('joins a symbol with the row of its name and size', () => {
    const symbols = [symbolOf(MAIN, 10, 50), symbolOf(WRITE, 60, 70), symbolOf('memcpy', 200, 20), symbolOf(RUN, 300, 50)];
    const rows = [
      rowOf('core::fmt::write::h0123456789abcdef', 70, 'std?'),
      rowOf('app[3]::run', 50, 'app'),
      rowOf('app::main::h0123456789abcdef', 50, 'app'),
      rowOf('memcpy', 20),
    ];
    const join = joinCode(tableOf(symbols), rows);
    expect(cratesOf(join)).toEqual([
      [10, 'app', 'name'],
      [60, 'std', 'name'],
      [200, '[Unknown]', 'name'],
      [300, 'app', 'name'],
    ]);
    expect(join.functions[0]?.name).toBe('app::main::h0123456789abcdef');
    expect(join).toMatchObject({
      byName: { count: 4, bytes: 190 },
      bySize: NOTHING,
      undecided: NOTHING,
      unjoined: NOTHING,
      unused: NOTHING,
    });
  });

  it('counts what cargo bloat counts: functions of .text with a size and a name, the first at each address', () => {
    const symbols = [
      symbolOf('first', 10, 50),
      symbolOf('alias', 10, 60),
      symbolOf('label', 70, 0),
      symbolOf('data', 80, 5, { section: 2 }),
      symbolOf('imported', 0, 5, { section: null }),
      symbolOf('table', 90, 5, { type: 'object' }),
      symbolOf('resolver', 95, 5, { type: 'indirect function' }),
      symbolOf('', 96, 5),
      symbolOf('no \ufffd utf8', 97, 5),
    ];
    const join = joinCode(tableOf(symbols), [rowOf('first', 50, 'zstd_sys')]);
    expect(cratesOf(join)).toEqual([[10, 'zstd_sys', 'name']]);
    expect(join).toMatchObject({ unjoined: NOTHING, unused: NOTHING });
  });

  it.each([
    ['_RINvC3app3runKja_E', 'app[0]::run::<10: usize>'],
    ['_RINvCs1_3app3runKjffffffffffffffffff_E', 'app[3]::run::<0xffffffffffffffffff: usize>'],
    ['_RNvC3app3run.cold', 'app[0]::run'],
    // cargo bloat reads no constant but unsigned ones.
    ['_RINvCs1_3app3runKb1_E', '_RINvCs1_3app3runKb1_E'],
    ['_ZN3app4mainE.llvm.1234', 'app::main'],
  ])('knows %s as %s', (symbol, row) => {
    expect(joinCode(tableOf([symbolOf(symbol, 1, 9)]), [rowOf(row, 9, 'app')]).byName).toEqual({ count: 1, bytes: 9 });
  });

  it('tells equal names apart by their size, equal sizes by their name, and both equal by the order', () => {
    const symbols = [symbolOf('init', 10, 8), symbolOf('init', 20, 9), symbolOf('init', 30, 8), symbolOf('exit', 40, 8)];
    const rows = [rowOf('init', 9, 'b'), rowOf('init', 8, 'c'), rowOf('exit', 8, 'd'), rowOf('init', 8, 'a')];
    expect(cratesOf(joinCode(tableOf(symbols), rows))).toEqual([
      [10, 'a', 'name'],
      [20, 'b', 'name'],
      [30, 'c', 'name'],
      [40, 'd', 'name'],
    ]);
  });

  it('joins what is named otherwise where as many rows as symbols of that size are left, and says where that decides a crate', () => {
    const symbols = [symbolOf(MAIN, 10, 8), symbolOf(RUN, 20, 8), symbolOf(WRITE, 30, 8), symbolOf('x', 40, 7)];
    const rows = [rowOf('?', 8, 'b'), rowOf('app[3]::run', 8, 'app'), rowOf('??', 8, 'a'), rowOf('y', 7, 'c')];
    const join = joinCode(tableOf(symbols), rows);
    expect(cratesOf(join)).toEqual([
      [10, 'a', 'size'],
      [20, 'app', 'name'],
      [30, 'b', 'size'],
      [40, 'c', 'size'],
    ]);
    expect(join).toMatchObject({ bySize: { count: 3, bytes: 23 }, undecided: { count: 2, bytes: 16 }, unjoined: NOTHING });
  });

  it('lets a symbol speak for itself where there is no row, and tells of rows that are nobody’s', () => {
    const symbols = [symbolOf(RUN, 10, 8), symbolOf(WRITE, 20, 9), symbolOf('memcpy', 30, 10)];
    const join = joinCode(tableOf(symbols), [rowOf('other', 7, 'z'), rowOf('a', 8, 'y'), rowOf('b', 8, 'x')]);
    expect(cratesOf(join)).toEqual([
      [10, 'app', 'none'],
      [20, 'std', 'none'],
      [30, '[Unknown]', 'none'],
    ]);
    expect(join).toMatchObject({ unjoined: { count: 3, bytes: 27 }, unused: { count: 3, bytes: 23 } });
  });

  it('adds up to cargo bloat’s crates, whatever the order of symbols and rows', () => {
    const name = fc.constantFrom(RUN, MAIN, WRITE, 'memcpy', '_RINvCs1_3app3runKb1_E');
    // A crate is told by its name, as cargo bloat tells it.
    const crates: Readonly<Record<string, string>> = { [RUN]: 'app', [MAIN]: 'app?', [WRITE]: 'std', memcpy: 'libc' };
    const functions = fc.array(fc.record({ name, size: fc.integer({ min: 1, max: 4 }) }), { maxLength: 40 });
    fc.assert(
      fc.property(functions, fc.infiniteStream(fc.nat()), (drawn, order) => {
        const symbols = drawn.map(({ name, size }, index) => symbolOf(name, index * 10, size));
        const shuffled = <T>(items: readonly T[]) =>
          items
            .map((item) => ({ item, at: order.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const rows = drawn.map(({ name, size }) => rowOf(demangle(name)?.path ?? name, size, crates[name]));
        const join = joinCode(tableOf(shuffled(symbols)), shuffled(rows));
        const sums = new Map<string, number>();
        for (const { crate, symbol } of join.functions) sums.set(crate, (sums.get(crate) ?? 0) + symbol.size);
        const theirs = attributedOf({ text: bytes(0), rows }).crates.map(({ name, size }): [string, number] => [name, size]);
        expect(new Map(theirs)).toEqual(sums);
        expect(join).toMatchObject({ bySize: NOTHING, unjoined: NOTHING, unused: NOTHING });
        for (const { symbol, crate } of join.functions) expect(crate).toBe(crates[symbol.name]?.replace('?', '') ?? '[Unknown]');
      }),
      { numRuns: 300, seed: 14 },
    );
  });

  it('joins 100,000 functions that share a size and come in another order', () => {
    const symbols = Array.from({ length: 100_000 }, (_, index) => symbolOf(`f${index}`, index * 16, 16));
    const rows = symbols.map(({ name, size }) => rowOf(name, size, 'c'));
    expect(joinCode(tableOf(symbols), rows).byName.count).toBe(100_000);
  });
});
