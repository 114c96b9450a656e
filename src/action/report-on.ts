import { declaredAt } from '../core/compare/declared-limits.ts';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import { isNoticed } from '../core/judge/noticed.ts';
import type { References } from '../core/model/reference.ts';
import { outcomeOf } from '../core/outcome.ts';
import type { Api, PullRequest } from '../github/api.ts';
import { statusContext } from '../github/status.ts';
import { renderRepeat } from '../options/repeat.ts';
import { outputsOf, outputsOfLegs } from '../report/outputs.ts';
import { wantedBase } from '../report/text/base-reason.ts';
import { AWAITED_STATUS, type ColdStartNotice, LOST } from '../report/text/cold-start-job.ts';
import { isReported, type LegReport, statusOfLegs } from '../report/text/legs.ts';
import { breachesOfLegs } from './acceptance.ts';
import { type AskedLeg, asker } from './asked.ts';
import { coldStartsBeside } from './cold-start-leg.ts';
import { type Arrived, type Collected, collectLegs } from './collect.ts';
import { headSha } from './event.ts';
import { tellFailure } from './failure.ts';
import { joinShards } from './join-shards.ts';
import { judgingOf, whyNoRole } from './judging.ts';
import { functionsOf, limitsOfLeg } from './leg.ts';
import { limitsMistake } from './leg-bounds.ts';
import { comment, leaveInJob } from './publish.ts';
import { areFailed, partsOf, type ReportParts, sentenceOfPart } from './report-parts.ts';
import type { Statuses } from './statuses.ts';
import { singleOf, textsOfLegs } from './texts.ts';
import { trendsFor } from './trends.ts';
import { type ActionResult, originOf, runUrl, type Workflow } from './workflow.ts';

/** Whom and what a report is for. */
export interface Target {
  readonly api: Api;
  readonly pull: PullRequest | null;
  readonly may: boolean;
  readonly statuses: Statuses;
}

/** Reads and judges the legs, leaves the report in the job, comments, and sets the statuses. */
export async function reportOn(workflow: Workflow, target: Target): Promise<ActionResult> {
  const { api, pull, may, statuses } = target;
  const to = pull !== null && may ? { number: pull.number, sha: headSha(workflow.run) } : null;
  try {
    const beside = await coldStartsBeside(workflow);
    const ask = pull === null ? null : asker(workflow, api, pull);
    const take = async (leg: Arrived): Promise<AskedLeg> => {
      const asked = ask === null ? null : await ask(leg.contents);
      return { leg: await beside.take(leg), asked };
    };
    const judged = await withTrends(workflow, judgeLegs(workflow, joinShards(await collectLegs(workflow, take))));
    const parts = await partsOf(workflow, api, pull, judged);
    const notice = noticeOf(workflow, pull, { lost: beside.lost(), failed: areFailed(parts.main) });
    return await publish(workflow, target, parts, { to, notice });
  } catch (error) {
    // A required check that never comes says nothing to those who wait for it, and an old green comment the wrong thing.
    await statuses.setAll('error', messageOf(error));
    if (to !== null) await tellFailure(workflow, api, to, error);
    throw error;
  }
}

/** What changed, with what it was on the default branch before. */
async function withTrends(workflow: Workflow, judged: readonly LegReport[]): Promise<readonly LegReport[]> {
  if (!judged.some((leg) => isReported(leg) && leg.outcome.comparison.functions.some(({ status }) => status === 'changed'))) return judged;
  const trend = await trendsFor(workflow);
  return judged.map((leg) => (isReported(leg) ? { ...leg, outcome: trend(leg.outcome, leg.name) } : leg));
}

/** What is said of cold starts that are not there; `null`: they are, or nobody waits for any. */
function noticeOf(
  { inputs, run }: Workflow,
  pull: PullRequest | null,
  { lost, failed }: { readonly lost: string | null; readonly failed: boolean },
): ColdStartNotice | null {
  const { coldStartResult: result } = inputs;
  const context = statusContext(inputs.key, pull, 'cold-start');
  const withheld = whyNoRole(run);
  if (withheld !== null && (result === 'pending' || result === 'skipped')) return { kind: 'withheld', context, reason: withheld };
  switch (result) {
    case null:
      return null;
    case 'pending':
      return { kind: 'awaited', context, url: runUrl(run), failed };
    case 'success':
      return lost === null ? null : { kind: 'lost', context, reason: lost };
    default:
      return { kind: 'lost', context, reason: LOST[result] };
  }
}

