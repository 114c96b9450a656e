import type { createColors } from 'picocolors';
import type { Column } from '../../core/metrics.ts';
import type { FunctionComparison, Outcome } from '../../core/model.ts';
import { type CellRender, columnCell, columnHead, columnOfBreach, columnsOf, SHORT, WIDE } from '../text/columns.ts';
import { PLAIN } from '../text/escape.ts';
import { rowsOf } from '../text/functions.ts';
import { headroomText } from '../text/limits.ts';

const GAP = 2;
const HEAD_NAME = 'function';
/** A column of figures is worth less than this much of a name. */
const MIN_NAME = 20;
const HEADROOM = 30;

/** What goes first where the terminal is narrow, unless a limit on it is breached. */
const DROP_ORDER: readonly Column[] = ['text', 'binary', 'init.instructions', 'cold-start.p50', 'zip'];

interface Layout {
  readonly columns: readonly Column[];
  readonly render: CellRender;
}

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
  const all = columnsOf(rows);
  const needed = neededBy(outcome);
  const order = [...DROP_ORDER.filter((column) => !needed.has(column)), ...DROP_ORDER.filter((column) => needed.has(column))];
  const droppable = order.filter((column) => all.includes(column));
  const layouts = droppable.map((_, count): Layout => {
    const gone = droppable.slice(0, count);
    return { columns: all.filter((column) => !gone.includes(column)), render: SHORT };
  });
  return {
    fitting: [{ columns: all, render: WIDE }, ...layouts],
    narrowest: layouts.at(-1) ?? { columns: ['zip'], render: SHORT },
  };
}

/** The columns that show what was breached. */
function neededBy({ verdict: { breaches } }: Outcome): ReadonlySet<Column> {
  return new Set(breaches.flatMap((breach) => columnOfBreach(breach) ?? []));
}

/** The texts right of the names, the heads first. */
function cellsOf(outcome: Outcome, rows: readonly FunctionComparison[], { columns, render }: Layout): readonly (readonly string[])[] {
  const hasBase = outcome.comparison.base.kind === 'measured';
  const lines = rows.map((row) => [
    ...columns.map((column) => columnCell(row, column, hasBase, render)),
    row.status === 'removed' ? '–' : cutMiddle(headroomText(outcome, row.name, PLAIN), HEADROOM),
  ]);
  return [[...columns.map((column) => columnHead(column, PLAIN)), 'headroom'], ...lines];
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
