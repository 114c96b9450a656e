/** The person can fix the call: a wrong option, limit, name or file. Exit code 2; printed without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a child process left behind when it failed. */
export interface FailedProcess {
  readonly command: string;
  /** `null` where the process was ended by a signal or could not be started. */
  readonly exitCode: number | null;
  /** The last lines it wrote to standard error, as they came. */
  readonly lastLines: readonly string[];
}

/** A tool, a build or a file failed where the call was right. Exit code 3. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly process: FailedProcess | null;

  constructor(message: string, options: { readonly process?: FailedProcess; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.process = options.process ?? null;
  }
}

/** The run was told to stop (TERM, INT, a cancelled job). Everything is cleaned before it reaches an entry. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** One line for a person, from anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What an entry prints for a failure: the message, the failed process's last lines, a stack only for foreign errors. */
export function renderFailure(error: unknown): string {
  if (error instanceof UsageError || error instanceof Cancelled) return error.message;
  if (error instanceof ToolError) {
    const lines = error.process?.lastLines ?? [];
    return lines.length === 0 ? error.message : `${error.message}\n${lines.map((line) => `  | ${line}`).join('\n')}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
