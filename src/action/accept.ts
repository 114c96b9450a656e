import { UsageError } from '../core/failures.ts';
import { sameLabel } from '../github/acceptance.ts';
import type { Api, PullRequest } from '../github/api.ts';
import { ApiFailure } from '../github/api-failure.ts';
import { findPullRequest } from '../github/pull-request.ts';
import { statusContext } from '../github/status.ts';
import { MARKDOWN } from '../report/text/escape.ts';
import { lookUpAcceptance } from './acceptance.ts';
import { mayComment } from './event.ts';
import { type ActionResult, apiOf, reportArtifact, runUrl, type Workflow } from './workflow.ts';

/**
 * Mode `accept`: somebody has set a label. Where it is the one that accepts, and GitHub says now that it is set by a person who may, the job
 * that failed is started again: it looks the label up itself and passes. Nothing of the pull request is checked out, run or believed.
 */
export async function acceptMode(workflow: Workflow): Promise<ActionResult> {
  const { inputs, run, runner } = workflow;
  await mayComment(workflow, 'accept');
  const { event } = run;
  if (event.kind !== 'pull-request' || event.label === null)
    throw new UsageError('mode accept answers a label: run it on `pull_request_target` with `types: [labeled]`');
  if (!sameLabel(event.label, inputs.label)) return passed(`the label '${event.label}' accepts nothing: nothing is changed`);
  const api = apiOf(workflow);
  if (api === null) throw new UsageError('mode accept needs github-token with actions: write');
  const found = await findPullRequest(api, event);
  if (found.kind !== 'found') return { kind: 'failed', sentence: 'reason' in found ? found.reason : found.sentence };
  const result = await lookUpAcceptance(workflow, api, found.pull);
  if (result.kind !== 'accepted') {
    await runner.summary(`**The label counts for nothing:** ${MARKDOWN.prose(result.reason)}\n`);
    return { kind: 'failed', sentence: `the label counts for nothing: ${result.reason}` };
  }
  const { by } = result.acceptance;
  const runs = await failedRuns(workflow, api, found.pull);
  if (runs.length === 0)
    return passed(`accepted by ${by}; no failed run of this head has a report of key ${inputs.key}: start it again by hand`);
  for (const id of runs) await api.rerunFailedJobs(id);
  return passed(`accepted by ${by}; started again: ${runs.map((id) => runUrl(run, id)).join(', ')}`);
}

/** The newest run whose report is red: the one that the status on this head links, and of the head's own runs the one that uploaded a report. */
async function failedRuns({ inputs, run, runner }: Workflow, api: Api, pull: PullRequest): Promise<readonly number[]> {
  const linked = await linkedRun(api, pull.headSha, statusContext(inputs.key, pull), runUrl(run, 0).slice(0, -1)).catch(
    (error: unknown) => {
      // A private repository shows its statuses to `statuses: read` alone; mode check sets none.
      if (!(error instanceof ApiFailure)) throw error;
      runner.log(`the statuses of this head cannot be read: ${error.message}`);
      return null;
    },
  );
  if (linked !== null) return [linked];
  const own = (await api.runsOf(pull.headSha))
    .filter((one) => one.conclusion === 'failure' && one.headBranch === pull.headRef && one.headRepository === pull.headRepository)
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  for (const { id } of own) {
    const artifacts = await api.artifactsOf(id);
    if (artifacts.some(({ name }) => name.startsWith(reportArtifact(inputs.key, '')))) return [id];
  }
  return [];
}

async function linkedRun(api: Api, sha: string, context: string, runs: string): Promise<number | null> {
  const newest = (await api.statusesOf(sha)).find((status) => status.context === context);
  if (newest === undefined || newest.state !== 'failure' || !(newest.url ?? '').startsWith(runs)) return null;
  const id = Number(newest.url?.slice(runs.length));
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

function passed(sentence: string): ActionResult {
  return { kind: 'passed', sentence };
}
