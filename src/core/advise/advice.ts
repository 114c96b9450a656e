import type { NamedFunction } from '../function-names.ts';
import type { Millis } from '../units.ts';
import type { AdviceFigures, AdviceMetric } from './remedy.ts';
import type { Combination, Tried } from './together.ts';

/** What was tried of one function, the best first. */
export interface Advice {
  readonly function: NamedFunction;
  readonly commit: { readonly sha: string; readonly source: 'commit' | 'working-tree' };
  /** The user's repository: its patches are from there. */
  readonly top: string;
  /** The figure by which the rows are in order and were taken together. */
  readonly by: AdviceMetric;
  /** The function as it is. */
  readonly base: AdviceFigures;
  readonly rows: readonly Tried[];
  readonly combination: Combination;
  /** The team's own command; `null`: none. */
  readonly verify: string | null;
  /** cargo lambda's own: `zig 0.17.1`. */
  readonly linker: string;
  readonly took: Millis;
}
