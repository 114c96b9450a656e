import type { Pair, Row } from '../rows.ts';
import type { Connection } from '../snapshot/counted.ts';
import type { FirstResponse } from '../snapshot/first-response.ts';
import type { CostRow, InitGrowth, NamedCode, OutlivingThreads } from './init.ts';
import type { CpuComparison, TimedComparison } from './sampled-time.ts';

/** How a first event went without a response: none came, or the function answered with an error. */
export type Unanswered =
  | { readonly kind: 'failed'; readonly failure: Extract<FirstResponse, { readonly kind: 'failed' }>['failure'] }
  | { readonly kind: 'error'; readonly errorType: string | null; readonly message: string | null };

/** What is known of a first event that was not answered. */
export interface UnansweredEvent {
  readonly why: Unanswered;
  readonly lastLines: readonly string[];
  /** Names and addresses that it asked for meanwhile; empty where nobody looked. */
  readonly askedFor: readonly string[];
}

/** A function that answers its first request at base and does not at head. No limit is needed for it to count. */
export interface FirstResponseBreach extends UnansweredEvent {
  readonly function: string;
}

/** How the first response went, base beside head. */
export type FirstResponseState =
  /** Head answered; base too, or it has none. */
  | { readonly kind: 'measured' }
  /** Head answered, base did not. */
  | { readonly kind: 'recovered' }
  /** Base answered, head did not: a breach. */
  | ({ readonly kind: 'broken' } & UnansweredEvent)
  /** Head did not, nor did base where there is one. */
  | ({ readonly kind: 'not-measurable' } & UnansweredEvent)
  /** Nobody measured it. `no-init`: it was not started, or did not come so far; `apart`: head's figures stand alone. */
  | { readonly kind: 'none'; readonly code: 'no-event' | 'no-init' | 'not-here' | 'apart'; readonly reason: string };

/**
 * Work that base does in init and head in the first response (`later`), or the other way round (`sooner`): neither a gain nor a loss of its own. What the
 * two take together tells which it is.
 */
export interface MovedWork {
  readonly direction: 'later' | 'sooner';
  /** Instructions. */
  readonly amount: number;
  /** Whose work it is, the project's own functions first; empty where the functions have no names or were compiled into others. */
  readonly functions: readonly NamedCode[];
  /** Instructions of init and first response together. */
  readonly together: { readonly base: number; readonly head: number };
}

/** A function whose event this change declares anew: it was handed base's. */
export interface EventChange {
  readonly function: string;
  /** By their names; `own`: JSON of its own. `head`: `null` where nothing is declared any more. */
  readonly base: string;
  readonly head: string | null;
  readonly file: string;
}

/** What a function does between its first event and the response. */
export interface FirstResponseComparison {
  readonly state: FirstResponseState;
  /** `api-gateway-v2`, `own`, or where a request went: `http://127.0.0.1:8080/ready`; `null` where there was none. */
  readonly event: string | null;
  /** Of HTTP, of the answers that came; `null` of what is no answer, or none of HTTP. */
  readonly statuses: Pair<number>;
  /** Own instructions by crate, with one row for what no symbol covers. */
  readonly crates: readonly Row[];
  /** The largest change of inclusive instructions first. */
  readonly functions: readonly CostRow[];
  readonly growth: InitGrowth;
  /** Of those that the first response started, or that its event set to work. */
  readonly threads: Pair<OutlivingThreads>;
  /** From the event handed over to the response read whole. */
  readonly time: TimedComparison | null;
  /** Kernel and user time between the two. */
  readonly cpu: CpuComparison | null;
  readonly connections: Pair<readonly Connection[]>;
  readonly moved: MovedWork | null;
}
