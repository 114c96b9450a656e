import type { CpuComparison } from '../model/sampled-time.ts';
import { comparable, detectableRatio, median, pairedChange, quantile, type Sample, sampleOf } from '../statistics.ts';
import { medianInterval } from './looks.ts';

/** One function's CPU times, place by place of the pairs; `base` is `null` where it was not started beside head. */
export interface CpuSamples {
  readonly base: readonly number[] | null;
  readonly head: readonly number[];
  readonly of: CpuComparison['of'];
}

/**
 * CPU times of a run, in the order given; `null` where there are none. A run has one risk (`alpha` at each end of an interval): intervals are
 * Bonferroni's over its functions, so that the one that is shown is held against the limit too.
 */
export function compareCpus(functions: readonly (CpuSamples | null)[], alpha: number): readonly (CpuComparison | null)[] {
  const comparisons = functions.filter((one) => one !== null).length;
  const risk = alpha / Math.max(1, comparisons);
  return functions.map((one) => (one === null ? null : compareCpu(one, risk)));
}

function compareCpu({ base, head, of }: CpuSamples, risk: number): CpuComparison | null {
  const [before, after] = [base === null ? null : sampleOf(base), sampleOf(head)];
  if (after === null) return null;
  const change = before === null || !comparable(before, after) ? null : pairedChange(before, after, 2 * risk);
  return {
    of,
    base: before === null ? null : figuresOf(before, risk),
    head: figuresOf(after, risk),
    change,
    verdict: change === null ? null : change.interval.lower > 1 ? 'slower' : change.interval.upper < 1 ? 'faster' : 'undecided',
    detectable: change === null ? null : detectableRatio(change),
  };
}

function figuresOf(samples: Sample, risk: number): NonNullable<CpuComparison['head']> {
  return { median: median(samples), p90: quantile(samples, 0.9), interval: medianInterval(samples, risk), samples: samples.length };
}
