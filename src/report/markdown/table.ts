import type { Column } from '../../core/metrics.ts';
import type { Breach, FunctionComparison, Outcome } from '../../core/model.ts';
import { columnCell, columnHead, columnsOf, WIDE } from '../text/columns.ts';
import { CELL, MARKDOWN } from '../text/escape.ts';
import { counted, listed } from '../text/figures.ts';
import { notBuiltText, rowsOf } from '../text/functions.ts';
import { headroomText } from '../text/limits.ts';
import { verdictByFunction } from '../text/verdict-index.ts';
import { tableRow } from './details.ts';

const UNCHANGED_NAMES = 10;
const BREACHED_ROWS = 30;

/** A function in the main table, with the outcome that judged it; `leg` where the table is over several. */
interface Entry {
  readonly leg: string | null;
  readonly outcome: Outcome;
  readonly row: FunctionComparison;
}

/** The functions of one or several outcomes, as the main table lists them. */
export interface Entries {
  readonly breached: readonly Entry[];
  readonly others: readonly Entry[];
  readonly unchanged: readonly Entry[];
  /** Names of functions that no change reaches. */
  readonly notBuilt: readonly string[];
}

/** An outcome in a table with others, or with `null` alone in its own. */
export interface Tabled {
  readonly leg: string | null;
  readonly outcome: Outcome;
}

export function entriesOf(outcomes: readonly Tabled[]): Entries {
  const sorted = outcomes.map((tabled) => ({ tabled, rows: rowsOf(tabled.outcome) }));
  const all = (kind: Exclude<keyof Entries, 'notBuilt'>): readonly Entry[] =>
    sorted.flatMap(({ tabled, rows }) => rows[kind].map((row) => ({ ...tabled, row })));
  const notBuilt = sorted.flatMap(({ tabled: { leg }, rows }) => rows.notBuilt.map(({ name }) => inLeg(leg, name)));
  return { breached: all('breached'), others: all('others'), unchanged: all('unchanged'), notBuilt };
}

/** The main table with every function but the unchanged ones, which share one line. */
export function wholeTable(entries: Entries): string {
  return tablePart(entries, { breached: entries.breached, others: entries.others });
}

/** The same with the first of the breached functions alone; the others are counted. */
export function breachedTable(entries: Entries): string {
  return tablePart(entries, { breached: entries.breached.slice(0, BREACHED_ROWS), others: [] });
}

function tablePart(entries: Entries, shown: Pick<Entries, 'breached' | 'others'>): string {
  const columns = columnsOf([...entries.breached, ...entries.others].map(({ row }) => row));
  const told = [...shown.breached, ...shown.others];
  const legs = told.some(({ leg }) => leg !== null) ? ['leg'] : [];
  const table = [
    tableRow([...legs, 'function', ...columns.map((column) => columnHead(column, CELL)), 'headroom']),
    tableRow([...legs.map(() => '---'), '---', ...columns.map(() => '---:'), '---:']),
    ...told.map((entry) => lineOf(entry, columns)),
  ];
  const left = entries.breached.length + entries.others.length - told.length;
  const blocks = [
    told.length === 0 ? '' : table.join('\n'),
    left === 0 ? '' : `${counted(left, 'more function')} not shown`,
    unchangedLine(entries.unchanged),
    notBuiltLine(entries.notBuilt),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function lineOf({ leg, outcome, row }: Entry, columns: readonly Column[]): string {
  const { breaches, unproven } = verdictByFunction(outcome.verdict);
  const mark = (kind: Breach['kind']): string => {
    if (!(breaches.get(row.name) ?? []).some((breach) => breach.kind === kind)) return '';
    return outcome.verdict.status === 'accepted' ? '☑️ ' : '❌ ';
  };
  const doubt = unproven.has(row.name) ? '⚠️ ' : '';
  const marks: Readonly<Partial<Record<Column, string>>> = {
    'init.instructions': mark('init'),
    'cold-start.p50': mark('cold-start') || doubt,
  };
  const hasBase = outcome.comparison.base.kind === 'measured';
  const headroom = row.status === 'removed' ? '–' : headroomText(outcome, row.name, CELL);
  return tableRow([
    ...(leg === null ? [] : [CELL.name(leg)]),
    CELL.name(row.name),
    ...columns.map((column) => `${marks[column] ?? ''}${columnCell(row, column, hasBase, WIDE)}`),
    `${mark('limit')}${headroom}`,
  ]);
}

/** `2 unchanged: health, orders`; in a table over several legs `api/health, api/orders`. */
function unchangedLine(entries: readonly Entry[]): string {
  if (entries.length === 0) return '';
  const names = entries.map(({ leg, row }) => MARKDOWN.name(inLeg(leg, row.name)));
  return `${entries.length} unchanged: ${listed(names, UNCHANGED_NAMES)}`;
}

/** `9 not built, no change reaches them: health, orders`. */
function notBuiltLine(names: readonly string[]): string {
  if (names.length === 0) return '';
  return notBuiltText(names.map((name) => MARKDOWN.name(name)));
}

function inLeg(leg: string | null, name: string): string {
  return leg === null ? name : `${leg}/${name}`;
}
