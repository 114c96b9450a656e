import { breachesOf } from '../../core/judge/judge.ts';
import type { Breach, Judgement, Unchecked, Unproven, Verdict } from '../../core/model/verdict.ts';
import { groupBy } from '../../core/pair.ts';

/** A verdict by the names of its functions. */
export interface VerdictByFunction {
  readonly breaches: ReadonlyMap<string, readonly Breach[]>;
  readonly breached: ReadonlyMap<string, readonly Judgement[]>;
  readonly warned: ReadonlyMap<string, readonly Judgement[]>;
  readonly kept: ReadonlyMap<string, readonly Judgement[]>;
  readonly unproven: ReadonlyMap<string, readonly Unproven[]>;
  readonly unchecked: ReadonlyMap<string, readonly Unchecked[]>;
}

const known = new WeakMap<Verdict, VerdictByFunction>();

/** Grouped once for each verdict: a table asks for every function, and 50 functions under 200 limits have 10,000 judgements. */
export function verdictByFunction(verdict: Verdict): VerdictByFunction {
  const before = known.get(verdict);
  if (before !== undefined) return before;
  const nameOf = (one: { readonly function: string }): string => one.function;
  const groups: VerdictByFunction = {
    breaches: groupBy(verdict.breaches, nameOf),
    breached: groupBy(breachesOf(verdict, 'limit'), nameOf),
    warned: groupBy(verdict.warned, nameOf),
    kept: groupBy(verdict.kept, nameOf),
    unproven: groupBy(verdict.unproven, nameOf),
    unchecked: groupBy(verdict.unchecked, nameOf),
  };
  known.set(verdict, groups);
  return groups;
}
