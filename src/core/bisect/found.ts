import type { NamedFunction } from '../function-names.ts';
import type { Metric } from '../metrics.ts';
import type { FunctionComparison } from '../model/comparison.ts';
import type { Millis } from '../units.ts';

/** A commit by its SHA and the first line of its message. */
export interface WalkedCommit {
  readonly sha: string;
  readonly subject: string;
}

export interface WalkedValue {
  readonly commit: WalkedCommit;
  readonly value: number;
}

/** A commit that brought growth, or the few of which one did. */
export interface FoundJump {
  readonly commits: readonly WalkedCommit[];
  readonly before: WalkedValue;
  readonly after: WalkedValue;
  /** The merges that it came in by, the outermost first. */
  readonly merges: readonly WalkedCommit[];
  /** Neither side of this merge alone has the growth. */
  readonly ofMerge: boolean;
  /** Its parent against it; `null` where a side was not kept. */
  readonly comparison: FunctionComparison | null;
}

export interface Bisection {
  readonly function: NamedFunction;
  readonly metric: Metric;
  readonly good: WalkedValue;
  readonly bad: WalkedValue;
  /** The largest first. */
  readonly jumps: readonly FoundJump[];
  /** Commits between the two, along first parents. */
  readonly distance: number;
  readonly built: number;
  readonly stored: number;
  /** What could not be measured, with the reason. */
  readonly skipped: readonly { readonly commit: WalkedCommit; readonly reason: string }[];
  readonly took: Millis;
}

/** A commit of a range; `figures` by metric, `null` where there is none. */
export interface LogRow {
  readonly commit: WalkedCommit;
  readonly time: string;
  readonly functions: readonly {
    readonly function: string;
    readonly crate: string;
    readonly figures: Readonly<Record<string, number | null>>;
  }[];
  /** Why nothing was measured; `null`: it was. */
  readonly reason: string | null;
}
