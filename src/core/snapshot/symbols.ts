import { type Bytes, bytes, renderBytes } from '../units.ts';
import type { FunctionMeasurement, Note, SymbolSize } from './snapshot.ts';

/**
 * What the symbols of a snapshot may take together, which leaves a fourth of what is read to everything else. Sixty functions with 20,000
 * symbols each, whose names have 100 characters, would take 180 MB.
 */
const MOST_BYTES = 100_000_000;
/** What is joined is smaller than one of these: so few that base and head nearly always have the same. */
const BOUNDS: readonly number[] = Array.from({ length: 45 }, (_, step) => ([1, 2, 5][step % 3] ?? 1) * 10 ** Math.floor(step / 3));
/** Field names, quotes and figures of one symbol in JSON. */
const FRAME = 48;

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
  const costs = costsByBound(functions);
  let left = costs.reduce((sum, cost) => sum + cost, 0);
  if (left <= most) return { functions, notes: [] };
  let step = 0;
  for (; left > most && step < BOUNDS.length - 1; step += 1) left -= costs[step] ?? 0;
  const below = bytes(BOUNDS[step - 1] ?? 1);
  const text = `symbols of less than ${renderBytes(below)} stand together in one row for each crate, since a snapshot holds ${renderBytes(bytes(most))} of symbols; one that crosses that size between base and head looks new or gone`;
  return { functions: functions.map((one) => joined(one, below)), notes: [{ code: 'small-symbols', text }] };
}

/** What the symbols take in a snapshot, by the first bound that they are smaller than. */
function costsByBound(functions: readonly FunctionMeasurement[]): readonly number[] {
  const costs = BOUNDS.map(() => 0);
  for (const { attribution } of functions) {
    for (const { crate, name, size } of attribution.kind === 'none' ? [] : attribution.symbols) {
      const step = BOUNDS.findIndex((bound) => size < bound);
      costs[step] = (costs[step] ?? 0) + Buffer.byteLength(crate) + Buffer.byteLength(name) + FRAME;
    }
  }
  return costs;
}

function joined(one: FunctionMeasurement, below: Bytes): FunctionMeasurement {
  const { attribution } = one;
  if (attribution.kind === 'none') return one;
  const rows = new Map<string, SymbolSize>();
  for (const { crate, size, count } of attribution.symbols.filter((symbol) => symbol.size < below)) {
    const row = rows.get(crate) ?? { crate, name: SMALLER, size: bytes(0), count: 0 };
    rows.set(crate, { ...row, size: bytes(row.size + size), count: row.count + count });
  }
  const symbols = [...attribution.symbols.filter(({ size }) => size >= below), ...rows.values()];
  return { ...one, attribution: { ...attribution, symbols: symbols.toSorted((a, b) => b.size - a.size) } };
}
