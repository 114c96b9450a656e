import type { NamedFunction } from './function-names.ts';
import type { Metric, TableMetric } from './metrics.ts';
import type { Connection, InitFailure } from './snapshot/init.ts';
import type { DeclaredLimit, Finding, LockedPackage, Note, Snapshot } from './snapshot/snapshot.ts';
import type { Repeated } from './spread.ts';
import type { Interval, PairedChange } from './statistics.ts';
import type { Dimension, Millis } from './units.ts';

/** A figure at base and at head; `null` where that side has none. */
export interface Pair<T> {
  readonly base: T | null;
  readonly head: T | null;
}

export interface Row extends Pair<number> {
  readonly name: string;
}

export interface SymbolRow extends Row {
  readonly crate: string;
}

/** The row of `sections` for what is in no section of the binary. */
export const HEADERS = '[headers]';
/** The row of `package` for what is in no entry of the ZIP. */
export const OVERHEAD = '[overhead]';

/** One metric of a function at base and at head. */
export interface MetricFigures extends Pair<number> {
  /** Of a metric that is measured several times: its runs or samples at each side. */
  readonly spread: Pair<Repeated> | null;
  /** Why a side at which the function exists has no figure; `null` where each has one. */
  readonly reason: string | null;
}

export type Bound =
  | { readonly kind: 'maximum'; readonly value: number }
  | { readonly kind: 'growth'; readonly value: number }
  | { readonly kind: 'growth-percent'; readonly percent: number };

/** Where a limit was written; what is nearer to the call wins per metric. */
export type LimitSource =
  /** `option`: as the person writes it, `--limit` or `input limits`. */
  | { readonly kind: 'input'; readonly option: string }
  | { readonly kind: 'package'; readonly package: string; readonly file: string; readonly line: number | null }
  | { readonly kind: 'workspace'; readonly file: string; readonly line: number | null }
  | { readonly kind: 'default' };

export interface Limit {
  /** `null`: every function. */
  readonly function: string | null;
  readonly metric: Metric;
  readonly dimension: Dimension;
  /** Breached only when all are exceeded. Never empty. */
  readonly bounds: readonly [Bound, ...Bound[]];
  /** What a breach of it does: one that begins with `warn:` only warns. */
  readonly gate: Gate;
  /** As it was written. */
  readonly text: string;
  readonly source: LimitSource;
}

/** The limits of a run, or none by choice. */
export type LimitSet = { readonly kind: 'off' } | { readonly kind: 'limits'; readonly limits: readonly Limit[] };

export type FunctionStatus = 'changed' | 'unchanged' | 'added' | 'removed';

/** A crate that changed and what brought the change. Sizes are bytes of `.text`. */
export interface Cause extends Row {
  /** The lock file changes of packages with this crate's name. Empty: the same versions, other code generated. */
  readonly changes: readonly DependencyChange[];
  /** From a workspace member down to the package, where it was added: `health → regex → aho-corasick`. Empty otherwise. */
  readonly via: readonly string[];
  /** The symbols of the crate that changed most. */
  readonly symbols: readonly SymbolRow[];
}

/** A function's own instructions and those of everything it called, at both sides. */
export interface CostRow {
  readonly crate: string;
  readonly name: string;
  readonly self: Pair<number>;
  readonly inclusive: Pair<number>;
}

/** A sampled time: shown, never gated here. Milliseconds. */
export interface TimedComparison extends Pair<{ readonly median: number; readonly p90: number }> {
  /** Over the pairs; `null` where one side was not sampled beside the other. */
  readonly change: PairedChange | null;
  /** Proven at α = 0.01, Holm over the functions of the run; `null` where there is nothing to compare. */
  readonly verdict: 'slower' | 'faster' | 'undecided' | null;
}

/** How local init went, base beside head. */
export type InitState =
  /** Head reached its first `/next`; base too, or it has none. */
  | { readonly kind: 'measured' }
  /** Head did, base did not. */
  | { readonly kind: 'recovered' }
  /** Base did, head did not: a breach. */
  | { readonly kind: 'broken'; readonly failure: InitFailure; readonly lastLines: readonly string[] }
  /** Head did not, nor did base where there is one. */
  | { readonly kind: 'not-measurable'; readonly failure: InitFailure; readonly lastLines: readonly string[] }
  /** Nobody started it. `apart`: base and head were not started beside each other. */
  | { readonly kind: 'none'; readonly code: 'not-asked' | 'removed' | 'off' | 'unchanged' | 'not-here' | 'apart'; readonly reason: string };

