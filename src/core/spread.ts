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

/** How often a side is counted: three times, and where those do not agree two more, and four more. */
export const ROUNDS = [3, 2, 4] as const;
/** One of this many runs may be odd, so none of three, one of five, two of nine: an odd run neither breaches nor disarms. */
const ODD = 4;
/** Of the largest. Runs of a single thread spread by 0.04 % or less, of Tokio's two workers by 0.3 to 0.8 % (locks that meet or do not). */
const REPEATABLE = 0.001;

/** The runs that are looked at: all but the odd ones, which lie farthest from the median. In the order given. */
export function looked(runs: readonly number[]): readonly number[] {
  const sample = sampleOf(runs);
  if (sample === null) return [];
  const middle = median(sample);
  const nearest = [...runs.keys()].sort((a, b) => Math.abs((runs[a] ?? 0) - middle) - Math.abs((runs[b] ?? 0) - middle) || a - b);
  const kept = new Set(nearest.slice(0, runs.length - Math.floor(runs.length / ODD)));
  return runs.filter((_, place) => kept.has(place));
}

/** Of many samples: a straggler says nothing about where the middle may lie. */
export function quartilesOf(values: readonly number[]): Repeated | null {
  const sample = sampleOf(values);
  if (sample === null) return null;
  return { median: median(sample), low: quantile(sample, 0.25), high: quantile(sample, 0.75), count: sample.length };
}

/** Whether no more runs are needed: those that are looked at lie within 0.1 %. */
export function agree(runs: readonly number[]): boolean {
  const kept = extremesOf(looked(runs));
  return kept === null || isRepeatable(kept);
}

/** Whether runs lie within 0.1 %. */
export function isRepeatable({ low, high }: Pick<Repeated, 'low' | 'high'>): boolean {
  return high - low <= REPEATABLE * high;
}
