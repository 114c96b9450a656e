import { metricRow } from '../metrics.ts';
import type { FunctionComparison } from '../model/comparison.ts';
import type { Judgement } from '../model/verdict.ts';
import type { Pair } from '../rows.ts';
import type { Repeated } from '../spread.ts';
import type { Dimension } from '../units.ts';
import { sampledOf } from './sampled.ts';

/** What an exact figure may be above base and still count as what base had: a version string or the order of a link moves bytes, never counts. */
export const TOLERANCE: Readonly<Record<Dimension, number>> = { size: 2_000, count: 0, time: 0 };

/**
 * Whether a maximum that head exceeds is exceeded by base too, with head above base by no more than the tolerance: then the change has not
 * brought it. Where growth is bounded beside it, growth decides.
 */
export function baseExceeds({ limit, figures: { base, head } }: Judgement, spread: Pair<Repeated> | null, fn: FunctionComparison): boolean {
  const [bound, ...others] = limit.bounds;
  if (bound.kind !== 'maximum' || others.length > 0 || base === null || head === null || base <= bound.value) return false;
  switch (metricRow(limit.metric)?.judged ?? 'exact') {
    case 'exact':
      return head - base <= TOLERANCE[limit.dimension];
    case 'repeated':
      return head <= base || (spread !== null && spread.base !== null && spread.head !== null && spread.head.low <= spread.base.high);
    case 'sampled': {
      const change = sampledOf(fn, limit.metric)?.change ?? null;
      return change !== null && change.interval.lower <= 1;
    }
  }
}
