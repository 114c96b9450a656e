import { moduleNamed } from './anonymous.ts';
import { foreignOwner, type Placed } from './code.ts';
import type { MapInput } from './link-map.ts';
import type { OwnerSets } from './owner-sets.ts';
import type { Owner, Piece, Sort } from './partition.ts';
import type { References } from './references.ts';

/** Constants that nothing in the linked file is known to refer to. */
const UNNAMED: Owner = { kind: 'part', name: '[unnamed data]' };
/** Of what the linker merged, that of which nobody is known to use it. */
const MERGED: Owner = { kind: 'part', name: '[merged constants]' };

interface Found {
  readonly placed: readonly (Placed & { readonly place: number })[];
  readonly references: References;
  readonly sets: OwnerSets;
}

/** The data of one section by address: each constant its own name's, else that of who refers to it. */
export function dataPieces({ placed, references, sets }: Found): readonly Piece[] {
  const merged = [...references.merged.values()].toSorted((a, b) => a.address - b.address);
  const owners = new Map<bigint, Owner>();
  return placed.flatMap(({ start, end, origin, input, place }): readonly Piece[] => {
    const sort = sortOf(input);
    if (input.file === null) {
      const pieces = merged.filter(({ address }) => address >= start && address < end);
      const found = pieces.map(({ address, size, owners: set }): Piece => {
        return { start: address, end: Math.min(end, address + size), owner: ownerOf(set, MERGED), sort, symbol: null };
      });
      return input.section.startsWith('.rodata.') ? [...found, ...gaps(found, start, end, sort)] : found;
    }
    const owner = foreignOwner(origin) ?? ownerOf(references.inputs[place] ?? 0n, UNNAMED);
    return [{ start, end, owner, sort, symbol: symbolOf(input) }];
  });

  function ownerOf(set: bigint, nobody: Owner): Owner {
    if (set === 0n) return nobody;
    const known = owners.get(set);
    if (known !== undefined) return known;
    const crates = sets.namesOf(set);
    const [only] = crates;
    const owner: Owner = crates.length === 1 && only !== undefined ? { kind: 'crate', name: only } : { kind: 'shared', crates };
    owners.set(set, owner);
    return owner;
  }
}

function gaps(pieces: readonly Piece[], start: number, end: number, sort: Sort): readonly Piece[] {
  const found: Piece[] = [];
  let at = start;
  for (const piece of pieces) {
    if (piece.start > at) found.push({ start: at, end: piece.start, owner: MERGED, sort, symbol: null });
    at = Math.max(at, piece.end);
  }
  if (at < end) found.push({ start: at, end, owner: MERGED, sort, symbol: null });
  return found;
}

function sortOf({ section }: MapInput): Sort {
  return section.startsWith('.gcc_except_table') ? 'unwinding' : 'data';
}

/** `.rodata._ZN6health5TABLE17h…E` → the symbol; `null` of what the compiler numbered (`.L…`, `anon.…`), and of sections with many in one. */
function symbolOf({ section }: MapInput): string | null {
  if (moduleNamed(section) !== null) return null;
  const named = /^\.(?:rodata|data\.rel\.ro|data|tdata)(?:\.unlikely)?\.(?!\.L)(.+)$/.exec(section)?.[1];
  return named === undefined || /^(?:cst|str)\d/.test(named) ? null : named;
}
