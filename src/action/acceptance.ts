import { accept } from '../core/judge/judge.ts';
import type { Outcome } from '../core/model.ts';
import { findAcceptance } from '../github/acceptance.ts';
import type { Api, PullRequest } from '../github/api.ts';
import type { Workflow } from './workflow.ts';

/**
 * What a pull request's label makes of an outcome: accepted where somebody may and did, else with the label that would accept it and, where
 * it is set, why it counts for nothing. Looked up live.
 */
export async function acceptanceOf({ inputs, runner }: Workflow, api: Api, pull: PullRequest): Promise<(outcome: Outcome) => Outcome> {
  const { label } = inputs;
  const result = await findAcceptance(api, { ...pull, label });
  if (result.kind === 'accepted') return (outcome) => ({ ...outcome, verdict: accept(outcome.verdict, result.acceptance) });
  runner.log(`not accepted: ${result.reason}`);
  const refused = result.kind === 'refused' ? result.reason : null;
  return (outcome) => ({ ...outcome, byLabel: { label, refused } });
}
