import { compare } from './compare/compare.ts';
import { judge } from './judge/judge.ts';
import { checkFunctionNames, chooseDeclared, effectiveLimits } from './judge/limit-scopes.ts';
import type { Base, Gate, LimitSet, Outcome, Side } from './model.ts';

export interface Judging {
  /** From the options; they win over those in `Cargo.toml`, metric by metric. */
  readonly limits: LimitSet;
  readonly gate: Gate;
}

/** Compare and judge: from two sides to everything a report needs. Throws a UsageError for a limit that names no function of either side. */
export function outcomeOf(base: Base, head: Side, judging: Judging, run: Pick<Outcome, 'timings' | 'command' | 'baseReason'>): Outcome {
  const comparison = compare(base, head);
  checkFunctionNames(judging.limits, [...comparison.functions, ...head.snapshot.notBuilt]);
  const declared = chooseDeclared(base.kind === 'measured' ? base.snapshot : null, head.snapshot);
  const verdict = judge(comparison, effectiveLimits(judging.limits, declared, comparison.functions), judging.gate);
  return { comparison, verdict, ...run, byLabel: null };
}
