import type { Elf } from '../../formats/elf/elf.ts';
import type { Reader } from '../../formats/elf/reader.ts';
import { readU64, type Section } from '../../formats/elf/sections.ts';
import { BETWEEN_FUNCTIONS, codePieces, type OwnedFunction, type Placed } from './code.ts';
import { dataPieces } from './data.ts';
import type { LinkMap, MapInput } from './link-map.ts';
import type { OpenObjects } from './linked-objects.ts';
import { isMerged, MergedSections } from './merged.ts';
import { OwnerSets } from './owner-sets.ts';
import { cover, PADDING, type Piece, type Stretch } from './partition.ts';
import { findReferences } from './references.ts';
import { relocationPieces, relocationsIn, slotPieces, unwindingPieces } from './tables.ts';

export interface OwnersSource {
  /** The file as it ships. */
  readonly reader: Reader;
  readonly elf: Elf;
  readonly map: LinkMap;
  readonly opened: OpenObjects;
  /** The twin's functions, with their crates. */
  readonly functions: readonly OwnedFunction[];
  /** By the name in a symbol table. */
  readonly crateOf: (symbol: string) => string | null;
  /** By the name that LLVM gives a compiled module. */
  readonly moduleOf: (module: string) => string | null;
  /** Whose a constant of a size is that has the bytes of an included file; `null`: nobody's. */
  readonly ofFile: (size: number, bytes: () => Buffer) => string | null;
  /** The binary's own, where any module that has no crate is its own. */
  readonly ownCrate: string | null;
}

const ALLOC = 2;
const [RELA, NOBITS] = [4, 8];
const FILE_HEADER = 64;
const HEADERS = { owner: { kind: 'part', name: '[headers]' }, sort: 'other' } as const;

type PlacedInput = Placed & { readonly place: number };

/** Who owns which bytes of the file: pieces in order that cover it once, from 0 to its size. */
export function ownersOf(source: OwnersSource): readonly Piece[] {
  const { elf, reader } = source;
  const inFile = elf.sections.filter(({ size, type }) => size > 0 && type !== NOBITS);
  const loaded = inFile.filter(({ flags }) => (flags & ALLOC) !== 0);
  const contentsOf = ({ offset, size }: Section): Buffer => reader.read(offset, size);
  const placed = placedIn(loaded, source);
  const found = new Map<Section, readonly Piece[]>();

  const text = loaded.filter(isText);
  for (const section of text) found.set(section, inOrder(codePieces(within(source.functions, section), placed.get(section) ?? [])));
  const { references, sets } = referencesOf(source, loaded);
  for (const section of loaded)
    if (!isText(section)) found.set(section, dataPieces({ placed: placed.get(section) ?? [], references, sets }));
  const piecesOf = (sections: readonly Section[]): readonly Piece[] => inOrder(sections.flatMap((section) => found.get(section) ?? []));
  const tables = { code: piecesOf(text), data: piecesOf(loaded.filter((section) => !isText(section))) };

  // The C library fills the slots of `.rela.plt`, each when it is first used: they are no crate's.
  const relocated = loaded
    .filter(({ type, name }) => type === RELA && name !== '.rela.plt')
    .map((section) => ({ section, list: relocationsIn(contentsOf(section)) }));
  const isSlot = (place: number): boolean =>
    loaded.some(({ name, address, size }) => name === '.got' && place >= address && place < address + size);
  const slots = slotPieces(
    relocated.flatMap(({ list }) => list),
    isSlot,
    tables,
  );
  const filled = inOrder([...tables.data, ...slots]);
  for (const { section, list } of relocated) found.set(section, relocationPieces(list, section.address, filled));
  for (const section of loaded) {
    const { name, address } = section;
    if (name === '.got') found.set(section, slots);
    if (name === '.eh_frame' || name === '.eh_frame_hdr') found.set(section, unwindingPieces(name, contentsOf(section), address, tables));
  }
  const sections = inFile.map((section) => stretchOf(section, found.get(section) ?? []));
  // Between sections of a file is what aligns its segments.
  return cover(reader.size, [...headersOf(reader), ...sections], { owner: PADDING, sort: 'other' });
}

