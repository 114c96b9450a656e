import type { NamedFunction } from '../function-names.ts';
import type { DeclaredLimit, Snapshot } from '../snapshot/snapshot.ts';

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