export interface InitComparison {
  readonly state: InitState;
  /** Instructions of code loading, runtime start and handler init: they add up to `crates`' sum. Empty where they cannot be told apart. */
  readonly phases: readonly Row[];
  /** Own instructions by crate, with one row for what no symbol covers. */
  readonly crates: readonly Row[];
  /** The largest change of inclusive instructions first. */
  readonly functions: readonly CostRow[];
  /** exec → first `/next`. */
  readonly time: TimedComparison | null;
  readonly cpu: TimedComparison | null;
  /** Bytes of the binary's file that were paged in (median). */
  readonly paged: Pair<number>;
  readonly connections: Pair<readonly Connection[]>;
}

export interface FunctionComparison {
  readonly name: string;
  readonly crate: string;
  /** What base calls it, where its binary or its package has another name there; `null`: the same. */
  readonly formerly: NamedFunction | null;
  readonly status: FunctionStatus;
  readonly sha256: Pair<string>;
  readonly metrics: Readonly<Record<TableMetric, MetricFigures>>;
  /** Why the crates of a side at which the function exists are not known; `null` where they are. */
  readonly notAttributed: string | null;
  /** Crates of `.text` with one row for what no symbol covers: they add up to `text`. */
  readonly crates: readonly Row[];
  readonly symbols: readonly SymbolRow[];
  /** Sections and one row for headers: they add up to `binary`. */
  readonly sections: readonly Row[];
  /** Entries (compressed) and one row for their overhead: they add up to `zip`. */
  readonly package: readonly Row[];
  readonly findings: readonly Finding[];
  readonly causes: readonly Cause[];
  readonly init: InitComparison;
  readonly coldStart: ColdStartComparison;
}

export type DependencyChange =
  | { readonly kind: 'added'; readonly name: string; readonly version: string }
  | { readonly kind: 'removed'; readonly name: string; readonly version: string }
  | { readonly kind: 'changed'; readonly name: string; readonly base: string; readonly head: string };

export interface DuplicatePackage {
  readonly name: string;
  readonly versions: readonly string[];
}

export interface DependencyComparison {
  readonly added: readonly Pick<LockedPackage, 'name' | 'version'>[];
  readonly removed: readonly Pick<LockedPackage, 'name' | 'version'>[];
  readonly changed: readonly { readonly name: string; readonly base: string; readonly head: string }[];
  /** Packages that stand in head's lock file in more than one version. */
  readonly duplicates: readonly DuplicatePackage[];
  readonly count: Pair<number>;
}

/** Where a side's snapshot comes from. */
export type Origin = 'built' | 'stored' | 'file' | 'cache' | 'artifact';

export interface Side {
  readonly snapshot: Snapshot;
  readonly origin: Origin;
}

/**
 * Why there is nothing to compare with. `first-run`: there is no project yet; `not-found`: there is one somewhere, and which it is nobody can tell.
 * Without figures it has its limits all the same: `limits` is what its manifests declare.
 */
export interface MissingBase {
  readonly kind: 'first-run' | 'does-not-build' | 'not-found';
  readonly sha: string | null;
  readonly reason: string;
  readonly limits: readonly DeclaredLimit[];
  /** The binaries of one that does not build, which a limit may mean; absent where cargo cannot read its manifests. */
  readonly binaries?: readonly NamedFunction[] | undefined;
}

/** How a base that nobody named was come to. `of`: a branch, as people call it. */
export type BaseReason =
  /** `among`: how many merge bases there are; more than one after merges in both directions. */
  | { readonly kind: 'merge-base'; readonly of: string; readonly among: number }
  /** The work tree differs from `HEAD` in `files` files that a build reads; `changed` are the first of them. */
  | { readonly kind: 'head'; readonly changed: readonly string[]; readonly files: number }
  /** `HEAD^1`. `nothing-own`: no commit of `HEAD` is missing in `of`; `unrelated`: it has none in common with it. */
  | { readonly kind: 'parent'; readonly because: 'nothing-own' | 'unrelated' | 'no-default-branch'; readonly of: string | null };

/** `insteadOf`: the commit that was asked for and does not build; the one before it stands in that was measured last. */
export type Base =
  | ({ readonly kind: 'measured'; readonly insteadOf?: MissingBase } & Side)
  | ({ readonly kind: 'missing' } & { readonly why: MissingBase });

export interface Comparison {
  readonly base: Base;
  readonly head: Side;
  readonly functions: readonly FunctionComparison[];
  readonly dependencies: DependencyComparison;
  /** What differs between the sides besides the code (toolchain, profile), and what the build had to say. */
  readonly notes: readonly Note[];
  /** Limits in `Cargo.toml` that this change adds, drops or alters. Shown, never obeyed. */
  readonly limitChanges: readonly LimitChange[];
}

export interface LimitChange {
  readonly kind: 'added' | 'removed';
  readonly text: string;
  readonly file: string;
}

/** One bound of a limit, held against the figures. */
export interface BoundResult {
  readonly bound: Bound;
  /** What the bound allows, in the metric's unit (absolute). `null`: no base, so no growth to bound. */
  readonly allowed: number | null;
  readonly exceeded: boolean;
}

