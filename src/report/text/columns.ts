import { type Column, METRICS, metricRow } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model.ts';
import { wasSampled } from './cold-start.ts';
import { coldStartCell } from './cold-start-cell.ts';
import { metricCell } from './figures.ts';
import { initCell, wasStarted } from './init-cell.ts';

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

/** The head of a column: `package`. */
export function columnHead(column: Column): string {
  return metricRow(column)?.word ?? column;
}

/** It holds no data of a pull request but numbers. */
export function columnCell(fn: FunctionComparison, column: Column, hasBase: boolean): string {
  switch (column) {
    case 'init.instructions':
      return initCell(fn, hasBase);
    case 'cold-start.p50':
      return coldStartCell(fn, hasBase);
    case 'zip':
    case 'binary':
    case 'text':
      return metricCell(fn, column, hasBase);
  }
}
