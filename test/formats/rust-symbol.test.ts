import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName } from '../../src/core/rust-names.ts';
import { demangle } from '../../src/formats/rust-symbol/demangle.ts';

const RECORDED: readonly (readonly [symbol: string, printed: string | null])[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/rust-symbols/recorded.json'), 'utf8'),
);

function printed(symbol: string): string | null {
  const name = demangle(symbol);
  return name === null ? null : name.path + name.suffix;
}

describe('demangle', () => {
  it('prints what rustc-demangle prints', () => {
    expect(RECORDED.length).toBeGreaterThan(300);
    expect(RECORDED.map(([symbol]) => [symbol, printed(symbol)])).toEqual(RECORDED);
  });

  it.each([
    ['_RNvCskwGfYPst2Cb_3foo16example_function', 'foo[ef17931c9e9b4641]::example_function', 'foo'],
    ['_RNvNtCs1234_7mycrate3foo3bar', 'mycrate[3c1c0]::foo::bar', 'mycrate'],
    ['_RNvMNtCs1_5outer5innerNtC3foo3Bar3baz', '<foo::Bar>::baz', 'outer'],
    ['_RNvXCs1_3appNtCs2_5other4TypeNtCs3_3std5Clone5clone', '<other[4]::Type as std[5]::Clone>::clone', 'app'],
    ['_RNvYjNtCs3_4core5Clone5clone', '<usize as core[5]::Clone>::clone', 'std'],
    ['_RNCNvCs1_3app4main0', 'app[3]::main::{closure#0}', 'app'],
    ['_RNSC3app6vtable', 'app::{shim:vtable#0}', 'app'],
    ['_RNvC3app4main.cold', 'app::main.cold', 'app'],
    ['_RNvC3app4main.llvm.1234ABCD', 'app::main', 'app'],
    ['_ZN3app4main17h0123456789abcdefE.part.0', 'app::main::h0123456789abcdef.part.0', 'app'],
    ['_ZN4core3fmt5write17h0123456789abcdefE', 'core::fmt::write::h0123456789abcdef', 'std'],
    ['_ZN40_$LT$T$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE', '<T as core::fmt::Display>::fmt::h0123456789abcdef', 'std'],
    [
      '_ZN43_$LT$T$u20$as$u20$serde..ser..Serialize$GT$3fmt17h0123456789abcdefE',
      '<T as serde::ser::Serialize>::fmt::h0123456789abcdef',
      'serde',
    ],
    ['_ZNK3foo3barEv', null, null],
    ['main', null, null],
    ['', null, null],
  ])('%s is %s of %s', (symbol, text, crate) => {
    expect([printed(symbol), demangle(symbol)?.crate ?? null]).toEqual([text, crate]);
  });

  it('gives both manglings of one function one origin', () => {
    const [legacy, v0] = ['_ZN3app3run17h0123456789abcdefE', '_RINvCsbmNqQUJIY6D_3app3runmE'].map((symbol) =>
      foldName(demangle(symbol)?.path ?? ''),
    );
    expect([legacy, v0]).toEqual(['app::run', 'app::run']);
  });

  it('gives up on what would nest or grow without end', () => {
    // Each tuple holds the one before it twice: 2^57 copies in 300 characters.
    const doubling = Array.from({ length: 57 }, (_, index) => `B${base62(59 - index)}_E`).join('');
    expect(printed(`_RMC0${'T'.repeat(6)}pB8_EB7_EB6_EB5_EB4_EB3_E`)?.match(/_/g)).toHaveLength(64);
    expect(printed(`_RMC0${'T'.repeat(57)}p${doubling}`)).toBeNull();
    for (const symbol of [
      `_RMC0${'R'.repeat(100_000)}u`,
      `_R${'NvC'.repeat(100_000)}`,
      `_R${'I'.repeat(100_000)}`,
      '_RMC0FGZZZZZZZZ_Eu',
      '_RIC0B_E',
      '_RNvXB_NtB_1a1b',
      '_RC99999999999999999999999999a',
      `_RCs${'Z'.repeat(100_000)}_1a`,
      `_RCu100000_${'a'.repeat(100_000)}`,
      `_ZN${'9'.repeat(100_000)}`,
    ]) {
      const answer = printed(symbol);
      expect(answer?.length ?? 0, symbol.slice(0, 40)).toBeLessThanOrEqual(100_020);
    }
    expect(printed(`_RMC0${'R'.repeat(400)}u`)).toBe(`<${'&'.repeat(400)}()>`);
    expect(printed(`_RMC0${'R'.repeat(600)}u`)).toBeNull();
  });

  it('answers for any text', () => {
    const piece = fc.constantFrom(
      ...'CNMXYIBSTFDRQPOAWLKGUVEpsuabehijk0123456789_.$',
      's_',
      'NtC3app3run',
      'B_',
      '3app',
      'Kj7b_',
      'u7-_abc',
    );
    const symbol = fc
      .tuple(fc.constantFrom('_R', '_ZN', '_RNv', '_RIC0K', '_RMC0'), fc.array(piece, { maxLength: 60 }))
      .map(([start, rest]) => start + rest.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          symbol,
          fc.string({ unit: 'grapheme-ascii' }),
          fc.uint8Array().map((raw) => Buffer.from(raw).toString('latin1')),
        ),
        (text) => {
          const name = demangle(text);
          if (name !== null) expect(name.path.length).toBeLessThanOrEqual(100_000);
        },
      ),
      { numRuns: 1_000, seed: 14 },
    );
  });

  it('changes with each letter that is changed, or stays whole', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RECORDED), fc.nat(), fc.string({ maxLength: 2 }), ([symbol], place, text) => {
        const at = place % (symbol.length + 1);
        const name = demangle(symbol.slice(0, at) + text + symbol.slice(at + 1));
        if (name !== null) expect(typeof name.crate).toBe('string');
      }),
      { numRuns: 1_000, seed: 14 },
    );
  });
});

function base62(value: number): string {
  return '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'[value] ?? '';
}
