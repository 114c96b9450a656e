import { NO_CRATE } from '../../core/rust-names.ts';
import type { ElfSymbol, SymbolTable } from '../../formats/elf/symbols.ts';
import { demangle } from '../../formats/rust-symbol/demangle.ts';
import { type BloatRow, crateOfRow } from '../bloat.ts';

/** A function of `.text`, with the crate that cargo bloat gives it. */
export interface CodeFunction {
  readonly symbol: ElfSymbol;
  /** As cargo bloat shows it, hash included. */
  readonly name: string;
  /** `[Unknown]` where cargo bloat knows none. */
  readonly crate: string;
  /**
   * `name`: cargo bloat's row of this name and size. `size`: it writes the name otherwise, and as many of its rows as symbols of that size were
   * left. `none`: no row was to be had, so the crate is what the symbol says by itself.
   */
  readonly by: 'name' | 'size' | 'none';
  /** Its row of cargo bloat's answer. */
  readonly row: BloatRow | null;
}

/** How many, and how many bytes. */
interface Tally {
  readonly count: number;
  readonly bytes: number;
}

export interface CodeCrates {
  /** By address; of several symbols at one address the first in the file, as cargo bloat counts them. */
  readonly functions: readonly CodeFunction[];
  readonly byName: Tally;
  readonly bySize: Tally;
  /** Of `bySize`: the rows left of that size have different crates, so which is whose is told by their order alone. */
  readonly undecided: Tally;
  /** Symbols that are in no row. With `unused` empty too, crates add up to cargo bloat's sums exactly. */
  readonly unjoined: Tally;
  /** Rows that are no symbol's. */
  readonly unused: Tally;
  readonly left: readonly BloatRow[];
}

interface Joined {
  readonly row: BloatRow;
  readonly by: 'name' | 'size';
  readonly undecided: boolean;
}

/**
 * Gives each function of a binary the crate that cargo bloat gives it. Its rows have a name and a size, no address; but cargo-bloat 0.12 has
 * each address once and sorts by size, the higher address first, so row and symbol mostly stand at the same place, and the name proves it.
 */
export function joinCode(table: SymbolTable, rows: readonly BloatRow[]): CodeCrates {
  const counted = countedFunctions(table);
  const joined = new Map<ElfSymbol, Joined>();
  const left = new Map<number, { readonly symbols: ElfSymbol[]; readonly rows: BloatRow[] }>();
  const leftOf = (size: number) => {
    const known = left.get(size) ?? { symbols: [], rows: [] };
    left.set(size, known);
    return known;
  };
  for (let index = 0; index < Math.max(counted.length, rows.length); index += 1) {
    const [symbol, row] = [counted[index], rows[index]];
    if (symbol !== undefined && row !== undefined && symbol.size === row.size && shownAs(symbol).includes(plain(row.name))) {
      joined.set(symbol, { row, by: 'name', undecided: false });
      continue;
    }
    if (symbol !== undefined) leftOf(symbol.size).symbols.push(symbol);
    if (row !== undefined) leftOf(row.size).rows.push(row);
  }
  const unused: BloatRow[] = [];
  for (const group of left.values()) unused.push(...joinOfOneSize(group.symbols, group.rows, joined));
  return summaryOf(counted, joined, unused);
}

/** What cargo bloat counts, in the order of its rows: functions of `.text` that have a size and a name in UTF-8, one for each address. */
function countedFunctions({ sections, symbols }: SymbolTable): readonly ElfSymbol[] {
  const text = sections.findIndex(({ name }) => name === '.text');
  const first = new Map<number, ElfSymbol>();
  for (const symbol of symbols) {
    const { name, address, size, type, section } = symbol;
    if (type !== 'function' || section !== text || size === 0 || name === '' || name.includes('\ufffd')) continue;
    if (!first.has(address)) first.set(address, symbol);
  }
  return [...first.values()].sort((a, b) => b.size - a.size || b.address - a.address);
}

/** Joins by name, then in order. Returns the rows that are left. */
function joinOfOneSize(symbols: readonly ElfSymbol[], rows: readonly BloatRow[], joined: Map<ElfSymbol, Joined>): readonly BloatRow[] {
  const named = new Map<string, BloatRow[]>();
  for (const row of rows.toReversed()) {
    const name = plain(row.name);
    const same = named.get(name);
    if (same === undefined) named.set(name, [row]);
    else same.push(row);
  }
  const taken = new Set<BloatRow>();
  const others: ElfSymbol[] = [];
  for (const symbol of symbols) {
    const row = shownAs(symbol)
      .map((name) => named.get(name) ?? [])
      .find((same) => same.length > 0)
      ?.pop();
    if (row === undefined) others.push(symbol);
    else {
      joined.set(symbol, { row, by: 'name', undecided: false });
      taken.add(row);
    }
  }
  const rest = rows.filter((row) => !taken.has(row));
  if (rest.length !== others.length) return rest;
  const undecided = new Set(rest.map(crateOfRow)).size > 1;
  for (const [index, symbol] of others.entries()) {
    const row = rest[index];
    if (row !== undefined) joined.set(symbol, { row, by: 'size', undecided });
  }
  return [];
}

/** The names under which cargo bloat may show a symbol: it leaves LLVM's suffixes out, and what it cannot read it shows as it stands. */
function shownAs({ name }: ElfSymbol): readonly string[] {
  const path = demangle(name)?.path;
  return path === undefined ? [name] : [path, name];
}

/** cargo bloat's demangler is of 2020: it writes constants as `10: usize`, and a crate without a disambiguator as `app[0]`. */
function plain(name: string): string {
  return name.includes(': ') || name.includes('[0]')
    ? name.replace(/(?<=[<[(,; ])([0-9]+|0x[0-9a-f]+): (u(?:8|16|32|64|128|size))\b/g, '$1$2').replaceAll('[0]', '')
    : name;
}

function summaryOf(counted: readonly ElfSymbol[], joined: ReadonlyMap<ElfSymbol, Joined>, unused: readonly BloatRow[]): CodeCrates {
  const functions = counted.map((symbol) => functionOf(symbol, joined.get(symbol))).sort((a, b) => a.symbol.address - b.symbol.address);
  const tallyOf = (which: (one: CodeFunction) => boolean): Tally => tally(functions.filter(which).map(({ symbol }) => symbol));
  return {
    functions,
    byName: tallyOf(({ by }) => by === 'name'),
    bySize: tallyOf(({ by }) => by === 'size'),
    undecided: tallyOf(({ symbol }) => joined.get(symbol)?.undecided === true),
    unjoined: tallyOf(({ by }) => by === 'none'),
    unused: tally(unused),
    left: unused,
  };
}

function functionOf(symbol: ElfSymbol, join: Joined | undefined): CodeFunction {
  if (join !== undefined) return { symbol, name: join.row.name, crate: crateOfRow(join.row), by: join.by, row: join.row };
  const rust = demangle(symbol.name);
  return { symbol, name: rust?.path ?? symbol.name, crate: rust?.crate ?? NO_CRATE, by: 'none', row: null };
}

function tally(sized: readonly { readonly size: number }[]): Tally {
  return { count: sized.length, bytes: sized.reduce((sum, { size }) => sum + size, 0) };
}
