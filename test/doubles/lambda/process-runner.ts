import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { LambdaFunction, Version } from './function.ts';
import { type HandlerEnd, type Invoked, type Runner, tell } from './invocation.ts';
import type { LogEntry } from './log.ts';
import { Sandbox, type SandboxInit, type Served } from './sandbox.ts';

interface Ready {
  readonly sandbox: Sandbox;
  readonly init: number | null;
  readonly retried: number;
}

/** Lambda's own limit for init, https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html. */
const INIT_LIMIT = 10_000;

/** Starts what was uploaded. Environments stay warm until the function's code or configuration changes. */
export class ProcessRunner implements Runner {
  readonly folder: string;
  readonly #account: Account;
  readonly #idle = new Map<LambdaFunction, Sandbox[]>();
  readonly #all = new Set<Sandbox>();
  #stopped = false;
  readonly #kill = (): void => {
    for (const sandbox of this.#all) sandbox.kill();
  };

  private constructor(account: Account, folder: string) {
    this.#account = account;
    this.folder = folder;
    process.once('exit', this.#kill);
  }

  static async open(account: Account): Promise<ProcessRunner> {
    return new ProcessRunner(account, await mkdtemp(join(tmpdir(), 'coldgate-lambda-')));
  }

  async invoke(fn: LambdaFunction, version: Version, event: string): Promise<Invoked> {
    const before: LogEntry[] = [];
    const ready = await this.#ready(fn, version, before);
    if ('kind' in ready) return tell({ version, before, lines: [], init: null, retried: 0, maxMemory: 1, end: ready });
    const { sandbox, init, retried } = ready;
    const served = await sandbox.serve(event, version.settings.timeout * 1000 - retried);
    const story = { version, before, lines: sandbox.takeLines(), init, retried, maxMemory: sandbox.maxMemory(), end: endOf(served) };
    if (served.kind === 'answered' && !fn.deleted) this.#idleOf(fn).push(sandbox);
    else await this.#end(sandbox);
    return tell(story);
  }

  async forget(fn: LambdaFunction): Promise<void> {
    const idle = this.#idleOf(fn);
    this.#idle.delete(fn);
    await Promise.all(idle.map((sandbox) => this.#end(sandbox)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#all].map((sandbox) => this.#end(sandbox)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    process.off('exit', this.#kill);
    await this.#account[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A warm environment of this version, or a cold start with its one retry, or how both failed. */
  async #ready(fn: LambdaFunction, version: Version, before: LogEntry[]): Promise<Ready | HandlerEnd> {
    const idle = this.#idleOf(fn);
    const stale = idle.filter((sandbox) => sandbox.version.generation !== version.generation);
    const warm = idle.find((sandbox) => sandbox.version.generation === version.generation);
    this.#idle.set(
      fn,
      idle.filter((sandbox) => sandbox !== warm && !stale.includes(sandbox)),
    );
    await Promise.all(stale.map((sandbox) => this.#end(sandbox)));
    if (warm !== undefined) return { sandbox: warm, init: null, retried: 0 };
    const nth = fn.coldStarts;
    const config = this.#account.snapshot(fn, version);
    fn.coldStarts += 1;
    fn.coldStartsSinceUpload += 1;
    before.push({ kind: 'init-start' });
    const first = await this.#start(fn, version, 'init', this.#account.options.initLimit ?? INIT_LIMIT, before);
    if (first.init.kind === 'reached') {
      const scripted = this.#account.options.initDurations?.(fn.name, nth, config) ?? first.init.duration;
      if (typeof scripted !== 'number') throw new Error('in process mode initDurations answers numbers');
      return { sandbox: first.sandbox, init: scripted, retried: 0 };
    }
    await this.#end(first.sandbox);
    const second = await this.#start(fn, version, 'invoke', version.settings.timeout * 1000, before);
    if (second.init.kind === 'reached') return { sandbox: second.sandbox, init: null, retried: second.init.duration };
    await this.#end(second.sandbox);
    if (second.init.kind === 'timeout') return { kind: 'timeout' };
    return { ...second.init, kind: 'exited' };
  }

  async #start(
    fn: LambdaFunction,
    version: Version,
    phase: 'init' | 'invoke',
    limit: number,
    before: LogEntry[],
  ): Promise<{ readonly sandbox: Sandbox; readonly init: SandboxInit }> {
    const sandbox = await Sandbox.start({ functionName: fn.name, version, folder: this.folder });
    this.#all.add(sandbox);
    if (this.#stopped) {
      await this.#end(sandbox);
      throw new Error('the double has ended');
    }
    const init = await sandbox.init(limit);
    before.push(...sandbox.takeLines().map((line): LogEntry => ({ kind: 'output', line })));
    if (init.kind === 'reached') return { sandbox, init };
    const errorType = init.kind === 'failed' ? init.errorType : null;
    const status = init.kind === 'failed' ? 'error' : 'timeout';
    before.push({ kind: 'init-report', phase, duration: init.duration, status, errorType });
    return { sandbox, init };
  }

  #idleOf(fn: LambdaFunction): Sandbox[] {
    const idle = this.#idle.get(fn) ?? [];
    this.#idle.set(fn, idle);
    return idle;
  }

  async #end(sandbox: Sandbox): Promise<void> {
    if (!this.#all.delete(sandbox)) return;
    await sandbox[Symbol.asyncDispose]();
  }
}

function endOf(served: Served): HandlerEnd {
  switch (served.kind) {
    case 'answered': {
      const { answer, duration } = served;
      const functionError = answer.kind === 'error' ? 'Unhandled' : null;
      return { kind: 'answered', requestId: answer.requestId, duration, payload: answer.body, functionError };
    }
    case 'exited':
      return { kind: 'exited', duration: served.duration, errorType: 'Runtime.ExitError', message: served.message };
    case 'timeout':
      return { kind: 'timeout' };
  }
}
