import type { createColors } from 'picocolors';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { PLAIN } from '../text/escape.ts';
import type { FigureRow, Mark } from '../text/figure-row.ts';
import { figureRows } from '../text/figure-rows.ts';
import { rowsOf } from '../text/functions.ts';
import { isNoticeable } from '../text/noticed.ts';
import { fitting, toldOf } from '../text/told.ts';

const GAP = 2;
const HEAD_NAME = 'function';
/** A column of figures is worth less than this much of a name. */
const MIN_NAME = 20;

const MARKS: Readonly<Record<Mark, string>> = {
  over: 'over',
  accepted: 'accepted',
  warning: 'warning',
  unknown: '?',
  kept: 'ok',
  none: '',
};

type Column = 'base' | 'head' | 'change' | 'limit';
type Colours = ReturnType<typeof createColors>;

/** How much a table shows, from the widest to the narrowest, which is taken whether it fits or not. */
const LAYOUTS: readonly { readonly columns: readonly Column[]; readonly short: boolean }[] = [
  { columns: ['base', 'head', 'change', 'limit'], short: false },
  { columns: ['base', 'head', 'change', 'limit'], short: true },
  { columns: ['head', 'change', 'limit'], short: false },
  { columns: ['head', 'change', 'limit'], short: true },
  { columns: ['change', 'limit'], short: true },
  { columns: ['change'], short: true },
  { columns: [], short: true },
];

/** The rows of the main table, and what of the functions shares a line below it. */
export interface TerminalTable {
  /** Empty where no function moved noticeably. */
  readonly table: string;
  /** Functions whose rows would have been too many. */
  readonly more: number;
  /** Functions that moved by less than a person would notice. */
  readonly calm: readonly FunctionComparison[];
}

/**
 * The main table for a terminal of so many columns: words get shorter, then columns are left out, the mark never, then names are cut in the
 * middle.
 */
export function terminalTable(outcome: Outcome, width: number, colours: Colours): TerminalTable {
  const { breached, others } = rowsOf(outcome);
  const { told, calm } = toldOf(breached, others, isNoticeable);
  const blocks = told.map((fn) => figureRows(outcome, fn, told.length === 1, PLAIN));
  const shown = fitting(blocks);
  const rows = shown.flatMap((block) => block.rows);
  return { table: rows.length === 0 ? '' : tableOf(rows, width, colours), more: blocks.length - shown.length, calm };
}

function tableOf(rows: readonly FigureRow[], width: number, colours: Colours): string {
  const longest = Math.max(...rows.map(({ fn }) => lengthOf(PLAIN.name(fn.name))));
  const least = Math.max(HEAD_NAME.length, Math.min(longest, MIN_NAME));
  const all = LAYOUTS.map((layout) => cellsOf(rows, layout));
  const cells = all.find((one) => nameWidth(one, width) >= least) ?? all.at(-1) ?? [];
  const names = Math.max(HEAD_NAME.length, Math.min(longest, nameWidth(cells, width)));
  const [heads = [], ...figures] = cells;
  const widths = heads.map((_, column) => Math.max(...cells.map((line) => lengthOf(line[column] ?? ''))));
  // The figure's name and the mark are words, and stand at the left of their column.
  const aligned = (texts: readonly string[]): readonly string[] =>
    texts.map((text, column) => (column === 0 || column === texts.length - 1 ? pad : padLeft)(text, widths[column] ?? 0));
  const line = (name: string, texts: readonly string[]): string => [pad(name, names), ...aligned(texts)].join(' '.repeat(GAP)).trimEnd();
  const paints: Readonly<Record<Mark, (text: string) => string>> = {
    over: colours.red,
    accepted: colours.cyan,
    warning: colours.yellow,
    unknown: colours.yellow,
    kept: (text) => text,
    none: (text) => text,
  };
  const lines = rows.map((row, index) => {
    const name = row.fn === rows[index - 1]?.fn ? '' : cutMiddle(PLAIN.name(row.fn.name), names);
    return paints[row.mark](line(name, figures[index] ?? []));
  });
  return [colours.bold(line(HEAD_NAME, heads)), ...lines].join('\n');
}

/** The texts right of the names, the heads first; a column that is empty in every row is left out. */
function cellsOf(rows: readonly FigureRow[], { columns, short }: (typeof LAYOUTS)[number]): readonly (readonly string[])[] {
  const filled = columns.filter((column) => rows.some((row) => row[column] !== ''));
  const words = (text: string): string => (short ? shortened(text) : text);
  return [['', ...filled, ''], ...rows.map((row) => [row.what, ...filled.map((column) => words(row[column])), MARKS[row.mark]])];
}

/** `+10 % & +500 k`: the same with fewer letters. */
function shortened(text: string): string {
  return text
    .replace(' instructions', '')
    .replace(' instr.', '')
    .replaceAll(/\b(?:both|all of) /g, '')
    .replaceAll(' and ', ' & ')
    .replaceAll(' %', '%')
    .replaceAll(' · ', '·');
}

/** What the cells leave for the names. */
function nameWidth(cells: readonly (readonly string[])[], width: number): number {
  const [heads = []] = cells;
  const taken = heads.map((_, column) => GAP + Math.max(...cells.map((line) => lengthOf(line[column] ?? ''))));
  return width - taken.reduce((sum, column) => sum + column, 0);
}

/** In characters, not UTF-16 units. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
}

function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - lengthOf(text))) + text;
}

/** Names of functions differ at both ends: what is cut is the middle. */
function cutMiddle(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  const start = Math.ceil((width - 1) / 2);
  return `${characters.slice(0, start).join('')}…${characters.slice(characters.length - (width - 1 - start)).join('')}`;
}
