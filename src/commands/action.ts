import type { ActionResult, Workflow } from './workflow.ts';

/** Runs the mode that the inputs ask for; each is loaded when it is needed. */
export async function performAction(workflow: Workflow): Promise<ActionResult> {
  switch (workflow.inputs.mode) {
    case 'check':
      return (await import('./check-mode.ts')).checkMode(workflow);
    case 'measure':
      return (await import('./measure-mode.ts')).measureMode(workflow);
    case 'report':
      return (await import('./report-mode.ts')).reportMode(workflow);
  }
}
