import { accept } from '../core/judge/judge.ts';
import type { Outcome } from '../core/model.ts';
import { findAcceptance } from '../github/acceptance.ts';
import type { Api, PullRequest } from '../github/api.ts';
import type { Workflow } from './workflow.ts';

/** What somebody who accepted a pull request's breaches makes of an outcome; nothing where nobody did, with the reason in the log. Looked up live. */
export async function acceptanceOf({ inputs, runner }: Workflow, api: Api, pull: PullRequest): Promise<(outcome: Outcome) => Outcome> {
  const result = await findAcceptance(api, { ...pull, label: inputs.label });
  if (result.kind === 'accepted') return (outcome) => ({ ...outcome, verdict: accept(outcome.verdict, result.acceptance) });
  runner.log(`not accepted: ${result.reason}`);
  return (outcome) => outcome;
}
