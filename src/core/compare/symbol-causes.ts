import type { Cause } from '../model/comparison.ts';
import { compareRows, deltaOf, groupBy } from '../pair.ts';
import type { SymbolRow } from '../rows.ts';
import { originOf } from '../symbol-names.ts';
import { summed } from './symbols.ts';

/** More symbols than these per crate say nothing new in a report. */
const SYMBOLS_PER_CAUSE = 3;
/** Bytes by which code moves that nobody touched: other registers, another order of blocks. */
const FEW_BYTES = 64;

/**
 * What of one crate's symbols tells why it changed: those that changed most, instances of one function as one row with how many there are more or
 * fewer, and what only moved by a few bytes as a number and a sum.
 */
export function symbolCauses(symbols: readonly SymbolRow[]): Pick<Cause, 'symbols' | 'few'> {
  const changed = symbols.filter((row) => deltaOf(row) !== 0);
  const rows = Array.from(
    groupBy(changed, ({ name }) => originOf(name)),
    ([origin, group]) => instancesOf(origin, group),
  );
  const told = rows.filter((row) => deltaOf(row) !== 0 || row.count.base !== row.count.head).toSorted(compareRows);
  const few = told.filter(isFew);
  if (few.length <= SYMBOLS_PER_CAUSE) return { symbols: told.slice(0, SYMBOLS_PER_CAUSE), few: NONE };
  const delta = few.reduce((sum, row) => sum + deltaOf(row), 0);
  return { symbols: told.filter((row) => !isFew(row)).slice(0, SYMBOLS_PER_CAUSE), few: { symbols: few.length, delta } };
}

const NONE: Cause['few'] = { symbols: 0, delta: 0 };

/** Some code that is there at both sides, as often. */
function isFew(row: SymbolRow): boolean {
  const { base, head, count } = row;
  return (base ?? 0) > 0 && (head ?? 0) > 0 && count.base === count.head && Math.abs(deltaOf(row)) <= FEW_BYTES;
}

/** A symbol that changed alone keeps its own name: it says which instance it is. */
function instancesOf(origin: string, group: readonly SymbolRow[]): SymbolRow {
  const [only, ...others] = group;
  if (only === undefined || others.length === 0) return only ?? { crate: '', name: origin, ...summed(group) };
  return { crate: only.crate, name: origin, ...summed(group) };
}
