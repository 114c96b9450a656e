import type { TableMetric } from '../metrics.ts';

/** How far a figure lies from that of the commit before it, where it is not the same. */
export interface HistoryNoise {
  /** As a share of the figure: the median of the steps. */
  readonly share: number;
  readonly steps: number;
}

/** What a figure of a function was at the last commits of the default branch, the oldest first. */
export interface Trend {
  readonly function: string;
  readonly metric: TableMetric;
  readonly figures: readonly number[];
  /** The default branch's name; `null`: not known. */
  readonly branch: string | null;
  /** Of what is measured by running; absent where its history has too few steps to tell. */
  readonly noise?: HistoryNoise;
}
