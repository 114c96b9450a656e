import type { MapInput } from './link-map.ts';
import type { Origin } from './origins.ts';
import { type Owner, PADDING, type Piece, pieceAt } from './partition.ts';

/** A function in the symbol table, and its crate where it is known. */
export interface OwnedFunction {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly crate: string | null;
}

/** What the linker took from one place. */
export interface Placed {
  readonly start: number;
  readonly end: number;
  readonly input: MapInput;
  /** `null`: the linker made it. */
  readonly origin: Origin | null;
}

/** What stands in an object of Rust and in none of its functions: `global_asm!` without `.size`. */
const UNSIZED: Owner = { kind: 'part', name: '[assembly without sizes]' };
const MOST_ALIGNMENT = 64;

/** Of a function of Rust whose crate nobody knows. */
export const UNKNOWN: Owner = { kind: 'part', name: '[unknown functions]' };

/**
 * The code by address: each function its crate's; C and assembly, with or without symbols, that of the archive they came from. What lies between
 * functions of Rust is padding.
 */
export function codePieces(functions: readonly OwnedFunction[], placed: readonly Placed[]): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const { address, size, name, crate } of functions) {
    if (size === 0) continue;
    const origin = pieceAt(placed, address)?.origin ?? null;
    const owner = foreignOwner(origin) ?? (crate === null ? UNKNOWN : ({ kind: 'crate', name: crate } as const));
    pieces.push({ start: address, end: address + size, owner, sort: 'code', symbol: name });
  }
  for (const { start, end, origin, input } of placed) {
    const owner = input.file === null ? null : (foreignOwner(origin) ?? UNSIZED);
    if (owner !== null) pieces.push({ start, end, owner, sort: 'code', symbol: null });
  }
  return withoutOverlaps(pieces);
}

/** Functions first, what is known of a whole object only where no function is. */
function withoutOverlaps(pieces: readonly Piece[]): readonly Piece[] {
  const named = pieces.filter(({ symbol }) => symbol !== null).toSorted((a, b) => a.start - b.start || a.end - b.end);
  const found: Piece[] = [];
  const whole = pieces.filter(({ symbol }) => symbol === null);
  let next = 0;
  for (const piece of whole) {
    while (next < named.length && (named[next]?.end ?? 0) <= piece.start) next += 1;
    let at = piece.start;
    for (let index = next; index < named.length && (named[index]?.start ?? 0) < piece.end; index += 1) {
      const inside = named[index];
      if (inside === undefined) break;
      if (inside.start > at) found.push({ ...piece, start: at, end: inside.start });
      at = Math.max(at, inside.end);
    }
    if (at < piece.end) found.push({ ...piece, start: at });
  }
  // Between functions of Rust little is alignment, and much is assembly that says of no size.
  return [...named, ...found.filter(({ owner, start, end }) => owner !== UNSIZED || end - start >= MOST_ALIGNMENT)];
}

/** The one owner of all that an object of C or assembly has; `null` of Rust's. */
export function foreignOwner(origin: Origin | null): Owner | null {
  if (origin === null || origin.kind === 'rust') return null;
  return origin.kind === 'crate' ? { kind: 'crate', name: origin.name } : { kind: 'part', name: origin.name };
}

export const BETWEEN_FUNCTIONS = { owner: PADDING, sort: 'code' } as const;
