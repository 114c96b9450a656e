import type { Outcome } from '../../core/model/outcome.ts';

/** Cold starts are sampled in somebody's account: neither role nor account is in a public comment. */
const COLD_STARTS =
  '# cold starts are not in it: add --cold-start and --cold-start-role with a role of your own AWS account (docs/cold-starts.md); without them limits on cold starts end with 3';

/** The command that repeats a check, with a line for what it leaves out of it. Empty where there is none. */
export function repeatText({ command, comparison: { functions } }: Outcome): string {
  const sampled = functions.some(
    ({ coldStart: { state } }) => state.kind !== 'none' || (state.code !== 'not-asked' && state.code !== 'removed'),
  );
  return command === '' || !sampled ? command : `${command}\n${COLD_STARTS}`;
}
