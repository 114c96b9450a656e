import { UsageError } from '../core/failures.ts';
import { METRICS, metricNamed, type TableMetric } from '../core/metrics.ts';
import { meant, nearestOf, quoted } from '../core/text.ts';
import type { OptionValues } from './values.ts';

export interface HistoryOptions {
  /** `null`: the branch. */
  readonly folder: string | null;
  /** Those alone; empty: all. */
  readonly functions: readonly string[];
  readonly metric: TableMetric | null;
  readonly files: { readonly json: string | null; readonly csv: string | null; readonly html: string | null };
  /** The folder that badges are written to. */
  readonly badges: string | null;
  /** Snapshots to append to a folder; `null`: it is shown. */
  readonly add: { readonly snapshots: readonly string[]; readonly folder: string } | null;
}

/** A UsageError for words that are no order, and for `add` without what it needs. */
export function historyOptions(values: OptionValues, words: readonly string[]): HistoryOptions {
  const folder = values.one('history');
  const files = { json: values.one('json'), csv: values.one('csv'), html: values.one('html') };
  const shown = Object.entries(files).flatMap(([flag, file]) => (file === '-' ? [`--${flag} -`] : []));
  if (shown.length > 1) throw new UsageError(`${shown.join(' and ')}: standard output takes one report`);
  return {
    folder,
    functions: values.all('function'),
    metric: metricOf(values),
    files,
    badges: values.one('badge'),
    add: adding(folder, words),
  };
}

function adding(folder: string | null, [order, ...snapshots]: readonly string[]): HistoryOptions['add'] {
  if (order === undefined) return null;
  if (order !== 'add')
    throw new UsageError(`history ${quoted(order)}: write coldgate history, or coldgate history add SNAPSHOT… --history DIR`);
  if (snapshots.length === 0) throw new UsageError('history add takes snapshots: files or folders that `measure -o` wrote');
  if (folder === null)
    throw new UsageError(
      'history add needs --history DIR: the branch is written by mode history of the Action, and a folder by this command',
    );
  return { snapshots, folder };
}

function metricOf(values: OptionValues): TableMetric | null {
  const name = values.one('metric');
  if (name === null) return null;
  const known = metricNamed(name);
  if (known !== null) return known;
  const names = METRICS.map((row) => row.name);
  throw new UsageError(`--metric ${quoted(name)}: there are ${names.join(', ')}${meant(nearestOf(name, names))}`);
}
