import { messageOf, UsageError } from '../core/failures.ts';
import type { Api, PullRequest } from '../github/api.ts';
import { findPullRequest, severalSentence } from '../github/pull-request.ts';
import type { Into } from '../github/status.ts';
import { collectLegs } from './collect.ts';
import { mayComment } from './event.ts';
import { reportOn } from './report-on.ts';
import { NO_STATUSES, type Statuses, statusesOn } from './statuses.ts';
import { type ActionResult, apiOf, orderOf, runUrl, type Workflow, type WorkflowRun } from './workflow.ts';

/**
 * Mode `report`: judges what `measure` uploaded, comments, and sets the commit status on the pull request's head. It checks nothing out and
 * runs nothing of the pull request; artifacts are data, and which pull request they are of is asked of GitHub.
 */
export async function reportMode(workflow: Workflow): Promise<ActionResult> {
  const { run, runner } = workflow;
  const may = await mayComment(workflow, 'report');
  const api = apiOf(workflow);
  if (api === null) throw new UsageError('mode report needs github-token: it finds the pull request, comments and sets the status');
  const wait = waitOf(run);
  if (wait?.kind === 'silent') return { kind: 'passed', sentence: wait.sentence };
  const statusesOf = (pulls: readonly Into[]): Statuses => (may ? statusesOn(workflow, api, pulls) : NO_STATUSES);
  const found = await findPullRequest(api, run.event);
  switch (found.kind) {
    case 'stale':
      runner.warn(found.sentence);
      // What was awaited on this head does not come any more.
      if (isAfterColdStarts(workflow)) await statusesOf([found.pull]).set('cold-start', 'error', found.sentence);
      return { kind: 'passed', sentence: found.sentence };
    // Somebody waits for a status on this head, whosever it is.
    case 'unknown':
      await statusesOf([]).setAll('error', found.sentence);
      return { kind: 'failed', sentence: found.sentence };
    case 'none':
      runner.log(`no pull request: ${found.reason}`);
      // It was closed, say, while its cold starts were awaited.
      if (isAfterColdStarts(workflow) && run.event.kind === 'pull-request')
        await statusesOf([run.event]).set('cold-start', 'error', `no report: ${found.reason}`);
      return reportOn(workflow, { api, pull: null, may, statuses: NO_STATUSES });
    case 'found':
    case 'ambiguous': {
      const pulls = found.kind === 'found' ? [found.pull] : found.pulls;
      if (wait === null) return reportOnOneOf(workflow, { api, may, statusesOf }, pulls);
      await statusesOf(pulls).awaitAll(wait.sentence, wait.url);
      return { kind: 'passed', sentence: wait.sentence };
    }
  }
}

function isAfterColdStarts(workflow: Workflow): boolean {
  return orderOf(workflow).report === 2;
}

/**
 * Reports on the one pull request of this head; of several on that which the legs say they measured, since GitHub does not tell. Legs choose
 * among those and nothing more: where they do not, each gets a status that says what to do.
 */
async function reportOnOneOf(
  workflow: Workflow,
  { api, may, statusesOf }: { readonly api: Api; readonly may: boolean; readonly statusesOf: (pulls: readonly Into[]) => Statuses },
  pulls: readonly PullRequest[],
): Promise<ActionResult> {
  const all = statusesOf(pulls);
  const choosing = pulls.length === 1 ? Promise.resolve(pulls[0]) : claimed(workflow, pulls);
  const pull = await choosing.catch(async (error: unknown) => {
    await all.setAll('error', messageOf(error));
    throw error;
  });
  if (pull !== undefined) return reportOn(workflow, { api, pull, may, statuses: statusesOf([pull]) });
  const sentence = severalSentence(pulls);
  await all.setAll('error', sentence);
  return { kind: 'failed', sentence };
}

async function claimed(workflow: Workflow, pulls: readonly PullRequest[]): Promise<PullRequest | undefined> {
  const legs = await collectLegs(workflow, async (leg) => leg.contents.description.pull);
  const numbers = new Set(legs.flatMap((leg) => (leg.kind === 'read' ? [leg.contents] : [])));
  return numbers.size === 1 ? pulls.find(({ number }) => numbers.has(number)) : undefined;
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
