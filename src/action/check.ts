import { join } from 'node:path';
import { check } from '../check.ts';
import { messageOf } from '../core/failures.ts';
import { exitCode, isAcceptable } from '../core/judge/judge.ts';
import { isNoticed } from '../core/judge/noticed.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { Api } from '../github/api.ts';
import { findPullRequest } from '../github/pull-request.ts';
import { outputsOf } from '../report/outputs.ts';
import { acceptanceOf, breachesOfLegs } from './acceptance.ts';
import { keepForLater, withCache } from './cache.ts';
import { baseChoice, headSha, mayComment, pullRequestNumber, refuseRetargeted } from './event.ts';
import { tellFailure } from './failure.ts';
import { judgingOf } from './judging.ts';
import { annotate, comment, leaveInJob } from './publish.ts';
import { textsOf } from './texts.ts';
import { trendsFor } from './trends.ts';
import { withHistory } from './with-history.ts';
import { type ActionResult, apiOf, coldStartRun, originOf, type Workflow } from './workflow.ts';

/** `check` has no legs: each job has a key of its own. */
const ONLY_LEG = '';

/** Mode `check`: the whole check in one job, for repositories whose contributors are trusted. */
export async function checkMode(workflow: Workflow): Promise<ActionResult> {
  const { inputs, run, runner } = workflow;
  const may = await mayComment(workflow, 'check');
  const { base, coldStart, ...options } = inputs.check;
  const judging = judgingOf(workflow);
  const origin = originOf(workflow);
  const api = apiOf(workflow);
  await refuseRetargeted(workflow, api);
  if (coldStart !== null) {
    runner.saveState('cold-start-run', coldStartRun(workflow).run);
    runner.saveState('cold-start-prefix', coldStart.prefix);
  }
  const number = pullRequestNumber(run);
  const to = api === null || !may || number === null ? null : { api, number, sha: headSha(run) };
  const host = withHistory(workflow, await withCache(workflow, api));
  const checked = await check(
    {
      ...options,
      whole: run.event.kind === 'push',
      coldStart: coldStart === null ? null : { ...coldStart, ...coldStartRun(workflow) },
      base: baseChoice(base, run),
      origin,
      judging,
    },
    host,
  ).catch(async (error: unknown) => {
    if (to !== null) await tellFailure(workflow, to.api, to, error);
    throw error;
  });
  const withTrends = checked.outcome.comparison.functions.some(({ status }) => status === 'changed') ? await trendsFor(workflow) : null;
  const outcome = await accepted(workflow, api, withTrends?.(checked.outcome, null) ?? checked.outcome);

  const texts = textsOf(outcome, checked.flames);
  const reported = { pull: number, head: headSha(run), breaches: breachesOfLegs([{ name: ONLY_LEG, outcome }]) };
  const { files, page } = await leaveInJob(workflow, texts, reported, checked);
  const state = {
    breached: outcome.verdict.status === 'fail' || outcome.verdict.status === 'unchecked',
    changed: isNoticed(outcome, workflow.inputs.minimum),
  };
  const url = to === null ? null : await comment(workflow, to.api, to, texts, { ...state, page });
  await annotate(workflow, outcome);
  const packages = checked.head.snapshot.functions.map((one) => join(checked.head.folder, one.package.file));
  for (const [name, value] of Object.entries(outputsOf(outcome, { ...files, packages }, url))) runner.output(name, value);
  await keepForLater(workflow, checked);
  if (inputs.adviseBudget !== null) {
    // Everything else is done: a job that runs out of time loses nothing by it.
    const { adviceFor } = await import('./advise.ts');
    const advice = await adviceFor(outcome, options, inputs.adviseBudget, { host, log: runner.log });
    if (advice !== null) {
      await runner.summary(`\n${advice}`).catch((error: unknown) => runner.warn(`the job summary lacks the remedies: ${messageOf(error)}`));
      if (to !== null) await comment(workflow, to.api, to, texts, { ...state, page, advice });
    }
  }
  return { kind: exitCode(outcome.verdict) === 0 ? 'passed' : 'failed', sentence: texts.sentence };
}

/** The outcome, with the acceptance of a person where there is one. Looked up only for a breach, and live. */
async function accepted(workflow: Workflow, api: Api | null, outcome: Outcome): Promise<Outcome> {
  const { run, runner } = workflow;
  if (!isAcceptable(outcome.verdict) || api === null || pullRequestNumber(run) === null) return outcome;
  const found = await findPullRequest(api, run.event);
  if (found.kind !== 'found') {
    runner.log(`no acceptance: ${'reason' in found ? found.reason : found.sentence}`);
    return outcome;
  }
  return (await acceptanceOf(workflow, api, found.pull, 'check'))(outcome, ONLY_LEG);
}
