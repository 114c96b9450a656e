import type { Judging } from '../core/outcome.ts';
import type { Workflow, WorkflowRun } from './workflow.ts';

/**
 * How a run judges. On push there is nothing to hold back any more: the gate only reports, whichever mode says it; and of the default branch all
 * that is over its limits is told, also what was over before.
 */
export function judgingOf({ inputs, run }: Pick<Workflow, 'inputs' | 'run'>): Judging {
  const { judging } = inputs.check;
  const pushed = pushOf(run);
  return pushed === null ? judging : { ...judging, gate: 'warn', judgedAs: pushed.onDefaultBranch ? 'branch' : 'change' };
}

/** The push that a run is of, its own or that of the run before it; `null`: none. */
function pushOf({ event, owner, repository }: WorkflowRun): { readonly onDefaultBranch: boolean } | null {
  if (event.kind === 'push') return event;
  if (event.kind !== 'workflow-run' || event.event !== 'push') return null;
  return { onDefaultBranch: event.headBranch === event.defaultBranch && event.headRepository === `${owner}/${repository}` };
}
