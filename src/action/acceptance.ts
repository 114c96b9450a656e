import { accept } from '../core/judge/judge.ts';
import type { Outcome } from '../core/model.ts';
import { type AcceptanceResult, findAcceptance } from '../github/acceptance.ts';
import type { Api, PullRequest } from '../github/api.ts';
import type { Workflow } from './workflow.ts';

/**
 * What a pull request's label makes of an outcome: accepted where somebody may and did, else with the label that would accept it and, where
 * it is set, why it counts for nothing. Looked up live.
 */
export async function acceptanceOf(workflow: Workflow, api: Api, pull: PullRequest): Promise<(outcome: Outcome) => Outcome> {
  const { label } = workflow.inputs;
  const result = await lookUpAcceptance(workflow, api, pull);
  if (result.kind === 'accepted') return (outcome) => ({ ...outcome, verdict: accept(outcome.verdict, result.acceptance) });
  workflow.runner.log(`not accepted: ${result.reason}`);
  const refused = result.kind === 'refused' ? result.reason : null;
  return (outcome) => ({ ...outcome, byLabel: { label, refused } });
}

/** Whether somebody who may has accepted what stands on this pull request now. */
export function lookUpAcceptance({ inputs }: Workflow, api: Api, pull: PullRequest): Promise<AcceptanceResult> {
  return findAcceptance(api, { ...pull, label: inputs.label });
}
