import { type Metric, metricRow } from '../metrics.ts';
import type { FunctionComparison } from '../model/comparison.ts';
import type { Limit } from '../model/limits.ts';
import type { SampledTime } from '../model/sampled-time.ts';

/** What was sampled of a metric whose interval decides; `null` of any other, and where nothing was. */
export function sampledOf({ init, firstResponse, coldStart }: FunctionComparison, metric: Metric): SampledTime | null {
  switch (metric) {
    case 'cold-start.p50':
      return coldStart.sizes[0] ?? null;
    case 'cold-start.first-response.p50':
      return coldStart.sizes[0]?.firstResponse ?? null;
    case 'init.cpu':
      return init.cpu;
    case 'first-response.cpu':
      return firstResponse.cpu;
    default:
      return null;
  }
}

/** Whether it is a time that was sampled on AWS, in looks that a limit may end. */
export function isOfColdStarts(metric: Metric): boolean {
  const row = metricRow(metric);
  return row?.of === 'cold-start' && row.judged === 'sampled';
}

/**
 * Why so few samples can prove nothing, whatever they measured; `null`: they can. Where sampling is asked for that is a usage error; a
 * snapshot that comes from elsewhere is found out here.
 */
export function tooFew({ bounds }: Limit, { head, change }: SampledTime): string | null {
  const proves = bounds.every(({ kind }) =>
    kind === 'maximum' ? (head?.interval.lower ?? 0) > 0 : change === null || change.interval.lower > 0,
  );
  if (proves) return null;
  const pairs = change?.pairs ?? head?.samples ?? 0;
  return `${pairs} pairs can never prove a limit breached, whatever they measured: measure it again with more`;
}
