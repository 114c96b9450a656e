import type { createColors } from 'picocolors';
import type { FunctionComparison, Metric, Outcome } from '../../core/model.ts';
import { wasSampled } from '../text/cold-start.ts';
import { coldStartCell, type SampledRender, sampledText, shortSampledText } from '../text/cold-start-cell.ts';
import { PLAIN } from '../text/escape.ts';
import { changeText, metricCell, shortChangeText } from '../text/figures.ts';
import { rowsOf } from '../text/functions.ts';
import { initCell, wasStarted } from '../text/init-cell.ts';
import { headroomText } from '../text/limits.ts';

const GAP = 2;
const HEAD_NAME = 'function';
/** A column of figures is worth less than this much of a name. */
const MIN_NAME = 20;
const HEADROOM = 30;

type Column = 'zip' | 'binary' | 'text' | 'init' | 'cold-start';

const HEADS: Readonly<Record<Column, string>> = {
  zip: 'package',
  binary: 'binary',
  text: '.text',
  init: 'local init',
  'cold-start': 'cold start',
};
const COLUMNS: readonly Column[] = ['zip', 'binary', 'text', 'init', 'cold-start'];
/** What goes first where the terminal is narrow, unless a limit on it is breached. */
const DROP_ORDER: readonly Column[] = ['text', 'binary', 'init', 'cold-start', 'zip'];

interface Layout {
  readonly columns: readonly Column[];
  readonly render: typeof changeText;
  readonly sampled: SampledRender;
}

const SHORT: Pick<Layout, 'render' | 'sampled'> = { render: shortChangeText, sampled: shortSampledText };

/**
 * The main table for a terminal of so many columns: figures get shorter, then columns are left out, those of breached metrics last,
 * then names are cut in the middle. Empty where every function is unchanged.
 */
export function terminalTable(outcome: Outcome, width: number, colours: ReturnType<typeof createColors>): string {
  const { breached, others } = rowsOf(outcome);
  const rows = [...breached, ...others];
  if (rows.length === 0) return '';
  const over = new Set(breached.map(({ name }) => name));
  const longest = Math.max(...rows.map(({ name }) => lengthOf(PLAIN.name(name))));
  const { fitting, narrowest } = layoutsOf(outcome, rows);
  let cells = cellsOf(outcome, rows, narrowest);
  for (const layout of fitting) {
    const wider = cellsOf(outcome, rows, layout);
    if (nameWidth(wider, width) < Math.max(HEAD_NAME.length, Math.min(longest, MIN_NAME))) continue;
    cells = wider;
    break;
  }
  const names = Math.max(HEAD_NAME.length, Math.min(longest, nameWidth(cells, width)));
  const [heads = [], ...figures] = cells;
  const widths = heads.map((_, column) => Math.max(...cells.map((line) => lengthOf(line[column] ?? ''))));
  const line = (name: string, texts: readonly string[]): string =>
    [pad(name, names), ...texts.map((text, column) => padLeft(text, widths[column] ?? 0))].join(' '.repeat(GAP)).trimEnd();
  const overColour = outcome.verdict.status === 'accepted' ? colours.cyan : colours.red;
  const lines = rows.map((row, index) => {
    const text = line(cutMiddle(PLAIN.name(row.name), names), figures[index] ?? []);
    return over.has(row.name) ? overColour(text) : text;
  });
  return [colours.bold(line(HEAD_NAME, heads)), ...lines].join('\n');
}

/** From the widest to the narrowest, which is taken whether it fits or not. */
function layoutsOf(
  outcome: Outcome,
  rows: readonly FunctionComparison[],
): { readonly fitting: readonly Layout[]; readonly narrowest: Layout } {
  const all = COLUMNS.filter((column) => {
    if (column === 'init') return rows.some(({ init }) => wasStarted(init));
    return column !== 'cold-start' || rows.some(({ coldStart }) => wasSampled(coldStart));
  });
  const needed = neededBy(outcome);
  const order = [...DROP_ORDER.filter((column) => !needed.has(column)), ...DROP_ORDER.filter((column) => needed.has(column))];
  const droppable = order.filter((column) => all.includes(column));
  const layouts = droppable.map((_, count): Layout => {
    const gone = droppable.slice(0, count);
    return { columns: all.filter((column) => !gone.includes(column)), ...SHORT };
  });
  return {
    fitting: [{ columns: all, render: changeText, sampled: sampledText }, ...layouts],
    narrowest: layouts.at(-1) ?? { columns: ['zip'], ...SHORT },
  };
}

/** The columns that show what was breached. */
function neededBy({ verdict: { breaches, initBreaches, coldStartBreaches } }: Outcome): ReadonlySet<Column> {
  const columns = new Set(breaches.flatMap(({ limit }) => columnOf(limit.metric)));
  if (initBreaches.length > 0) columns.add('init');
  if (coldStartBreaches.length > 0) columns.add('cold-start');
  return columns;
}

function columnOf(metric: Metric): readonly Column[] {
  if (metric.startsWith('crate:')) return ['text'];
  if (metric.startsWith('init.')) return ['init'];
  // The column holds the median: of memory the headroom tells.
  if (metric === 'cold-start.p50') return ['cold-start'];
  return COLUMNS.filter((column) => column === metric);
}

/** The texts right of the names, the heads first. */
function cellsOf(
  outcome: Outcome,
  rows: readonly FunctionComparison[],
  { columns, render, sampled }: Layout,
): readonly (readonly string[])[] {
  const hasBase = outcome.comparison.base.kind === 'measured';
  const cell = (row: FunctionComparison, column: Column): string => {
    if (column === 'init') return initCell(row, hasBase, render);
    return column === 'cold-start' ? coldStartCell(row, hasBase, sampled) : metricCell(row, column, hasBase, render);
  };
  const lines = rows.map((row) => [
    ...columns.map((column) => cell(row, column)),
    row.status === 'removed' ? '–' : cutMiddle(headroomText(outcome, row.name, PLAIN), HEADROOM),
  ]);
  return [[...columns.map((column) => HEADS[column]), 'headroom'], ...lines];
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
