import { describe, expect, it } from 'vitest';
import { settingDigest } from '../../src/cache/keys.ts';
import { ToolError } from '../../src/core/failures.ts';
import { parseSnapshot, renderSnapshot, type SymbolSize } from '../../src/core/snapshot/snapshot.ts';
import { fitSymbols, SMALLER } from '../../src/core/snapshot/symbols.ts';
import { bytes } from '../../src/core/units.ts';
import { aFunction, anEntry, anInvocation, aSnapshot, aSymbol, attributionOf } from './builders.ts';

const roundTrip = (snapshot: Parameters<typeof renderSnapshot>[0]) => parseSnapshot(renderSnapshot(snapshot), 'snapshot.json');

/** As many symbols as a function with the AWS SDK has, and no two alike. */
function symbolsOf(count: number, length: number): SymbolSize[] {
  const name = (index: number): string => `<aws_sdk_s3::operation::Type${index} as core::fmt::Debug>::fmt`.padEnd(length, '_');
  return Array.from({ length: count }, (_, index) => aSymbol(`crate${index % 300}`, name(index), 1 + (index % 3_000)));
}

describe('a snapshot of a large project', () => {
  it('is read again: sixty functions of 20,000 symbols, whose small ones are joined', () => {
    const attribution = attributionOf(symbolsOf(20_000, 100));
    const functions = Array.from({ length: 60 }, (_, index) => aFunction({ name: `f${index}`, attribution }));
    const fitted = fitSymbols(functions);
    expect(fitted.notes).toEqual([
      {
        code: 'small-symbols',
        text: expect.stringMatching(
          /^symbols of less than 2\.00 kB stand together in one row for each crate, since a snapshot holds 100 MB of symbols/,
        ),
      },
    ]);
    const read = roundTrip(aSnapshot({ functions: [...fitted.functions], notes: [...fitted.notes] }));
    for (const one of read.functions) {
      const [before, after] = [sumsOf(attribution), sumsOf(one.attribution)];
      expect(after).toEqual(before);
    }
  });

  it('keeps every symbol where they fit', () => {
    const functions = [aFunction({ attribution: attributionOf(symbolsOf(100_000, 500)) })];
    expect(fitSymbols(functions)).toEqual({ functions, notes: [] });
    expect(roundTrip(aSnapshot({ functions })).functions).toEqual(functions);
  });

  it('joins crate by crate, and keeps what is as large as the bound', () => {
    const attribution = attributionOf(
      [aSymbol('a', 'large', 100), aSymbol('a', 'one', 99), aSymbol('a', 'two', 1, 3), aSymbol('b', 'three', 0)],
      5,
    );
    const [one] = fitSymbols([aFunction({ attribution })], 75).functions;
    expect(one?.attribution).toEqual({
      ...attribution,
      symbols: [aSymbol('a', 'large', 100), aSymbol('a', SMALLER, 100, 4), aSymbol('b', SMALLER, 0)],
    });
  });

  it('joins by owner too, with what the code of each costs', () => {
    const owned = (by: string, code: number, zip: number) => ({ by, code: bytes(code), zip: bytes(zip) });
    const symbols = [
      aSymbol('a', 'large', 900),
      { ...aSymbol('[Unknown]', 'one', 9), owned: owned('ring', 9, 5) },
      { ...aSymbol('[Unknown]', 'two', 8), owned: owned('ring', 7, 4) },
      { ...aSymbol('[Unknown]', 'three', 6), owned: owned('zstd_sys', 6, 3) },
      aSymbol('[Unknown]', 'four', 2),
    ];
    const [one] = fitSymbols([aFunction({ attribution: attributionOf(symbols) })], 75).functions;
    expect(one?.attribution.kind === 'attributed' ? one.attribution.symbols : []).toEqual([
      aSymbol('a', 'large', 900),
      { ...aSymbol('[Unknown]', SMALLER, 17, 2), owned: owned('ring', 16, 9) },
      { ...aSymbol('[Unknown]', SMALLER, 6), owned: owned('zstd_sys', 6, 3) },
      aSymbol('[Unknown]', SMALLER, 2),
    ]);
  });

  it('takes paths of 4 kB and arguments of 128 KiB', () => {
    const long = `/${'folder/'.repeat(580)}`;
    const invocation = anInvocation({
      paths: { checkout: long, target: long, cargoHome: long },
      environment: { RUSTFLAGS: settingDigest('-C x'.repeat(30_000)) },
      arguments: ['--features', 'x'.repeat(100_000), ...Array.from({ length: 120 }, (_, index) => `--bin=${index}`)],
      prepare: settingDigest('echo '.repeat(20_000)),
    });
    expect(roundTrip(aSnapshot({ invocation })).invocation).toEqual(invocation);
  });

  it('holds no command and no variable as it was given: only their digests', () => {
    const plain = [
      { prepare: 'curl -H "Authorization: Bearer ghp_x"' },
      { environment: { CARGO_REGISTRIES_CORP_INDEX: 'https://ci:pw@x/' } },
    ];
    for (const overrides of plain)
      expect(() => renderSnapshot(aSnapshot({ invocation: anInvocation(overrides) }))).toThrow(/invocation\.(prepare|environment)/);
    expect(settingDigest('a')).not.toBe(settingDigest('b'));
    expect(settingDigest('sparse+https://ci:one@x/')).toBe(settingDigest('sparse+https://other:two@x/'));
  });

  it('is not written where it could not be read again: the field is named', () => {
    const long = aSnapshot({ functions: [aFunction({ attribution: attributionOf([aSymbol('a', 'x'.repeat(1_025), 1)]) })] });
    expect(() => renderSnapshot(long)).toThrow(ToolError);
    expect(() => renderSnapshot(long)).toThrow(
      /^the snapshot of aaaaaaa cannot be kept: functions\.0\.attribution\.symbols\.0\.name: Too big: .*1024/,
    );
  });

  it.each([
    ['as much as a string holds', 20],
    ['more than a string holds', 60],
  ])('is refused with what takes the place: %s', (_, count) => {
    const files = Array.from({ length: 20_000 }, (_, index) => anEntry(`${index}-`.padEnd(400, 'x'), 1));
    const packed = aFunction().package;
    const functions = Array.from({ length: count }, () => aFunction({ package: { ...packed, entries: files, size: bytes(1) } }));
    expect(() => renderSnapshot(aSnapshot({ functions }))).toThrow(
      new RegExp(
        `it has [^,]*[0-9,]+ bytes, at most 134,217,728 are kept: measure fewer than its ${count} functions \\(.* packed files\\) at once`,
      ),
    );
  });
});

function sumsOf(attribution: ReturnType<typeof attributionOf>): object {
  if (attribution.kind === 'none') return {};
  const crates = new Map<string, number>();
  for (const { crate, size } of attribution.symbols) crates.set(crate, (crates.get(crate) ?? 0) + size);
  const count = attribution.symbols.reduce((sum, symbol) => sum + symbol.count, 0);
  return { crates: [...crates].toSorted(), count, text: attribution.text, unattributed: attribution.unattributed };
}
