import type { Judging } from '../core/outcome.ts';
import type { Workflow, WorkflowRun } from './workflow.ts';

/** Where a run that has no AWS role is to be sampled. */
const WAY = 'a cold-start job under workflow_run, in a protected environment, samples it too';

/**
 * How a run judges. Where GitHub gives it no AWS role, limits on cold starts stop nobody: neither its author nor its reviewer could do
 * anything about them. On push there is nothing to hold back any more: the gate only reports, whichever mode says it; and of the default branch all
 * that is over its limits is told, also what was over before.
 */
export function judgingOf({ inputs, run }: Pick<Workflow, 'inputs' | 'run'>): Judging {
  const judging = { ...inputs.check.judging, noColdStarts: whyNoRole(run) };
  const pushed = pushOf(run);
  return pushed === null ? judging : { ...judging, gate: 'warn', judgedAs: pushed.onDefaultBranch ? 'branch' : 'change' };
}

/** Why GitHub gives a run no AWS role, and where its functions can be sampled all the same; `null`: it may have one. */
export function whyNoRole({ event }: WorkflowRun): string | null {
  if (event.kind !== 'pull-request' || !(event.fork || event.fromDependabot)) return null;
  return `GitHub gives the run of ${event.fork ? "a fork's" : "Dependabot's"} pull request no AWS role: ${WAY}`;
}

/** The push that a run is of, its own or that of the run before it; `null`: none. */
function pushOf({ event, owner, repository }: WorkflowRun): { readonly onDefaultBranch: boolean } | null {
  if (event.kind === 'push') return event;
  if (event.kind !== 'workflow-run' || event.event !== 'push') return null;
  return { onDefaultBranch: event.headBranch === event.defaultBranch && event.headRepository === `${owner}/${repository}` };
}
