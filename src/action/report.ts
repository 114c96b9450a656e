import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import { exitCode, isAcceptable } from '../core/judge/judge.ts';
import { isNoticed } from '../core/judge/noticed.ts';
import { outcomeOf } from '../core/outcome.ts';
import type { Api, PullRequest, StatusState } from '../github/api.ts';
import { findPullRequest, severalSentence } from '../github/pull-request.ts';
import { setStatus, statusContext } from '../github/status.ts';
import { renderRepeat } from '../options/repeat.ts';
import { outputsOf, outputsOfLegs } from '../report/outputs.ts';
import { wantedBase } from '../report/text/base-reason.ts';
import { isReported, type LegReport, statusOfLegs } from '../report/text/legs.ts';
import { acceptanceOf, breachesOfLegs } from './acceptance.ts';
import { type AskedLeg, asker } from './asked.ts';
import { coldStartsBeside } from './cold-start-leg.ts';
import { type Arrived, type Collected, collectLegs } from './collect.ts';
import { headSha, mayComment } from './event.ts';
import { tellFailure } from './failure.ts';
import { joinShards } from './join-shards.ts';
import { judgingOf } from './judging.ts';
import { functionsOf, limitsOfLeg } from './leg.ts';
import { comment, leaveInJob } from './publish.ts';
import { singleOf, textsOfLegs } from './texts.ts';
import { type ActionResult, apiOf, originOf, runUrl, type Workflow, type WorkflowRun } from './workflow.ts';

/**
 * Mode `report`: judges what `measure` uploaded, comments, and sets the commit status on the pull request's head. It checks nothing out and
 * runs nothing of the pull request; artifacts are data, and which pull request they are of is asked of GitHub.
 */
export async function reportMode(workflow: Workflow): Promise<ActionResult> {
  const { inputs, run, runner } = workflow;
  const may = await mayComment(workflow, 'report');
  const api = apiOf(workflow);
  if (api === null) throw new UsageError('mode report needs github-token: it finds the pull request, comments and sets the status');
  const wait = waitOf(run);
  if (wait?.kind === 'silent') return { kind: 'passed', sentence: wait.sentence };
  const stateOf =
    (pulls: readonly PullRequest[]) =>
    async (state: StatusState, description: string, url = runUrl(run)) => {
      if (!may) return;
      const contexts = (pulls.length === 0 ? [null] : pulls).map((pull) => statusContext(inputs.key, pull));
      for (const context of new Set(contexts)) {
        const set = await setStatus(api, { sha: headSha(run), context, state, description, url });
        if (set.kind !== 'set') runner.warn(`no commit status: ${set.reason}`);
      }
    };
  const found = await findPullRequest(api, run.event);
  switch (found.kind) {
    case 'stale':
      runner.warn(found.sentence);
      return { kind: 'passed', sentence: found.sentence };
    // Somebody waits for a status on this head, whosever it is.
    case 'unknown':
      await stateOf([])('error', found.sentence);
      return { kind: 'failed', sentence: found.sentence };
    case 'none':
      runner.log(`no pull request: ${found.reason}`);
      return reportOn(workflow, { api, pull: null, may, setState: async () => undefined });
    case 'found':
    case 'ambiguous': {
      const pulls = found.kind === 'found' ? [found.pull] : found.pulls;
      if (wait === null) return reportOnOneOf(workflow, { api, may, stateOf }, pulls);
      await stateOf(pulls)('pending', wait.sentence, wait.url);
      return { kind: 'passed', sentence: wait.sentence };
    }
  }
}

type StateOf = (pulls: readonly PullRequest[]) => Target['setState'];

/**
 * Reports on the one pull request of this head; of several on that which the legs say they measured, since GitHub does not tell. Legs choose
 * among those and nothing more: where they do not, each gets a status that says what to do.
 */
async function reportOnOneOf(
  workflow: Workflow,
  { api, may, stateOf }: { readonly api: Api; readonly may: boolean; readonly stateOf: StateOf },
  pulls: readonly PullRequest[],
): Promise<ActionResult> {
  const setState = stateOf(pulls);
  const choosing = pulls.length === 1 ? Promise.resolve(pulls[0]) : claimed(workflow, pulls);
  const pull = await choosing.catch(async (error: unknown) => {
    await setState('error', messageOf(error));
    throw error;
  });
  if (pull !== undefined) return reportOn(workflow, { api, pull, may, setState: stateOf([pull]) });
  const sentence = severalSentence(pulls);
  await setState('error', sentence);
  return { kind: 'failed', sentence };
}

