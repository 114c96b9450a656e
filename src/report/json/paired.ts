import type { Interval, PairedChange } from '../../core/statistics.ts';

/** JSON has no infinity: an end that a small sample leaves open is `null`. */
interface IntervalReport {
  lower: number;
  upper: number | null;
}

/** A change between pairs as every JSON report has it. */
export function changeReportOf(change: PairedChange | null): { ratio: number; interval: IntervalReport; pairs: number } | null {
  return change === null ? null : { ratio: change.ratio, interval: intervalReportOf(change.interval), pairs: change.pairs };
}

export function intervalReportOf({ lower, upper }: Interval): IntervalReport {
  return { lower, upper: Number.isFinite(upper) ? upper : null };
}
