import { type Bytes, bytes } from '../../core/units.ts';
import { interpreterOf, neededOf, newestGlibcOf } from './dynamic.ts';
import { readHeader } from './header.ts';
import { importsOf } from './imports.ts';
import type { Reader } from './reader.ts';
import { type ElfSource, NULL, readSections, SECTION_HEADER, type Section } from './sections.ts';

/** ELF64, little-endian; the layouts are those of the System V ABI, chapters 4 and 5 (https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html). */
export interface Elf {
  readonly machine: Machine;
  readonly sections: readonly Section[];
  /** `.text` as it stands in the file; 0 where there is none. */
  readonly text: Bytes;
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[];
  /** PT_INTERP: the program that the kernel starts to load this one. `null`: static, or a plain library. */
  readonly interpreter: string | null;
  /** Linked to one address (ET_EXEC), not to any (ET_DYN: a position-independent executable). */
  readonly fixed: boolean;
  /** The highest `GLIBC_x.y` that must be there to load it, as `x.y`. */
  readonly glibc: string | null;
  readonly symbols: 'none' | 'symtab' | 'debug';
  /** What leaving symbols and debug information out takes off the file: contents, header entries and names of those sections. */
  readonly strippable: Bytes;
  /** Those sections. */
  readonly unneeded: readonly Section[];
  /** The file without its sections; negative where sections overlap. */
  readonly headers: Bytes;
}

type Machine = 'x86_64' | 'arm64' | `unknown (${number})`;

const ET_EXEC = 2;
const SYMTAB = 2;
const SYMTAB_SHNDX = 18;
const ALLOC = 2;

/**
 * Reads an ELF file's tables, never its contents. Sizes are bytes of the file. Anything but ELF64 little-endian, a file cut short and a
 * damaged one are ToolErrors that name `where`; no other error comes out, whatever the bytes.
 */
export function parseElf(reader: Reader, where: string): Elf {
  const header = readHeader(reader, where);
  const table = readSections(reader, where, header);
  const source: ElfSource = { reader, where, table };
  const sections = table.filter((section) => section.type !== NULL);
  const inFile = sections.reduce((sum, section) => sum + section.size, 0);
  const unneeded = unneededSections(table);
  return {
    machine: machineOf(header.readUInt16LE(18)),
    sections,
    text: sections.find((section) => section.name === '.text')?.size ?? bytes(0),
    needed: neededOf(source),
    interpreter: interpreterOf(source, header),
    fixed: header.readUInt16LE(16) === ET_EXEC,
    glibc: newestGlibcOf(source),
    symbols: unneeded.some(isDebug) ? 'debug' : unneeded.length > 0 ? 'symtab' : 'none',
    strippable: bytes(unneeded.reduce((sum, section) => sum + section.size + SECTION_HEADER + Buffer.byteLength(section.name) + 1, 0)),
    unneeded,
    headers: bytes(reader.size - inFile),
  };
}

/** What a file takes from a needed library, by symbol versions; empty where it needs none of that name. Throws as `parseElf` does. */
export function parseImports(reader: Reader, where: string, library: string): readonly string[] {
  return importsOf({ reader, where, table: readSections(reader, where, readHeader(reader, where)) }, library);
}

/** The bytes of the first section of that name, to compare it with another file's; `null` where there is none. Takes as much memory as the section. */
export function sectionBytes(reader: Reader, elf: Elf, name: string): Buffer | null {
  const section = elf.sections.find((candidate) => candidate.name === name);
  return section === undefined ? null : reader.read(section.offset, section.size);
}

/** What `strip` leaves out: the symbol table, its strings (unless they are the section names' too) and debug information that is not loaded. */
function unneededSections(table: readonly Section[]): readonly Section[] {
  const symbolTables = table.filter((section) => section.type === SYMTAB);
  const strings = new Set(symbolTables.map((section) => table[section.link]).filter((section) => section?.name === '.strtab'));
  return table.filter(
    (section) =>
      section.type !== NULL &&
      (section.flags & ALLOC) === 0 &&
      (section.type === SYMTAB || section.type === SYMTAB_SHNDX || strings.has(section) || isDebug(section)),
  );
}

function isDebug(section: Section): boolean {
  return section.name.startsWith('.debug_') || section.name.startsWith('.zdebug_') || section.name === '.gdb_index';
}

function machineOf(value: number): Machine {
  return value === 62 ? 'x86_64' : value === 183 ? 'arm64' : `unknown (${value})`;
}
