import type { SeenBreach } from '../core/judge/accepted.ts';
import type { Acceptance } from '../core/model/verdict.ts';
import type { Api, IssueEvent, PullRequest } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { attemptsOf } from './attempts.ts';
import { isAfter, newestFirst } from './instant.ts';
import type { Run } from './runs.ts';
import { findSeen, type ReadReport, type SeenBy } from './seen.ts';

export type AcceptanceResult =
  /** `breaches`: what was accepted; `null` on a server that keeps no reports: all that was told. */
  | { readonly kind: 'accepted'; readonly acceptance: Acceptance; readonly breaches: readonly SeenBreach[] | null }
  /** The label is set, or may be, and counts for nothing. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nobody has set it. */
  | { readonly kind: 'none'; readonly reason: string };

export interface AcceptanceRequest {
  readonly label: string;
  readonly pull: Pick<PullRequest, 'number' | 'headSha' | 'headRef' | 'headRepository' | 'createdAt'>;
  /** The run that asks; of `report` the one that measured. Lists may lack it still. `null`: of another workflow than those that measure. */
  readonly run: number | null;
  readonly by: SeenBy;
  readonly readReport: ReadReport;
  /** GitHub Enterprise Server takes no artifacts: the end of a run has to do. */
  readonly keepsReports: boolean;
}

const BASE_CHANGES = ['base_ref_changed', 'automatic_base_change_succeeded'];
/** GitHub's own are cut off in a table; longer ones are read in the conversation. */
const MAX_REASON = 200;

/**
 * Whether what a pull request came to has been accepted, and what was seen then: the label is on it now; its newest giving is by a person with
 * write access, when the newest attempt at this head begun before was reported on; none at another head began since that one, and its base branch
 * stayed. What counts is when an attempt began, since a run that is started again keeps its time of creation. Read live; a failure of GitHub's is
 * `refused` with the reason, since nothing may pass because it could not be looked up. Needs `actions: read` and `pull-requests: read`.
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
  const { label, pull, run, by, readReport } = request;
  const { number, headSha } = pull;
  if (!(await api.labels(number)).some((name) => sameLabel(name, label)))
    return { kind: 'none', reason: `the label '${label}' is not set` };
  const events = await api.issueEvents(number);
  const given = givingOf(events, label);
  if (given === undefined) return refused(`nothing tells who set the label '${label}': ${ANEW}`);
  const { actor, at } = given;
  if (actor === null || actor.bot)
    return refused(`the label '${label}' was set by ${actor?.login ?? 'a deleted account'}, not by a person`);
  if (!(await api.mayWrite(actor.login))) return refused(`${actor.login}, who set the label '${label}', has no write access`);
  const changed = newest(events.filter(({ event }) => BASE_CHANGES.includes(event)))?.at ?? null;
  if (changed !== null && !isAfter(at, changed)) return refused(`the label '${label}' was set before the base branch was changed: ${ANEW}`);
  const pushed = newest(events.filter(({ event }) => event === 'head_ref_force_pushed'));
  if (pushed !== undefined && !isAfter(at, pushed.at)) return refused(`the label '${label}' was set before the last force-push: ${ANEW}`);

  const asking = run === null ? null : await api.run(run);
  const runs = await runsOfPull(api, pull, asking);
  const own = runs.filter((one) => one.headSha === headSha);
  const same = own.filter(({ workflowId }) => workflowId === asking?.workflowId);
  const attempts = (await attemptsOf(api, same.length > 0 ? same : own)).filter(({ begun }) => isAfter(at, begun));
  const [latest] = attempts;
  if (latest === undefined) return refused(`the label '${label}' was set before this head was first measured: ${ANEW}`);
  // What began in one second began in no order: of another head it makes it unclear what the label was for.
  const wasAnother = (since: string): boolean => runs.some((one) => one.headSha !== headSha && !isAfter(since, one.startedAt));
  const another = refused(`the label '${label}' was set while, or before, the head was another: ${ANEW}, after a run of this one`);
  if (wasAnother(latest.begun)) return another;
  const withoutReport = request.keepsReports ? null : (of: number) => isOfPull(api, request, of);
  const seen = await findSeen(
    api,
    { ...{ pull: number, headSha, by, readReport, withoutReport }, ...{ before: at, after: changed } },
    attempts,
  );
  if (seen.kind === 'unseen') return refused(`when the label '${label}' was set, ${seen.reason}: ${ANEW} once there is a report`);
  if (wasAnother(seen.begun)) return another;
  const reason = await reasonOf(api, number, { by: actor.login, at, seen: seen.at });
  return { kind: 'accepted', acceptance: { label, by: actor.login, at, reason }, breaches: seen.breaches };
}

const ANEW = 'remove it and set it again';

/** The newest giving; none where two people gave it in one second. */
function givingOf(events: readonly IssueEvent[], label: string): IssueEvent | undefined {
  const all = events.filter(({ event, label: name }) => event === 'labeled' && name !== null && sameLabel(name, label));
  const last = newest(all);
  const alike = all.filter(({ at }) => at === last?.at);
  return alike.every(({ actor }) => actor?.login === last?.actor?.login) ? last : undefined;
}

/**
 * The runs of a pull request's branch since it was opened. Only those of its own repository count: a commit that ran elsewhere before would let a
 * label for the code that stood here pass for it. Of forks that are gone all look alike: one more head that refuses.
 */
async function runsOfPull(
  api: Api,
  { headRef, headRepository, createdAt }: AcceptanceRequest['pull'],
  asking: Run | null,
): Promise<readonly Run[]> {
  const listed = await api.runsOfBranch(headRef, createdAt);
  const all = new Map([...listed, ...(asking === null ? [] : [asking])].map((one) => [one.id, one]));
  return [...all.values()]
    .filter((one) => one.event === 'pull_request' && one.headBranch === headRef && one.headRepository === headRepository)
    .filter((one) => !isAfter(createdAt, one.createdAt));
}

/** Of a branch with several pull requests only the run that asks is known to be of this one. */
async function isOfPull(api: Api, { pull, run }: AcceptanceRequest, of: number): Promise<boolean> {
  if (of === run) return true;
  const owner = pull.headRepository?.replace(/\/.*/, '') ?? null;
  const open = await api.openPullsOf(owner === null ? null : { owner, branch: pull.headRef });
  return open.every(
    ({ number, headRef, headRepository }) => number === pull.number || headRef !== pull.headRef || headRepository !== pull.headRepository,
  );
}

/** What the labeller wrote after the report, nearest to the label, in one line; `null`: nothing. */
async function reasonOf(
  api: Api,
  number: number,
  { by, at, seen }: { readonly by: string; readonly at: string; readonly seen: string },
): Promise<string | null> {
  const distance = (comment: { readonly at: string }): number => Math.abs(Date.parse(comment.at) - Date.parse(at));
  const own = (await api.comments(number)).filter((comment) => comment.author === by && isAfter(comment.at, seen));
  const [nearest] = own.toSorted((a, b) => distance(a) - distance(b));
  const words = (nearest?.body ?? '').replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  const characters = Array.from(words);
  if (characters.length === 0) return null;
  return characters.length <= MAX_REASON ? words : `${characters.slice(0, MAX_REASON - 1).join('')}…`;
}

/** GitHub keeps labels apart without regard to case. */
export function sameLabel(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function newest(events: readonly IssueEvent[]): IssueEvent | undefined {
  return newestFirst(events, ({ at }) => at)[0];
}

function refused(reason: string): AcceptanceResult {
  return { kind: 'refused', reason };
}
