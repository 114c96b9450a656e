import { METRICS, type MetricRow } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { RowData } from './data.ts';
import { rowsData } from './function-data.ts';
import type { Names } from './names.ts';

/** The figures of a part of a start that no picture and no other table of it has: a limit may be on each of them. */
export function countsData({ metrics }: FunctionComparison, of: MetricRow['of'], names: Names): readonly RowData[] {
  const rows = METRICS.filter((metric) => metric.of === of && metric.judged === 'repeated' && metric.unit !== 'instructions');
  return rowsData(
    rows.flatMap(({ name, word, unit }) => {
      const { base, head } = metrics[name];
      return base === null && head === null ? [] : [{ name: unit === 'bytes' ? `${word}, bytes` : word, base, head }];
    }),
    names,
  );
}
