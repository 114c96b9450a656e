import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import { foldName } from '../../src/core/rust-names.ts';
import { attributedOf, parseBloat } from '../../src/inspect/bloat.ts';

const answer = (functions: readonly unknown[], text = 1_000): string =>
  JSON.stringify({ 'file-size': 9_999, 'text-section-size': text, functions });
const parse = (json: string) => attributedOf(parseBloat(json, 'cargo bloat of tiny'));

describe('parseBloat', () => {
  it('adds up crates and functions; what no symbol covers stays apart', () => {
    const functions = [
      { crate: 'std', name: 'core::fmt::write', size: 100 },
      { crate: 'std?', name: 'core::ptr::drop_in_place<u8>::h0123456789abcdef', size: 30 },
      { crate: 'std?', name: 'core::ptr::drop_in_place::<alloc[0123456789abcdef]::string::String>', size: 50 },
      { crate: 'tiny', name: 'tiny::main', size: 200 },
      { name: '_start', size: 7 },
      { crate: '', name: '', size: 0 },
    ];
    expect(parse(answer(functions))).toEqual({
      text: 1_000,
      crates: [
        { name: 'tiny', size: 200 },
        { name: 'std', size: 180 },
        { name: '[Unknown]', size: 7 },
      ],
      symbols: [
        { crate: 'tiny', name: 'tiny::main', size: 200, count: 1, owned: null },
        { crate: 'std', name: 'core::fmt::write', size: 100, count: 1, owned: null },
        { crate: 'std?', name: 'core::ptr::drop_in_place', size: 80, count: 2, owned: null },
        { crate: '[Unknown]', name: '_start', size: 7, count: 1, owned: null },
        { crate: '[Unknown]', name: '[unnamed]', size: 0, count: 1, owned: null },
      ],
      unattributed: 613,
    });
  });

  it('keeps symbols apart that differ after thousands of characters, crates too', () => {
    const long = 'app::'.padEnd(2_000, 'x');
    const functions = ['a', 'b'].map((end) => ({ crate: `${long}${end}`, name: `${long}${end}`, size: 10 }));
    const { symbols, crates } = parse(answer(functions));
    expect(new Set(symbols.map(({ name }) => name)).size).toBe(2);
    for (const { name } of [...symbols, ...crates]) expect(name).toMatch(/^app::x+…[0-9a-f]{16}$/);
    expect([...symbols, ...crates].map(({ name }) => name.length)).toEqual([1_000, 1_000, 1_000, 1_000]);
    // The same at base and at head.
    expect(parse(answer(functions)).symbols).toEqual(symbols);
  });

  it('takes symbols that overlap', () => {
    expect(
      parse(
        answer(
          [
            { name: 'a', size: 8 },
            { name: 'b', size: 8 },
          ],
          10,
        ),
      ).unattributed,
    ).toBe(-6);
  });

  it.each([
    ['', /not JSON \(it begins ""\): is this cargo-bloat 0\.12\?/],
    ['error: no such command', /not JSON \(it begins "error: no such command"\)/],
    ['[]', /its answer: Invalid input/],
    ['null', /its answer: Invalid input/],
    ['{"functions": []}', /: text-section-size: /],
    ['{"text-section-size": "1", "functions": []}', /: text-section-size: /],
    ['{"text-section-size": -1, "functions": []}', /: text-section-size: /],
    ['{"text-section-size": 1.5, "functions": []}', /: text-section-size: /],
    ['{"text-section-size": 1e300, "functions": []}', /: text-section-size: /],
    ['{"text-section-size": 1, "crates": []}', /: functions: Invalid input/],
    ['{"text-section-size": 1, "functions": {}}', /: functions: Invalid input/],
    [answer([{ name: 'a', size: 1 }, null]), /: functions\.1: Invalid input/],
    [answer([{ size: 1 }]), /: functions\.0\.name: Invalid input/],
    [answer([{ name: 'a' }]), /: functions\.0\.size: Invalid input/],
    [answer([{ name: 'a', size: null }]), /: functions\.0\.size: Invalid input/],
  ])('refuses %s', (json, message) => {
    expect(() => parse(json)).toThrow(ToolError);
    expect(() => parse(json)).toThrow(message);
    expect(() => parse(json)).toThrow(/^cargo bloat of tiny: /);
  });

  it('answers a ToolError or figures, whatever it reads', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.jsonValue()).map((items) => answer(items)),
        ),
        (json) => {
          try {
            expect(parse(json).text).toBeGreaterThanOrEqual(0);
          } catch (error) {
            expect(error).toBeInstanceOf(ToolError);
          }
        },
      ),
    );
  });

  it('keeps the sums, whatever the names', () => {
    const part = fc.constantFrom(
      'core',
      '::',
      '<',
      '>',
      '->',
      '::<',
      '<impl ',
      ' as ',
      'h0123456789abcdef',
      '[0123456789abcdef]',
      'T',
      ',',
    );
    const name = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    const crate = fc.option(fc.constantFrom('std', 'std?', 'tiny', ''), { nil: undefined });
    const row = fc.record({ crate, name, size: fc.nat(1_000_000) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.nat(100_000_000), (functions, text) => {
        const parsed = parse(answer(functions, text));
        const sum = (rows: readonly { readonly size: number }[]): number => rows.reduce((total, { size }) => total + size, 0);
        expect(sum(parsed.symbols)).toBe(sum(functions));
        expect(sum(parsed.crates)).toBe(sum(functions));
        expect(sum(parsed.crates) + parsed.unattributed).toBe(text);
        expect(parsed.symbols.reduce((total, { count }) => total + count, 0)).toBe(functions.length);
        for (const one of [...parsed.crates, ...parsed.symbols]) expect(one.name).not.toBe('');
      }),
    );
  });
});

