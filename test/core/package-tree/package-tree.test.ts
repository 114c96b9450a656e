import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/core/package-tree/box.ts';
import { packageTreeOf } from '../../../src/core/package-tree/package-tree.ts';
import { BYTE_SORTS } from '../../../src/core/rows.ts';
import type { OwnedBytes, OwnedParts } from '../../../src/core/snapshot/owners.ts';
import type { FunctionMeasurement, SymbolSize } from '../../../src/core/snapshot/snapshot.ts';
import { bytes } from '../../../src/core/units.ts';
import { aFunction, anEntry, aSymbol, attributionOf, aZipOf } from '../builders.ts';
import { boxAt, mistakesIn } from './sums.ts';

const sum = (list: readonly number[]): number => list.reduce((left, one) => left + one, 0);

type Figures = Partial<Record<(typeof BYTE_SORTS)[number], readonly [size: number, zip: number]>>;

function ownedBytes(figures: Figures): OwnedBytes {
  const size = (sort: (typeof BYTE_SORTS)[number]) => bytes(figures[sort]?.[0] ?? 0);
  return {
    ...{ code: size('code'), data: size('data'), unwinding: size('unwinding'), relocations: size('relocations'), other: size('other') },
    zip: aZipOf(Object.fromEntries(Object.entries(figures).map(([sort, [, zip]]) => [sort, zip]))),
  };
}

function owning(by: string, name: string, code: number, zip: number, crate = by): SymbolSize {
  return { ...aSymbol(crate, name, code), owned: { by, code: bytes(code), zip: bytes(zip) } };
}

/** A function whose binary is what its owners add up to. */
function ofOwners(
  owners: OwnedParts,
  symbols: readonly SymbolSize[],
  others: readonly (readonly [string, number])[] = [],
): FunctionMeasurement {
  const rows = [...owners.crates, ...owners.shared, ...owners.parts];
  const zip = sum(rows.map((row) => sum(BYTE_SORTS.map((sort) => row.zip[sort]))));
  const binary = sum(rows.map((row) => sum(BYTE_SORTS.map((sort) => row[sort]))));
  const entries = [...others.map(([name, size]) => anEntry(name, size)), anEntry('bootstrap', zip, binary)];
  const fn = aFunction({ owners, attribution: attributionOf(symbols) });
  return {
    ...fn,
    package: { ...fn.package, entries, size: bytes(sum(entries.map(({ compressed }) => compressed)) + fn.package.overhead) },
    binary: { ...fn.binary, size: bytes(binary), text: bytes(sum(rows.map(({ code }) => code))) },
  };
}

function treeOf(base: FunctionMeasurement | null, head: FunctionMeasurement | null) {
  const tree = packageTreeOf({ base, head });
  if (tree.kind === 'none') throw new Error(tree.reason);
  return tree;
}

const HEALTH = ofOwners(
  {
    kind: 'owned',
    crates: [
      { name: 'serde_json', ...ownedBytes({ code: [100, 60], data: [50, 20], unwinding: [10, 3] }) },
      { name: 'aws_lc_sys', ...ownedBytes({ code: [40, 30] }) },
    ],
    shared: [
      { crates: ['serde_json', 'std'], ...ownedBytes({ data: [8, 2] }) },
      { crates: [], ...ownedBytes({ data: [9, 1] }) },
    ],
    parts: [
      { name: '[padding]', ...ownedBytes({ code: [7, 1], other: [3, 1] }) },
      { name: '[compression tables]', ...ownedBytes({ other: [0, 5] }) },
    ],
    constants: [
      { crates: ['serde_json'], name: 'serde_json::POW10', size: bytes(30), zip: bytes(15), count: 1 },
      { crates: ['serde_json', 'std'], name: '[small constants]', size: bytes(8), zip: bytes(2), count: 2 },
    ],
  },
  [
    owning('serde_json', 'serde_json::de::from_slice', 60, 40),
    owning('serde_json', 'serde_json::de::from_slice', 20, 10, 'serde_json?'),
    owning('serde_json', 'serde_json::read::{closure#1}', 5, 2),
    owning('aws_lc_sys', 'aes_kernel', 40, 30, '[Unknown]'),
    aSymbol('app', 'at::no::place', 12),
  ],
  [['config.toml', 44]],
);

