import type { Acceptance } from '../core/model.ts';
import type { Api, IssueEvent, Run } from './api.ts';
import { ApiFailure } from './api-failure.ts';

export type AcceptanceResult =
  | { readonly kind: 'accepted'; readonly acceptance: Acceptance }
  /** The label is set, or may be, and counts for nothing. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nobody has set it. */
  | { readonly kind: 'none'; readonly reason: string };

export interface AcceptanceRequest {
  readonly number: number;
  readonly label: string;
  readonly headSha: string;
  readonly headRef: string;
  /** `owner/name`. */
  readonly headRepository: string | null;
}

/**
 * Whether a breach has been accepted: the label is on the pull request now, and its newest giving is by a person with write access, after the
 * first run of that head SHA (`firstRunAt`) and after the last force-push. Read live; a failure of GitHub's is `refused` with the reason,
 * since nothing may pass because it could not be looked up. Needs `actions: read` and `pull-requests: read`.
 */
export async function findAcceptance(api: Api, request: AcceptanceRequest): Promise<AcceptanceResult> {
  try {
    return await find(api, request);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return refused(`whether it was accepted could not be read: ${error.message}`);
  }
}

async function find(api: Api, request: AcceptanceRequest): Promise<AcceptanceResult> {
  const { number, label } = request;
  if (!(await api.labels(number)).some((name) => sameLabel(name, label)))
    return { kind: 'none', reason: `the label '${label}' is not set` };
  const events = await api.issueEvents(number);
  const given = newest(events.filter(({ event, label: name }) => event === 'labeled' && name !== null && sameLabel(name, label)));
  if (given === undefined) return refused(`nothing tells who set the label '${label}': remove it and set it again`);
  const { actor, at } = given;
  if (actor === null || actor.bot)
    return refused(`the label '${label}' was set by ${actor?.login ?? 'a deleted account'}, not by a person`);
  const first = firstRunAt(await api.runsOf(request.headSha), request);
  if (first === null) return refused('no run of this head is known yet');
  if (!isAfter(at, first)) return refused(`the label '${label}' was set before this head was first measured: remove it and set it again`);
  const pushed = newest(events.filter(({ event }) => event === 'head_ref_force_pushed'));
  if (pushed !== undefined && !isAfter(at, pushed.at))
    return refused(`the label '${label}' was set before the last force-push: remove it and set it again`);
  if (!(await api.mayWrite(actor.login))) return refused(`${actor.login}, who set the label '${label}', has no write access`);
  return { kind: 'accepted', acceptance: { label, by: actor.login, at } };
}

/**
 * When a pull request's head was first run, ISO 8601; `null`: never. Only runs of its own branch count: a commit that ran elsewhere before would
 * let a label for the code that stood here pass for it. Commit statuses, which know no branch, would not do.
 */
export function firstRunAt(runs: readonly Run[], { headRef, headRepository }: AcceptanceRequest): string | null {
  const [first] = runs
    .filter((run) => run.headBranch === headRef && run.headRepository === headRepository)
    .map(({ createdAt }) => createdAt)
    .toSorted((a, b) => Date.parse(a) - Date.parse(b));
  return first ?? null;
}

/** GitHub keeps labels apart without regard to case. */
export function sameLabel(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function newest(events: readonly IssueEvent[]): IssueEvent | undefined {
  return events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1);
}

/** GitHub counts in seconds: the same second is not after. */
function isAfter(a: string, b: string): boolean {
  return Date.parse(a) > Date.parse(b);
}

function refused(reason: string): AcceptanceResult {
  return { kind: 'refused', reason };
}
