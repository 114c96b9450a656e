import type { Cause } from '../../core/model/comparison.ts';
import { deltaOf } from '../../core/pair.ts';
import type { SymbolRow } from '../../core/rows.ts';
import { isJoinedName } from '../../core/symbol-names.ts';
import { renderDelta, renderInteger } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { counted, sizeDelta } from './figures.ts';

/** Less than this that changed its crate is not worth a word. */
const MOVED = 64;

/** What of a crate's code changed: `most: 4 more instances of …::deserialize (12 → 16) +3.20 kB; 1,240 symbols moved a few bytes each, together −12 B`. */
export function symbolsText({ symbols, few, moved }: Cause, style: TextStyle): string | null {
  const most = symbols.map((row) => symbolText(row, style)).join(', ');
  const parts = [
    ...(most === '' ? [] : [`most: ${most}`]),
    ...(few.symbols === 0 ? [] : [`${counted(few.symbols, 'symbol')} moved a few bytes each, together ${sizeDelta(few.delta)}`]),
    ...(Math.abs(moved) < MOVED ? [] : [`${renderDelta(moved, 'size')} of it only changed the crate it is counted with`]),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

/** `aho_corasick::find +40 B`, `4 more instances of serde::de::Deserialize::deserialize (12 → 16) +3.20 kB`. */
export function symbolText(row: SymbolRow, style: TextStyle): string {
  const delta = renderDelta(deltaOf(row), 'size');
  const name = style.name(row.name);
  const [before, after] = [row.count.base ?? 0, row.count.head ?? 0];
  const more = after - before;
  // One that came or went says so by its name alone.
  if (more === 0 || Math.max(before, after) < 2 || isJoinedName(row.name)) return `${name} ${delta}`;
  if (before === 0 || after === 0)
    return `${counted(Math.abs(more), before === 0 ? 'new instance' : 'instance')} of ${name}${after === 0 ? ' gone' : ''} ${delta}`;
  const instances = counted(Math.abs(more), more > 0 ? 'more instance' : 'instance less', more > 0 ? 'more instances' : 'instances less');
  return `${instances} of ${name} (${renderInteger(before)} → ${renderInteger(after)}) ${delta}`;
}