describe('foldName', () => {
  it.each([
    ['tiny::main::h0123456789abcdef', 'tiny::main'],
    ['tiny::main::hello', 'tiny::main::hello'],
    ['tiny::h0123456789abcdef::main', 'tiny::h0123456789abcdef::main'],
    ['std[e28293b1aa0f68bd]::rt::lang_start::<()>', 'std::rt::lang_start'],
    ['<[u8; 4] as core[0123456789abcdef]::fmt::Debug>::fmt', '<[u8; 4] as core::fmt::Debug>::fmt'],
    ['tiny::count::<alloc::vec::Vec<alloc::vec::Vec<u8>>>::{closure#0}', 'tiny::count::{closure#0}'],
    ['tiny::call::<fn(&u8) -> alloc::vec::Vec<u8>, u32>::inner::<u8>', 'tiny::call::inner'],
    ['tiny::call::<dyn core::ops::Fn(u8) -> u8>', 'tiny::call'],
    ['<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop', '<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop'],
    ['<tiny::Map<fn() -> u8> as tiny::Do>::run::<u8>', '<tiny::Map<fn() -> u8> as tiny::Do>::run'],
    ['core::fmt::num::<impl core::fmt::Debug for u32>::fmt::h0123456789abcdef', 'core::fmt::num::<impl core::fmt::Debug for u32>::fmt'],
    ['core::ptr::drop_in_place<tiny::Pool<(u8,tiny::Body)>>::h0123456789abcdef', 'core::ptr::drop_in_place'],
    ['core::ptr::drop_in_place::<tiny::Pool<(u8, tiny::Body)>>', 'core::ptr::drop_in_place'],
    ['hyper::Dispatcher<D,Bs,I,T>::poll_write', 'hyper::Dispatcher<D,Bs,I,T>::poll_write'],
    ['<core::iter::Map<_, _>>::next', '<core::iter::Map<_, _>>::next'],
    ['tiny::open::<never closed', 'tiny::open::<never closed'],
    ['main', 'main'],
    ['', ''],
  ])('%s', (name, folded) => {
    expect(foldName(name)).toBe(folded);
  });

  it('is never longer', () => {
    const part = fc.constantFrom('core', '::', '<', '>', '->', '::<', '::<impl ', ' as ', '{closure#0}', 'T', ', ');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join('')),
        ),
        (name) => {
          expect(foldName(name).length).toBeLessThanOrEqual(name.length);
        },
      ),
    );
  });
});
