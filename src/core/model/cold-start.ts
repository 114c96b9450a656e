import type { Pair } from '../rows.ts';
import type { Repeated } from '../spread.ts';
import type { JudgedChange, SampledFigures, SampledTime } from './sampled-time.ts';

/** How cold starts on AWS went, base beside head. */
export type ColdStartState =
  /** Head was sampled; base too, or it has none. */
  | { readonly kind: 'measured' }
  /** Head was, base's init failed there. */
  | { readonly kind: 'recovered' }
  /** Base was, head's init failed there: a breach. */
  | ({ readonly kind: 'broken' } & Omit<ColdStartBreach, 'function' | 'counts'>)
  /** Head's init failed there, as did base's where there is one. */
  | ({ readonly kind: 'not-measurable' } & Omit<ColdStartBreach, 'function' | 'counts'>)
  /** `not-sampled`: there was nothing to sample, and the sampler says why. `aws`: AWS did not let it be. `apart`: base and head were not sampled beside each other; head's figures stand alone. */
  | { readonly kind: 'none'; readonly code: 'not-asked' | 'removed' | 'not-sampled' | 'aws' | 'apart'; readonly reason: string };

/** One side's cold starts at one memory size; the sampled time is the Init Duration. Times in milliseconds. */
export interface ColdStartFigures extends SampledFigures {
  readonly discarded: readonly { readonly reason: string; readonly count: number }[];
  readonly functionErrors: number;
  /** Bytes: Lambda's MB are 1,048,576 of them. Shown is the largest, judged the median. */
  readonly maxMemoryUsed: number;
  readonly memory: Repeated;
  /** The median Billed Duration. */
  readonly billed: number;
  /** US dollars for the init of a million cold starts of the median duration. */
  readonly pricePerMillion: number;
}

/** The change of the Init Duration: `verdict` by Holm over the functions and sizes of the run, and over the looks. */
export interface ColdStartAtSize extends JudgedChange, Pair<ColdStartFigures> {
  /** The function's memory size in MB, as it is configured. */
  readonly memorySize: number;
  /** `Duration` of the same invocations. Without a limit on it in the run nothing is claimed of its change, which costs a part of α. */
  readonly firstResponse: SampledTime;
  /** `null`: it is a function. */
  readonly extensionOverhead: ExtensionOverhead | null;
  /** Sampling ended at a look before the last because the limits that the sampler knew were settled. */
  readonly stopped: boolean;
  /** What AWS did that ended the sampling after the first look; `null`: nothing. */
  readonly cut: string | null;
}

/** What an extension adds to the cold start of the small function that it was sampled on: shown, never gated. Milliseconds. */
export interface ExtensionOverhead extends Pair<number> {
  /** The median Init Duration of that function without it, and how many starts that is of. */
  readonly host: number;
  readonly samples: number;
}

export interface ColdStartComparison {
  readonly state: ColdStartState;
  readonly region: string | null;
  readonly looks: { readonly taken: number; readonly planned: number } | null;
  /** Ascending. Limits are held against the first; the others are for a table of what more memory buys. */
  readonly sizes: readonly ColdStartAtSize[];
  /** The worst of all sizes; `null`: every start of head that counts was good. */
  readonly failing: FailingStarts | null;
  /** What sampling this function cost at both sides and all sizes, in US dollars by the prices of us-east-1. */
  readonly spent: { readonly requests: number; readonly gbSeconds: number; readonly dollars: number } | null;
}

/** A function whose init works on AWS at base and fails there at head, always or proven to more often. No limit is needed for it to count. */
export interface ColdStartBreach {
  readonly function: string;
  /** `null`: it never starts. */
  readonly counts: FailureCounts | null;
  readonly status: 'timeout' | 'error';
  /** Lambda's own word where it gives one: `Runtime.ExitError`. */
  readonly errorType: string | null;
  readonly lastLines: readonly string[];
}

/** How many starts on AWS there were whose outcome is known, and how many failed. */
export type FailureCounts = { readonly base: StartCount | null; readonly head: StartCount };

export interface StartCount {
  readonly attempted: number;
  readonly failed: number;
  /** Of those by running out of time. */
  readonly timedOut: number;
}

/** Starts of head that fail now and then, at one memory size. `proven`: more often than base's, by an exact test at the last look: a breach. */
export interface FailingStarts extends Omit<ColdStartBreach, 'function' | 'counts'> {
  readonly counts: FailureCounts;
  /** In Lambda's MB. */
  readonly memorySize: number;
  readonly proven: boolean;
}
