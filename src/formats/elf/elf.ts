import { ToolError } from '../../core/failures.ts';
import { quoted } from '../../core/text.ts';
import { type Bytes, bytes } from '../../core/units.ts';
import { interpreterOf, neededOf, newestGlibcOf } from './dynamic.ts';
import { openReader, type Reader } from './reader.ts';
import { type ElfSource, NULL, readSections, region, SECTION_HEADER, type Section } from './sections.ts';

/** ELF64, little-endian; the layouts are those of the System V ABI, chapters 4 and 5 (https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html). */
export interface Elf {
  readonly machine: Machine;
  /** `shared` is ET_DYN: a position-independent executable or a library. */
  readonly kind: 'relocatable' | 'executable' | 'shared' | 'core' | `unknown (${number})`;
  readonly sections: readonly Section[];
  /** `.text` as it stands in the file; 0 where there is none. */
  readonly text: Bytes;
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[];
  /** PT_INTERP: the program that the kernel starts to load this one. `null`: static, or a plain library. */
  readonly interpreter: string | null;
  /** The highest `GLIBC_x.y` that must be there to load it, as `x.y`. */
  readonly glibc: string | null;
  readonly symbols: 'none' | 'symtab' | 'debug';
  /** What leaving symbols and debug information out takes off the file: contents, header entries and names of those sections. */
  readonly strippable: Bytes;
  /** The file without its sections; negative where sections overlap. */
  readonly headers: Bytes;
}

export type Machine = 'x86_64' | 'arm64' | `unknown (${number})`;

const HEADER = 64;
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
    kind: kindOf(header.readUInt16LE(16)),
    sections,
    text: sections.find((section) => section.name === '.text')?.size ?? bytes(0),
    needed: neededOf(source),
    interpreter: interpreterOf(source, header),
    glibc: newestGlibcOf(source),
    symbols: unneeded.some(isDebug) ? 'debug' : unneeded.length > 0 ? 'symtab' : 'none',
    strippable: bytes(unneeded.reduce((sum, section) => sum + section.size + SECTION_HEADER + Buffer.byteLength(section.name) + 1, 0)),
    headers: bytes(reader.size - inFile),
  };
}

/** As `parseElf`, of the file at `path`, which is open for no longer than that. */
export function parseElfFile(path: string, where: string): Elf {
  using reader = openReader(path);
  return parseElf(reader, where);
}

/** The bytes of the first section of that name, to compare it with another file's; `null` where there is none. Takes as much memory as the section. */
export function sectionBytes(reader: Reader, elf: Elf, name: string): Buffer | null {
  const section = elf.sections.find((candidate) => candidate.name === name);
  return section === undefined ? null : reader.read(section.offset, section.size);
}

function readHeader(reader: Reader, where: string): Buffer {
  const start = reader.read(0, Math.min(HEADER, reader.size));
  if (start.length < 4 || start.readUInt32BE(0) !== 0x7f454c46) throw new ToolError(`${where}: not an ELF file but ${foreignKind(start)}`);
  const header = region(reader, where, 'bytes of the ELF header', 0, HEADER);
  const [bits, order] = [header[4], header[5]];
  if (bits !== 2 || order !== 1) {
    const found =
      bits === 1
        ? 'a 32-bit ELF file'
        : bits !== 2
          ? `an ELF file of class ${bits}`
          : order === 2
            ? 'a big-endian ELF file'
            : `an ELF file of byte order ${order}`;
    throw new ToolError(`${where}: ${found}: Lambda runs 64-bit little-endian ones: build for x86_64 or arm64`);
  }
  return header;
}

function foreignKind(start: Buffer): string {
  if (start.length === 0) return 'empty';
  if (start.toString('latin1', 0, 2) === '#!') return `a script (${quoted(start.toString('utf8').split('\n', 1)[0] ?? '')})`;
  if (start.toString('latin1', 0, 2) === 'MZ') return 'a Windows program: build for Linux';
  if (['cffaedfe', 'cafebabe'].includes(start.toString('hex', 0, 4))) return 'a macOS program: build for Linux';
  return `something that begins with ${start.subarray(0, 4).toString('hex')}`;
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

function kindOf(value: number): Elf['kind'] {
  const kinds = ['relocatable', 'executable', 'shared', 'core'] as const;
  return kinds[value - 1] ?? `unknown (${value})`;
}
