import { randomUUID } from 'node:crypto';
import type { LambdaFunction, Version } from './function.ts';
import type { LogEntry, ReportEntry } from './log.ts';

/** What an invocation came to. */
export interface Invoked {
  readonly requestId: string;
  readonly payload: string;
  /** `X-Amz-Function-Error`, or null. */
  readonly functionError: string | null;
  readonly log: readonly LogEntry[];
}

/** How the handler's part ended; durations in ms. */
export type HandlerEnd =
  | {
      readonly kind: 'answered';
      readonly requestId: string;
      readonly duration: number;
      readonly payload: string;
      readonly functionError: string | null;
    }
  | { readonly kind: 'exited'; readonly duration: number; readonly errorType: string; readonly message: string }
  | { readonly kind: 'timeout' };

export interface InvocationStory {
  readonly version: Version;
  /** Everything before START: INIT_START, INIT_REPORT and what was printed. */
  readonly before: readonly LogEntry[];
  /** Between START and END. */
  readonly lines: readonly string[];
  /** Of a good init in its own phase; null for a warm start and for an init that was retried. */
  readonly init: number | null;
  /** What an init that was retried took of the invocation's time. */
  readonly retried: number;
  readonly maxMemory: number;
  readonly end: HandlerEnd;
}

/** Runs invocations: in processes, or from a script. */
export interface Runner extends AsyncDisposable {
  /** Where packages are unpacked and run, or null. */
  readonly folder: string | null;
  invoke(fn: LambdaFunction, version: Version, event: string): Promise<Invoked>;
  /** The function is gone, and so are its idle environments. */
  forget(fn: LambdaFunction): Promise<void>;
  /** Ends what runs, so that every invocation comes to an end; nothing new is started. */
  stop(): Promise<void>;
}

/** The log and the answer of one invocation, in Lambda's words. */
export function tell(story: InvocationStory): Invoked {
  const { settings } = story.version;
  const { end } = story;
  const requestId = end.kind === 'answered' ? end.requestId : randomUUID();
  const limit = settings.timeout * 1000;
  const duration = end.kind === 'timeout' ? limit : Math.min(limit, end.duration + story.retried);
  const failure = end.kind === 'answered' ? null : failureOf(end, requestId, settings.timeout);
  const report: ReportEntry = {
    kind: 'report',
    requestId,
    duration,
    billed: Math.ceil(duration + (story.init ?? 0)),
    memory: settings.memorySize,
    maxMemory: story.maxMemory,
    init: story.init,
    status: end.kind === 'answered' ? 'success' : end.kind === 'exited' ? 'error' : 'timeout',
    errorType: end.kind === 'exited' ? end.errorType : null,
  };
  const log: readonly LogEntry[] = [
    ...story.before,
    { kind: 'start', requestId },
    ...[...story.lines, ...(failure?.lines ?? [])].map((line): LogEntry => ({ kind: 'output', line })),
    { kind: 'end', requestId },
    report,
  ];
  if (failure !== null) return { requestId, payload: failure.payload, functionError: 'Unhandled', log };
  const answered = end.kind === 'answered' ? end : { payload: '', functionError: null };
  return { requestId, payload: answered.payload, functionError: answered.functionError, log };
}

interface Failure {
  readonly lines: readonly string[];
  readonly payload: string;
}

function failureOf(end: Exclude<HandlerEnd, { readonly kind: 'answered' }>, requestId: string, timeout: number): Failure {
  if (end.kind === 'timeout') {
    const message = `Task timed out after ${timeout.toFixed(2)} seconds`;
    const errorMessage = `RequestId: ${requestId} Error: ${message}`;
    return { lines: [`${requestId} ${message}`, ''], payload: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }) };
  }
  const errorMessage = `RequestId: ${requestId} Error: ${end.message}`;
  return { lines: [errorMessage, end.errorType], payload: JSON.stringify({ errorType: end.errorType, errorMessage }) };
}
