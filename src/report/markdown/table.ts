import type { FunctionComparison, Outcome } from '../../core/model.ts';
import { wasSampled } from '../text/cold-start.ts';
import { coldStartCell, sampledText } from '../text/cold-start-cell.ts';
import { CELL, MARKDOWN } from '../text/escape.ts';
import { changeText, counted, listed, metricCell } from '../text/figures.ts';
import { rowsOf } from '../text/functions.ts';
import { initCell, wasStarted } from '../text/init-cell.ts';
import { headroomText } from '../text/limits.ts';
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
}

/** An outcome in a table with others, or with `null` alone in its own. */
export interface Tabled {
  readonly leg: string | null;
  readonly outcome: Outcome;
}

export function entriesOf(outcomes: readonly Tabled[]): Entries {
  const sorted = outcomes.map((tabled) => ({ tabled, rows: rowsOf(tabled.outcome) }));
  const all = (kind: keyof Entries): readonly Entry[] =>
    sorted.flatMap(({ tabled, rows }) => rows[kind].map((row) => ({ ...tabled, row })));
  return { breached: all('breached'), others: all('others'), unchanged: all('unchanged') };
}

/** The main table with every function but the unchanged ones, which share one line. */
export function wholeTable(entries: Entries): string {
  return tablePart(entries, { breached: entries.breached, others: entries.others });
}

/** The same with the first of the breached functions alone; the others are counted. */
export function breachedTable(entries: Entries): string {
  return tablePart(entries, { breached: entries.breached.slice(0, BREACHED_ROWS), others: [] });
}

/** The columns that are there only where a function has something to tell in them. */
interface Told {
  readonly init: boolean;
  readonly coldStart: boolean;
}

function tablePart(entries: Entries, shown: Pick<Entries, 'breached' | 'others'>): string {
  const all = [...entries.breached, ...entries.others];
  const told: Told = { init: all.some(({ row }) => wasStarted(row.init)), coldStart: all.some(({ row }) => wasSampled(row.coldStart)) };
  const lines = [...shown.breached, ...shown.others].map((entry) => lineOf(entry, told));
  const legs = [...shown.breached, ...shown.others].some(({ leg }) => leg !== null) ? ['leg'] : [];
  const measured = [...(told.init ? ['local init'] : []), ...(told.coldStart ? ['cold start'] : [])];
  const table = [
    tableRow([...legs, 'function', 'package', 'binary', '`.text`', ...measured, 'headroom']),
    tableRow([...legs.map(() => '---'), '---', '---:', '---:', '---:', ...measured.map(() => '---:'), '---:']),
    ...lines,
  ];
  const left = entries.breached.length + entries.others.length - lines.length;
  const blocks = [
    lines.length === 0 ? '' : table.join('\n'),
    left === 0 ? '' : `${counted(left, 'more function')} not shown`,
    unchangedLine(entries.unchanged),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function lineOf({ leg, outcome, row }: Entry, told: Told): string {
  const { breaches, initBreaches, coldStartBreaches, unproven, status } = outcome.verdict;
  const among = (all: readonly { readonly function: string }[]): boolean => all.some((breach) => breach.function === row.name);
  const mark = (all: readonly { readonly function: string }[]): string => (among(all) ? (status === 'accepted' ? '☑️ ' : '❌ ') : '');
  const doubt = among(unproven) ? '⚠️ ' : '';
  const hasBase = outcome.comparison.base.kind === 'measured';
  const headroom = row.status === 'removed' ? '–' : headroomText(outcome, row.name, CELL);
  return tableRow([
    ...(leg === null ? [] : [CELL.name(leg)]),
    CELL.name(row.name),
    metricCell(row, 'zip', hasBase, changeText),
    metricCell(row, 'binary', hasBase, changeText),
    metricCell(row, 'text', hasBase, changeText),
    ...(told.init ? [`${mark(initBreaches)}${initCell(row, hasBase, changeText)}`] : []),
    ...(told.coldStart ? [`${mark(coldStartBreaches) || doubt}${coldStartCell(row, hasBase, sampledText)}`] : []),
    `${mark(breaches)}${headroom}`,
  ]);
}

/** `2 unchanged: health, orders`; in a table over several legs `api/health, api/orders`. */
function unchangedLine(entries: readonly Entry[]): string {
  if (entries.length === 0) return '';
  const names = entries.map(({ leg, row }) => MARKDOWN.name(leg === null ? row.name : `${leg}/${row.name}`));
  return `${entries.length} unchanged: ${listed(names, UNCHANGED_NAMES)}`;
}
