import { readU64 } from '../../formats/elf/sections.ts';
import { type UnwindRecord, unwindRecords, unwindRows } from '../../formats/elf/unwinding.ts';
import { type Owner, type Piece, pieceAt } from './partition.ts';

/** What the linker makes of the whole program, by what each entry is about. All places are addresses. */
export interface Tables {
  readonly code: readonly Piece[];
  readonly data: readonly Piece[];
}

/** What belongs to all functions of a compiler's setting. */
const UNWINDING: Owner = { kind: 'part', name: '[unwinding]' };
const RELOCATION = 24;
const SLOT = 8;

/** How frames are taken down, and the table by which that is found: each entry is its function's. */
export function unwindingPieces(section: string, contents: Buffer, address: number, { code }: Tables): readonly Piece[] {
  const entries: readonly UnwindRecord[] = (section === '.eh_frame' ? unwindRecords : unwindRows)(contents, address) ?? [];
  return entries.map(({ offset, size, function: start }): Piece => {
    const owner = start === null ? UNWINDING : (pieceAt(code, start)?.owner ?? UNWINDING);
    return { start: address + offset, end: address + offset + size, owner, sort: 'unwinding', symbol: null };
  });
}

/** What the loader writes before anything runs: the place, and what is added to where the program is loaded. */
export interface Filled {
  readonly at: number;
  readonly place: number;
  readonly value: number;
}

export function relocationsIn(contents: Buffer): readonly Filled[] {
  return Array.from({ length: Math.floor(contents.length / RELOCATION) }, (_, index): Filled => {
    const at = index * RELOCATION;
    const value = contents.readUInt32LE(at + 16) + contents.readInt32LE(at + 20) * 2 ** 32;
    return { at, place: readU64(contents, at), value };
  });
}

/** The table of addresses (`.got`): a slot is of what its address leads to. Slots of what other libraries have are nobody's. */
export function slotPieces(relocations: readonly Filled[], isSlot: (place: number) => boolean, { code, data }: Tables): readonly Piece[] {
  return relocations
    .filter(({ place, value }) => value > 0 && isSlot(place))
    .flatMap(({ place, value }): readonly Piece[] => {
      const owner = (pieceAt(code, value) ?? pieceAt(data, value))?.owner;
      return owner === undefined ? [] : [{ start: place, end: place + SLOT, owner, sort: 'relocations', symbol: null }];
    })
    .toSorted((a, b) => a.start - b.start);
}

/** Each relocation is of the place that it fills. */
export function relocationPieces(relocations: readonly Filled[], address: number, filled: readonly Piece[]): readonly Piece[] {
  return relocations.flatMap(({ at, place }): readonly Piece[] => {
    const owner = pieceAt(filled, place)?.owner;
    return owner === undefined ? [] : [{ start: address + at, end: address + at + RELOCATION, owner, sort: 'relocations', symbol: null }];
  });
}
