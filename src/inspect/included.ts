import { deflateRawSync } from 'node:zlib';
import { ToolError } from '../core/failures.ts';
import type { Finding } from '../core/snapshot/findings.ts';
import { shortened } from '../core/text.ts';
import { bytes } from '../core/units.ts';
import { openReader, type Reader } from '../formats/elf/reader.ts';
import { LARGE } from './large-tables.ts';
import type { ReadFile } from './owners/file-constants.ts';

/** A file that a unit of the build read beside its sources. */
export interface IncludedFile extends ReadFile {
  /** As a person knows it: from the repository's top, or with the package that brings it. */
  readonly name: string;
  /** Where it is included, if that was found. */
  readonly place: { readonly file: string; readonly line: number } | null;
}

const NEEDLE = 256;
const AT_ONCE = 8_000_000;
const MOST_TOLD = 10;
/** Each is looked for in the whole binary. */
const MOST_FILES = 50;
/** Files that begin alike. */
const MOST_TRIES = 20;
/** What is packed to see what it takes in a ZIP; Lambda takes no more by direct upload. */
const MOST_PACKED = 50_000_000;

/** Which of the large ones of these files stand in the binary whole, byte by byte, the largest first. */
export function includedIn(binary: Reader, files: readonly IncludedFile[]): readonly Finding[] {
  const found = files
    .filter(({ size }) => size >= LARGE)
    .slice(0, MOST_FILES)
    .flatMap((file): readonly Extract<Finding, { readonly kind: 'large-include' }>[] => {
      try {
        using reader = openReader(file.path);
        if (reader.size < NEEDLE || reader.size > Math.min(binary.size, MOST_PACKED) || !holds(binary, reader)) return [];
        const { name, place } = file;
        const packed = packedSize(file, reader);
        return [{ kind: 'large-include', name: shortened(name, 1_000), size: bytes(reader.size), packed: bytes(packed), place }];
      } catch (error) {
        // It was there when rustc read it: nothing is said of what is gone.
        if (error instanceof ToolError) return [];
        throw error;
      }
    });
  return found.toSorted((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1)).slice(0, MOST_TOLD);
}

/** The functions of one call may all have it. */
const packedSizes = new WeakMap<IncludedFile, number>();

function packedSize(file: IncludedFile, reader: Reader): number {
  const size = packedSizes.get(file) ?? deflateRawSync(reader.read(0, reader.size), { level: 9 }).length;
  packedSizes.set(file, size);
  return size;
}

function holds(binary: Reader, file: Reader): boolean {
  const needle = file.read(0, NEEDLE);
  let tries = 0;
  for (let at = 0; at + NEEDLE <= binary.size; at += AT_ONCE - NEEDLE + 1) {
    const part = binary.read(at, Math.min(AT_ONCE, binary.size - at));
    for (let index = part.indexOf(needle); index >= 0; index = part.indexOf(needle, index + 1)) {
      if (isAt(binary, at + index, file)) return true;
      tries += 1;
      if (tries >= MOST_TRIES) return false;
    }
  }
  return false;
}

function isAt(binary: Reader, offset: number, file: Reader): boolean {
  if (offset + file.size > binary.size) return false;
  for (let at = 0; at < file.size; at += AT_ONCE) {
    const length = Math.min(AT_ONCE, file.size - at);
    if (!binary.read(offset + at, length).equals(file.read(at, length))) return false;
  }
  return true;
}