describe('packageTreeOf', () => {
  it('is the package by entries, owners, modules and functions', () => {
    const { root, untold } = treeOf(HEALTH, HEALTH);
    expect(untold).toBeNull();
    expect(mistakesIn(root)).toEqual([]);
    expect(root).toMatchObject({ kind: 'package', name: 'health.zip', head: { zip: HEALTH.package.size, binary: HEALTH.binary.size } });
    expect(boxAt(root, 'config.toml')).toMatchObject({ kind: 'file', head: { zip: 44, binary: 0, code: 0 } });
    expect(boxAt(root, '[ZIP headers and directory]')).toMatchObject({ kind: 'overhead', head: { zip: 170 } });
    const crate = boxAt(root, 'bootstrap', 'serde_json');
    expect(crate.children.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'module de',
      'sort data',
      'rest [code without a name]',
      'sort unwinding',
      'symbol read::{closure}',
    ]);
    // cargo bloat's guess is the same function.
    expect(boxAt(crate, 'de', 'from_slice')).toMatchObject({ kind: 'symbol', head: { zip: 50, binary: 80, code: 80 }, children: [] });
    expect(boxAt(crate, '[code without a name]').head).toEqual({ zip: 8, binary: 15, code: 15 });
    expect(boxAt(crate, 'data', '[smaller constants]').head).toEqual({ zip: 5, binary: 20, code: 0 });
    expect(boxAt(crate, 'data', 'serde_json::POW10')).toMatchObject({ kind: 'constant', head: { zip: 15, binary: 30, code: 0 } });
    expect(boxAt(root, 'bootstrap', 'aws_lc_sys', 'aes_kernel').head).toEqual({ zip: 30, binary: 40, code: 40 });
    const shared = boxAt(root, 'bootstrap', 'shared by several crates');
    expect(shared.children.map(({ name }) => name)).toEqual(['shared by serde_json, std', 'shared by many']);
    expect(boxAt(root, 'bootstrap', '[compression tables]').head).toEqual({ zip: 5, binary: 0, code: 0 });
  });

  it('has what is new and what is gone with one side alone', () => {
    const { owners } = HEALTH;
    if (owners.kind === 'none') throw new Error('no owners');
    const head = ofOwners(
      { ...owners, crates: [...owners.crates, { name: 'regex', ...ownedBytes({ code: [500, 300] }) }], parts: owners.parts.slice(1) },
      [owning('serde_json', 'serde_json::de::from_str', 60, 40), owning('regex', 'regex::new', 480, 290)],
    );
    const { root } = treeOf(HEALTH, head);
    expect(mistakesIn(root)).toEqual([]);
    expect(boxAt(root, 'config.toml')).toMatchObject({ base: { zip: 44 }, head: null });
    expect(boxAt(root, 'bootstrap', 'regex')).toMatchObject({ base: null, head: { zip: 300, binary: 500, code: 500 } });
    expect(boxAt(root, 'bootstrap', 'regex', '[code without a name]')).toMatchObject({ base: null, head: { binary: 20 } });
    expect(boxAt(root, 'bootstrap', 'serde_json', 'de', 'from_slice')).toMatchObject({ base: { binary: 80 }, head: null });
    expect(boxAt(root, 'bootstrap', '[padding]')).toMatchObject({ base: { binary: 10 }, head: null });
    for (const [base, one] of [[null, head] as const, [HEALTH, null] as const]) expect(mistakesIn(treeOf(base, one).root)).toEqual([]);
  });

  it('has a binary in one piece where a side does not know whose its bytes are, or says what cannot be', () => {
    const none = { ...HEALTH, owners: { kind: 'none' as const, reason: 'its linker prints no map' } };
    const { root, untold } = treeOf(none, HEALTH);
    expect(untold).toBe('base: its linker prints no map');
    expect(mistakesIn(root)).toEqual([]);
    expect(boxAt(root, 'bootstrap').children).toEqual([]);
    const more = [owning('serde_json', 'serde_json::de::from_slice', 101, 1)];
    for (const wrong of [
      { ...HEALTH, attribution: attributionOf(more) },
      { ...HEALTH, binary: { ...HEALTH.binary, size: bytes(HEALTH.binary.size + 1) } },
      { ...HEALTH, binary: { ...HEALTH.binary, text: bytes(HEALTH.binary.text - 1) } },
    ]) {
      const tree = treeOf(null, wrong);
      expect(tree.untold).toBe('what is said of its owners does not add up to the binary');
      expect(mistakesIn(tree.root)).toEqual([]);
    }
  });

  it('is none of a package whose entries are not its size', () => {
    const wrong = { ...HEALTH, package: { ...HEALTH.package, size: bytes(HEALTH.package.size + 1) } };
    expect(packageTreeOf({ base: null, head: wrong }).kind).toBe('none');
    expect(packageTreeOf({ base: wrong, head: HEALTH }).kind).toBe('none');
  });

  it('adds up for all measurements, at each side and box', () => {
    const segment = fc.constantFrom('a', 'b', 'serde', 'std', 'core', '{closure#1}', '{closure#2}', '<b::T as a::F>', '<impl a::F for b>');
    const name = fc.oneof(
      fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('::')),
      fc.constantFrom('[smaller symbols]', '[unnamed]', 'main'),
    );
    const figure = fc.tuple(fc.nat({ max: 900 }), fc.nat({ max: 600 }));
    const figures = fc.record({ code: figure, data: figure, unwinding: figure, relocations: figure, other: figure });
    const code = fc.record({ name, crate: fc.constantFrom('a', 'a?', '[Unknown]'), size: fc.nat({ max: 300 }), zip: fc.nat({ max: 200 }) });
    const constant = fc.record({
      name: fc.constantFrom('T', 'U', '[small constants]'),
      size: fc.nat({ max: 300 }),
      zip: fc.nat({ max: 200 }),
    });
    const row = fc.record({
      of: fc.oneof(
        fc.constantFrom('a', 'b', 'std').map((crate) => ({ kind: 'crate' as const, name: crate, crates: [crate] })),
        fc.constantFrom(['a', 'b'], ['b', 'std'], []).map((crates) => ({ kind: 'shared' as const, name: crates.join(' '), crates })),
        fc.constantFrom('[padding]', 'libz.a').map((part) => ({ kind: 'part' as const, name: part, crates: null })),
      ),
      figures,
      functions: fc.array(code, { maxLength: 8 }),
      constants: fc.array(constant, { maxLength: 4 }),
    });
    const side = fc
      .record({
        rows: fc.uniqueArray(row, { maxLength: 7, selector: ({ of }) => `${of.kind} ${of.name}` }),
        files: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'lib/c'), fc.nat({ max: 99 })), { maxLength: 3 }),
      })
      .map(({ rows, files }) => {
        // What functions and constants take is added to what the row has beside them.
        const whole = rows.map(({ of, figures: rest, functions, constants }) => {
          const [own, named] = [of.kind === 'shared' ? [] : functions, of.kind === 'part' ? [] : constants];
          const more = (list: readonly { readonly size: number; readonly zip: number }[], [size, zip]: readonly [number, number]) =>
            [size + sum(list.map((one) => one.size)), zip + sum(list.map((one) => one.zip))] as const;
          return { of, own, named, bytes: ownedBytes({ ...rest, code: more(own, rest.code), data: more(named, rest.data) }) };
        });
        const owners: OwnedParts = {
          kind: 'owned',
          crates: whole.flatMap(({ of, bytes: owned }) => (of.kind === 'crate' ? [{ name: of.name, ...owned }] : [])),
          shared: whole.flatMap(({ of, bytes: owned }) => (of.kind === 'shared' ? [{ crates: [...of.crates], ...owned }] : [])),
          parts: whole.flatMap(({ of, bytes: owned }) => (of.kind === 'part' ? [{ name: of.name, ...owned }] : [])),
          constants: whole.flatMap(({ of, named }) =>
            named.map((one) => ({ crates: [...(of.crates ?? [])], name: one.name, size: bytes(one.size), zip: bytes(one.zip), count: 1 })),
          ),
        };
        const symbols = whole.flatMap(({ of, own }) => own.map((one) => owning(of.name, one.name, one.size, one.zip, one.crate)));
        return ofOwners(owners, symbols, files);
      });
    const check = (root: Box, at: 'base' | 'head', fn: FunctionMeasurement | null): void =>
      expect(root[at]).toEqual(fn === null ? null : { zip: fn.package.size, binary: fn.binary.size, code: fn.binary.text });
    fc.assert(
      fc.property(fc.option(side, { freq: 6 }), side, (base, head) => {
        const { root, untold } = treeOf(base, head);
        expect(untold).toBeNull();
        expect(mistakesIn(root)).toEqual([]);
        check(root, 'base', base);
        check(root, 'head', head);
      }),
      { seed: 21, numRuns: 500 },
    );
  });
});
