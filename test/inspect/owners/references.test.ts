import { describe, expect, it } from 'vitest';
import type { ElfObject, ObjectSymbol, Relocation } from '../../../src/formats/elf/object.ts';
import type { MapInput } from '../../../src/inspect/owners/link-map.ts';
import { MergedSections } from '../../../src/inspect/owners/merged.ts';
import { OwnerSets } from '../../../src/inspect/owners/owner-sets.ts';
import { findReferences } from '../../../src/inspect/owners/references.ts';

const [REGEX, OWN] = ['1'.repeat(32), '2'.repeat(32)];
const STRINGS = '.rodata.str1.1';

interface Part {
  readonly name: string;
  /** Names in `parts`, or `string` with the symbol that it is reached by (none: by its section). */
  readonly uses: readonly (string | { readonly string: string })[];
}

/** An object of these sections and one merged string, and who owns what of it. */
function ownersOf(
  parts: readonly Part[],
  ownCrate: string | null = 'app',
  files: Readonly<Record<string, string>> = {},
): Readonly<Record<string, readonly string[]>> {
  const text = 'a string\0';
  const names = ['', ...parts.map(({ name }) => name), STRINGS];
  const strings = names.length - 1;
  const symbols: (ObjectSymbol & { readonly name: string })[] = names.map((name, section) => ({
    ...{ name: '', section, value: 0, size: 0, type: 3, isLocal: true },
    ...(name.startsWith('.text.') ? { name: name.slice('.text.'.length), type: 2 } : {}),
  }));
  const relocations = parts.map(({ uses }) =>
    uses.map((use): Relocation => {
      const symbol =
        typeof use === 'string'
          ? names.indexOf(use)
          : use.string === ''
            ? strings
            : symbols.push({ name: use.string, section: strings, value: 0, size: 9, type: 1, isLocal: true }) - 1;
      // As data refer: the address itself, from nowhere.
      return { offset: 0, type: 1, symbol, addend: 0 };
    }),
  );
  const object: ElfObject = {
    machine: 62,
    sections: names.map((name) => ({
      name,
      type: 1,
      flags: name === STRINGS ? 0x32 : 2,
      offset: 0,
      size: 8,
      info: 0,
      entrySize: name === STRINGS ? 1 : 0,
    })),
    symbols,
    symbolName: (symbol) => symbols[symbol]?.name ?? '',
    relocations: (section) => relocations[section - 1] ?? [],
    bytes: () => Buffer.from(text),
  };
  const inputs = parts.map(
    ({ name }, place): MapInput => ({ output: 0, address: place * 8, size: 8, align: 8, file: 'a.rcgu.o', section: name }),
  );
  const merged = new MergedSections();
  merged.add({ output: 0, address: 1_000, size: 9, align: 1, file: null, section: STRINGS }, Buffer.from(text), {
    flags: 0x32,
    entrySize: 1,
  });
  const sets = new OwnerSets();
  const found = findReferences({
    objects: [{ where: 'a', object, origin: null, live: new Map(parts.map((_, place) => [place + 1, place])) }],
    ...{ inputs, merged, sets, ownCrate },
    isCode: ({ section }) => section.startsWith('.text'),
    ofFile: ({ section }) => files[section] ?? null,
    crateOf: (symbol) => symbol.replace(/^_ZN/, ''),
    moduleOf: (module) => (module === REGEX ? 'regex' : null),
  });
  const named = parts.map(({ name }, place) => [name, sets.namesOf(found.inputs[place] ?? 0n)]);
  return Object.fromEntries([...named, ['string', sets.namesOf(found.merged.get(1_000)?.owners ?? 0n)]]);
}

const constant = (module: string): string => `.rodata..Lanon.${module}.1`;
const string = (module: string): { readonly string: string } => ({ string: module === '' ? '' : `.Lanon.${module}.2` });

describe('who owns what has no name', () => {
  it('is the crate whose module made it, whoever uses it', () => {
    const found = ownersOf([
      { name: '.text._ZNapp', uses: [constant(REGEX)] },
      { name: '.text._ZNserde', uses: [constant(REGEX)] },
      { name: constant(REGEX), uses: [] },
    ]);
    expect(found[constant(REGEX)]).toEqual(['regex']);
  });

  it('of an included file is who included it, whoever reads it there', () => {
    const file = `.rodata..Lanon.${OWN}.3`;
    const parts = [
      { name: '.text._ZNaxum', uses: [file] },
      { name: file, uses: [] },
      { name: constant(REGEX), uses: [] },
    ];
    expect(ownersOf(parts, 'app', { [file]: 'app' })[file]).toEqual(['app']);
    // A library's module says whose it is.
    expect(ownersOf(parts, 'app', { [constant(REGEX)]: 'app' })).toMatchObject({ [file]: ['axum'], [constant(REGEX)]: ['regex'] });
  });

  it('of the own module is who uses it, also through another, and not std', () => {
    const through = `.rodata..Lanon.${OWN}.7`;
    const found = ownersOf([
      { name: '.text._ZNserde', uses: [through] },
      { name: '.text._ZNstd', uses: [through] },
      { name: through, uses: [constant(OWN)] },
      { name: constant(OWN), uses: [] },
    ]);
    expect([found[through], found[constant(OWN)]]).toEqual([['serde'], ['serde']]);
  });

  it('of the own module is its own where only std uses it, or nobody; by users alone where modules are not known', () => {
    const parts = [
      { name: '.text._ZNstd', uses: [constant(OWN)] },
      { name: constant(OWN), uses: [] },
      { name: `.rodata..Lanon.${OWN}.9`, uses: [] },
    ];
    expect(ownersOf(parts)).toMatchObject({ [constant(OWN)]: ['app'], [`.rodata..Lanon.${OWN}.9`]: ['app'] });
    expect(ownersOf(parts, null)).toMatchObject({ [constant(OWN)]: ['std'], [`.rodata..Lanon.${OWN}.9`]: [] });
  });

  it.each([
    ['first', [string(''), string(REGEX)]],
    ['last', [string(REGEX), string('')]],
  ])('a merged string is its module’s, where a use without a name comes %s', (_, uses) => {
    expect(ownersOf(uses.map((use, index) => ({ name: `.text._ZN${index === 0 ? 'app' : 'serde'}`, uses: [use] }))).string).toEqual([
      'regex',
    ]);
  });

  it('a string that two modules have is of both', () => {
    expect(ownersOf([{ name: '.text._ZNstd', uses: [string(REGEX), string(OWN)] }]).string).toEqual(['app', 'regex']);
  });
});
