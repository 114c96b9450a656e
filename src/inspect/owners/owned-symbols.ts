import type { SymbolSize } from '../../core/snapshot/snapshot.ts';
import { bytes } from '../../core/units.ts';
import { type BloatRow, bySize, symbolOf } from '../bloat.ts';
import type { CodeCrates } from './code-crates.ts';
import type { Piece } from './partition.ts';
import { ownerName, type Summary } from './summary.ts';

/** Instances of one function that have one owner. `by`: `null`, of a row of cargo bloat's that is at no place of the binary. */
interface Folded {
  readonly crate: string;
  readonly name: string;
  readonly by: string | null;
  size: number;
  count: number;
}

/** cargo bloat's rows by crate, name and owner. */
export interface FoldedSymbols {
  readonly rows: ReadonlyMap<string, Folded>;
  /** As what a piece of code is told apart, by its place among the pieces; `null` of one that is in no row. */
  readonly keyOf: (index: number) => string | null;
}

/** `shift`: from an address of the code to its place in the file. */
export function foldSymbols(
  { functions, left }: Pick<CodeCrates, 'functions' | 'left'>,
  pieces: readonly Piece[],
  shift: number,
): FoldedSymbols {
  const rows = new Map<string, Folded>();
  const add = (row: BloatRow, by: string | null): string => {
    const { crate, name } = symbolOf(row);
    const key = `${crate}\0${name}`;
    const id = rowId(by, key);
    const folded = rows.get(id) ?? { crate, name, by, size: 0, count: 0 };
    folded.size += row.size;
    folded.count += 1;
    rows.set(id, folded);
    return key;
  };
  const places = new Map<number, number>();
  for (const [index, { start, sort, symbol }] of pieces.entries()) if (sort === 'code' && symbol !== null) places.set(start, index);
  const keys = new Map<number, string>();
  for (const { row, symbol } of functions) {
    if (row === null) continue;
    // Of functions that overlap the second begins where the first ends: nothing begins at its own place, and its bytes are told of none.
    const index = places.get(symbol.address + shift);
    const piece = index === undefined ? undefined : pieces[index];
    const isOwn = index !== undefined && piece?.symbol === symbol.name;
    const key = add(row, isOwn ? ownerName(piece.owner) : null);
    if (isOwn) keys.set(index, key);
  }
  for (const row of left) add(row, null);
  return { rows, keyOf: (index) => keys.get(index) ?? null };
}

/** The same with the code of each that its owner has, and what that costs in the package, the largest first. */
export function ownedSymbols({ rows }: FoldedSymbols, { code }: Summary): readonly SymbolSize[] {
  const owned = new Map(code.flatMap(({ by, key, size, zip }) => (key === null ? [] : [[rowId(by, key), { by, code: size, zip }]])));
  return [...rows]
    .map(([id, { crate, name, size, count }]) => ({ crate, name, size: bytes(size), count, owned: owned.get(id) ?? null }))
    .sort(bySize);
}

function rowId(by: string | null, key: string): string {
  return `${by ?? ''}\0${key}`;
}