interface Publishing {
  readonly to: { readonly number: number; readonly sha: string } | null;
  readonly notice: ColdStartNotice | null;
}

async function publish(
  workflow: Workflow,
  { api, pull, statuses }: Target,
  { shown, main, coldStart }: ReportParts,
  { to, notice }: Publishing,
): Promise<ActionResult> {
  const { inputs, run, runner } = workflow;
  const texts = textsOfLegs(shown, notice);
  const reported = { pull: pull?.number ?? null, head: headSha(run), breaches: breachesOfLegs(shown.filter(isReported)) };
  const { files, page } = await leaveInJob(workflow, texts, reported, null);
  const lost = notice?.kind === 'lost' ? notice.reason : null;
  const state = {
    breached: lost !== null || ['fail', 'unchecked'].includes(statusOfLegs(shown)),
    changed: lost !== null || shown.some((leg) => !isReported(leg) || isNoticed(leg.outcome, inputs.minimum)),
  };
  const url = to === null ? null : await comment(workflow, api, to, texts, { ...state, page });
  // Always this run: what a label accepts is read from where the status links, and the pull request's own code runs in the one that measured.
  await statuses.set('main', areFailed(main) ? 'failure' : 'success', main === shown ? texts.sentence : sentenceOfPart(main));
  if (notice?.kind === 'awaited') await statuses.set('cold-start', 'pending', AWAITED_STATUS);
  else if (notice !== null) await statuses.set('cold-start', 'error', notice.reason);
  else if (coldStart !== null) await statuses.set('cold-start', areFailed(coldStart) ? 'failure' : 'success', sentenceOfPart(coldStart));
  const single = singleOf(shown);
  const paths = { ...files, packages: [] };
  const outputs = single === null ? outputsOfLegs(shown, paths, url) : outputsOf(single, paths, url);
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value);
  if (lost === null) return { kind: areFailed(shown) ? 'failed' : 'passed', sentence: texts.sentence };
  // No verdict is whole without what was waited for.
  if (statusOfLegs(shown) !== 'fail') runner.output('verdict', 'unchecked');
  return { kind: 'failed', sentence: `${texts.sentence}; no cold starts: ${lost}` };
}

/** The measuring job measures what the limits that it knows ask for: base's own, and its own input's. */
const UNMEASURED: References['missing'] = {
  code: 'unmeasured',
  reason: 'the measuring job did not measure what growth is counted from: give both jobs the same limits, or write this one in Cargo.toml',
};

/** Judges what was read. */
function judgeLegs(workflow: Workflow, collected: readonly Collected<AskedLeg>[]): readonly LegReport[] {
  const judging = judgingOf(workflow);
  // What a leg that is not there would have cannot be known.
  const whole = collected.every(({ kind }) => kind === 'read');
  const all = whole ? collected.flatMap((leg) => (leg.kind === 'read' ? functionsOf(leg.contents.leg) : [])) : null;
  return collected.map((leg): LegReport => {
    if (leg.kind !== 'read') return leg;
    const { base, head, description } = leg.contents.leg;
    const limits = limitsOfLeg(judging.limits, functionsOf(leg.contents.leg), all);
    try {
      const mistake = limitsMistake(limits, base.kind === 'measured' ? base.snapshot : null, head, [...declaredAt(base)]);
      if (mistake !== null) return { kind: 'refused', name: leg.name, reason: mistake };
      const command = renderRepeat(description.repeat, wantedBase(base), originOf(workflow));
      const run = { timings: {}, command, baseReason: null };
      const outcome = outcomeOf(
        base,
        { snapshot: head, origin: 'artifact' },
        { ...judging, limits, references: { known: description.references, missing: UNMEASURED } },
        run,
      );
      return { kind: 'reported', name: leg.name, outcome: { ...outcome, asked: leg.contents.asked } };
    } catch (error) {
      if (error instanceof UsageError || error instanceof ToolError) return { kind: 'refused', name: leg.name, reason: error.message };
      throw error;
    }
  });
}
