import type { Millis } from '../core/units.ts';
import type { InvokeAnswer } from './lambda.ts';
import { type LogTail, parseLogTail } from './log.ts';

/** One cold start that counts. */
export interface ColdStart {
  readonly initDuration: Millis;
  /** Lambda's `Duration`: what the first event took; `null`: it ended in an error, which is no response. */
  readonly firstResponse: Millis | null;
  readonly billedDuration: Millis;
  /** In MB. */
  readonly maxMemoryUsed: number;
}

export interface FailedInit {
  readonly status: 'timeout' | 'error';
  readonly errorType: string | null;
  readonly lastLines: readonly string[];
}

/** What one invocation is worth, and what was billed for it (0 where its report was lost). */
export type InvocationResult = { readonly billed: number } & (
  | { readonly kind: 'cold-start'; readonly coldStart: ColdStart; readonly hasFunctionError: boolean }
  | { readonly kind: 'failed-init'; readonly failure: FailedInit }
  | { readonly kind: 'discarded'; readonly reason: string }
);

/**
 * A sample needs an Init Duration, no failed init beside it and the memory that was asked for. A function error after that keeps it:
 * init was over, though no first response came of it. Every invocation follows a forced cold start, so that a run that went wrong without an Init Duration is an init that failed;
 * one whose log says nothing blames nobody. Pure.
 */
export function judgeAnswer(answer: InvokeAnswer, memory: number): InvocationResult {
  if (answer.kind === 'lost') return { billed: 0, kind: 'discarded', reason: 'its answer was lost' };
  const tail = parseLogTail(answer.tail);
  const billed = tail.kind === 'report' ? tail.billedDuration : 0;
  const failure = failedInit(answer, tail);
  if (failure !== null) return { billed, kind: 'failed-init', failure };
  if (tail.kind === 'no-report') return { billed, kind: 'discarded', reason: tail.text };
  const { initDuration, duration, billedDuration, maxMemoryUsed } = tail;
  if (tail.memorySize !== memory) return { billed, kind: 'discarded', reason: 'it ran with another memory size' };
  if (initDuration === null || initDuration <= 0 || maxMemoryUsed < 1) return { billed, kind: 'discarded', reason: 'warm' };
  const hasFunctionError = answer.functionError !== null || tail.status !== 'success';
  const firstResponse = hasFunctionError || duration <= 0 ? null : duration;
  return { billed, kind: 'cold-start', coldStart: { initDuration, firstResponse, billedDuration, maxMemoryUsed }, hasFunctionError };
}

/**
 * An INIT_REPORT that is no success; a REPORT without Init Duration that is none; or, where older lines have no status, the payload's error
 * that only a process that never asked for its event ends with.
 */
function failedInit({ functionError, payload }: Extract<InvokeAnswer, { readonly kind: 'answer' }>, tail: LogTail): FailedInit | null {
  const { initReports, lastLines } = tail;
  const failed = initReports.find(({ status }) => status !== 'success');
  if (failed !== undefined) return { status: failed.status === 'timeout' ? 'timeout' : 'error', errorType: failed.errorType, lastLines };
  if (tail.kind === 'no-report' || tail.initDuration !== null) return null;
  const told = functionError === null ? null : errorTypeOf(payload);
  if (tail.status !== 'success') return { status: tail.status, errorType: tail.errorType ?? told, lastLines };
  return told !== null && /^(Runtime\.(ExitError|InvalidEntrypoint)|Extension\.)/.test(told)
    ? { status: 'error', errorType: told, lastLines }
    : null;
}

/** Lambda's own errors answer `{"errorType": "Runtime.ExitError", "errorMessage": "…"}`. */
function errorTypeOf(payload: string): string | null {
  return /"errorType"\s*:\s*"([A-Za-z0-9_.]{1,200})"/.exec(payload.slice(0, 10_000))?.[1] ?? null;
}
