import { readHeader } from './header.ts';
import type { Reader } from './reader.ts';
import { damaged, readSections, readU64, type Section } from './sections.ts';

export interface ElfSymbol {
  /** Mangled, as it stands; what is no UTF-8 has U+FFFD in it. Empty for section symbols. */
  readonly name: string;
  readonly address: number;
  /** Bytes; 0 where whoever made it did not say. */
  readonly size: number;
  readonly type: 'function' | 'object' | 'thread-local' | 'indirect function' | 'section' | 'file' | 'other';
  readonly local: boolean;
  /** Index into the table of sections; `null`: undefined, absolute or common. */
  readonly section: number | null;
}

export interface SymbolTable {
  /** As `ElfSymbol.section` counts them, unused entries included. */
  readonly sections: readonly Section[];
  /** In the file's order. Empty where the file is stripped. */
  readonly symbols: readonly ElfSymbol[];
}

const SYMTAB = 2;
const STRTAB = 3;
const ENTRY = 24;
/** SHN_LORESERVE: what stands from here on is no section. */
const RESERVED = 0xff00;
const TYPES: Readonly<Record<number, ElfSymbol['type']>> = {
  1: 'object',
  2: 'function',
  3: 'section',
  4: 'file',
  6: 'thread-local',
  10: 'indirect function',
};
/** Bounds for damaged files: a binary of 100 MB has about 400,000 symbols with 60 MB of names. */
const MOST_SYMBOLS = 2_000_000;
const LARGEST_STRINGS = 256 * 2 ** 20;

/**
 * Reads `.symtab`, the table that `strip` takes away: 24 bytes a symbol and its strings are in memory meanwhile. A ToolError that names `where`
 * for what is no ELF file or a damaged one.
 */
export function readSymbols(reader: Reader, where: string): SymbolTable {
  const sections = readSections(reader, where, readHeader(reader, where));
  const section = sections.find(({ type }) => type === SYMTAB);
  if (section === undefined) return { sections, symbols: [] };
  const count = Math.floor(section.size / ENTRY);
  if (count > MOST_SYMBOLS) throw damaged(where, `it has ${count} symbols, more than ${MOST_SYMBOLS}`);
  const strings = sections[section.link];
  if (strings?.type !== STRTAB) throw damaged(where, `its ${section.name} refers to section ${section.link}, which holds no strings`);
  if (strings.size > LARGEST_STRINGS) throw damaged(where, `its ${strings.name} has ${strings.size} bytes`);
  const table = reader.read(section.offset, count * ENTRY);
  const nameAt = namesOf(reader.read(strings.offset, strings.size), where);
  const symbols: ElfSymbol[] = [];
  for (let at = 0; at < table.length; at += ENTRY) {
    const info = table.readUInt8(at + 4);
    const index = table.readUInt16LE(at + 6);
    if (index !== 0 && index < RESERVED && index >= sections.length)
      throw damaged(where, `its symbol ${at / ENTRY} is in section ${index} of ${sections.length}`);
    symbols.push({
      name: nameAt(table.readUInt32LE(at)),
      address: readU64(table, at + 8),
      size: readU64(table, at + 16),
      type: TYPES[info & 0xf] ?? 'other',
      local: info >> 4 === 0,
      section: index === 0 || index >= RESERVED ? null : index,
    });
  }
  return { sections, symbols };
}

function namesOf(strings: Buffer, where: string): (offset: number) => string {
  let length = 0;
  return (offset) => {
    if (offset === 0) return '';
    const end = strings.indexOf(0, offset);
    if (offset >= strings.length || end < 0) throw damaged(where, `the name of a symbol at byte ${offset} of ${strings.length} has no end`);
    length += end - offset;
    // Names may share their ends: together they are little longer than the table that holds them.
    if (length > 2 * strings.length) throw damaged(where, `the names of its symbols are longer than twice the table that holds them`);
    return strings.toString('utf8', offset, end);
  };
}
