import type { MetricFigures } from '../../core/model/comparison.ts';
import type { CostRow } from '../../core/model/init.ts';
import type { TimedComparison } from '../../core/model/sampled-time.ts';
import { deltaOf, mapPair } from '../../core/pair.ts';
import type { Pair } from '../../core/rows.ts';
import type { Connection } from '../../core/snapshot/counted.ts';
import type { Repeated } from '../../core/spread.ts';
import {
  type Render,
  ratioOf,
  renderApart,
  renderDelta,
  renderInteger,
  renderMillis,
  renderNonzero,
  renderRatio,
} from '../../core/units.ts';
import { CELL, MARKDOWN } from '../text/escape.ts';
import { counted, listed, signedInteger } from '../text/figures.ts';
import { changeInPairs } from '../text/init-times.ts';
import { tableRow } from './details.ts';

// The rows and tables that init and first response are told by.

/** Functions of a table. */
export const FUNCTIONS = 5;
const ADDRESSES = 20;

/** A line of the table; left out where neither side has a figure. */
export function line(what: string, { base, head }: Pair<number>, render: Render, change: string | null = null): readonly string[] {
  if (base === null && head === null) return [];
  const text = (value: number | null): string => (value === null ? '–' : render(value));
  const sides = base === null || head === null ? [text(base), text(head)] : renderApart(base, head, render);
  return [tableRow([what, ...sides, change ?? changeOf({ base, head }, render)])];
}

function changeOf({ base, head }: Pair<number>, render: Render): string {
  if (base === null || head === null) return '–';
  if (head === base) return '0';
  const ratio = ratioOf(base, head);
  const shown = ratio === null ? '0 %' : renderRatio(ratio);
  return `${head > base ? '+' : '−'}${renderNonzero(Math.abs(head - base), render)}${shown === '0 %' ? '' : ` (${shown})`}`;
}

/** `words`: for one that is proven slower, and faster. */
export function medianRow(what: string, time: TimedComparison, words: readonly [string, string] = ['slower', 'faster']): readonly string[] {
  const { base, head, change, verdict } = time;
  const proven = verdict === 'slower' ? `${words[0]}: ` : verdict === 'faster' ? `${words[1]}: ` : '';
  const text = change === null ? null : `${proven}${changeInPairs(time)}`;
  return line(
    `${what}, median`,
    mapPair({ base, head }, ({ median }) => median),
    renderMillis,
    text,
  );
}

export function p90Row(what: string, { base, head }: TimedComparison): readonly string[] {
  return line(
    `${what}, p90`,
    mapPair({ base, head }, ({ p90 }) => p90),
    renderMillis,
  );
}

/** How far the runs of instructions lie apart; left out where head was not counted. */
export function spreadRow({ spread }: MetricFigures): readonly string[] {
  if (spread === null || spread.head === null) return [];
  return [tableRow(['spread of the runs', spreadText(spread.base), spreadText(spread.head), ''])];
}

/** `397,602 to 397,604 (3)`. */
function spreadText(repeated: Repeated | null): string {
  return repeated === null ? '–' : `${renderInteger(repeated.low)} to ${renderInteger(repeated.high)} (${counted(repeated.count, 'run')})`;
}

export function connectionTexts(connections: Pair<readonly Connection[]>): readonly string[] {
  const text = (side: readonly Connection[]): string =>
    listed(
      side.map(({ kind, address }) => `${MARKDOWN.name(address)} (${kind})`),
      ADDRESSES,
    );
  const { base, head } = connections;
  return [
    ...(base === null || base.length === 0 ? [] : [`Connections at base: ${text(base)}`]),
    ...(head === null || head.length === 0 ? [] : [`Connections at head: ${text(head)}`]),
  ];
}

export function costTable(costs: readonly CostRow[]): string {
  const rows = costs.map(({ crate, name, self, inclusive }) =>
    tableRow([
      CELL.name(crate),
      CELL.name(name),
      inclusive.base === null ? '–' : renderInteger(inclusive.base),
      inclusive.head === null ? '–' : renderInteger(inclusive.head),
      inclusive.base === null ? '–' : signedInteger(deltaOf(inclusive)),
      self.base === null ? '–' : renderDelta(deltaOf(self), 'count'),
    ]),
  );
  const heads = tableRow(['crate', 'function with what it calls', 'base', 'head', 'change', 'own change']);
  return [heads, tableRow(['---', '---', '---:', '---:', '---:', '---:']), ...rows].join('\n');
}
