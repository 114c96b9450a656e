import type { FunctionComparison, Outcome } from '../core/model.ts';
import { tableRow } from './details.ts';
import { CELL, MARKDOWN } from './escape.ts';
import { changeText, counted, listed, metricCell } from './figures.ts';
import { headroomText } from './limit-text.ts';
import type { Rows } from './rows.ts';

const UNCHANGED_NAMES = 10;

/** The main table with the rows `shown`, a count of those left out and one line for the unchanged functions. */
export function tablePart(outcome: Outcome, rows: Rows, shown: readonly FunctionComparison[]): string {
  const hasBase = outcome.comparison.base.kind === 'measured';
  const over = new Set(rows.breached.map(({ name }) => name));
  const lines = shown.map((row) => {
    const headroom = row.status === 'removed' ? '–' : headroomText(outcome, row.name, CELL);
    const cells = [
      metricCell(row, 'zip', hasBase, changeText),
      metricCell(row, 'binary', hasBase, changeText),
      metricCell(row, 'text', hasBase, changeText),
    ];
    return tableRow([CELL.name(row.name), ...cells, over.has(row.name) ? `❌ ${headroom}` : headroom]);
  });
  const table = [
    tableRow(['function', 'package', 'binary', '`.text`', 'headroom']),
    tableRow(['---', '---:', '---:', '---:', '---:']),
    ...lines,
  ];
  const left = rows.breached.length + rows.others.length - shown.length;
  const blocks = [
    lines.length === 0 ? '' : table.join('\n'),
    left === 0 ? '' : `${counted(left, 'more function')} not shown`,
    rows.unchanged.length === 0
      ? ''
      : `${rows.unchanged.length} unchanged: ${listed(
          rows.unchanged.map(({ name }) => MARKDOWN.name(name)),
          UNCHANGED_NAMES,
        )}`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}
