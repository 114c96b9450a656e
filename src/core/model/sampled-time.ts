import type { Pair } from '../rows.ts';
import type { Interval, PairedChange } from '../statistics.ts';

/** What pairs of samples say of a time. */
export interface SampledChange {
  /** Over the pairs; `null` where one side was not sampled beside the other. */
  readonly change: PairedChange | null;
  /** Proven at the risk of the run (1 %), over all that it compares; `null` where there is nothing to compare. */
  readonly verdict: 'slower' | 'faster' | 'undecided' | null;
}

/** The same of a time that limits are held against. */
export interface JudgedChange extends SampledChange {
  /** The estimate that would just have been proven slower, as a ratio (1.06 is +6 %); `null` where none could. */
  readonly detectable: number | null;
}

/** A sampled time: shown, never gated here. Milliseconds. */
export interface TimedComparison extends SampledChange, Pair<{ readonly median: number; readonly p90: number }> {}

/** A time that was sampled at one side, and where its median lies: by order statistics, 0 and ∞ where there are too few samples. Milliseconds. */
export interface SampledFigures {
  readonly median: number;
  readonly p90: number;
  readonly interval: Interval;
  readonly samples: number;
}

/** A sampled time that limits are held against. */
export interface SampledTime extends JudgedChange, Pair<SampledFigures> {}

/** CPU time. `of`: what was read (`timed.cpuOf` of a snapshot). */
export interface CpuComparison extends SampledTime {
  readonly of: 'process' | 'threads';
}
