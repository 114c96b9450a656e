import { exitCode, isAcceptable } from '../core/judge/judge.ts';
import { acceptParts, isJudged, partOf, type VerdictPart } from '../core/judge/part.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { Api, PullRequest } from '../github/api.ts';
import { isReported, type LegReport, sentenceOfLegs } from '../report/text/legs.ts';
import { verdictSentence } from '../report/text/sentence.ts';
import { acceptanceOf } from './acceptance.ts';
import { singleOf } from './texts.ts';
import type { Workflow } from './workflow.ts';

/** What a report says of its legs. */
export interface ReportParts {
  /** What the comment tells. */
  readonly shown: readonly LegReport[];
  /** What the status of all but cold starts is of; the same where cold starts have none of their own. */
  readonly main: readonly LegReport[];
  /** `null`: not there yet, or not judged apart. */
  readonly coldStart: readonly LegReport[] | null;
}

/**
 * Parts what was judged by what was waited for, each accepted for itself: a label that was set on the first report accepts nothing that the
 * cold-start job found afterwards, and what it accepted stays so.
 */
export async function partsOf(workflow: Workflow, api: Api, pull: PullRequest | null, judged: readonly LegReport[]): Promise<ReportParts> {
  const { coldStartResult } = workflow.inputs;
  const accepted = async (legs: readonly LegReport[], part: VerdictPart): Promise<readonly LegReport[]> => {
    const open = legs.some((leg) => isReported(leg) && isAcceptable(leg.outcome.verdict));
    if (!open || pull === null) return legs;
    const accept = await acceptanceOf(workflow, api, pull, 'report', part);
    return legs.map((leg) => (isReported(leg) ? { ...leg, outcome: accept(leg.outcome, leg.name) } : leg));
  };
  if (coldStartResult === null) {
    const legs = await accepted(judged, 'main');
    return { shown: legs, main: legs, coldStart: null };
  }
  const main = await accepted(ofPart(judged, 'main'), 'main');
  if (coldStartResult === 'pending') return { shown: main, main, coldStart: null };
  const coldStart = await accepted(ofPart(judged, 'cold-start'), 'cold-start');
  const shown = judged.map((leg, place) =>
    isReported(leg) ? { ...leg, outcome: joinedOf(leg.outcome, [main[place], coldStart[place]]) } : leg,
  );
  return { shown, main, coldStart };
}

function ofPart(legs: readonly LegReport[], part: VerdictPart): readonly LegReport[] {
  return legs.map((leg) => (isReported(leg) ? { ...leg, outcome: { ...leg.outcome, verdict: partOf(leg.outcome.verdict, part) } } : leg));
}

function joinedOf(whole: Outcome, parts: readonly (LegReport | undefined)[]): Outcome {
  const outcomes = parts.flatMap((leg) => (leg !== undefined && isReported(leg) ? [leg.outcome] : []));
  const verdict = acceptParts(
    whole.verdict,
    outcomes.map((one) => one.verdict),
  );
  const [open] = outcomes.filter((one) => isAcceptable(one.verdict));
  return { ...whole, verdict, byLabel: open?.byLabel ?? null };
}

/** Whether legs fail a job: one is not there, or its verdict says so. */
export function areFailed(legs: readonly LegReport[]): boolean {
  return legs.length === 0 || legs.some((leg) => !isReported(leg) || exitCode(leg.outcome.verdict) !== 0);
}

/** A part's verdict in one sentence. */
export function sentenceOfPart(legs: readonly LegReport[]): string {
  if (legs.length > 0 && legs.every((leg) => isReported(leg) && !isJudged(leg.outcome.verdict))) return 'sampled; no limit bounds them';
  const single = singleOf(legs);
  return single === null ? sentenceOfLegs(legs) : verdictSentence(single);
}
