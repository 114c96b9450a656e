import { type Column, METRICS, metricRow } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import { wasSampled } from './cold-start.ts';
import { coldStartCell, responseOnAwsCell } from './cold-start-cell.ts';
import { metricCell } from './figures.ts';
import { firstResponseCell, initCell, wasStarted } from './init-cell.ts';
import { wasAnswered } from './stage.ts';

/** The columns of figures that these functions have something to tell in, in their order. */
export function columnsOf(functions: readonly FunctionComparison[]): readonly Column[] {
  const columns = METRICS.flatMap(({ name, column }) => (column === name ? [column] : []));
  return columns.filter((column) => {
    switch (metricRow(column)?.of) {
      case 'init':
        return functions.some(wasStarted);
      case 'first-response':
        return functions.some(wasAnswered);
      case 'cold-start':
        if (column === 'cold-start.first-response.p50') return functions.some((fn) => fn.metrics[column].head !== null);
        return functions.some(({ coldStart }) => wasSampled(coldStart));
      default:
        return column !== 'unzipped' || functions.some(hasOtherFiles);
    }
  });
}

/** What a package of the binary alone unpacks to is told by its size. */
function hasOtherFiles({ metrics: { unzipped, binary } }: FunctionComparison): boolean {
  return unzipped.base !== binary.base || unzipped.head !== binary.head;
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
    case 'first-response.instructions':
      return firstResponseCell(fn, hasBase);
    case 'cold-start.p50':
      return coldStartCell(fn, hasBase);
    case 'cold-start.first-response.p50':
      return responseOnAwsCell(fn, hasBase);
    case 'zip':
    case 'unzipped':
    case 'binary':
    case 'text':
      return metricCell(fn, column, hasBase);
  }
}
