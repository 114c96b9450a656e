import { openFindings } from '../../core/compare/findings.ts';
import { openOf } from '../../core/judge/judge.ts';
import type { FunctionComparison, FunctionFinding } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { ProjectFinding } from '../../core/snapshot/findings.ts';
import { refusingFunctions } from './statuses.ts';

/** How a report greets its reader: `accepted` where somebody took responsibility, `neutral` where nothing was judged by choice. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'accepted' | 'neutral';

/**
 * The colour of the first line. Doubtful: a gate or a limit that only warns, a limit that could not be judged, default ones too, a base that could not be
 * measured, a package that may not run, a first request that head alone refuses, a function that does not start here, a limit that the samples lean beyond.
 */
export function toneOf(outcome: Outcome): Tone {
  const { status, gate, unproven, warned, unchecked } = outcome.verdict;
  if (status === 'fail') return gate === 'warn' ? 'doubtful' : 'bad';
  const { functions, project } = outcome.comparison;
  const odd = [project, ...functions].some((one) => openFindings<FunctionFinding | ProjectFinding>(one).length > 0);
  if (odd || unproven.length > 0 || openOf(outcome.verdict).length > 0 || nobodyJudged(outcome) || startNowhere(outcome).length > 0)
    return 'doubtful';
  if (status === 'accepted') return 'accepted';
  if (warned.length > 0 || unchecked.length > 0) return 'doubtful';
  if (unmeasuredResponses(outcome).length > 0 || refusingFunctions(outcome).length > 0) return 'doubtful';
  return status === 'off' ? 'neutral' : 'good';
}

/** Functions whose first response was asked for and nobody could measure. */
export function unmeasuredResponses({ comparison: { functions } }: Outcome): readonly FunctionComparison[] {
  return functions.filter(
    ({ status, firstResponse: { state } }) =>
      status !== 'removed' && (state.kind === 'not-measurable' || (state.kind === 'none' && state.code === 'not-here')),
  );
}

/** Functions that start at neither side: nobody has judged what they do before their first request. */
export function startNowhere({ comparison: { functions }, verdict: { unchecked } }: Outcome): readonly FunctionComparison[] {
  return functions.filter(({ name, init }) => init.state.kind === 'not-measurable' && unchecked.some((limit) => limit.function === name));
}

/** Base and head were measured in two sessions, so that nobody has judged the init that both have. */
export function nobodyJudged({ comparison: { functions }, verdict: { unchecked } }: Outcome): boolean {
  return functions.some(
    ({ name, init: { state } }) => state.kind === 'none' && state.code === 'apart' && unchecked.some((limit) => limit.function === name),
  );
}
