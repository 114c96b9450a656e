import { UsageError } from '../core/failures.ts';
import { type Mode, permitted, tokenRights } from '../github/trust.ts';
import type { Workflow } from './workflow.ts';

/** Whether to try a comment. Throws a UsageError with the sentence that names the safe way, where event, mode and credentials do not go together. */
export function mayComment({ run, inputs, runner }: Workflow, mode: Mode): boolean {
  const credentials = { token: tokenRights(run.event, inputs.token !== ''), cloud: run.credentials.length > 0 };
  const answer = permitted(run.event, mode, credentials);
  if (answer.kind === 'refused') throw new UsageError(answer.sentence);
  if (answer.note !== null) runner.warn(answer.note);
  return answer.comment === 'may';
}
