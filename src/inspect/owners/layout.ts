import type { Elf } from '../../formats/elf/elf.ts';
import type { Reader } from '../../formats/elf/reader.ts';
import type { Section } from '../../formats/elf/sections.ts';

interface Sections {
  readonly reader: Reader;
  readonly sections: Elf['sections'];
}

const [ALLOC, NOTE, NOBITS] = [2, 7, 8];
const COMPARED_AT_ONCE = 1 << 20;

/** Why what is loaded of a twin is not what is loaded of the shipped binary, byte for byte at the same addresses; `null` where it is. */
export function layoutDifference(shipped: Sections, twin: Sections): string | null {
  const isLoaded = ({ flags, type, size }: Section): boolean => (flags & ALLOC) !== 0 && type !== NOBITS && size > 0;
  const [ours, theirs] = [shipped.sections.filter(isLoaded), twin.sections.filter(isLoaded)];
  for (const [index, section] of ours.entries()) {
    const other = theirs[index];
    const same = other !== undefined && other.name === section.name && other.address === section.address && other.size === section.size;
    // A build id is of the whole file.
    if (!same || (section.type !== NOTE && !sameBytes(shipped.reader, section, twin.reader, other)))
      return `${section.name} of the unstripped twin is not that of the binary in the package`;
  }
  return ours.length === theirs.length ? null : 'the unstripped twin has other sections than the binary in the package';
}

type Region = Pick<Section, 'offset' | 'size'>;

function sameBytes(ours: Reader, a: Region, theirs: Reader, b: Region): boolean {
  for (let at = 0; at < a.size; at += COMPARED_AT_ONCE) {
    const length = Math.min(COMPARED_AT_ONCE, a.size - at);
    if (!ours.read(a.offset + at, length).equals(theirs.read(b.offset + at, length))) return false;
  }
  return true;
}
