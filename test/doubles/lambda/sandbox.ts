import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { messageOf } from '../../../src/core/failures.ts';
import { type GroupEnd, killGroup, runGroup } from '../../../src/exec/group.ts';
import { lambdaEnvironment } from '../../../src/init/environment.ts';
import type { Answer } from '../../../src/init/runtime-api/invocations.ts';
import { RuntimeApi } from '../../../src/init/runtime-api/runtime-api.ts';
import type { Architecture, Version } from './function.ts';
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
  readonly taskRoot: string;
  /** This environment's own TMPDIR. */
  readonly temporary: string;
  /** Why nothing can be started, or null. */
  readonly misfit: string | null;
}

type Ended = { readonly kind: 'ended'; readonly end: GroupEnd } | { readonly kind: 'failed'; readonly error: unknown };
type Late = { readonly kind: 'late' };

/** What was printed before a request may still be in the pipe when the request has been read. */
const DRAIN_MS = 4;
const MACHINES: Readonly<Record<Architecture, number>> = { x86_64: 0x3e, arm64: 0xb7 };

/** An execution environment: the package's bootstrap in a process of its own, against a Runtime API of its own. */
export class Sandbox implements AsyncDisposable {
  readonly version: Version;
  readonly #api: RuntimeApi;
  readonly #temporary: string;
  readonly #ended: Promise<Ended>;
  readonly #created = performance.now();
  #lines: string[] = [];
  #group: number | null = null;
  #maxMemory = 1;

  private constructor(api: RuntimeApi, { taskRoot, temporary, misfit }: Place, options: SandboxOptions) {
    const { settings } = options.version;
    this.version = options.version;
    this.#api = api;
    this.#temporary = temporary;
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
    return new Sandbox(api, { taskRoot, temporary, misfit }, options);
  }

  async init(limit: number): Promise<SandboxInit> {
    const first = await within(limit, Promise.race([this.#api.init, this.#ended]));
    await this.#drain();
    switch (first.kind) {
      case 'reached':
        return { kind: 'reached', duration: first.at - this.#created };
      case 'init-error': {
        const errorType = first.errorType ?? 'Runtime.Unknown';
        return { kind: 'failed', duration: first.at - this.#created, errorType, message: first.message ?? '' };
      }
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
    const answered = this.#api.invoke(event).then((answer) => ({ kind: 'answered' as const, answer }));
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
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await killStragglers(this.#api.address);
    await this.#ended;
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

/** Why this bootstrap cannot run on that architecture: an ELF file of another machine. */
async function misfitOf(path: string, architecture: Architecture): Promise<string | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return 'no such file or directory';
  try {
    const { buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
    const elf = buffer.readUInt32BE(0) === 0x7f454c46;
    return elf && buffer.readUInt16LE(18) !== MACHINES[architecture] ? 'exec format error' : null;
  } finally {
    await file.close();
  }
}
