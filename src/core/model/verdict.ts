import type { Pair } from '../rows.ts';
import type { PairedChange } from '../statistics.ts';
import type { ColdStartBreach } from './cold-start.ts';
import type { FirstResponseBreach } from './first-response.ts';
import type { InitBreach } from './init.ts';
import type { Bound, Gate, Limit } from './limits.ts';

/** One bound of a limit, held against the figures. */
export interface BoundResult {
  readonly bound: Bound;
  /** What the bound allows, in the metric's unit (absolute). `null`: no base, so no growth to bound. */
  readonly allowed: number | null;
  readonly exceeded: boolean;
}

/** A commit that is not base, by the name of its tag or the day, and the metric there; `null`: the function was not there yet. */
export interface CountedFrom {
  readonly name: string;
  readonly sha: string;
  readonly figure: number | null;
}

export interface Judgement {
  readonly limit: Limit;
  readonly function: string;
  readonly figures: Pair<number>;
  /** What growth was counted from where that is not base; `null`: it is. */
  readonly reference: CountedFrom | null;
  readonly bounds: readonly BoundResult[];
  /** What the metric may still grow before this limit is breached; negative when it is. `null` where nothing bounds it. */
  readonly headroom: number | null;
}

export interface Unchecked {
  readonly limit: Limit;
  readonly function: string;
  /** `no-base`: there is a base, and it could not be measured, so that no growth is known. `withheld`: nobody could measure it in this run. `stopped`: sampling ended by other limits. `no-reference`: there is nothing yet that growth could be counted from. */
  readonly code: 'unmeasured' | 'no-base' | 'withheld' | 'stopped' | 'no-reference';
  readonly reason: string;
}

/** A limit that is exceeded and stops nobody: it only warns, or base exceeds it too and head is not above base. */
export interface Warned extends Judgement {
  readonly because: 'warn' | 'base-exceeds';
}

/** A cold-start limit that the samples neither prove breached nor rule out, while they point beyond it or prove head slower: a warning. */
export interface Unproven {
  readonly function: string;
  readonly limit: Limit;
  /** `null` of a new function: only its own figure is held against a maximum. */
  readonly change: PairedChange | null;
  /** Head's samples where there are no pairs. */
  readonly pairs: number;
  /** The estimate of the change that would just have proven the breach, as a ratio (1.12 is +12 %); `null` where none could. */
  readonly detectable: number | null;
}

/** A `change` answers for what it brings; of a `branch` all that is over its limits is told. */
export type JudgedAs = 'change' | 'branch';

/** Who took responsibility for a breach, and how. */
export interface Acceptance {
  readonly label: string;
  readonly by: string;
  /** ISO 8601, as GitHub gives it. */
  readonly at: string;
  /** What that person wrote after the report; `null`: nothing, which is as good. */
  readonly reason: string | null;
}

/** One reason for a verdict to fail: a limit that is exceeded, or a function that no longer starts, here or on AWS, or no longer answers. */
export type Breach =
  | ({ readonly kind: 'limit' } & Judgement)
  | ({ readonly kind: 'init' } & InitBreach)
  | ({ readonly kind: 'first-response' } & FirstResponseBreach)
  | ({ readonly kind: 'cold-start' } & ColdStartBreach);

export interface Judged {
  readonly gate: Gate;
  readonly breaches: readonly Breach[];
  readonly kept: readonly Judgement[];
  readonly warned: readonly Warned[];
  /** Each is of a judgement in `kept`. */
  readonly unproven: readonly Unproven[];
  readonly unchecked: readonly Unchecked[];
}

/**
 * Pass or fail, with everything that decided it. `off`: the gate was turned off with `limits: none`; `accepted`: breached, or not judged for
 * want of a base that builds, and somebody said yes; `unchecked`: nothing is breached, and a limit that somebody wrote could not be checked.
 */
export type Verdict = Judged &
  ({ readonly status: 'pass' | 'fail' | 'unchecked' | 'off' } | { readonly status: 'accepted'; readonly acceptance: Acceptance });
