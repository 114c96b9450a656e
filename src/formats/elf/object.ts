import { ToolError } from '../../core/failures.ts';
import { readHeader } from './header.ts';
import type { Reader } from './reader.ts';
import { damaged, readU64, region, SECTION_HEADER } from './sections.ts';

/** A section of an object file, as a compiler writes one for each function and constant. */
export interface ObjectSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  /** Of a table of relocations: the section that is relocated. */
  readonly info: number;
  readonly entrySize: number;
}

export interface ObjectSymbol {
  /** The section it stands in; 0: in another object. */
  readonly section: number;
  readonly value: number;
  readonly size: number;
  readonly type: number;
  readonly isLocal: boolean;
}

/** A place that the linker fills in with an address. */
export interface Relocation {
  readonly offset: number;
  readonly type: number;
  readonly symbol: number;
  readonly addend: number;
}

export interface ElfObject {
  readonly machine: number;
  readonly sections: readonly ObjectSection[];
  readonly symbols: readonly ObjectSymbol[];
  /** Empty for sections. */
  symbolName(symbol: number): string;
  /** Of the section, in the order of the file. */
  relocations(section: number): readonly Relocation[];
  bytes(section: number): Buffer;
}

const [SYMTAB, RELA, NOBITS, SYMTAB_SHNDX] = [2, 4, 8, 18];
const [SYMBOL, RELOCATION] = [24, 24];
const RELOCATABLE = 1;
const LORESERVE = 0xff00;
const XINDEX = 0xffff;
/** One object of a whole program has two sections a function; 13 MB of code have 70,000. */
const MOST_SECTIONS = 2_000_000;

/**
 * Reads an object file (`ET_REL`, ELF64 little-endian). A ToolError that names `where` for anything else, one cut short and a damaged one. Tables
 * are read at once, relocations and contents when they are asked for. Layouts: System V ABI, chapter 4.
 */
export function parseObject(reader: Reader, where: string): ElfObject {
  const header = readHeader(reader, where);
  if (header.readUInt16LE(16) !== RELOCATABLE) throw new ToolError(`${where}: not an object file`);
  const sections = sectionsOf(reader, where, header);
  const table = sections.findIndex(({ type }) => type === SYMTAB);
  const symbols = table < 0 ? { list: [], nameOf: () => '' } : symbolsOf(reader, where, sections, table);
  const tables = new Map<number, number>();
  for (const [index, { type, info }] of sections.entries()) if (type === RELA) tables.set(info, index);
  return {
    machine: header.readUInt16LE(18),
    sections,
    symbols: symbols.list,
    symbolName: symbols.nameOf,
    relocations: (section) => relocationsOf(reader, where, sections[tables.get(section) ?? -1]),
    bytes: (section) => contentsOf(reader, where, sections[section]),
  };
}

type LinkedSection = ObjectSection & { readonly link: number };

function sectionsOf(reader: Reader, where: string, header: Buffer): readonly LinkedSection[] {
  const offset = readU64(header, 40);
  if (offset === 0) return [];
  const first = region(reader, where, 'section headers', offset, SECTION_HEADER);
  const count = header.readUInt16LE(60) || readU64(first, 32);
  if (count > MOST_SECTIONS) throw damaged(where, `it has ${count} sections`);
  const raw = region(reader, where, 'section headers', offset, count * SECTION_HEADER);
  const names = header.readUInt16LE(62) === XINDEX ? first.readUInt32LE(40) : header.readUInt16LE(62);
  const namesAt = names * SECTION_HEADER;
  const strings =
    names === 0 || names >= count
      ? Buffer.alloc(0)
      : region(reader, where, 'section names', readU64(raw, namesAt + 24), readU64(raw, namesAt + 32));
  return Array.from({ length: count }, (_, index): LinkedSection => {
    const at = index * SECTION_HEADER;
    return {
      name: textAt(strings, raw.readUInt32LE(at)),
      type: raw.readUInt32LE(at + 4),
      flags: raw.readUInt32LE(at + 8),
      offset: readU64(raw, at + 24),
      size: readU64(raw, at + 32),
      link: raw.readUInt32LE(at + 40),
      info: raw.readUInt32LE(at + 44),
      entrySize: readU64(raw, at + 56),
    };
  });
}

interface Symbols {
  readonly list: readonly ObjectSymbol[];
  nameOf(symbol: number): string;
}

function symbolsOf(reader: Reader, where: string, sections: readonly LinkedSection[], table: number): Symbols {
  const raw = contentsOf(reader, where, sections[table]);
  const strings = contentsOf(reader, where, sections[sections[table]?.link ?? 0]);
  // Above 65,279 sections their indices stand in a table beside the symbols.
  const wide = sections.find(({ type, link }) => type === SYMTAB_SHNDX && link === table);
  const indices = wide === undefined ? null : contentsOf(reader, where, wide);
  const list = Array.from({ length: Math.floor(raw.length / SYMBOL) }, (_, index): ObjectSymbol => {
    const at = index * SYMBOL;
    const info = raw.readUInt8(at + 4);
    const short = raw.readUInt16LE(at + 6);
    const long = indices !== null && index * 4 + 4 <= indices.length ? indices.readUInt32LE(index * 4) : 0;
    const section = short === XINDEX ? long : short >= LORESERVE ? 0 : short;
    return { section, value: readU64(raw, at + 8), size: readU64(raw, at + 16), type: info & 15, isLocal: info >> 4 === 0 };
  });
  return { list, nameOf: (symbol) => (symbol * SYMBOL + 4 > raw.length ? '' : textAt(strings, raw.readUInt32LE(symbol * SYMBOL))) };
}

function relocationsOf(reader: Reader, where: string, table: ObjectSection | undefined): readonly Relocation[] {
  if (table === undefined) return [];
  const raw = contentsOf(reader, where, table);
  return Array.from({ length: Math.floor(raw.length / RELOCATION) }, (_, index): Relocation => {
    const at = index * RELOCATION;
    return {
      offset: readU64(raw, at),
      type: raw.readUInt32LE(at + 8),
      symbol: raw.readUInt32LE(at + 12),
      addend: raw.readUInt32LE(at + 16) + raw.readInt32LE(at + 20) * 2 ** 32,
    };
  });
}

function contentsOf(reader: Reader, where: string, section: ObjectSection | undefined): Buffer {
  if (section === undefined || section.type === NOBITS) return Buffer.alloc(0);
  return region(reader, where, 'contents of a section', section.offset, section.size);
}

function textAt(strings: Buffer, offset: number): string {
  if (offset >= strings.length) return '';
  const end = strings.indexOf(0, offset);
  return strings.toString('latin1', offset, end < 0 ? strings.length : end);
}
