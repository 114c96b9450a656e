import { compareVersions } from '../../core/versions.ts';
import { damaged, type ElfSource, readU64, region, type Section, stringAt } from './sections.ts';

const DYNAMIC = 6;
/** SHT_GNU_verneed, `.gnu.version_r`. */
const VERSION_NEEDS = 0x6ffffffe;
const DT_NEEDED = 1;
const PT_INTERP = 3;
const PROGRAM_HEADER = 56;
/** A version that only weak symbols refer to: the loader goes on without it. */
const WEAK = 2;
/** Bounds for damaged files; real ones have about thirty dynamic entries, five libraries and ten versions. */
export const LARGEST_TABLE = 1 << 20;
const MOST_LIBRARIES = 1_000;
const MOST_VERSIONS = 10_000;
const LONGEST_PATH = 1_024;

/** The libraries that the loader must find (DT_NEEDED), read through the string table that the dynamic section links to. */
export function neededOf(source: ElfSource): readonly string[] {
  const section = source.table.find((candidate) => candidate.type === DYNAMIC);
  if (section === undefined) return [];
  const table = tableOf(source, section);
  const needed: string[] = [];
  for (let at = 0; at + 16 <= table.length; at += 16) {
    const tag = readU64(table, at);
    if (tag === 0) break;
    if (tag !== DT_NEEDED) continue;
    if (needed.length === MOST_LIBRARIES) throw damaged(source.where, `it needs more than ${MOST_LIBRARIES} libraries`);
    const name = stringAt(source, stringsOf(source, section), readU64(table, at + 8), 'the name of a needed library');
    if (name === '') throw damaged(source.where, 'it needs a library without a name');
    needed.push(name);
  }
  return needed;
}

/** The path in PT_INTERP, from the program headers: that is where the kernel looks, sections or not. */
export function interpreterOf(source: ElfSource, header: Buffer): string | null {
  const { reader, where } = source;
  const count = header.readUInt16LE(56);
  if (count === 0) return null;
  if (header.readUInt16LE(54) !== PROGRAM_HEADER)
    throw damaged(where, `its program headers are ${header.readUInt16LE(54)} bytes long, not ${PROGRAM_HEADER}`);
  const table = region(reader, where, 'program headers', readU64(header, 32), count * PROGRAM_HEADER);
  for (let at = 0; at < table.length; at += PROGRAM_HEADER) {
    if (table.readUInt32LE(at) !== PT_INTERP) continue;
    const length = readU64(table, at + 32);
    if (length < 2 || length > LONGEST_PATH) throw damaged(where, `the path of its interpreter is ${length} bytes long`);
    const path = region(reader, where, 'bytes of the interpreter', readU64(table, at + 8), length);
    const end = path.indexOf(0);
    if (end < 1) throw damaged(where, 'the path of its interpreter is empty or has no end');
    return path.toString('utf8', 0, end);
  }
  return null;
}

/** A version that must be there for the loader to accept the file. */
interface VersionNeed {
  readonly library: string;
  /** `GLIBC_2.29`. */
  readonly name: string;
  /** By which `.gnu.version` refers to it. */
  readonly index: number;
  /** Only weak symbols refer to it. */
  readonly weak: boolean;
}

/** The highest strong `GLIBC_x.y` in `.gnu.version_r`: what glibc has to be at least for the loader to accept the file. */
export function newestGlibcOf(source: ElfSource): string | null {
  const versions = [...versionNeedsOf(source)].flatMap(({ name, weak }) => {
    const version = /^GLIBC_(\d+(?:\.\d+)+)$/.exec(name)?.[1];
    return version === undefined || weak ? [] : [version];
  });
  return versions.toSorted(compareVersions).at(-1) ?? null;
}

/** The entries of `.gnu.version_r`. */
export function* versionNeedsOf(source: ElfSource): Generator<VersionNeed> {
  const section = source.table.find((candidate) => candidate.type === VERSION_NEEDS);
  if (section === undefined || section.size === 0) return;
  const table = tableOf(source, section);
  const strings = stringsOf(source, section);
  let seen = 0;
  for (let at = 0, next = 1; next !== 0; at += next) {
    next = fieldOf(source, table, at, 12);
    const count = fieldOf(source, table, at, 0) >>> 16;
    const library = stringAt(source, strings, fieldOf(source, table, at, 4), 'the name of a library with symbol versions');
    for (let index = 0, aux = at + fieldOf(source, table, at, 8), step = 1; index < count && step !== 0; index += 1, aux += step) {
      seen += 1;
      if (seen > MOST_VERSIONS) throw damaged(source.where, `it needs more than ${MOST_VERSIONS} symbol versions`);
      step = fieldOf(source, table, aux, 12);
      const flags = fieldOf(source, table, aux, 4);
      const name = stringAt(source, strings, fieldOf(source, table, aux, 8), 'the name of a symbol version');
      yield { library, name, index: flags >>> 16, weak: (flags & WEAK) !== 0 };
    }
  }
}

export function tableOf({ reader, where }: ElfSource, section: Section): Buffer {
  if (section.size > LARGEST_TABLE) throw damaged(where, `its ${section.name} has ${section.size} bytes`);
  return reader.read(section.offset, section.size);
}

/** 32 bits at `at + offset`, where an entry of 16 bytes must lie within the table. */
export function fieldOf({ where }: ElfSource, table: Buffer, at: number, offset: number): number {
  if (at + 16 > table.length)
    throw damaged(where, `a symbol version at byte ${at} lies behind the end of its table (${table.length} bytes)`);
  return table.readUInt32LE(at + offset);
}

export function stringsOf(source: ElfSource, section: Section): Section {
  const strings = source.table[section.link];
  if (strings === undefined) throw damaged(source.where, `its ${section.name} refers to section ${section.link} of ${source.table.length}`);
  return strings;
}
