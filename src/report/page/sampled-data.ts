import { type Interval, median, sampleOf } from '../../core/statistics.ts';
import type { SampledData, SideSamples } from './data.ts';

/** A picture's data; none where nothing was sampled. */
export function sampled(title: string, change: string, base: SideSamples | null, head: SideSamples | null): readonly SampledData[] {
  return base === null && head === null ? [] : [{ title, change, base, head }];
}

/** Every sample, and where the median of all lies as far as anybody said. */
export function samplesOf(values: readonly number[], figures: { readonly interval: Interval } | null = null): SideSamples | null {
  const sample = sampleOf(values);
  if (sample === null) return null;
  const { lower = 0, upper = Number.POSITIVE_INFINITY } = figures?.interval ?? {};
  return {
    values: sample.map(round),
    median: round(median(sample)),
    interval: Number.isFinite(upper) ? [round(lower), round(upper)] : null,
  };
}

/** To the microsecond. */
function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