export interface Judgement {
  readonly limit: Limit;
  readonly function: string;
  readonly figures: Pair<number>;
  readonly bounds: readonly BoundResult[];
  /** What the metric may still grow before this limit is breached; negative when it is. `null` where nothing bounds it. */
  readonly headroom: number | null;
}

export interface Unchecked {
  readonly limit: Limit;
  readonly function: string;
  /** `no-base`: there is a base, and it could not be measured, so that no growth is known. `withheld`: nobody could measure it in this run. */
  readonly code: 'unmeasured' | 'no-base' | 'withheld';
  readonly reason: string;
}

/** A limit that is exceeded and stops nobody: it only warns, or base exceeds it too and head is not above base. */
export interface Warned extends Judgement {
  readonly because: 'warn' | 'base-exceeds';
}

/** A function that reached its first request at base and does not at head. No limit is needed for it to count. */
export interface InitBreach {
  readonly function: string;
  readonly failure: InitFailure;
  readonly lastLines: readonly string[];
}

/** A function whose init works on AWS at base and fails there at head. No limit is needed for it to count. */
export interface ColdStartBreach {
  readonly function: string;
  readonly status: 'timeout' | 'error';
  /** Lambda's own word where it gives one: `Runtime.ExitError`. */
  readonly errorType: string | null;
  readonly lastLines: readonly string[];
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

export type Gate = 'fail' | 'warn';

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

/** One reason for a verdict to fail: a limit that is exceeded, or a function that no longer starts, here or on AWS. */
export type Breach =
  | ({ readonly kind: 'limit' } & Judgement)
  | ({ readonly kind: 'init' } & InitBreach)
  | ({ readonly kind: 'cold-start' } & ColdStartBreach);

/**
 * Pass or fail, with everything that decided it. `off`: the gate was turned off with `limits: none`; `accepted`: breached, or not judged for
 * want of a base that builds, and somebody said yes; `unchecked`: nothing is breached, and a limit that somebody wrote could not be checked.
 */
export type Verdict = Judged &
  ({ readonly status: 'pass' | 'fail' | 'unchecked' | 'off' } | { readonly status: 'accepted'; readonly acceptance: Acceptance });

export interface Judged {
  readonly gate: Gate;
  readonly breaches: readonly Breach[];
  readonly kept: readonly Judgement[];
  readonly warned: readonly Warned[];
  /** Each is of a judgement in `kept`. */
  readonly unproven: readonly Unproven[];
  readonly unchecked: readonly Unchecked[];
}

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

/** How cold starts on AWS went, base beside head. */
export type ColdStartState =
  /** Head was sampled; base too, or it has none. */
  | { readonly kind: 'measured' }
  /** Head was, base's init failed there. */
  | { readonly kind: 'recovered' }
  /** Base was, head's init failed there: a breach. */
  | ({ readonly kind: 'broken' } & Omit<ColdStartBreach, 'function'>)
  /** Head's init failed there, as did base's where there is one. */
  | ({ readonly kind: 'not-measurable' } & Omit<ColdStartBreach, 'function'>)
  /** `not-sampled`: the sampler says why. `apart`: base and head were not sampled beside each other; head's figures stand alone. */
  | { readonly kind: 'none'; readonly code: 'not-asked' | 'removed' | 'not-sampled' | 'apart'; readonly reason: string };

/** One side's cold starts at one memory size. Times in milliseconds. */
export interface ColdStartFigures {
  /** Of the Init Duration, as are `p90` and `interval`. */
  readonly median: number;
  readonly p90: number;
  /** Where the median lies, by order statistics at the risk of this look: 0 and ∞ where there are too few samples. */
  readonly interval: Interval;
  readonly samples: number;
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

export interface ColdStartAtSize extends Pair<ColdStartFigures> {
  /** The function's memory size in MB, as it is configured. */
  readonly memorySize: number;
  /** Over the pairs; `null` where one side was not sampled beside the other. */
  readonly change: PairedChange | null;
  /** Proven at α = 0.01 over the looks and, by Holm, the functions and sizes of the run; `null` where there is nothing to compare. */
  readonly verdict: 'slower' | 'faster' | 'undecided' | null;
  /** The estimate that would just have been proven slower, as a ratio (1.06 is +6 %); `null` where none could. */
  readonly detectable: number | null;
}

export interface ColdStartComparison {
  readonly state: ColdStartState;
  readonly region: string | null;
  readonly looks: { readonly taken: number; readonly planned: number } | null;
  /** Ascending. Limits are held against the first; the others are for a table of what more memory buys. */
  readonly sizes: readonly ColdStartAtSize[];
  /** What sampling this function cost at both sides and all sizes, in US dollars by the prices of us-east-1. */
  readonly spent: { readonly requests: number; readonly gbSeconds: number; readonly dollars: number } | null;
}
