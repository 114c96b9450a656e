import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { messageOf } from '../../../src/core/failures.ts';
import { type GroupEnd, killGroup, runGroup } from '../../../src/exec/group.ts';
import type { Environment } from '../../../src/exec/run.ts';
import { lambdaEnvironment } from '../../../src/init/environment.ts';
import type { Answer } from '../../../src/init/runtime-api/invocations.ts';
import { RuntimeApi } from '../../../src/init/runtime-api/runtime-api.ts';
import { ExtensionProcesses } from './extensions.ts';
import type { Version } from './function.ts';
import { misfitOf } from './misfit.ts';
import { killStragglers } from './stragglers.ts';

/** How init ended; durations in ms. */
export type SandboxInit =
  | { readonly kind: 'reached'; readonly duration: number }
  | { readonly kind: 'failed'; readonly duration: number; readonly errorType: string; readonly message: string }
  | { readonly kind: 'timeout'; readonly duration: number };

export type Served =
  | { readonly kind: 'answered'; readonly duration: number; readonly answer: Answer }
  | { readonly kind: 'exited'; readonly duration: number; readonly message: string }
  | { readonly kind: 'timeout'; readonly duration: number };

export interface SandboxOptions {
  readonly functionName: string;
  readonly version: Version;
  /** Where the package is unpacked and TMPDIR lies. */
  readonly folder: string;
}

interface Place {
  readonly extensions: ExtensionProcesses;
  readonly env: Environment;
  /** What was printed before the runtime was started. */
  readonly lines: string[];
  /** When the first process was started. */
  readonly created: number;
  readonly taskRoot: string;
  /** This environment's own TMPDIR. */
  readonly temporary: string;
  /** Why nothing can be started, or null. */
  readonly misfit: string | null;
}

type Ended = { readonly kind: 'ended'; readonly end: GroupEnd } | { readonly kind: 'failed'; readonly error: unknown };
type Crashed = { readonly kind: 'crashed'; readonly message: string };
type Late = { readonly kind: 'late' };

/** What was printed before a request may still be in the pipe when the request has been read. */
const DRAIN_MS = 4;
/** How long the runtime waits for extensions to register. */
const EXTENSION_LIMIT = 10_000;

/** An execution environment: the package's bootstrap in a process of its own, against a Runtime API of its own. */
export class Sandbox implements AsyncDisposable {
  readonly version: Version;
  readonly #api: RuntimeApi;
  readonly #temporary: string;
  readonly #ended: Promise<Ended>;
  readonly #extensions: ExtensionProcesses;
  readonly #created: number;
  #lines: string[];
  #group: number | null = null;
  #maxMemory = 1;

