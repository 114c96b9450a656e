import { pairFunctions } from '../pair.ts';
import type { Pair } from '../rows.ts';
import type { FunctionMeasurement, Snapshot, SymbolSize } from '../snapshot/snapshot.ts';
import { Costs, joinSymbols } from '../snapshot/symbols.ts';
import { bytes, renderBytes } from '../units.ts';
import { keepShownCosts } from './kept-costs.ts';

/**
 * What the symbols that changed may take on both sides of a leg. A function on the AWS SDK has 20,000 symbols, 2.4 MB of them: fifty on both
 * sides would be 240 MB, of which a report shows the largest changes.
 */
export const MOST_CHANGED_BYTES = 5_000_000;

/** The name of the row that what changed least, or not at all, is joined in. */
export const LITTLE_CHANGED = '[smaller changes]';

interface Sides {
  readonly base: Snapshot | null;
  readonly head: Snapshot;
}

/**
 * Both sides with what a report shows of them: of each init the costs that changed most; of each crate's symbols those that changed, and in one
 * row all that are alike at both sides. Where the changed ones are more than `most` bytes, those that changed least are in that row too, which a
 * note of head says. Sums stay what they are on either side.
 */
export function keepShown({ base, head }: Sides, most = MOST_CHANGED_BYTES): Sides {
  const pairs = pairFunctions(base?.functions ?? [], head.functions, head.renamed);
  const costs = new Costs();
  for (const pair of pairs) {
    const changeOf = changesIn(pair);
    for (const symbol of [pair.base, pair.head].flatMap(symbolsOf)) if (changeOf(symbol) >= 1) costs.add(symbol, changeOf(symbol));
  }
  const below = costs.below(most) ?? bytes(1);
  const joined = new Map<FunctionMeasurement, FunctionMeasurement>();
  for (const pair of pairs) {
    // Once more, since those of all functions together would take hundreds of megabytes.
    const changeOf = changesIn(pair);
    const shown = keepShownCosts(pair);
    for (const side of ['base', 'head'] as const) {
      const [is, one] = [pair[side], shown[side]];
      const isLittle = (symbol: SymbolSize): boolean => changeOf(symbol) < below;
      if (is !== null && one !== null) joined.set(is, joinSymbols(one, LITTLE_CHANGED, isLittle));
    }
  }
  const all = ({ functions }: Snapshot): FunctionMeasurement[] => functions.map((one) => joined.get(one) ?? one);
  const note = {
    code: 'small-symbols' as const,
    text: `symbols that changed by less than ${renderBytes(below)} stand together in one row for each crate, since a leg holds ${renderBytes(bytes(most))} of changed symbols`,
  };
  return {
    base: base === null ? null : { ...base, functions: all(base) },
    head: { ...head, functions: all(head), notes: below === 1 ? head.notes : [...head.notes, note] },
  };
}

/** By how many bytes a symbol of either side changed. Of a function without the other side that is all it has. */
function changesIn({ base, head }: Pair<FunctionMeasurement>): (symbol: SymbolSize) => number {
  const changes = new Map<string, number>();
  const add = (symbol: SymbolSize, sign: 1 | -1) => changes.set(keyOf(symbol), (changes.get(keyOf(symbol)) ?? 0) + sign * symbol.size);
  for (const symbol of symbolsOf(head)) add(symbol, 1);
  for (const symbol of symbolsOf(base)) add(symbol, -1);
  return (symbol) => Math.abs(changes.get(keyOf(symbol)) ?? 0);
}

function symbolsOf(fn: FunctionMeasurement | null): readonly SymbolSize[] {
  return fn === null || fn.attribution.kind === 'none' ? [] : fn.attribution.symbols;
}

function keyOf({ crate, name }: SymbolSize): string {
  return `${crate}\0${name}`;
}
