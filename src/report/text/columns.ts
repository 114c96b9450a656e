import { type Column, CRATE_METRIC, METRICS, metricRow } from '../../core/metrics.ts';
import type { Breach, FunctionComparison } from '../../core/model.ts';
import { wasSampled } from './cold-start.ts';
import { coldStartCell, type SampledRender, sampledText, shortSampledText } from './cold-start-cell.ts';
import type { TextStyle } from './escape.ts';
import { changeText, metricCell, shortChangeText } from './figures.ts';
import { initCell, wasStarted } from './init-cell.ts';

/** How cells tell a change: figures of both sides, or head's alone with the change. */
export interface CellRender {
  readonly change: typeof changeText;
  readonly sampled: SampledRender;
}
export const WIDE: CellRender = { change: changeText, sampled: sampledText };
export const SHORT: CellRender = { change: shortChangeText, sampled: shortSampledText };

/** The columns of figures that these functions have something to tell in, in their order. */
export function columnsOf(functions: readonly FunctionComparison[]): readonly Column[] {
  const columns = METRICS.flatMap(({ name, column }) => (column === name ? [column] : []));
  return columns.filter((column) => {
    switch (metricRow(column)?.of) {
      case 'init':
        return functions.some(wasStarted);
      case 'cold-start':
        return functions.some(({ coldStart }) => wasSampled(coldStart));
      default:
        return true;
    }
  });
}

/** The head of a column: `package`; the name of a section as names are written. */
export function columnHead(column: Column, style: TextStyle): string {
  const word = metricRow(column)?.word ?? column;
  return word.startsWith('.') ? style.name(word) : word;
}

/** It holds no data of a pull request but numbers. */
export function columnCell(fn: FunctionComparison, column: Column, hasBase: boolean, { change, sampled }: CellRender): string {
  switch (column) {
    case 'init.instructions':
      return initCell(fn, hasBase, change);
    case 'cold-start.p50':
      return coldStartCell(fn, hasBase, sampled);
    case 'zip':
    case 'binary':
    case 'text':
      return metricCell(fn, column, hasBase, change);
  }
}

/** The column that shows what a breach is about; `null` where the headroom alone tells. */
export function columnOfBreach(breach: Breach): Column | null {
  switch (breach.kind) {
    case 'init':
      return 'init.instructions';
    case 'cold-start':
      return 'cold-start.p50';
    case 'limit':
      return (metricRow(breach.limit.metric) ?? CRATE_METRIC).column;
  }
}