  private constructor(api: RuntimeApi, { taskRoot, temporary, misfit, extensions, env, lines, created }: Place, options: SandboxOptions) {
    this.version = options.version;
    this.#api = api;
    this.#temporary = temporary;
    this.#extensions = extensions;
    this.#created = created;
    this.#lines = lines;
    const run =
      misfit === null
        ? runGroup(join(taskRoot, 'bootstrap'), [], {
            cwd: taskRoot,
            env,
            signal: new AbortController().signal,
            onStart: (group) => {
              this.#group = group;
            },
            onLine: (_stream, line) => this.#lines.push(line),
          })
        : Promise.reject(new Error(misfit));
    this.#ended = run.then(
      (end) => ({ kind: 'ended', end }),
      (error: unknown) => ({ kind: 'failed', error }),
    );
  }

  static async start(options: SandboxOptions): Promise<Sandbox> {
    const { settings, code } = options.version;
    const taskRoot = await code.unpacked(options.folder);
    const misfit = await misfitOf(join(taskRoot, 'bootstrap'), settings.architecture);
    const api = await RuntimeApi.open({ functionName: options.functionName, invocationTimeout: settings.timeout * 1000 });
    const temporary = await mkdtemp(join(options.folder, 'tmp-'));
    const env = lambdaEnvironment({
      address: api.address,
      taskRoot,
      temporary,
      more: {
        _HANDLER: settings.handler,
        AWS_LAMBDA_FUNCTION_NAME: options.functionName,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
        AWS_LAMBDA_LOG_GROUP_NAME: settings.logging.LogGroup,
        ...settings.environment,
      },
    });
    const created = performance.now();
    const lines: string[] = [];
    const roots = await Promise.all(options.version.layers.map((layer) => layer.unpacked(options.folder)));
    const extensions = await ExtensionProcesses.start({ api, env, roots, onLine: (line) => lines.push(line) }, EXTENSION_LIMIT);
    return new Sandbox(api, { taskRoot, temporary, misfit, extensions, env, lines, created }, options);
  }

  async init(limit: number): Promise<SandboxInit> {
    const crashed = this.#extensions.crashed.then((message): Crashed => ({ kind: 'crashed', message }));
    const first = await within(limit, Promise.race([this.#api.init, crashed, this.#ended]));
    await this.#drain();
    switch (first.kind) {
      case 'reached':
        return { kind: 'reached', duration: first.at - this.#created };
      case 'init-error': {
        const errorType = first.errorType ?? 'Runtime.Unknown';
        return { kind: 'failed', duration: first.at - this.#created, errorType, message: first.message ?? '' };
      }
      case 'crashed':
        return { kind: 'failed', duration: performance.now() - this.#created, errorType: 'Extension.Crash', message: first.message };
      case 'late':
        return { kind: 'timeout', duration: performance.now() - this.#created };
      case 'failed': {
        const message = `fork/exec /var/task/bootstrap: ${messageOf(first.error)}`;
        return { kind: 'failed', duration: performance.now() - this.#created, errorType: 'Runtime.InvalidEntrypoint', message };
      }
      case 'ended': {
        const duration = performance.now() - this.#created;
        return { kind: 'failed', duration, errorType: 'Runtime.ExitError', message: endOf(first.end) };
      }
    }
  }

  /** Hands the event over. After anything but an answer the environment is of no more use. */
  async serve(event: string, limit: number): Promise<Served> {
    const from = performance.now();
    const answered = this.#api.invoke(event).then((answer) => {
      // Lambda takes an answer at once, and the runtime goes on to ask for its next event.
      answer.accept();
      return { kind: 'answered' as const, answer };
    });
    const first = await within(limit, Promise.race([answered, this.#ended]));
    const duration = performance.now() - from;
    await this.#drain();
    switch (first.kind) {
      case 'answered':
        return { kind: 'answered', duration, answer: first.answer };
      case 'late':
        return { kind: 'timeout', duration };
      case 'failed':
        return { kind: 'exited', duration, message: messageOf(first.error) };
      case 'ended':
        return { kind: 'exited', duration, message: endOf(first.end) };
    }
  }

  /** What was printed since the last call. */
  takeLines(): readonly string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** The most memory it was seen to use, in MB. */
  maxMemory(): number {
    return this.#maxMemory;
  }

  /** At once; what it leaves is cleared away by disposing it. */
  kill(): void {
    if (this.#group !== null) killGroup(this.#group, 'SIGKILL');
    this.#extensions.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await killStragglers(this.#api.address);
    await this.#ended;
    await this.#extensions[Symbol.asyncDispose]();
    await this.#api[Symbol.asyncDispose]();
    await rm(this.#temporary, { recursive: true, force: true });
  }

  async #drain(): Promise<void> {
    const status = await readFile(`/proc/${this.#group ?? 'none'}/status`, 'utf8').catch(() => '');
    const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
    this.#maxMemory = Math.max(this.#maxMemory, Math.ceil(peak / 1024));
    await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
  }
}

async function within<T>(limit: number, candidate: Promise<T>): Promise<T | Late> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Late>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'late' }), Math.max(0, limit));
  });
  try {
    return await Promise.race([candidate, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** In Lambda's words. */
function endOf(end: GroupEnd): string {
  if (end.signal !== null) return `Runtime exited with error: signal: ${end.signal.replace(/^SIG/, '').toLowerCase()}`;
  return end.exitCode === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${end.exitCode}`;
}