/** The file's own header, and the tables of segments and of sections. */
function headersOf(reader: Reader): readonly Stretch[] {
  const header = reader.read(0, Math.min(FILE_HEADER, reader.size));
  if (header.length < FILE_HEADER) return [];
  const tableAt = (offset: number, size: number, count: number): readonly [number, number] => {
    const start = readU64(header, offset);
    return [start, start + header.readUInt16LE(size) * header.readUInt16LE(count)];
  };
  const tables = [[0, FILE_HEADER] as const, tableAt(32, 54, 56), tableAt(40, 58, 60)];
  return tables.map(([start, end]) => ({ start, end, pieces: [], rest: HEADERS }));
}

/** Everything that runs and that the compiler made; `.plt` and `.init` are the linker's. */
function isText({ name }: Pick<Section, 'name'>): boolean {
  return name === '.text';
}

function stretchOf(section: Section, pieces: readonly Piece[]): Stretch {
  const { name, offset, address, size } = section;
  const by = offset - address;
  const shifted = pieces.map((piece) => ({ ...piece, start: piece.start + by, end: piece.end + by }));
  const own = { owner: { kind: 'part', name }, sort: sortOf(section) } as const;
  // In what the linker put together of many, what is between them is padding.
  const isPadded = pieces.length > 0 && (own.sort === 'other' || own.sort === 'code') && name !== '.got';
  const rest = !isPadded ? own : isText(section) ? BETWEEN_FUNCTIONS : { owner: PADDING, sort: 'data' as const };
  return { start: offset, end: offset + size, pieces: shifted, rest };
}

function sortOf({ name, type }: Section): Piece['sort'] {
  if (isText({ name })) return 'code';
  if (name.startsWith('.eh_frame')) return 'unwinding';
  return type === RELA ? 'relocations' : 'other';
}

function inOrder(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

function within(functions: readonly OwnedFunction[], { address, size }: Section): readonly OwnedFunction[] {
  return functions.filter((one) => one.address >= address && one.address < address + size);
}

/** What the linker put into each section, in order. */
function placedIn(loaded: readonly Section[], { map, opened }: OwnersSource): ReadonlyMap<Section, readonly PlacedInput[]> {
  const outputs = map.outputs.map(({ name, address }) => loaded.find((one) => one.name === name && one.address === address));
  const placed = new Map<Section, PlacedInput[]>(loaded.map((section) => [section, []]));
  for (const [place, input] of map.inputs.entries()) {
    const section = outputs[input.output];
    if (section === undefined || input.size === 0) continue;
    const origin = input.file === null ? null : (opened.origins.get(input.file) ?? null);
    placed.get(section)?.push({ start: input.address, end: input.address + input.size, input, origin, place });
  }
  for (const list of placed.values()) list.sort((a, b) => a.start - b.start);
  return placed;
}

function referencesOf(
  { reader, map, opened, crateOf, moduleOf, ofFile, ownCrate }: OwnersSource,
  loaded: readonly Section[],
): { readonly references: ReturnType<typeof findReferences>; readonly sets: OwnerSets } {
  const merged = new MergedSections();
  const entries = new Map(
    opened.objects.flatMap(({ object }) => object.sections.filter(isMerged)).map((section) => [section.name, section] as const),
  );
  for (const input of map.inputs) {
    const entry = input.file === null ? entries.get(input.section) : undefined;
    const section = sectionOf(input);
    if (entry === undefined || section === undefined) continue;
    merged.add(input, bytesOf(input, section), entry);
  }
  const sets = new OwnerSets();
  const code = new Set(map.outputs.flatMap(({ name }, index) => (name === '.text' ? [index] : [])));
  const isCode = ({ output }: { readonly output: number }): boolean => code.has(output);
  const ofInput = (input: MapInput): string | null => {
    const section = sectionOf(input);
    return section === undefined ? null : ofFile(input.size, () => bytesOf(input, section));
  };
  return {
    references: findReferences({
      objects: opened.objects,
      inputs: map.inputs,
      isCode,
      merged,
      sets,
      crateOf,
      moduleOf,
      ofFile: ofInput,
      ownCrate,
    }),
    sets,
  };

  function sectionOf({ address, size }: MapInput): Section | undefined {
    return loaded.find((one) => address >= one.address && address + size <= one.address + one.size);
  }

  function bytesOf({ address, size }: MapInput, section: Section): Buffer {
    return reader.read(section.offset + address - section.address, size);
  }
}
