import type { Host } from '../host.ts';
import { keepHistoryApart } from './history-apart.ts';
import { refuseUnfit } from './unfit.ts';
import type { ActionResult, Workflow } from './workflow.ts';

/** Runs the mode that the inputs ask for; each is loaded when it is needed. */
export async function performAction(workflow: Workflow): Promise<ActionResult> {
  refuseUnfit(workflow);
  await keepHistoryApart(workflow);
  switch (workflow.inputs.mode) {
    case 'check':
      return (await import('./check.ts')).checkMode(workflow);
    case 'measure':
      return (await import('./measure.ts')).measureMode(workflow);
    case 'cold-start':
      return (await import('./cold-start.ts')).coldStartMode(workflow);
    case 'accept':
      return (await import('./accept.ts')).acceptMode(workflow);
    case 'history':
      return (await import('./history.ts')).historyMode(workflow);
    case 'report':
      return (await import('./report.ts')).reportMode(workflow);
  }
}

/** The step after the job, cancelled or not: deletes what a killed main step has left on AWS. */
export async function performPost(state: (name: string) => string, host: Host): Promise<void> {
  const run = state('cold-start-run');
  if (run === '') return;
  const { sweep } = await import('../measure/cold-start.ts');
  const { deleted, failed, withoutLayers } = await sweep(state('cold-start-prefix'), run, host);
  for (const name of deleted) host.progress.step(`deleted ${name}, which was left on AWS`);
  for (const { name, reason } of failed) host.progress.step(`${name} is left on AWS until it expires and a sweep takes it: ${reason}`);
  // Of a main step that ended well nothing is left, and most have no extensions.
  if (withoutLayers !== null && deleted.length + failed.length > 0)
    host.progress.step(`layers, which extensions alone need, were not looked for: ${withoutLayers}`);
}
