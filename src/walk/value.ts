import { UsageError } from '../core/failures.ts';
import { referenceFunctions } from '../core/judge/references.ts';
import { CRATE_METRICS, isCrateMetric, METRICS, type Metric, metricNamed } from '../core/metrics.ts';
import type { FunctionMeasurement } from '../core/snapshot/snapshot.ts';
import { median } from '../core/statistics.ts';
import { meant, nearestOf, quoted } from '../core/text.ts';
import type { Host } from '../host.ts';
import type { GivenEvent } from '../init/events/read-events.ts';
import { withEvents } from '../measure/given-events.ts';
import type { InitOptions } from '../measure/init.ts';

/** What repeats from run to run and from day to day, so that figures of two commits can be held against each other: sizes, counts, instructions. */
const WALKED: readonly Metric[] = [...METRICS.filter(({ judged }) => judged === 'exact').map(({ name }) => name), 'init.instructions'];

/** A metric that commits can be walked by. A UsageError for any other, with what there is. */
export function walkedMetric(text: string, option: string): Metric {
  const known = metricNamed(text);
  if (known !== null && WALKED.includes(known)) return known;
  const prefix = CRATE_METRICS.find((row) => text.startsWith(`${row.prefix}:`));
  const glob = prefix === undefined ? '' : text.slice(prefix.prefix.length + 1);
  if (prefix !== undefined && /^[\w*?.-]{1,100}$/.test(glob)) return `${prefix.prefix}:${glob}`;
  const names = [...WALKED, ...CRATE_METRICS.map(({ name }) => name)];
  if (known !== null)
    throw new UsageError(
      `${option} ${text}: times and what differs from start to start cannot be told apart over commits; there are ${names.join(', ')}`,
    );
  throw new UsageError(`${option} ${quoted(text)}: there are ${names.join(', ')}${meant(nearestOf(text, WALKED))}`);
}

/** How commits are started for these metrics. A UsageError where one of them comes from starts, and those are switched off. */
export async function startsFor(metrics: readonly Metric[], init: InitOptions, host: Host): Promise<InitOptions<GivenEvent>> {
  const asking = metrics.find(needsStart);
  if (asking === undefined) return { kind: 'off' };
  if (init.kind === 'off')
    throw new UsageError(`${host.nameOf('metric')} ${asking} comes from starts: leave out ${host.nameOf('init')} off`);
  return withEvents(init, host);
}

function needsStart(metric: Metric): boolean {
  return metric === 'init.instructions';
}

/** A function's figure; why there is none where there is not. */
export function figureAt(fn: FunctionMeasurement, metric: Metric): { readonly value: number } | { readonly reason: string } {
  if (needsStart(metric)) {
    const { init } = fn;
    if (init?.kind !== 'measured')
      return { reason: init === null ? 'it was not started' : init.kind === 'none' ? init.reason : 'it does not start' };
    const { instructions } = init;
    if (instructions.kind === 'none') return { reason: instructions.reason };
    const [first, ...runs] = instructions.runs.map(Number);
    return first === undefined ? { reason: 'it was not counted' } : { value: Math.round(median([first, ...runs])) };
  }
  const figure = referenceFunctions([fn], [metric])[0]?.figures[metric];
  if (figure !== undefined) return { value: figure };
  return { reason: isCrateMetric(metric) ? 'whose bytes are whose is not known' : 'it was not measured' };
}
