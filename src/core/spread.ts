import { median, quantile, sampleOf } from './statistics.ts';

/** A figure that was measured several times: judged by its median, and only beyond its own spread. */
export interface Repeated {
  readonly median: number;
  /** The spread: the extremes of a few runs, the quartiles of many samples. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Of a few runs: nothing less than all of them is their spread. */
export function extremesOf(runs: readonly number[]): Repeated | null {
  const sample = sampleOf(runs);
  return sample === null ? null : { median: median(sample), low: Math.min(...sample), high: Math.max(...sample), count: sample.length };
}

/** Of many samples: a straggler says nothing about where the middle may lie. */
export function quartilesOf(values: readonly number[]): Repeated | null {
  const sample = sampleOf(values);
  if (sample === null) return null;
  return { median: median(sample), low: quantile(sample, 0.25), high: quantile(sample, 0.75), count: sample.length };
}
