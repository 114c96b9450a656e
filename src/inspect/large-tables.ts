import { ToolError } from '../core/failures.ts';
import { foldName } from '../core/rust-names.ts';
import type { Finding } from '../core/snapshot/findings.ts';
import { type Owners, soleOwner } from '../core/snapshot/owners.ts';
import { shortened } from '../core/text.ts';
import { bytes } from '../core/units.ts';
import { openReader } from '../formats/elf/reader.ts';
import { readSymbols } from '../formats/elf/symbols.ts';
import { demangle } from '../formats/rust-symbol/demangle.ts';

type LargeTable = Extract<Finding, { readonly kind: 'large-table' }>;

/** What is told of: a tenth of a small function's package. */
export const LARGE = 100_000;

const NOBITS = 8;
const MOST_TOLD = 10;
const LONGEST_NAME = 1_000;
/** What the compiler only numbered, under thin LTO with a hash: another one in each build. */
const UNNAMED = /^\[|^anon\.[0-9a-f]{32}\./;
const NO_NAME = '[constant]';

/**
 * The constants and statics that have 100,000 bytes or more in the file, the largest first: those of whom an owner is known, else those that the
 * file `symbols` has a name for (what the compiler only numbered has none).
 */
export function largeTables(owners: Owners, symbols: string): readonly Finding[] {
  const all = owners.kind === 'owned' ? ownedTables(owners) : namedTables(symbols);
  return all.toSorted((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1)).slice(0, MOST_TOLD);
}

/** Alike ones without a name are one row: each of them is as large as is told of, or none is. */
function ownedTables({ constants }: Extract<Owners, { readonly kind: 'owned' }>): readonly LargeTable[] {
  return constants
    .filter(({ size, count }) => size / count >= LARGE)
    .map(({ name, size, zip, ...of }) => ({
      kind: 'large-table',
      name: UNNAMED.test(name) ? NO_NAME : name,
      crate: soleOwner(of),
      size,
      zip,
    }));
}

function namedTables(file: string): readonly LargeTable[] {
  using reader = openReader(file);
  try {
    const { sections, symbols } = readSymbols(reader, file);
    const places = new Set<number>();
    return symbols.flatMap(({ name, address, size, type, section }): readonly LargeTable[] => {
      const inFile = section === null ? undefined : sections[section];
      if (type !== 'object' || size < LARGE || inFile === undefined || inFile.type === NOBITS || size > inFile.size) return [];
      // Two names of one place are one table.
      if (places.has(address)) return [];
      places.add(address);
      const path = UNNAMED.test(name) ? NO_NAME : shortened(foldName(demangle(name)?.path ?? name), LONGEST_NAME) || NO_NAME;
      return [{ kind: 'large-table', name: path, crate: null, size: bytes(size), zip: null }];
    });
  } catch (error) {
    if (error instanceof ToolError) return [];
    throw error;
  }
}

/** Without those that are an included file's own bytes, which are told as that. */
export function withoutIncluded(tables: readonly Finding[], included: readonly Finding[]): readonly Finding[] {
  const sizes = new Set(included.flatMap((one) => (one.kind === 'large-include' ? [Number(one.size)] : [])));
  return tables.filter((one) => one.kind !== 'large-table' || one.name !== NO_NAME || !sizes.has(one.size));
}
