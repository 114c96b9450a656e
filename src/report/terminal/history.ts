import { createColors } from 'picocolors';
import type { HistoryPoint, HistorySeries } from '../../core/history/series.ts';
import { lastFigures } from '../../core/history/trends.ts';
import type { MetricRow, TableMetric } from '../../core/metrics.ts';
import { wrapped } from '../../core/text.ts';
import { renderAmount, renderDelta } from '../../core/units.ts';
import { PLAIN } from '../text/escape.ts';
import { counted } from '../text/figures.ts';
import { marksOf, metricsIn, seriesName, trendText } from '../text/history.ts';

/** More commits than anybody reads here: files have them all. */
const MOST_ROWS = 50;
const PIPE = 80;
const GAP = '  ';

export interface HistoryScreen {
  readonly columns: number | null;
  readonly colour: boolean;
  readonly metric: TableMetric | null;
}

/** The history for a terminal: of each function its sparklines and a row for each commit, with what it brought in a line below. Ends in a newline. */
export function renderHistory(all: readonly HistorySeries[], { columns, colour, metric }: HistoryScreen): string {
  const colours = createColors(colour);
  const blocks = all.map((series) => {
    const metrics = metricsIn(series, metric);
    const trends = metrics.flatMap((row) => {
      const text = trendText({ figures: lastFigures(series, row.name), metric: row.name, branch: null }, PLAIN);
      return text === null ? [] : [`${row.word} ${text}`];
    });
    const shown = series.points.slice(-MOST_ROWS);
    const left = series.points.length - shown.length;
    return [
      colours.bold(seriesName(series, all, PLAIN)),
      ...trends.flatMap((line) => wrapped(line, columns ?? PIPE, { hang: '  ' })),
      ...(left === 0 ? [] : [`${counted(left, 'earlier commit')}: --csv has them all`]),
      ...rowsOf(series.points, shown, metrics, { width: columns ?? PIPE, dim: colours.dim, bold: colours.bold }),
    ].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

interface Paint {
  readonly width: number;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

function rowsOf(
  points: readonly HistoryPoint[],
  shown: readonly HistoryPoint[],
  metrics: readonly MetricRow[],
  { width, dim, bold }: Paint,
): readonly string[] {
  // The changes of the last metrics go first where a line would be longer than the screen: figures stand in no trend line.
  for (let changes = metrics.length; changes > 0; changes -= 1) {
    const lines = tableOf(points, shown, metrics, { width, dim, bold, changes });
    if (lines.every((line) => line.cells <= width)) return lines.map(({ text }) => text);
  }
  return tableOf(points, shown, metrics, { width, dim, bold, changes: 0 }).map(({ text }) => text);
}

/** `changes`: of how many metrics the change stands beside the figure. `cells`: what a line takes without its colours. */
function tableOf(
  points: readonly HistoryPoint[],
  shown: readonly HistoryPoint[],
  metrics: readonly MetricRow[],
  { width, dim, bold, changes }: Paint & { readonly changes: number },
): readonly { readonly text: string; readonly cells: number }[] {
  const parts = (list: readonly (readonly string[])[]): readonly string[] =>
    list.flatMap(([figure = '', change = ''], at) => (at < changes ? [figure, change] : [figure]));
  const heads = ['date', 'commit', ...parts(metrics.map((row) => [headOf(row), 'change']))];
  const rows = shown.map((point) => {
    const before = points[points.indexOf(point) - 1] ?? null;
    const { time, commit } = point.line;
    const figures = parts(metrics.map((row) => cellsOf(point, before, row)));
    return { point, before, cells: [time.slice(0, 10), commit.slice(0, 7), ...figures] };
  });
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join(GAP)
      .trimEnd();
  const plain = (text: string, paint = (one: string) => one): { text: string; cells: number } => ({
    text: paint(text),
    cells: text.length,
  });
  return [
    plain(line(heads), bold),
    ...rows.flatMap(({ point, before, cells }) => {
      const marks = marksOf(point, before, PLAIN).join(' · ');
      const below =
        marks === '' ? [] : wrapped(marks, width - INDENT.length).map((text) => ({ ...plain(`${INDENT}${text}`, dim), cells: 0 }));
      return [plain(line(cells)), ...below];
    }),
  ];
}

/** What is counted says what. */
function headOf({ word, name }: MetricRow): string {
  return name.endsWith('.instructions') ? `${word} instr.` : word;
}

const INDENT = '            ';

function cellsOf(point: HistoryPoint, before: HistoryPoint | null, { name, dimension }: MetricRow): readonly string[] {
  const [figure, former] = [point.figures[name], before?.figures[name]];
  if (figure === undefined) return ['', ''];
  return [renderAmount(figure, dimension), former === undefined ? '' : renderDelta(figure - former, dimension)];
}
