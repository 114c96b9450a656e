import { notSeen, type SeenBreach, seenOf } from '../core/judge/accepted.ts';
import { accept } from '../core/judge/judge.ts';
import { METRICS } from '../core/metrics.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { Acceptance } from '../core/model/verdict.ts';
import { type AcceptanceRequest, type AcceptanceResult, findAcceptance } from '../github/acceptance.ts';
import type { Api, PullRequest } from '../github/api.ts';
import { ApiFailure } from '../github/api-failure.ts';
import type { SeenBy } from '../github/seen.ts';
import { type StatusPart, statusContext } from '../github/status.ts';
import { reportReader } from './breaches.ts';
import { authorOf } from './publish.ts';
import type { Workflow } from './workflow.ts';

/** What a label makes of an outcome, of the leg of that name. */
export type Accepting = (outcome: Outcome, leg: string) => Outcome;

/**
 * What a pull request's label makes of an outcome: accepted where somebody may and did and saw these breaches, else with the label that would
 * accept it and, where it is set, why it counts for nothing. In a merge queue it holds up to the figures that were seen. Looked up live. Where cold starts have a status of their own, each part is seen by its own.
 */
export async function acceptanceOf(
  workflow: Workflow,
  api: Api,
  pull: PullRequest,
  mode: 'check' | 'report',
  part: StatusPart = 'main',
): Promise<Accepting> {
  const { inputs, run, runner } = workflow;
  const { label } = inputs;
  const refusing = (refused: string | null): Accepting => {
    return (outcome) => ({ ...outcome, byLabel: { label, refused } });
  };
  const asking = run.event.kind === 'workflow-run' ? run.event.id : run.runId;
  const by: SeenBy =
    mode === 'check'
      ? { kind: 'job', name: await ownJobName(workflow, api) }
      : { kind: 'status', context: statusContext(inputs.key, pull, part), creator: await authorOf(inputs.author, api, runner.log) };
  const result = await findAcceptance(api, { ...reportsOf(workflow, api, by), label, pull, run: asking });
  if (result.kind !== 'accepted') {
    runner.log(`not accepted: ${result.reason}`);
    return refusing(result.kind === 'refused' ? result.reason : null);
  }
  const { acceptance, breaches } = result;
  if (breaches !== null) return accepting(acceptance, breaches, isQueued(workflow), refusing);
  if (!isQueued(workflow)) return (outcome) => ({ ...outcome, verdict: accept(outcome.verdict, acceptance) });
  const reason = 'this server keeps no reports: nothing tells up to which figures it was accepted';
  runner.log(`not accepted: ${reason}`);
  return refusing(reason);
}

function reportsOf(workflow: Workflow, api: Api, by: SeenBy): Pick<AcceptanceRequest, 'readReport' | 'keepsReports' | 'by'> {
  return { by, readReport: reportReader(workflow, api, by.kind), keepsReports: !takesNoArtifacts(workflow.run.serverUrl) };
}

function accepting(
  acceptance: Acceptance,
  seen: readonly SeenBreach[],
  upTo: boolean,
  refusing: (refused: string) => Accepting,
): Accepting {
  return (outcome, leg) => {
    const beyond = notSeen(leg, outcome.verdict, seen, upTo);
    if (beyond.length === 0) return { ...outcome, verdict: accept(outcome.verdict, acceptance) };
    return refusing(`${beyond.map(nameOf).join(', ')} ${upTo ? 'is beyond what was' : 'was not among what was'} accepted`)(outcome, leg);
  };
}

function nameOf({ function: name, metric }: { readonly function: string; readonly metric: string | null }): string {
  return `${name}'s ${metric === null ? 'start' : (METRICS.find((row) => row.name === metric)?.word ?? metric)}`;
}

function isQueued({ run: { event } }: Workflow): boolean {
  return event.kind === 'merge-group' || (event.kind === 'workflow-run' && event.event === 'merge_group');
}

/** GitHub Enterprise Server takes no artifacts of this kind. */
function takesNoArtifacts(serverUrl: string): boolean {
  const { hostname } = new URL(serverUrl);
  return hostname !== 'github.com' && !hostname.endsWith('.ghe.com');
}

/**
 * The name by which GitHub lists this job, which no variable tells: that of the only job in progress on this runner, else its key in the
 * workflow, which is its name where it has none. `null`: neither can be looked up.
 */
async function ownJobName({ run }: Workflow, api: Api): Promise<string | null> {
  try {
    const mine = (await api.jobsOf(run.runId)).filter(
      ({ attempt, conclusion, runner }) => attempt === run.attempt && conclusion === null && runner === run.runnerName,
    );
    return mine.length === 1 ? (mine[0]?.name ?? null) : run.job;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return null;
  }
}

/** What is to be remembered of a report: which breaches it told of. */
export function breachesOfLegs(legs: readonly { readonly name: string; readonly outcome: Outcome }[]): readonly SeenBreach[] {
  return legs.flatMap(({ name, outcome }) => seenOf(name, outcome.verdict));
}

/**
 * Whether somebody who may has accepted what stands on this pull request now, for a run that has measured nothing. `by`: the way others report;
 * `run`: one that reported, whose workflow it is about; `null`: not known.
 */
export function lookUpAcceptance(
  workflow: Workflow,
  api: Api,
  { pull, by, run }: { readonly pull: PullRequest; readonly by: SeenBy; readonly run: number | null },
): Promise<AcceptanceResult> {
  return findAcceptance(api, { ...reportsOf(workflow, api, by), label: workflow.inputs.label, pull, run });
}
