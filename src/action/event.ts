import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import type { BaseChoice } from '../git/base.ts';
import type { Api } from '../github/api.ts';
import { probeToken } from '../github/token-probe.ts';
import { type Mode, permitted, tokenRights } from '../github/trust.ts';
import { inputName } from '../options/values.ts';
import { apiOf, type Workflow, type WorkflowRun } from './workflow.ts';

/** Which base an event asks for; an explicit `base` input wins. */
export function baseChoice(named: string | null, run: WorkflowRun): BaseChoice {
  if (named !== null) return { kind: 'named', name: named, option: inputName('base') };
  const { event } = run;
  switch (event.kind) {
    case 'pull-request':
      return { kind: 'pull-request', checkedOut: run.sha, headSha: event.headSha, baseSha: event.baseSha };
    case 'push':
      // The default branch pushed for the first time is its own tip.
      if (event.before === null && event.onDefaultBranch) return { kind: 'parent' };
      return { kind: 'before', sha: event.before, defaultBranch: event.defaultBranch };
    case 'merge-group':
      return { kind: 'commit', sha: event.baseSha, defaultBranch: '' };
    case 'workflow-run':
    case 'other':
      return { kind: 'parent' };
  }
}

/** The branches whose pushes may have measured a base: the one that is merged into, and the default one. */
export function baseBranches({ event }: WorkflowRun): readonly string[] {
  switch (event.kind) {
    case 'pull-request':
    case 'merge-group':
      return [event.baseRef, ...(event.defaultBranch === null ? [] : [event.defaultBranch])];
    case 'push':
      return [event.ref.replace(/^refs\/heads\//, ''), event.defaultBranch];
    case 'workflow-run':
    case 'other':
      return [];
  }
}

/**
 * Refuses a run of a pull request whose base branch is another one now: its event, its merge commit and so its figures are of the old one. A
 * UsageError with the way to a new run; what GitHub does not tell (a token without `pull-requests: read`) is a line in the log.
 */
export async function refuseRetargeted({ inputs, run, runner }: Workflow, api: Api | null): Promise<void> {
  const { event } = run;
  if (api === null || event.kind !== 'pull-request' || inputs.check.base !== null) return;
  const now = await api.pull(event.number).catch((error: unknown) => {
    runner.log(`whether #${event.number} still has the base ${event.baseRef} is not known: ${messageOf(error)}`);
    return null;
  });
  if (now === null || now.baseRef === event.baseRef) return;
  throw new UsageError(
    `pull request #${event.number} is for ${now.baseRef} now, and this run is of when it was for ${event.baseRef}: ${runAnew('it')}`,
  );
}

/** What brings a run of the present base: an attempt of a run that is there measures its event's. */
export function runAnew(what: string): string {
  return `push, or close and reopen ${what}, for a run against its present base`;
}

/** The commit that people know as head: of a pull request its branch's own, not the merge commit that is built. */
export function headSha(run: WorkflowRun): string {
  return run.event.kind === 'pull-request' || run.event.kind === 'merge-group' || run.event.kind === 'workflow-run'
    ? run.event.headSha
    : run.sha;
}

/** The pull request that the event itself names. */
export function pullRequestNumber(run: WorkflowRun): number | null {
  return run.event.kind === 'pull-request' || run.event.kind === 'merge-group' ? run.event.number : null;
}

/** Whether to try a comment. Throws a UsageError with the sentence that names the safe way, where event, mode and credentials do not go together. */
export async function mayComment(workflow: Workflow, mode: Mode): Promise<boolean> {
  const { run, inputs, runner } = workflow;
  const credentials = { token: tokenRights(run.event, inputs.token !== ''), cloud: run.credentials.length > 0 };
  const expected = permitted(run.event, mode, credentials);
  // What the event says of a token holds unless the repository gives forks more: asked where that would be refused.
  const more = permitted(run.event, mode, { ...credentials, token: 'write' });
  const asks = expected.kind === 'allowed' && more.kind === 'refused' && credentials.token === 'read';
  const answer = asks && (await writes(workflow, more.sentence)) ? more : expected;
  if (answer.kind === 'refused') throw new UsageError(answer.sentence);
  if (answer.note !== null) runner.warn(answer.note);
  return answer.comment === 'may';
}

/** Whether the token may write. A ToolError where GitHub does not say. */
async function writes(workflow: Workflow, sentence: string): Promise<boolean> {
  const [api, number] = [apiOf(workflow), pullRequestNumber(workflow.run)];
  if (api === null || number === null) return false;
  const probe = await probeToken(api, number);
  if (probe.kind === 'unknown')
    throw new ToolError(`whether this job's token may write cannot be told (${probe.reason}): run it again. It matters, since ${sentence}`);
  if (probe.kind === 'writes') workflow.runner.log(`the token of this job may write: ${probe.what}`);
  return probe.kind === 'writes';
}
