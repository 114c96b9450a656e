import { ToolError, UsageError } from '../src/core/failures.ts';

/** The message of the ToolError or UsageError that an action ends in. */
export async function refusal(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ToolError || error instanceof UsageError))
    throw new Error(`expected a ToolError, got ${error instanceof Error ? error.stack : error}`);
  return error.message;
}
