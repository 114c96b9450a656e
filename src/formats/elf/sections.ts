import { ToolError } from '../../core/failures.ts';
import { quoted } from '../../core/text.ts';
import { type Bytes, bytes } from '../../core/units.ts';
import type { Reader } from './reader.ts';

export interface Section {
  /** `[3]` for a third section without a name. */
  readonly name: string;
  readonly type: number;
  /** The lower 32 bits: the upper ones have no meaning on these machines. */
  readonly flags: number;
  /** Where it is loaded; 0 where it is not. */
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file: 0 for one that is only reserved in memory (`.bss`). */
  readonly size: Bytes;
  /** Index, in the file's own table, of the section this one refers to (its strings). */
  readonly link: number;
}

/** What the parts of the parser share: the bytes, the name for messages, and the section table with its unused entries, as `link` counts. */
export interface ElfSource {
  readonly reader: Reader;
  readonly where: string;
  readonly table: readonly Section[];
}

export const SECTION_HEADER = 64;
/** SHT_NULL: an unused entry of the table. */
export const NULL = 0;
const STRTAB = 3;
const NOBITS = 8;
/** As many as a snapshot may hold; linked Rust binaries have about thirty. */
const MOST_SECTIONS = 10_000;
const LONGEST_NAME = 1_024;

/** The section table as it stands, unused entries included. Every section that has bytes lies within the file. */
export function readSections(reader: Reader, where: string, header: Buffer): readonly Section[] {
  const offset = readU64(header, 40);
  if (offset === 0) return [];
  if (header.readUInt16LE(58) !== SECTION_HEADER)
    throw damaged(where, `its section headers are ${header.readUInt16LE(58)} bytes long, not ${SECTION_HEADER}`);
  // Numbers too large for the ELF header stand in the first section header.
  const first = region(reader, where, 'section headers', offset, SECTION_HEADER);
  const count = header.readUInt16LE(60) || readU64(first, 32);
  if (count > MOST_SECTIONS) throw damaged(where, `it has ${count} sections, more than ${MOST_SECTIONS}`);
  const raw = region(reader, where, 'section headers', offset, count * SECTION_HEADER);
  const entries = Array.from({ length: count }, (_, index) => raw.subarray(index * SECTION_HEADER, (index + 1) * SECTION_HEADER));
  const namesIndex = header.readUInt16LE(62) === 0xffff ? first.readUInt32LE(40) : header.readUInt16LE(62);
  const names = entries[namesIndex];
  const strings = names === undefined || namesIndex === 0 ? null : toSection(names, '.shstrtab', reader, where);
  return entries.map((entry, index) => {
    const name =
      strings === null || index === 0 ? '' : stringAt({ reader, where }, strings, entry.readUInt32LE(0), `the name of section ${index}`);
    return toSection(entry, name === '' ? `[${index}]` : name, reader, where);
  });
}

function toSection(entry: Buffer, name: string, reader: Reader, where: string): Section {
  const [type, offset] = [entry.readUInt32LE(4), readU64(entry, 24)];
  const size = type === NOBITS || type === NULL ? 0 : readU64(entry, 32);
  if (offset + size > reader.size && size > 0) {
    throw new ToolError(
      `${where}: not a whole ELF file: section ${quoted(name)} at byte ${offset} (${size} bytes) lies behind the end (${reader.size} bytes): is the file cut short?`,
    );
  }
  return {
    name,
    type,
    flags: entry.readUInt32LE(8),
    address: readU64(entry, 16),
    offset,
    size: bytes(size),
    link: entry.readUInt32LE(40),
  };
}

/** `length` bytes at `offset`, or a ToolError that says what lies behind the end of the file. */
export function region(reader: Reader, where: string, what: string, offset: number, length: number): Buffer {
  if (offset + length > reader.size) {
    throw new ToolError(
      `${where}: not a whole ELF file: ${what} at byte ${offset} lie behind the end (${reader.size} bytes): is the file cut short?`,
    );
  }
  return reader.read(offset, length);
}

export function damaged(where: string, what: string): ToolError {
  return new ToolError(`${where}: a damaged ELF file: ${what}: build it again`);
}

/** 64 bits as a number. Above 2^53 it loses its lower digits; every use holds it against the size of the file first. */
export function readU64(buffer: Buffer, offset: number): number {
  return buffer.readUInt32LE(offset) + buffer.readUInt32LE(offset + 4) * 2 ** 32;
}

/** The string at `offset` in a string table, up to 1,024 bytes long. */
export function stringAt({ reader, where }: Omit<ElfSource, 'table'>, strings: Section, offset: number, what: string): string {
  if (strings.type !== STRTAB) throw damaged(where, `${what} refers to a section that holds no strings`);
  if (offset >= strings.size) throw damaged(where, `${what} refers to byte ${offset} of ${strings.size} bytes of strings`);
  const chunk = reader.read(strings.offset + offset, Math.min(LONGEST_NAME + 1, strings.size - offset));
  const end = chunk.indexOf(0);
  if (end === -1) throw damaged(where, `${what} has no end within ${chunk.length} bytes`);
  return chunk.toString('utf8', 0, end);
}
