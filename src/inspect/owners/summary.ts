import { BYTE_SORTS } from '../../core/rows.ts';
import { foldName } from '../../core/rust-names.ts';
import { MOST_SHARING, type OwnedBytes, type OwnedParts } from '../../core/snapshot/owners.ts';
import { shortened } from '../../core/text.ts';
import { type Bytes, bytes } from '../../core/units.ts';
import { sharedOut, wholeBytes } from '../../core/whole-bytes.ts';
import { demangle } from '../../formats/rust-symbol/demangle.ts';
import { Leaves, type SharedLeaf } from './leaves.ts';
import type { Owner, Piece } from './partition.ts';

/** Of the package: what the compressed stream says of itself, its code tables above all. */
const TABLES: Owner = { kind: 'part', name: '[compression tables]' };
/** A constant without a name that is smaller than this is not told apart from its crate's others. */
const TELLING = 4_096;
const SMALLEST = 256;
const MOST_CONSTANTS = 2_000;
const LONGEST = 1_000;

type Sorts<T> = Record<Piece['sort'], T>;

interface Row {
  readonly owner: Owner;
  readonly sizes: Sorts<number>;
  readonly bits: Sorts<number>;
}

/** Whose the bytes are, and what of each owner's code is of which function. */
export interface Summary {
  readonly owners: OwnedParts;
  /** `by`: the owner as `owners` names it; `key`: as `keyOf` told it, `null` for all code that it told nothing of. */
  readonly code: readonly (Pick<SharedLeaf, 'key' | 'size' | 'zip'> & { readonly by: string })[];
}

/**
 * Adds pieces up by owner. `bits`: what each costs in the package, in the same order, and the tables beside them; as `zip` they are whole bytes that add
 * up to the compressed entry, and within an owner those of each sort, each constant and each function do to the owner's. `keyOf`: as what a piece
 * of code is told apart, by its place among the pieces.
 */
export function summarize(
  pieces: readonly Piece[],
  bits: { readonly pieces: readonly number[]; readonly tables: number },
  keyOf: (index: number) => string | null,
): Summary {
  const rows = new Map<string, Row>();
  const rowOf = (owner: Owner): Row => {
    const key = ownerKey(owner);
    const row = rows.get(key) ?? { owner: folded(owner), sizes: none(), bits: none() };
    rows.set(key, row);
    return row;
  };
  const [code, constants] = [new Leaves(), new Leaves()];
  for (const [index, { start, end, owner, sort, symbol }] of pieces.entries()) {
    const row = rowOf(owner);
    const [size, cost] = [end - start, bits.pieces[index] ?? 0];
    row.sizes[sort] += size;
    row.bits[sort] += cost;
    if (sort === 'code') code.add(ownerKey(owner), keyOf(index), size, cost);
    else if (sort === 'data') constants.add(ownerKey(owner), constantName(symbol, size), size, cost);
  }
  rowOf(TABLES).bits.other += bits.tables;
  const all = [...rows].toSorted(([a, one], [b, other]) => total(other.sizes) - total(one.sizes) || (a < b ? -1 : 1));
  const zips = wholeBytes(all.map(([, row]) => total(row.bits)));
  const owned = new Map(all.map(([key, row], index) => [key, { owner: row.owner, bytes: bytesOf(row, zips[index] ?? bytes(0)) }]));
  const zipOf =
    (sort: Piece['sort']) =>
    (key: string): Bytes =>
      owned.get(key)?.bytes.zip[sort] ?? bytes(0);
  const list = [...owned.values()];
  return {
    owners: {
      kind: 'owned',
      crates: list.flatMap((one) => (one.owner.kind === 'crate' ? [{ name: one.owner.name, ...one.bytes }] : [])),
      shared: list.flatMap((one) => (one.owner.kind === 'shared' ? [{ crates: [...one.owner.crates], ...one.bytes }] : [])),
      parts: list.flatMap((one) => (one.owner.kind === 'part' ? [{ name: one.owner.name, ...one.bytes }] : [])),
      constants: largest(constants.shared(zipOf('data')), (key) => owned.get(key)?.owner ?? TABLES),
    },
    code: code
      .shared(zipOf('code'))
      .map(({ owner, key, size, zip }) => ({ by: ownerName(owned.get(owner)?.owner ?? TABLES), key, size, zip })),
  };
}

function none(): Sorts<number> {
  return { code: 0, data: 0, unwinding: 0, relocations: 0, other: 0 };
}

function ownerKey(owner: Owner): string {
  return `${owner.kind} ${ownerName(owner)}`;
}

/** As `owners` has it; of what many share it is empty. */
export function ownerName(owner: Owner): string {
  return owner.kind === 'shared' ? folded(owner).crates.join(' ') : owner.name;
}

function folded<T extends Owner>(owner: T): T {
  if (owner.kind !== 'shared' || owner.crates.length <= MOST_SHARING) return owner;
  return { ...owner, crates: [] };
}

function total(sorts: Sorts<number>): number {
  return BYTE_SORTS.reduce((sum, sort) => sum + sorts[sort], 0);
}

function bytesOf({ sizes, bits }: Row, zip: Bytes): OwnedBytes {
  return {
    ...bySort(BYTE_SORTS.map((sort) => bytes(sizes[sort]))),
    zip: bySort(
      sharedOut(
        zip,
        BYTE_SORTS.map((sort) => bits[sort]),
      ),
    ),
  };
}

function bySort(figures: readonly Bytes[]): Sorts<Bytes> {
  const [code = bytes(0), data = bytes(0), unwinding = bytes(0), relocations = bytes(0), other = bytes(0)] = figures;
  return { code, data, unwinding, relocations, other };
}

/** The largest constants and statics; those of one name and owner together, and what has no name by its size. */
function largest(leaves: readonly SharedLeaf[], ownerOf: (key: string) => Owner): OwnedParts['constants'] {
  return leaves
    .flatMap(({ owner, key, size, zip, count }) => {
      const of = ownerOf(owner);
      if (key === null || of.kind === 'part' || size < SMALLEST) return [];
      return [{ crates: of.kind === 'crate' ? [of.name] : [...of.crates], name: key, size, zip, count }];
    })
    .toSorted((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_CONSTANTS);
}

function constantName(symbol: string | null, size: number): string {
  if (symbol === null) return size < TELLING ? '[small constants]' : `[constant of ${size} B]`;
  return shortened(foldName(demangle(symbol)?.path ?? symbol), LONGEST);
}
