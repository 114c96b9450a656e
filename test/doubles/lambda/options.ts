import type { LambdaAction, LambdaFault, RandomFaults } from './faults.ts';
import type { Architecture, Logging } from './function.ts';

/** A function as a test sees it. */
export interface FunctionSnapshot {
  readonly name: string;
  readonly arn: string;
  readonly state: 'Pending' | 'Active' | 'Failed';
  readonly lastUpdateStatus: 'InProgress' | 'Successful' | 'Failed' | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly architecture: Architecture;
  readonly codeSha256: string;
  readonly codeSize: number;
  /** Of what its layers hold, as `codeSha256`. */
  readonly layerSha256: readonly string[];
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly layers: readonly string[];
  readonly lastModified: Date;
  readonly logging: Logging;
  readonly memorySize: number;
  readonly role: string;
  readonly runtime: string;
  /** Of the temporary folder, in MB. */
  readonly storage: number;
  readonly timeout: number;
  readonly coldStarts: number;
  /** How many cold starts this upload has had. */
  readonly coldStartsSinceUpload: number;
  readonly invocations: number;
}

/** An init that fails, in `scripted` mode alone: at start, and again when the invoke retries it (unless `recovers`). */
export interface ScriptedFailure {
  readonly kind: 'error' | 'timeout';
  /** Of an `error`, in ms: how long init ran. */
  readonly duration?: number;
  readonly errorType?: string;
  readonly recovers?: true;
}

/** What a function answers in `scripted` mode. */
export interface ScriptedAnswer {
  readonly payload?: string;
  /** Makes it a function error (`Unhandled`, `Handled`). */
  readonly functionError?: string;
  readonly lines?: readonly string[];
  readonly duration?: number;
  readonly maxMemory?: number;
}

/**
 * The Init Duration in ms of a function's cold start number `nth` (from 0), `config` as that start meets it.
 * In `process` mode a number takes the measured one's place in the log, and a failure is not allowed.
 */
export type InitDurations = (functionName: string, nth: number, config: FunctionSnapshot) => number | ScriptedFailure;

export interface LambdaDoubleOptions {
  /** `process` (unless given) really starts what was uploaded; `scripted` starts nothing, for thousands of runs. */
  readonly mode?: 'process' | 'scripted';
  readonly initDurations?: InitDurations;
  /** In `scripted` mode; `{}` after 1.44 ms with 20 MB unless given. */
  readonly answer?: (functionName: string, event: string, config: FunctionSnapshot) => ScriptedAnswer;
  /** Ms that Pending and InProgress last, each time anew by a function: 40 and 25 unless given. They pass with real time, and when the clock is advanced. */
  readonly delays?: { readonly create?: number | (() => number); readonly update?: number | (() => number) };
  /** Answers come only after this, on whatever clock it waits: how long an upload, a cold start or another call takes. */
  readonly answering?: (action: LambdaAction) => Promise<void>;
  /** `virtual`: time passes by the clock alone. */
  readonly time?: 'virtual';
  /** UnreservedConcurrentExecutions: 1,000 unless given. So many invocations may run at once; more are throttled where it is given. */
  readonly concurrency?: number;
  /** Ms: 10,000 unless given. */
  readonly initLimit?: number;
  /** Largest ZIP by direct upload, in bytes: 52,428,800 unless given. */
  readonly zipLimit?: number;
  /** Control-plane requests a second (AWS: 15), GetFunction (100) and Invoke apart; no limit unless given. */
  readonly rateLimit?: number;
  /** Functions on a page of ListFunctions: 50 unless given, as AWS. */
  readonly pageSize?: number;
  /** An invocation while an update is in progress: AWS serves the version before it; `conflict` answers 409. */
  readonly invokeWhileUpdating?: 'previous' | 'conflict';
  /** AWS's documentation says that calls on a Pending function fail; `allowed` lets it be deleted. */
  readonly deleteWhilePending?: 'conflict' | 'allowed';
  /** Where the clock starts: now, unless given. It stands still until it is advanced. */
  readonly now?: Date;
  /** ARNs of the roles that Lambda can assume; every well-formed one unless given. */
  readonly roles?: readonly string[];
  readonly faults?: readonly LambdaFault[];
  readonly randomFaults?: RandomFaults;
}

/** One call, and what the client saw of it. */
export interface LambdaRequest {
  readonly action: LambdaAction;
  readonly functionName: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; a ZipFile reads `<N characters>`. */
  readonly body: unknown;
  readonly status: number | 'cut' | 'lost' | 'hang';
  /** AWS's name of the error, or null. */
  readonly error: string | null;
  /** The fault it met, or null. */
  readonly fault: LambdaFault['kind'] | null;
  /** On the double's clock. */
  readonly at: Date;
}
