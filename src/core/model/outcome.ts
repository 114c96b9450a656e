import type { Millis } from '../units.ts';
import type { BaseReason } from './base.ts';
import type { Comparison } from './comparison.ts';
import type { Trend } from './trend.ts';
import type { Verdict } from './verdict.ts';

/** Everything a report needs, and all that it needs. */
export interface Outcome {
  readonly comparison: Comparison;
  readonly verdict: Verdict;
  readonly timings: Readonly<Record<string, Millis>>;
  /** Runs the same check on a laptop. */
  readonly command: string;
  /** `null` where the base was named, or is the event's own. */
  readonly baseReason: BaseReason | null;
  readonly byLabel: ByLabel | null;
  /** What GitHub was asked of another job's measurement; `null` where this job measured itself. */
  readonly asked: Asked | null;
  /** Of functions that changed; empty where there is no history to be read. */
  readonly trends: readonly Trend[];
}

/** What GitHub confirms of a measurement that came as an artifact, and what the artifact alone says. */
export interface Asked {
  readonly confirmed: readonly string[];
  readonly claimed: readonly string[];
}

/** The label that accepts a breach, where a pull request has labels; `null` elsewhere. */
export interface ByLabel {
  readonly label: string;
  /** Why it counts for nothing although it is set; `null` where it is not set, or counts. */
  readonly refused: string | null;
}
