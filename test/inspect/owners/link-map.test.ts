import { describe, expect, it } from 'vitest';
import { type LinkMap, mapMistake, parseLinkMap } from '../../../src/inspect/owners/link-map.ts';

/** As lld writes it. */
const row = (address: number, size: number, align: number, indent: number, text: string): string => {
  const hex = (value: number, width: number): string => value.toString(16).padStart(width);
  return `${hex(address, 16)} ${hex(address, 16)} ${hex(size, 8)} ${String(align).padStart(5)} ${' '.repeat(indent)}${text}`;
};
const HEADING = '             VMA              LMA     Size Align Out     In      Symbol';
const MAP = [
  HEADING,
  row(0x100, 0x60, 16, 0, '.text'),
  row(0x100, 0x1d, 16, 8, '/t/deps/a b-1.rcgu.o:(.text._ZN3app4mainE)'),
  row(0x100, 0x1d, 1, 16, 'app::main::h0123456789abcdef'),
  row(0x120, 0x40, 16, 8, '/t/deps/libring-0123456789abcdef.rlib(aes.o):(.text)'),
  row(0x200, 0x10, 1, 0, '.rodata'),
  row(0x200, 0x10, 1, 8, '<internal>:(.rodata.str1.1)'),
  row(0, 0x11, 1, 0, '.comment'),
  row(0, 0x11, 1, 8, '<internal>:(.comment)'),
];
const SECTIONS = [
  { name: '.text', address: 0x100, size: 0x60 },
  { name: '.rodata', address: 0x200, size: 0x10 },
  { name: '.comment', address: 0, size: 0x11 },
];

async function parsed(lines: readonly string[]): Promise<LinkMap> {
  const map = await parseLinkMap(lines);
  if (typeof map === 'string') throw new Error(map);
  return map;
}

async function mistakeOf(lines: readonly string[]): Promise<string | null> {
  const map = await parseLinkMap(lines);
  return typeof map === 'string' ? map : mapMistake(map, SECTIONS);
}

describe("the linker's map", () => {
  it('says what was put where', async () => {
    const { outputs, inputs } = await parsed(MAP);
    expect(outputs).toEqual(SECTIONS);
    expect(inputs).toEqual([
      { output: 0, address: 0x100, size: 0x1d, align: 16, file: '/t/deps/a b-1.rcgu.o', section: '.text._ZN3app4mainE' },
      { output: 0, address: 0x120, size: 0x40, align: 16, file: '/t/deps/libring-0123456789abcdef.rlib(aes.o)', section: '.text' },
      { output: 1, address: 0x200, size: 0x10, align: 1, file: null, section: '.rodata.str1.1' },
      { output: 2, address: 0, size: 0x11, align: 1, file: null, section: '.comment' },
    ]);
    expect(await mistakeOf(MAP)).toBeNull();
  });

  it.each<readonly [string, readonly string[], string]>([
    ["GNU ld's", ['Archive member included to satisfy reference by file (symbol)', ''], 'the linker printed a map that is not lld’s'],
    ["mold's", ['               VMA       Size Align Out     In      Symbol'], 'the linker printed a map that is not lld’s'],
    ['nothing', [], "the linker's map is empty"],
    ['a heading alone', MAP.slice(0, 1), "the linker's map is empty"],
    ['one that ends within a line', [...MAP.slice(0, 5), '             200    '], "line 6 of the linker's map is none of lld's"],
    ['one that ends early', MAP.slice(0, 5), "the linker's map lacks the section .rodata: is it cut short?"],
    [
      'one of another link',
      [...MAP.slice(0, 5), row(0x200, 0x12, 1, 0, '.rodata')],
      "in the linker's map .rodata has 18 bytes, in the binary 16",
    ],
    ['one that lacks a line', MAP.filter((line) => !line.includes('ring')), "the linker's map leaves 67 bytes of .text out"],
    ['two at one place', [...MAP.slice(0, 5), MAP[4] ?? '', ...MAP.slice(5)], "the linker's map puts two things at one place of .text"],
    [
      'one outside',
      [...MAP.slice(0, 6), row(0x210, 0x10, 1, 8, '<internal>:(.x)')],
      "the linker's map lacks the section .comment: is it cut short?",
    ],
  ])('is refused where it is %s', async (_, lines, mistake) => {
    expect(await mistakeOf(lines)).toBe(mistake);
  });

  it('passes over a symbol whose name has a line break in it', async () => {
    const at = MAP.findIndex((line) => line.includes('app::main::h'));
    expect(await mistakeOf([...MAP.slice(0, at + 1), 'b', '             100 and more', ...MAP.slice(at + 1)])).toBeNull();
  });

  it('does not depend on the order of what a section has', async () => {
    const [heading = '', text = '', first = '', symbol = '', second = '', ...rest] = MAP;
    expect(await mistakeOf([heading, text, second, first, symbol, ...rest])).toBeNull();
  });

  it('is never taken for whole where a line of a section is missing', async () => {
    for (const [index, line] of MAP.entries()) {
      if (index < 1 || !/^.{49}(?! {16})/.test(line) || line.includes('.comment)')) continue;
      // What is smaller than the space that alignment may leave cannot be told.
      if (line.includes('main') || line.includes('.str1.1')) continue;
      expect(await mistakeOf(MAP.filter((_, place) => place !== index))).not.toBeNull();
    }
  });
});