async function claimed(workflow: Workflow, pulls: readonly PullRequest[]): Promise<PullRequest | undefined> {
  const legs = await collectLegs(workflow, async (leg) => leg.contents.description.pull);
  const numbers = new Set(legs.flatMap((leg) => (leg.kind === 'read' ? [leg.contents] : [])));
  return numbers.size === 1 ? pulls.find(({ number }) => numbers.has(number)) : undefined;
}

/** Whom and what a report is for. */
interface Target {
  readonly api: Api;
  readonly pull: PullRequest | null;
  readonly may: boolean;
  readonly setState: (state: StatusState, description: string, url?: string) => Promise<void>;
}

async function reportOn(workflow: Workflow, { api, pull, may, setState }: Target): Promise<ActionResult> {
  const { run, runner } = workflow;
  const to = pull !== null && may ? { number: pull.number, sha: headSha(run) } : null;
  try {
    const beside = await coldStartsBeside(workflow);
    const ask = pull === null ? null : asker(workflow, api, pull);
    const take = async (leg: Arrived): Promise<AskedLeg> => {
      const asked = ask === null ? null : await ask(leg.contents);
      return { leg: await beside(leg), asked };
    };
    const judged = judgeLegs(workflow, joinShards(await collectLegs(workflow, take)));
    const open = judged.some((leg) => isReported(leg) && isAcceptable(leg.outcome.verdict));
    const accepted = open && pull !== null ? await acceptanceOf(workflow, api, pull, 'report') : null;
    const legs =
      accepted === null ? judged : judged.map((leg) => (isReported(leg) ? { ...leg, outcome: accepted(leg.outcome, leg.name) } : leg));
    const texts = textsOfLegs(legs);
    const reported = { pull: pull?.number ?? null, head: headSha(run), breaches: breachesOfLegs(legs.filter(isReported)) };
    const files = await leaveInJob(workflow, texts, reported, null);
    const failed = legs.length === 0 || legs.some((leg) => !isReported(leg) || exitCode(leg.outcome.verdict) !== 0);
    const state = {
      breached: ['fail', 'unchecked'].includes(statusOfLegs(legs)),
      changed: legs.some((leg) => !isReported(leg) || isNoticed(leg.outcome, workflow.inputs.minimum)),
    };
    const url = to === null ? null : await comment(workflow, api, to, texts, state);
    // Always this run: what a label accepts is read from where the status links, and the pull request's own code runs in the one that measured.
    await setState(failed ? 'failure' : 'success', texts.sentence);
    const single = singleOf(legs);
    const paths = { ...files, packages: [] };
    const outputs = single === null ? outputsOfLegs(legs, paths, url) : outputsOf(single, paths, url);
    for (const [name, value] of Object.entries(outputs)) runner.output(name, value);
    return { kind: failed ? 'failed' : 'passed', sentence: texts.sentence };
  } catch (error) {
    // A required check that never comes says nothing to those who wait for it, and an old green comment the wrong thing.
    await setState('error', messageOf(error));
    if (to !== null) await tellFailure(workflow, api, to, error);
    throw error;
  }
}

type Wait =
  /** Nothing of the pull request changes: the run ended without having measured anything, and says nothing of the head. */
  { readonly kind: 'silent'; readonly sentence: string } | { readonly kind: 'pending'; readonly sentence: string; readonly url: string };

/** Where the measuring run has ended without measuring; `null` where there may be something to judge, or somebody to tell that there is not. */
function waitOf(run: WorkflowRun): Wait | null {
  if (run.event.kind !== 'workflow-run') return null;
  const { conclusion, id } = run.event;
  switch (conclusion) {
    case 'action_required':
      return { kind: 'pending', url: runUrl(run, id), sentence: 'waits for a maintainer who approves the run of this contributor' };
    case 'skipped':
    case 'cancelled':
      return { kind: 'silent', sentence: `the measuring run was ${conclusion}: nothing is changed (${runUrl(run, id)})` };
    default:
      return null;
  }
}

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
      const command = renderRepeat(description.repeat, wantedBase(base), originOf(workflow));
      const run = { timings: {}, command, baseReason: null };
      const outcome = outcomeOf(base, { snapshot: head, origin: 'artifact' }, { ...judging, limits }, run);
      return { kind: 'reported', name: leg.name, outcome: { ...outcome, asked: leg.contents.asked } };
    } catch (error) {
      if (error instanceof UsageError || error instanceof ToolError) return { kind: 'refused', name: leg.name, reason: error.message };
      throw error;
    }
  });
}
