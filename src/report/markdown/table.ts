import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { columnCell, columnHead, columnsOf } from '../text/columns.ts';
import { CELL, MARKDOWN, unbroken } from '../text/escape.ts';
import type { FigureRow, Mark } from '../text/figure-row.ts';
import { figureRows } from '../text/figure-rows.ts';
import { counted, listed } from '../text/figures.ts';
import { notBuiltText, rowsOf, toldFunctions } from '../text/functions.ts';
import { isNoticeable, NOTICEABLE_TEXT } from '../text/noticed.ts';
import { fitting, toldOf } from '../text/told.ts';
import { tableRow } from './details.ts';

const NAMES = 10;
const ALL_ROWS = 100;
const WHOLE_CELL = 32;

const MARKS: Readonly<Record<Mark, string>> = { over: '❌', accepted: '☑️', warning: '⚠️', unknown: '⚠️', kept: '✅', none: '' };

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

/** The main table: what is over a limit first, then what moved noticeably; all else shares a line. */
export function wholeTable(entries: Entries): string {
  return tablePart(entries, entries.others);
}

/** The same with the functions over a limit alone. */
export function breachedTable(entries: Entries): string {
  return tablePart(entries, []);
}

function tablePart(entries: Entries, others: readonly Entry[]): string {
  const { told, calm } = toldOf(entries.breached, others, ({ row }) => isNoticeable(row));
  const single = told.length === 1;
  const blocks = told.map((entry) => ({ entry, ...figureRows(entry.outcome, entry.row, single, CELL) }));
  const shown = fitting(blocks);
  const left = entries.breached.length + entries.others.length - calm.length - shown.length;
  const lines = [
    shown.length === 0 ? '' : tableOf(shown, single && entries.unchanged.length === 0 && calm.length === 0),
    left === 0 ? '' : `and ${counted(left, 'more function')}: all figures are in the full report`,
    calmLine(calm),
    namesLine(entries.unchanged, (count, names) => `${count} unchanged: ${names}`),
    entries.notBuilt.length === 0 ? '' : notBuiltText(entries.notBuilt.map((name) => MARKDOWN.name(name))),
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

interface Block {
  readonly entry: Entry;
  readonly rows: readonly FigureRow[];
}

type Cells = Readonly<Record<'mark' | 'what' | 'base' | 'head' | 'change' | 'limit', string>>;

/**
 * The verdict stands first, then what changed and what is allowed, where a phone shows them without scrolling. Columns that are empty in every row are left out; so is the name of a
 * function that stands alone, which the title has.
 */
function tableOf(blocks: readonly Block[], alone: boolean): string {
  const rows = blocks.flatMap((block) => block.rows);
  const has = (column: 'base' | 'change' | 'limit'): boolean => rows.some((row) => row[column] !== '');
  const marked = rows.some(({ mark }) => mark !== 'none');
  const line = (name: string, { mark, what, base, head, change, limit }: Cells): string =>
    tableRow([
      ...(marked ? [mark] : []),
      ...(alone ? [] : [name]),
      what,
      ...(has('change') ? [change] : []),
      ...(has('limit') ? [limit] : []),
      ...(has('base') ? [base] : []),
      head,
    ]);
  const figures = ({ what, base, head, change, limit, mark }: FigureRow): Cells => ({
    mark: MARKS[mark],
    ...{ what: whole(what), base: whole(base), head: whole(head), change: whole(change), limit: whole(limit) },
  });
  return [
    line('function', { mark: '', what: '', base: 'base', head: 'head', change: 'change', limit: 'limit' }),
    line('---', { mark: '---', what: '---', base: '---:', head: '---:', change: '---:', limit: '---' }),
    ...blocks.flatMap(({ entry, rows: own }) => own.map((row, place) => line(place === 0 ? nameOf(entry) : '', figures(row)))),
  ].join('\n');
}

/** A cell in one line: a table on a phone is pushed aside, and its rows need not be tall. Longer ones break between words. */
function whole(text: string): string {
  return text.length > WHOLE_CELL || text.includes('`') ? unbroken(text) : text.replaceAll(' ', '\u00a0');
}

function nameOf({ leg, row }: Entry): string {
  return CELL.name(inLeg(leg, row.name));
}

/** `3 moved by less than 1 kB and 0.1 %: health, orders, users`. */
function calmLine(entries: readonly Entry[]): string {
  return namesLine(entries, (count, names) => `${count} moved by less than ${NOTICEABLE_TEXT}: ${names}`);
}

/** `2 unchanged: health, orders`; in a table over several legs `api/health, api/orders`. */
function namesLine(entries: readonly Entry[], say: (count: number, names: string) => string): string {
  if (entries.length === 0) return '';
  const names = entries.map(({ leg, row }) => MARKDOWN.name(inLeg(leg, row.name)));
  return say(entries.length, listed(names, NAMES));
}

function inLeg(leg: string | null, name: string): string {
  return leg === null ? name : `${leg}/${name}`;
}

/** Every figure of every function that changed: base, head and change in one cell. Empty where the main table has them all. */
export function allFigures(outcome: Outcome): string {
  const told = toldFunctions(outcome);
  if (told.length === 0) return '';
  const columns = columnsOf(told);
  const hasBase = outcome.comparison.base.kind === 'measured';
  const left = told.length - ALL_ROWS;
  const table = [
    tableRow(['function', ...columns.map((column) => columnHead(column))]),
    tableRow(['---', ...columns.map(() => '---:')]),
    ...told
      .slice(0, ALL_ROWS)
      .map((row) => tableRow([CELL.name(row.name), ...columns.map((column) => unbroken(columnCell(row, column, hasBase)))])),
  ];
  const more = left > 0 ? `\n\nand ${counted(left, 'more function')}: the JSON has them all` : '';
  return `${table.join('\n')}${more}`;
}
