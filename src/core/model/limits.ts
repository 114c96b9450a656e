import type { Metric } from '../metrics.ts';
import type { Dimension } from '../units.ts';

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

/** What growth is counted from where it is not base: the newest tag of a glob that base contains, or base's history as a UTC day began. */
export type Since = { readonly kind: 'tag'; readonly glob: string } | { readonly kind: 'day'; readonly day: string };

export type Gate = 'fail' | 'warn';

export interface Limit {
  /** `null`: every function. */
  readonly function: string | null;
  readonly metric: Metric;
  readonly dimension: Dimension;
  /** Breached only when all are exceeded. Never empty. */
  readonly bounds: readonly [Bound, ...Bound[]];
  /** `null`: from base. */
  readonly since: Since | null;
  /** What a breach of it does: one that begins with `warn:` only warns. */
  readonly gate: Gate;
  /** As it was written. */
  readonly text: string;
  readonly source: LimitSource;
}

/** The limits of a run, or none by choice. */
export type LimitSet = { readonly kind: 'off' } | { readonly kind: 'limits'; readonly limits: readonly Limit[] };

export interface LimitChange {
  readonly kind: 'added' | 'removed';
  readonly text: string;
  readonly file: string;
}
