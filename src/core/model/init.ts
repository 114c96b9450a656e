import type { Pair, Row } from '../rows.ts';
import type { Connection, CountedInstructions } from '../snapshot/counted.ts';
import type { InitFailure, MappedPart } from '../snapshot/init.ts';
import type { CpuComparison, TimedComparison } from './sampled-time.ts';

/** A function's own instructions and those of everything it called, at both sides. */
export interface CostRow {
  readonly crate: string;
  readonly name: string;
  readonly self: Pair<number>;
  readonly inclusive: Pair<number>;
}

/** A function that something is said of. */
export interface NamedCode {
  readonly crate: string;
  readonly name: string;
  /** Of the project's own crates. */
  readonly own: boolean;
}

/** Who did what the instructions of an init grew by. */
export interface InitGrowth {
  /** Those that each hold most of the growth with what they call, the lowest first; process start is not among them. */
  readonly functions: readonly (NamedCode & { readonly grown: number })[];
  /** Where the growth is in threads: those that start them, the nearest first. */
  readonly starters: readonly NamedCode[];
}

export interface FailedStarts {
  readonly failed: number;
  readonly made: number;
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

/** By the function under which their work is; `null` where none has a name. */
export type OutlivingThreads = Pick<CountedInstructions, 'leftOut' | 'background'>;

/** A function that was counted where another may run: one for what valgrind hides of the processor. */
export interface HiddenVariant {
  /** What was counted. */
  readonly crate: string;
  readonly name: string;
  /** As people call it: `AVX-512`. */
  readonly feature: string;
  /** What did not run. */
  readonly variant: string;
}

export interface InitComparison {
  readonly state: InitState;
  /** Instructions of code loading, runtime start and handler init: they add up to `crates`' sum. Empty where they cannot be told apart. */
  readonly phases: readonly Row[];
  /** Own instructions by crate, with one row for what no symbol covers. */
  readonly crates: readonly Row[];
  /** The largest change of inclusive instructions first. */
  readonly functions: readonly CostRow[];
  readonly growth: InitGrowth;
  /** Threads that outlived the request: left out of the instructions since they go on, or counted whole. */
  readonly threads: Pair<OutlivingThreads>;
  /** exec → first `/next`. */
  readonly time: TimedComparison | null;
  /** Kernel and user time until then. */
  readonly cpu: CpuComparison | null;
  /** Of this machine, as head maps it: `glibc 2.36`; `null` where it maps none. */
  readonly cLibrary: string | null;
  /** How many of the timed starts never came to their first request, and how many were made; `null` at a side that was not timed. */
  readonly failedStarts: Pair<FailedStarts>;
  /** Bytes of the binary's file that were paged in (median). */
  readonly paged: Pair<number>;
  /** Bytes that were resident of each part of the process, and what had been and was given back (median). */
  readonly mappings: readonly (Pair<number> & { readonly part: MappedPart | 'returned' })[];
  readonly connections: Pair<readonly Connection[]>;
}

/** A function that reached its first request at base and does not at head. No limit is needed for it to count. */
export interface InitBreach {
  readonly function: string;
  readonly failure: InitFailure;
  readonly lastLines: readonly string[];
}
