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
import { type ActionResult, apiOf, reportArtifact, runUrl, type Workflow } from './workflow.ts';

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
  const { inputs, run } = workflow;
  const told = { context: statusContext(inputs.key, pull), creator: await authorOf(inputs.author, api, workflow.runner.log) };
  const status = await newestStatus(workflow, api, pull.headSha, told);
  const by: SeenBy = status === null ? { kind: 'job', name: null } : { kind: 'status', ...told };
  const result = await lookUpAcceptance(workflow, api, pull, by);
  if (result.kind !== 'accepted') return refused(workflow, result.reason);
  const { acceptance, breaches } = result;
  const runs = status === null ? await failedRuns(workflow, api, pull) : linkedRun(status, runUrl(run, 0).slice(0, -1));
  if (breaches?.length === 0 && runs.length > 0)
    return refused(workflow, 'the report on this head told of no breach: what keeps it from passing stands there, and no label accepts it');
  if (runs.length === 0)
    return passed(`accepted by ${acceptance.by}; no failed run of this head has a report of key ${inputs.key}: start it again by hand`);
  for (const id of runs) await api.rerunFailedJobs(id);
  return passed(`accepted by ${acceptance.by}; started again: ${runs.map((id) => runUrl(run, id)).join(', ')}`);
}

/** The newest status of ours on this head, where reports set one; mode `check` sets none. */
async function newestStatus(
  { runner }: Workflow,
  api: Api,
  sha: string,
  { context, creator }: { readonly context: string; readonly creator: string },
): Promise<CommitStatus | null> {
  try {
    return (
      (await api.statusesOf(sha)).find((one) => one.context === context && one.creator?.toLowerCase() === creator.toLowerCase()) ?? null
    );
  } catch (error) {
    // A private repository shows its statuses to `statuses: read` alone.
    if (!(error instanceof ApiFailure)) throw error;
    runner.log(`the statuses of this head cannot be read: ${error.message}`);
    return null;
  }
}

/** The run that a red status links. */
function linkedRun({ state, url }: CommitStatus, runs: string): readonly number[] {
  const id = Number(url?.startsWith(runs) === true ? url.slice(runs.length) : 0);
  return state === 'failure' && Number.isSafeInteger(id) && id > 0 ? [id] : [];
}

/** Of the head's own runs the newest failed one that uploaded a report. */
async function failedRuns({ inputs }: Workflow, api: Api, pull: PullRequest): Promise<readonly number[]> {
  const own = (await api.runsOf(pull.headSha))
    .filter((one) => one.conclusion === 'failure' && one.headBranch === pull.headRef && one.headRepository === pull.headRepository)
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  for (const { id } of own) {
    const artifacts = await api.artifactsOf(id);
    if (artifacts.some(({ name }) => name.startsWith(reportArtifact(inputs.key, '')))) return [id];
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
