/** What a piece of a binary is there for. */
export type Sort = 'code' | 'data' | 'unwinding' | 'relocations' | 'other';

/** Whose a piece is. */
export type Owner =
  | { readonly kind: 'crate'; readonly name: string }
  /** Of several crates, in order of name. */
  | { readonly kind: 'shared'; readonly crates: readonly string[] }
  /** Of no crate: `[headers]`, `[padding]`, a section of the linker's own. */
  | { readonly kind: 'part'; readonly name: string };

/** Bytes of the file from `start` to before `end`. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly owner: Owner;
  readonly sort: Sort;
  /** Of the function or constant in the symbol table; `null`: it has none. */
  readonly symbol: string | null;
}

export const PADDING: Owner = { kind: 'part', name: '[padding]' };

/** A stretch of the file, and what is known of it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** May overlap, lie in any order and reach out of it: the first at a place counts. */
  readonly pieces: readonly Piece[];
  /** What nothing is known of. */
  readonly rest: Pick<Piece, 'owner' | 'sort'>;
}

/**
 * Covers `size` bytes once, without gap or overlap, whatever it is given: what lies in no stretch is `rest`'s, of two stretches at a place the
 * first in the file counts.
 */
export function cover(size: number, stretches: readonly Stretch[], rest: Pick<Piece, 'owner' | 'sort'>): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const end = Math.min(size, stretch.end);
    if (end <= at) continue;
    at = fill(pieces, at, Math.max(at, Math.min(end, stretch.start)), rest);
    for (const piece of stretch.pieces.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
      const [from, to] = [Math.max(at, piece.start), Math.min(end, piece.end)];
      if (to <= from) continue;
      at = fill(pieces, at, from, stretch.rest);
      pieces.push({ ...piece, start: from, end: to });
      at = to;
    }
    at = fill(pieces, at, end, stretch.rest);
  }
  fill(pieces, at, size, rest);
  return pieces;
}

function fill(pieces: Piece[], from: number, to: number, rest: Pick<Piece, 'owner' | 'sort'>): number {
  if (to > from) pieces.push({ start: from, end: to, ...rest, symbol: null });
  return Math.max(from, to);
}

/** What lies at an address or offset, among pieces that lie apart and in order. */
export function pieceAt<T extends { readonly start: number; readonly end: number }>(pieces: readonly T[], place: number): T | null {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.end ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  const found = pieces[low];
  return found !== undefined && found.start <= place ? found : null;
}
