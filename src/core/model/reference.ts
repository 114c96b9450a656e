import type { NamedFunction } from '../function-names.ts';
import type { Since } from './limits.ts';
import type { Unchecked } from './verdict.ts';

/** Where growth is counted from that is not base: what a limit's `since` leads to from base, with the figures there. */
export interface Reference {
  readonly since: Since;
  readonly found: FoundReference;
}

/** `name`: the tag, or the day. Nothing is `none` by silence: why is told, and whether it stops a limit that somebody wrote. */
export type FoundReference =
  | ({ readonly kind: 'measured'; readonly functions: readonly ReferenceFunction[] } & ReferenceCommit)
  | { readonly kind: 'none'; readonly code: Extract<Unchecked['code'], 'unmeasured' | 'no-reference'>; readonly reason: string };

export interface ReferenceCommit {
  readonly name: string;
  readonly sha: string;
}

export interface ReferenceFunction extends NamedFunction {
  /** By the metric's name, as far as it was measured: bytes, counts. */
  readonly figures: Readonly<Record<string, number>>;
}

/** The references of a run; `missing`: why one that a limit asks for may not be among them. */
export interface References {
  readonly known: readonly Reference[];
  readonly missing: Pick<Unchecked, 'code' | 'reason'>;
}
