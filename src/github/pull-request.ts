import type { Api, PullRequest } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { numberOfQueueRef, type WorkflowEvent, type WorkflowRunEvent } from './event.ts';

export type Found =
  | { readonly kind: 'found'; readonly pull: PullRequest }
  | { readonly kind: 'none'; readonly reason: string }
  /** GitHub did not tell: there may be one that waits for a report. */
  | { readonly kind: 'unknown'; readonly sentence: string }
  /** One head, several pull requests: GitHub does not tell which was measured. */
  | { readonly kind: 'ambiguous'; readonly pulls: readonly PullRequest[]; readonly sentence: string }
  /** It has moved on since: its newer run reports. */
  | { readonly kind: 'stale'; readonly pull: PullRequest; readonly sentence: string };

/**
 * The open pull request that an event is about, as GitHub knows it now. Of `workflow_run` it is found by the run's own head (branch, SHA and
 * repository, exactly one), since GitHub names none for a fork and nothing in an artifact can be believed. A failure of GitHub's is `unknown` with the reason.
 */
export async function findPullRequest(api: Api, event: WorkflowEvent): Promise<Found> {
  try {
    return await find(api, event);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return { kind: 'unknown', sentence: `the pull request could not be looked up: ${error.message}` };
  }
}

async function find(api: Api, event: WorkflowEvent): Promise<Found> {
  switch (event.kind) {
    case 'pull-request':
      return current(await byNumber(api, event.number), event.headSha);
    case 'merge-group':
      return event.number === null ? none(`the merge queue's ref ${event.headRef} names no pull request`) : byNumber(api, event.number);
    case 'workflow-run':
      return ofRun(api, event);
    case 'push':
      return none('a push has no pull request');
    case 'other':
      return none(`${event.name} has no pull request`);
  }
}

/** What an artifact says it measured, held against the head that its run was for; `null` where it agrees. */
export function contradictionOf(claimed: string, actual: string): string | null {
  if (claimed === actual) return null;
  return `the artifact says it measured ${claimed.slice(0, 12)}, the run was for ${actual.slice(0, 12)}: it is not used`;
}

async function ofRun(api: Api, run: WorkflowRunEvent): Promise<Found> {
  const { headBranch, headRepository, headSha } = run;
  if (run.event === 'merge_group') {
    const number = numberOfQueueRef(headBranch ?? '');
    return number === null ? none(`run ${run.id} is of a merge queue, and its branch names no pull request`) : byNumber(api, number);
  }
  if (run.event !== 'pull_request') return none(`run ${run.id} was started by ${run.event}, not by a pull request`);
  if (headBranch === null) return none(`run ${run.id} is of no branch`);
  // Of a deleted fork GitHub names no repository any more, and the pull request stays open: it is looked for among all.
  const owner = headRepository?.replace(/\/.*/, '') ?? null;
  // The API checks the owner alone: a second repository of the same owner may have a branch of that name.
  const pulls = (await api.openPullsOf(owner === null ? null : { owner, branch: headBranch })).filter(
    (pull) => pull.open && pull.headRef === headBranch && pull.headRepository === headRepository,
  );
  const [first] = pulls;
  if (first === undefined) return none(`no open pull request has the head ${headRepository ?? 'a deleted fork'}:${headBranch}`);
  const [match, ...others] = pulls.filter((pull) => pull.headSha === headSha);
  if (match === undefined) return stale(first, headSha);
  if (others.length === 0) return { kind: 'found', pull: match };
  const same = [match, ...others];
  return { kind: 'ambiguous', pulls: same, sentence: severalSentence(same) };
}

/** Short enough for a status. */
export function severalSentence(pulls: readonly PullRequest[]): string {
  const numbers = pulls.map(({ number }) => number).toSorted((a, b) => a - b);
  return `${numbers.map((number) => `#${number}`).join(' and ')} have one head, and nothing tells which was measured: close all but one and run it again`;
}

async function byNumber(api: Api, number: number): Promise<Found> {
  try {
    const pull = await api.pull(number);
    return pull.open ? { kind: 'found', pull } : none(`pull request #${number} is closed`);
  } catch (error) {
    if (error instanceof ApiFailure && error.kind === 'not-found') return none(`there is no pull request #${number}`);
    throw error;
  }
}

function current(found: Found, headSha: string): Found {
  return found.kind === 'found' && found.pull.headSha !== headSha ? stale(found.pull, headSha) : found;
}

function stale(pull: PullRequest, measured: string): Found {
  const { number, headSha } = pull;
  const sentence = `pull request #${number} has moved on to ${headSha.slice(0, 12)}; this run measured ${measured.slice(0, 12)}: the newer run reports`;
  return { kind: 'stale', pull, sentence };
}

function none(reason: string): Found {
  return { kind: 'none', reason };
}
