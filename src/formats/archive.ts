import { ToolError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';
import type { Reader } from './elf/reader.ts';

/** A file in an archive: its name without the folder, where it lies. */
export interface ArchiveMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const MAGIC = '!<arch>\n';
const HEADER = 60;
/** Of an archive; Rust's largest rlib has a few hundred. */
const MOST_MEMBERS = 100_000;

/**
 * The files in a `.rlib` or `.a` (System V's `ar` with GNU's or BSD's long names), the tables of symbols and names left out. A ToolError where it
 * is none or is cut short. The format: https://man.freebsd.org/cgi/man.cgi?query=ar&sektion=5
 */
export function readArchive(reader: Reader, where: string): readonly ArchiveMember[] {
  const start = reader.size < MAGIC.length ? '' : reader.read(0, MAGIC.length).toString('latin1');
  if (start !== MAGIC) throw new ToolError(`${where}: not an archive (it begins ${quoted(start)})`);
  const members: ArchiveMember[] = [];
  let names = '';
  for (let at = MAGIC.length; at < reader.size; ) {
    if (at + HEADER > reader.size) throw cutShort(where, at);
    const header = reader.read(at, HEADER).toString('latin1');
    const size = /^\d+ *$/.test(header.slice(48, 58)) ? Number(header.slice(48, 58)) : -1;
    const offset = at + HEADER;
    if (size < 0 || header.slice(58) !== '`\n') throw new ToolError(`${where}: a damaged archive: no member's header at byte ${at}`);
    if (offset + size > reader.size) throw cutShort(where, at);
    const name = header.slice(0, 16).trimEnd();
    if (name === '//') names = reader.read(offset, size).toString('latin1');
    else if (name !== '/' && name !== '/SYM64/' && !name.startsWith('__.SYMDEF')) {
      members.push(memberOf(name, { names, reader, offset, size }, where));
      if (members.length > MOST_MEMBERS) throw new ToolError(`${where}: has more than ${MOST_MEMBERS} members`);
    }
    at = offset + size + (size % 2);
  }
  return members;
}

interface Found {
  readonly names: string;
  readonly reader: Reader;
  readonly offset: number;
  readonly size: number;
}

function memberOf(name: string, { names, reader, offset, size }: Found, where: string): ArchiveMember {
  const long = /^\/(\d+)$/.exec(name);
  if (long !== null) {
    const from = Number(long[1]);
    const end = names.indexOf('/\n', from);
    if (end < 0) throw new ToolError(`${where}: a damaged archive: no name at ${quoted(name)}`);
    return { name: names.slice(from, end), offset, size };
  }
  const within = /^#1\/(\d+)$/.exec(name);
  if (within !== null) {
    const length = Math.min(Number(within[1]), size);
    return { name: reader.read(offset, length).toString('latin1').replace(/\0+$/, ''), offset: offset + length, size: size - length };
  }
  return { name: name.replace(/\/$/, ''), offset, size };
}

function cutShort(where: string, at: number): ToolError {
  return new ToolError(`${where}: the archive ends within the member at byte ${at}: is it cut short?`);
}

/** A part of a file as a file of its own. */
export function windowOf(reader: Reader, { offset, size }: Pick<ArchiveMember, 'offset' | 'size'>): Reader {
  return { size, read: (from, length) => reader.read(offset + from, length) };
}

/**
 * What the members of an archive define for others, by its own table of symbols (`/` or `/SYM64/`): the names of each member, in the order of the
 * table. Empty where there is no such table. A ToolError where it is damaged.
 */
export function readArchiveSymbols(reader: Reader, where: string): readonly (readonly Buffer[])[] {
  if (reader.size < MAGIC.length + HEADER || reader.read(0, MAGIC.length).toString('latin1') !== MAGIC)
    throw new ToolError(`${where}: not an archive`);
  const header = reader.read(MAGIC.length, HEADER).toString('latin1');
  const name = header.slice(0, 16).trimEnd();
  if (name !== '/' && name !== '/SYM64/') return [];
  const size = Number(header.slice(48, 58));
  const start = MAGIC.length + HEADER;
  if (!(size >= 0) || start + size > reader.size) throw cutShort(where, MAGIC.length);
  const table = reader.read(start, size);
  const width = name === '/' ? 4 : 8;
  const numberAt = (at: number): number => (width === 4 ? table.readUInt32BE(at) : Number(table.readBigUInt64BE(at)));
  const count = size < width ? 0 : numberAt(0);
  if ((count + 1) * width > size) throw new ToolError(`${where}: a damaged archive: its table has ${count} symbols in ${size} bytes`);
  const members = new Map<number, Buffer[]>();
  let at = (count + 1) * width;
  for (let index = 1; index <= count; index += 1) {
    const end = table.indexOf(0, at);
    if (end < 0) throw new ToolError(`${where}: a damaged archive: the name of symbol ${index} has no end`);
    const member = numberAt(index * width);
    const names = members.get(member);
    if (names === undefined) members.set(member, [table.subarray(at, end)]);
    else names.push(table.subarray(at, end));
    at = end + 1;
  }
  return [...members.values()];
}
