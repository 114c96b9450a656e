/** The person can fix the call: a wrong option, limit, name or file. Exit code 2; printed without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a child process left behind when it failed. */
export interface FailedProcess {
  readonly command: string;
  /** `null` where the process was ended by a signal or could not be started. */
  readonly exitCode: number | null;
  /** Of what it wrote to standard error the lines that tell most: of a build the first error, else the last ones. */
  readonly lastLines: readonly string[];
  /** Whether it is the compiler's word about the commit, and not one about this machine; left out where nobody looked. */
  readonly onCommit?: boolean;
  /** The line that says most, where it is known. */
  readonly headline?: string;
  /** The file that has all it wrote. */
  readonly log?: string;
  /** What it wrote may hold what a workflow keeps secret: it stays in the log, which is masked. */
  readonly confidential?: true;
}

/** A tool, a build or a file failed where the call was right. Exit code 3. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly process: FailedProcess | null;
  /** Sentences on what may have made it fail, and what to do. */
  readonly advice: readonly string[];

  constructor(
    message: string,
    options: { readonly process?: FailedProcess; readonly advice?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.process = options.process ?? null;
    this.advice = options.advice ?? [];
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

/** What an entry prints for a failure: the message, what the failed process said, what may help, and where all of it is; a stack only for foreign errors. */
export function renderFailure(error: unknown): string {
  if (error instanceof UsageError || error instanceof Cancelled) return error.message;
  if (error instanceof ToolError) {
    const { lastLines = [], log } = error.process ?? {};
    const whole = log === undefined ? [] : [`the whole log: ${log}`];
    return [error.message, ...lastLines.map((line) => `  | ${line}`.trimEnd()), ...error.advice, ...whole].join('\n');
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
