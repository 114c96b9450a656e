import { randomUUID } from 'node:crypto';
import type { Account } from './account.ts';
import type { LambdaFunction, Version } from './function.ts';
import { type HandlerEnd, type Invoked, type Runner, tell } from './invocation.ts';
import type { LogEntry } from './log.ts';
import type { ScriptedFailure } from './options.ts';

const INIT = 20;
const INIT_LIMIT = 10_000;
/** Recorded: how much later than its limit Lambda ends an init. */
const OVERRUN = 9.13;
const DURATION = 1.44;
const MEMORY = 20;

/** Tells the same story as processes would, from a script: no process, no file, no waiting. */
export class ScriptedRunner implements Runner {
  readonly folder = null;
  readonly #account: Account;
  readonly #warm = new WeakMap<LambdaFunction, number>();

  constructor(account: Account) {
    this.#account = account;
  }

  async invoke(fn: LambdaFunction, version: Version, event: string): Promise<Invoked> {
    const { initDurations, answer } = this.#account.options;
    const config = this.#account.snapshot(fn, version);
    const warm = this.#warm.get(fn) === version.generation;
    const nth = fn.coldStarts;
    const init = warm ? null : (initDurations?.(fn.name, nth, config) ?? INIT);
    if (!warm) {
      fn.coldStarts += 1;
      fn.coldStartsSinceUpload += 1;
    }
    const failed = typeof init === 'number' || init === null ? null : this.#failed(init, version);
    const scripted = answer?.(fn.name, event, config) ?? {};
    const answered: HandlerEnd = {
      kind: 'answered',
      requestId: randomUUID(),
      duration: scripted.duration ?? DURATION,
      payload: scripted.payload ?? '{}',
      functionError: scripted.functionError ?? null,
    };
    const end = failed?.end ?? answered;
    if (end.kind === 'answered') this.#warm.set(fn, version.generation);
    return tell({
      version,
      before: warm ? [] : [{ kind: 'init-start' }, ...(failed?.log ?? [])],
      lines: end.kind === 'answered' ? (scripted.lines ?? []) : [],
      init: typeof init === 'number' ? init : null,
      retried: failed?.retried ?? 0,
      maxMemory: scripted.maxMemory ?? MEMORY,
      end,
    });
  }

  async forget(fn: LambdaFunction): Promise<void> {
    this.#warm.delete(fn);
  }

  async stop(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#account[Symbol.asyncDispose]();
  }

  #failed(
    failure: ScriptedFailure,
    version: Version,
  ): { readonly log: readonly LogEntry[]; readonly end: HandlerEnd | null; readonly retried: number } {
    const limit = version.settings.timeout * 1000;
    const initLimit = (this.#account.options.initLimit ?? INIT_LIMIT) + OVERRUN;
    const error = failure.kind === 'error';
    const duration = failure.duration ?? (error ? INIT : initLimit);
    const errorType = error ? (failure.errorType ?? 'Runtime.ExitError') : null;
    const report = (phase: 'init' | 'invoke', took: number): LogEntry => {
      return { kind: 'init-report', phase, duration: took, status: failure.kind, errorType };
    };
    const log = [report('init', duration)];
    if (failure.recovers === true) return { log, end: null, retried: INIT };
    log.push(report('invoke', error ? duration : limit));
    const message = 'Runtime exited with error: exit status 1';
    const end: HandlerEnd = errorType === null ? { kind: 'timeout' } : { kind: 'exited', duration, errorType, message };
    return { log, end, retried: 0 };
  }
}
