import type { ElfObject, ObjectSection } from '../../formats/elf/object.ts';
import type { MapInput } from './link-map.ts';

/** A piece of a section that the linker merged from those of many objects: one copy of each string or constant. */
export interface MergedPiece {
  readonly address: number;
  readonly size: number;
}

const [MERGE, STRINGS] = [0x10, 0x20];

/** Whether the linker merges what is alike in it. */
export function isMerged({ flags, entrySize }: ObjectSection): boolean {
  return (flags & MERGE) !== 0 && entrySize > 0;
}

/** The merged sections of a linked file, by content. */
export class MergedSections {
  private readonly pieces = new Map<string, MergedPiece>();
  private readonly split = new Map<string, ReadonlyMap<number, string>>();

  /** `contents`: what the linked file has in an input that the linker made. `entry`: how the objects have it. */
  add({ section, address }: MapInput, contents: Buffer, entry: Pick<ObjectSection, 'flags' | 'entrySize'>): void {
    for (const [offset, text] of splitUp(contents, entry)) {
      const key = `${section}\0${text}`;
      if (!this.pieces.has(key)) this.pieces.set(key, { address: address + offset, size: text.length });
    }
  }

  /** What of the linked file an object means by a place in a section of its own; `null` where it is not found there (the ends of two strings were made one). */
  find(where: string, object: ElfObject, section: number, offset: number): MergedPiece | null {
    const found = object.sections[section];
    if (found === undefined) return null;
    const key = `${where}\0${section}`;
    const parts = this.split.get(key) ?? splitUp(object.bytes(section), found);
    this.split.set(key, parts);
    const start = startOf(parts, found, offset, object.bytes, section);
    const text = start === null ? undefined : parts.get(start);
    return text === undefined ? null : (this.pieces.get(`${found.name}\0${text}`) ?? null);
  }
}

function startOf(
  parts: ReadonlyMap<number, string>,
  { flags, entrySize }: ObjectSection,
  offset: number,
  bytes: ElfObject['bytes'],
  section: number,
): number | null {
  if (parts.has(offset)) return offset;
  if ((flags & STRINGS) === 0) return Math.floor(offset / entrySize) * entrySize;
  // Into a string: its beginning.
  const contents = bytes(section);
  return offset < 0 || offset >= contents.length ? null : contents.lastIndexOf(0, offset - 1) + 1;
}

/** Strings with their end, or entries of one size, by their offsets. */
function splitUp(contents: Buffer, { flags, entrySize }: Pick<ObjectSection, 'flags' | 'entrySize'>): ReadonlyMap<number, string> {
  const parts = new Map<number, string>();
  const strings = (flags & STRINGS) !== 0;
  // Strings of wide characters are Windows' habit.
  if (strings && entrySize !== 1) return parts;
  for (let at = 0; at < contents.length; ) {
    const zero = strings ? contents.indexOf(0, at) : -1;
    const end = strings ? (zero < 0 ? contents.length : zero + 1) : Math.min(contents.length, at + entrySize);
    parts.set(at, contents.toString('latin1', at, end));
    at = end;
  }
  return parts;
}
