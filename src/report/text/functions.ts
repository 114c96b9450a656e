import type { FunctionComparison, FunctionStatus } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { compareText, deltaOf } from '../../core/pair.ts';
import type { NotBuilt } from '../../core/snapshot/snapshot.ts';
import { listed } from './figures.ts';

const RANK: Readonly<Record<FunctionStatus, number>> = { changed: 0, added: 1, unchanged: 2, removed: 3 };

/** The functions as every report lists them. */
export interface Rows {
  /** Over a limit, changed or not, or no longer starting, here or on AWS. */
  readonly breached: readonly FunctionComparison[];
  /** Changed, added or removed within the limits. */
  readonly others: readonly FunctionComparison[];
  /** Unchanged and within the limits: one line together. */
  readonly unchanged: readonly FunctionComparison[];
  /** Those that no change reaches: not built, measured before or not at all. One line together. */
  readonly notBuilt: readonly NotBuilt[];
}

/** Sorts the functions into rows: the largest change of the package first, added ones after changed ones, removed ones last. */
export function rowsOf({ comparison, verdict }: Outcome): Rows {
  const over = new Set(verdict.breaches.map((breach) => breach.function));
  const sorted = comparison.functions.toSorted(
    (a, b) =>
      RANK[a.status] - RANK[b.status] || Math.abs(deltaOf(b.metrics.zip)) - Math.abs(deltaOf(a.metrics.zip)) || compareText(a.name, b.name),
  );
  const { notBuilt } = comparison.head.snapshot;
  const left = new Set(notBuilt.map(({ name }) => name));
  const calm = sorted.filter(({ name }) => !over.has(name));
  return {
    breached: sorted.filter(({ name }) => over.has(name)),
    others: calm.filter(({ status }) => status !== 'unchanged'),
    unchanged: calm.filter(({ name, status }) => status === 'unchanged' && !left.has(name)),
    notBuilt: notBuilt.filter(({ name }) => !over.has(name)),
  };
}

/** The functions that a report tells something of, those over a limit first. */
export function toldFunctions(outcome: Outcome): readonly FunctionComparison[] {
  const { breached, others } = rowsOf(outcome);
  return [...breached, ...others];
}

const NAMES = 10;

/** `9 not built, no change reaches them: health, orders and 7 more`; `names` as the report writes them. */
export function notBuiltText(names: readonly string[]): string {
  return `${names.length} not built, no change reaches ${names.length === 1 ? 'it' : 'them'}: ${listed(names, NAMES)}`;
}
