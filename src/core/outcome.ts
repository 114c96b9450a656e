import { compare } from './compare/compare.ts';
import { declaredAt } from './compare/declared-limits.ts';
import { claimsPerSize } from './compare/first-response-on-aws.ts';
import { judge } from './judge/judge.ts';
import { checkFunctionNames, declaredLimits, effectiveLimits, lawOf } from './judge/limit-scopes.ts';
import type { Base, Side } from './model/base.ts';
import type { Gate, LimitSet } from './model/limits.ts';
import type { Outcome } from './model/outcome.ts';
import type { References } from './model/reference.ts';
import type { JudgedAs } from './model/verdict.ts';

export interface Judging {
  /** From the options; they win over those in `Cargo.toml`, metric by metric. */
  readonly limits: LimitSet;
  readonly gate: Gate;
  readonly judgedAs: JudgedAs;
  /** Why this run can have no cold starts, whoever asks; `null`: it can. Limits on them stop nobody then. */
  readonly noColdStarts?: string | null;
  /** What growth is counted from where it is not base; absent where nobody could look. */
  readonly references?: References;
}

/**
 * Compare and judge: from two sides to everything a report needs. The limits that count are the inputs' and the base's, never head's. Throws a
 * UsageError for a limit that names no function of either side, nor a binary of a base that does not build, and for one in head's `Cargo.toml` that cannot be read.
 */
export function outcomeOf(base: Base, head: Side, judging: Judging, run: Pick<Outcome, 'timings' | 'command' | 'baseReason'>): Outcome {
  const law = lawOf(declaredAt(base));
  const comparison = compare(base, head, claimsPerSize([judging.limits, ...law.map(({ set }) => set)]));
  const former = comparison.functions.flatMap(({ formerly }) => formerly ?? []);
  const lost = base.kind === 'missing' ? base.why : base.insteadOf;
  checkFunctionNames(judging.limits, [...comparison.functions, ...former, ...head.snapshot.notBuilt, ...(lost?.binaries ?? [])]);
  declaredLimits(head.snapshot);
  const limits = effectiveLimits(judging.limits, law, comparison.functions);
  const verdict = judge(comparison, limits, judging.gate, judging.judgedAs, judging);
  return { comparison, verdict, ...run, byLabel: null, asked: null, trends: [] };
}
