import { UsageError } from '../core/failures.ts';
import { sameLabel } from '../github/acceptance.ts';
import type { Api, CommitStatus, PullRequest } from '../github/api.ts';
import { ApiFailure } from '../github/api-failure.ts';
import { findPullRequest } from '../github/pull-request.ts';
import type { SeenBy } from '../github/seen.ts';
import { statusContext } from '../github/status.ts';
import { MARKDOWN } from '../report/text/escape.ts';
import { lookUpAcceptance } from './acceptance.ts';
import { mayComment } from './event.ts';
import { authorOf } from './publish.ts';
import { type ActionResult, apiOf, attemptOfReport, runUrl, type Workflow } from './workflow.ts';

/**
 * Mode `accept`: somebody has set a label. Where it is the one that accepts, and GitHub says now that it is set by a person who may, the job
 * that failed is started again: it looks the label up itself and passes. Nothing of the pull request is checked out, run or believed.
 */
export async function acceptMode(workflow: Workflow): Promise<ActionResult> {
  const { inputs, run } = workflow;
  await mayComment(workflow, 'accept');
  const { event } = run;
  if (event.kind !== 'pull-request' || event.label === null)
    throw new UsageError('mode accept answers a label: run it on `pull_request_target` with `types: [labeled]`');
  if (!sameLabel(event.label, inputs.label)) return passed(`the label '${event.label}' accepts nothing: nothing is changed`);
  const api = apiOf(workflow);
  if (api === null) throw new UsageError('mode accept needs github-token with actions: write');
  const found = await findPullRequest(api, event);
  if (found.kind !== 'found') return { kind: 'failed', sentence: 'reason' in found ? found.reason : found.sentence };
  return answer(workflow, api, found.pull);
}

async function answer(workflow: Workflow, api: Api, pull: PullRequest): Promise<ActionResult> {
  const { inputs, run, runner } = workflow;
  const creator = await authorOf(inputs.author, api, runner.log);
  const statuses = await newestStatuses(workflow, api, pull, creator);
  const told = statuses.find(({ state }) => state === 'failure') ?? statuses[0] ?? null;
  const by: SeenBy = told === null ? { kind: 'job', name: null } : { kind: 'status', context: told.context, creator };
  const failed = told === null ? await failedRuns(workflow, api, pull) : [];
  const result = await lookUpAcceptance(workflow, api, { pull, by, run: failed[0] ?? null });
  if (result.kind !== 'accepted') return refused(workflow, result.reason);
  const { acceptance, breaches } = result;
  const linked = statuses.flatMap((status) => linkedRun(status, runUrl(run, 0).slice(0, -1)));
  const runs = told === null ? failed : [...new Set(linked)];
  if (breaches?.length === 0 && runs.length > 0)
    return refused(workflow, 'the report on this head told of no breach: what keeps it from passing stands there, and no label accepts it');
  if (runs.length === 0)
    return passed(`accepted by ${acceptance.by}; no failed run of this head has a report of key ${inputs.key}: start it again by hand`);
  for (const id of runs) if ((await api.run(id)).conclusion === null) return unfinished(workflow, acceptance.by, id);
  for (const id of runs) await api.rerunFailedJobs(id);
  return passed(`accepted by ${acceptance.by}; started again: ${runs.map((id) => runUrl(run, id)).join(', ')}`);
}

/** GitHub starts no job of a run again before all of it is over, and one that waits for an approval is not. */
async function unfinished({ run, runner }: Workflow, by: string, id: number): Promise<ActionResult> {
  const sentence = `accepted by ${by}, and ${runUrl(run, id)} is not over, so none of its jobs can be started again: where its cold-start job waits, approve or reject it there, and the report after it takes the label up; else run the failed jobs again once it is over`;
  await runner.summary(`${MARKDOWN.prose(sentence)}\n`);
  return { kind: 'failed', sentence };
}

/** The newest status of ours in each context on this head, where reports set one; mode `check` sets none. */
async function newestStatuses(
  { inputs, runner }: Workflow,
  api: Api,
  pull: PullRequest,
  creator: string,
): Promise<readonly CommitStatus[]> {
  try {
    const own = (await api.statusesOf(pull.headSha)).filter((one) => one.creator?.toLowerCase() === creator.toLowerCase());
    return (['main', 'cold-start'] as const).flatMap((part) => {
      const context = statusContext(inputs.key, pull, part);
      return own.find((one) => one.context === context) ?? [];
    });
  } catch (error) {
    // A private repository shows its statuses to `statuses: read` alone.
    if (!(error instanceof ApiFailure)) throw error;
    runner.log(`the statuses of this head cannot be read: ${error.message}`);
    return [];
  }
}

/** The run that a red status links, or of two reports the attempt of the second. */
function linkedRun({ state, url }: CommitStatus, runs: string): readonly number[] {
  const [, id] = /^([1-9]\d{0,14})(?:\/attempts\/\d+)?$/.exec(url?.startsWith(runs) === true ? url.slice(runs.length) : '') ?? [];
  return state === 'failure' && id !== undefined ? [Number(id)] : [];
}

/** Of the head's own runs the newest failed one that uploaded a report. */
async function failedRuns({ inputs }: Workflow, api: Api, pull: PullRequest): Promise<readonly number[]> {
  const own = (await api.runsOf(pull.headSha))
    .filter((one) => one.conclusion === 'failure' && one.headBranch === pull.headRef && one.headRepository === pull.headRepository)
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  for (const { id } of own) {
    const artifacts = await api.artifactsOf(id);
    if (artifacts.some(({ name }) => attemptOfReport(inputs.key, name) !== null)) return [id];
  }
  return [];
}

async function refused({ runner }: Workflow, reason: string): Promise<ActionResult> {
  await runner.summary(`**The label counts for nothing:** ${MARKDOWN.prose(reason)}\n`);
  return { kind: 'failed', sentence: `the label counts for nothing: ${reason}` };
}

function passed(sentence: string): ActionResult {
  return { kind: 'passed', sentence };
}
