/** What a commit measured of one metric; `unknown`: it does not build, or has no such function. */
export type Reading = { readonly kind: 'value'; readonly value: number } | { readonly kind: 'unknown'; readonly reason: string };

export interface Measured<C> {
  readonly commit: C;
  readonly value: number;
}

/** The history that is searched. A commit is the same value each time it is handed out. */
export interface Walker<C> {
  /** Asked once for each commit. `left`: how many more will be asked for, about. */
  readonly read: (commit: C, left: number) => Promise<Reading>;
  /** `to` and its first parents as far as none of `from` contains them, the oldest first. */
  readonly chain: (from: readonly C[], to: C) => Promise<readonly C[]>;
  readonly parents: (commit: C) => Promise<readonly C[]>;
  /** The newest commits that `one` has in common with any of `others`: one, or several where both had merged each other. */
  readonly forks: (one: C, others: readonly C[]) => Promise<readonly C[]>;
}
