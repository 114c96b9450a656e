import { type Bytes, bytes, renderBytes } from '../units.ts';
import type { FunctionMeasurement, Note, SymbolSize } from './snapshot.ts';

/**
 * What the symbols of a snapshot may take together, which leaves a fourth of what is read to everything else. Sixty functions with 20,000
 * symbols each, whose names have 100 characters, would take 180 MB.
 */
const MOST_BYTES = 100_000_000;
/** What is joined is smaller than one of these: so few that base and head nearly always have the same. */
const BOUNDS: readonly number[] = Array.from({ length: 45 }, (_, step) => ([1, 2, 5][step % 3] ?? 1) * 10 ** Math.floor(step / 3));
/** Field names, quotes and figures of one symbol in JSON, and of what is said of its owner. */
const FRAME = 63;
const OWNED = 42;

/** The name of the row that the small symbols of a crate are joined in. */
export const SMALLER = '[smaller symbols]';

interface Fitted {
  readonly functions: readonly FunctionMeasurement[];
  readonly notes: readonly Note[];
}

/**
 * Joins the small symbols of each crate in one row where all of them would be more than a snapshot holds, and says so: sums stay what they are.
 */
export function fitSymbols(functions: readonly FunctionMeasurement[], most = MOST_BYTES): Fitted {
  const costs = new Costs();
  for (const { attribution } of functions)
    for (const symbol of attribution.kind === 'none' ? [] : attribution.symbols) costs.add(symbol, symbol.size);
  const below = costs.below(most);
  if (below === null) return { functions, notes: [] };
  const text = `symbols of less than ${renderBytes(below)} stand together in one row for each crate, since a snapshot holds ${renderBytes(bytes(most))} of symbols; one that crosses that size between base and head looks new or gone`;
  return {
    functions: functions.map((one) => joinSymbols(one, SMALLER, ({ size }) => size < below)),
    notes: [{ code: 'small-symbols', text }],
  };
}

/** What symbols take in a snapshot, by the first bound that what they are weighed by is below. */
export class Costs {
  readonly #costs = BOUNDS.map(() => 0);

  add({ crate, name, owned }: SymbolSize, weight: number): void {
    const step = BOUNDS.findIndex((bound) => weight < bound);
    const owner = owned === null ? 0 : Buffer.byteLength(owned.by) + OWNED;
    this.#costs[step] = (this.#costs[step] ?? 0) + Buffer.byteLength(crate) + Buffer.byteLength(name) + FRAME + owner;
  }

  /** The least bound that leaves at most so many bytes at or above it; `null`: all of them are that few. */
  below(most: number): Bytes | null {
    let left = this.#costs.reduce((sum, cost) => sum + cost, 0);
    if (left <= most) return null;
    let step = 0;
    for (; left > most && step < BOUNDS.length - 1; step += 1) left -= this.#costs[step] ?? 0;
    return bytes(BOUNDS[step - 1] ?? 1);
  }
}

/** Joins the symbols of each crate, by their owner, that `isJoined` in one row of that name. */
export function joinSymbols(one: FunctionMeasurement, name: string, isJoined: (symbol: SymbolSize) => boolean): FunctionMeasurement {
  const { attribution } = one;
  if (attribution.kind === 'none') return one;
  const rows = new Map<string, SymbolSize>();
  const kept: SymbolSize[] = [];
  for (const symbol of attribution.symbols) {
    if (!isJoined(symbol)) {
      kept.push(symbol);
      continue;
    }
    const { crate, owned } = symbol;
    const key = `${crate}\0${owned?.by ?? ''}`;
    const row = rows.get(key);
    rows.set(key, row === undefined ? { ...symbol, name } : together(row, symbol));
  }
  return { ...one, attribution: { ...attribution, symbols: [...kept, ...rows.values()].toSorted((a, b) => b.size - a.size) } };
}

/** Two of one owner, in the first's row. */
function together(row: SymbolSize, { size, count, owned }: SymbolSize): SymbolSize {
  const both = { ...row, size: bytes(row.size + size), count: row.count + count };
  if (row.owned === null || owned === null) return both;
  const { by, code, zip } = row.owned;
  return { ...both, owned: { by, code: bytes(code + owned.code), zip: bytes(zip + owned.zip) } };
}
