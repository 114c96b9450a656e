import { UsageError } from '../core/failures.ts';
import { type MeasureOptions, measureOptions } from './groups.ts';
import type { OptionValues } from './values.ts';

/** Starts of one commit; instructions are counted in runs of their own. */
const STARTS = 5;

export interface BisectOptions extends MeasureOptions {
  readonly function: string | null;
  readonly good: string;
  readonly bad: string;
  /** As it was written; which there are is known where it is measured. */
  readonly metric: string;
  readonly all: boolean;
  readonly json: string | null;
}

export interface LogOptions extends MeasureOptions {
  readonly function: string | null;
  readonly range: string;
  readonly walk: 'first-parent' | 'merges' | 'all';
  readonly most: number | null;
  /** Empty: those of a history's table. */
  readonly metrics: readonly string[];
  readonly json: string | null;
}

/** A UsageError where an end or the metric is not named. */
export function bisectOptions(values: OptionValues): BisectOptions {
  const needed = (flag: string, what: string): string => {
    const value = values.one(flag);
    if (value === null || value === '') throw new UsageError(`bisect needs ${values.nameOf(flag)}: ${what}`);
    return value;
  };
  return {
    ...started(values),
    good: needed('good', 'an older commit that is still small, such as a release'),
    bad: values.one('bad') ?? 'HEAD',
    metric: metricOf(values),
    all: values.on('all'),
    json: values.one('json'),
    function: functionOf(values),
  };
}

/** A UsageError where the range is not one. */
export function logOptions(values: OptionValues, words: readonly string[]): LogOptions {
  const [range, ...more] = words;
  if (more.length > 0 || range?.startsWith('-') === true)
    throw new UsageError('log takes one range: coldgate log A..B, or coldgate log --newest 10');
  const most = values.one('newest') === null ? null : values.number('newest');
  if (range === undefined && most === null) throw new UsageError('log takes a range: coldgate log A..B, or coldgate log --newest 10');
  return {
    ...started(values),
    ...{ range: range ?? 'HEAD', most, walk: values.choice('walk', ['first-parent', 'merges', 'all']), metrics: metricsOf(values) },
    ...{ json: values.one('json'), function: functionOf(values) },
  };
}

function started(values: OptionValues): MeasureOptions {
  const measured = measureOptions(values);
  return { ...measured, init: measured.init.kind === 'off' ? measured.init : { ...measured.init, pairs: STARTS } };
}

function functionOf(values: OptionValues): string | null {
  const named = values.all('function');
  if (named.length > 1) throw new UsageError(`${values.nameOf('function')} is given ${named.length} times; it takes one here`);
  return named[0] ?? null;
}

function metricOf(values: OptionValues): string {
  const [only = 'zip', ...others] = metricsOf(values);
  if (others.length > 0)
    throw new UsageError(`${values.nameOf('metric')} ${only},${others.join(',')}: bisect goes by one metric; log takes several`);
  return only;
}

function metricsOf(values: OptionValues): readonly string[] {
  return values
    .all('metric')
    .flatMap((text) => text.split(',').map((one) => one.trim()))
    .filter((text) => text !== '');
}
