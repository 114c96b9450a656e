import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { stripVTControlCharacters } from 'node:util';
import { withoutValues } from '../core/redact.ts';
import { type Millis, millis } from '../core/units.ts';
import { endGroup, type GroupEnd, type Guard, killGroup, runGroup } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';
import { type CannotRun, cannotStart, checkArchitecture, parseMissingLibrary } from './bootstrap.ts';
import { lambdaEnvironment } from './environment.ts';
import { type Awaits, type InitEnd, RuntimeApi } from './runtime-api/runtime-api.ts';

const LAST_LINES = 20;
const LINE_LIMIT = 400;

export interface StartOptions {
  /** The unpacked package (`TaskRoot`): `LAMBDA_TASK_ROOT` and the working directory. */
  readonly taskRoot: string;
  /** What is started, in it: `bootstrap`, or `extensions/NAME`. */
  readonly entry: string;
  readonly awaits: Awaits;
  /** From `parseInitEnv`. */
  readonly initEnv: Environment;
  readonly timeout: Millis;
  /** Where this start's own TMPDIR is made. */
  readonly parent: string;
  readonly guard: Guard;
  /** A program that runs the entry as its last argument, with the same process id (valgrind). */
  readonly under?: { readonly command: string; readonly args: readonly string[] };
}

/** A function held in its first `/next`. */
export interface Running {
  /** Its process id, and its group's. */
  readonly pid: number;
  /** `host:port` of this start's own Runtime API. */
  readonly address: string;
  readonly taskRoot: string;
  /** From just before the process is created to the deciding request, read whole. */
  readonly wall: Millis;
  /** The part of `wall` until the program's image was in place (fork and exec), as this side saw it. */
  readonly launch: Millis;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<unknown>;
}

/** How a start went. `lastLines` are the last 20 of standard error, or of standard output where standard error is silent. */
export type Start<T> =
  | { readonly kind: 'reached'; readonly value: T; readonly lastLines: readonly string[] }
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null; readonly lastLines: readonly string[] }
  | {
      readonly kind: 'init-error';
      readonly by: string;
      readonly errorType: string | null;
      readonly message: string | null;
      readonly lastLines: readonly string[];
    }
  | {
      readonly kind: 'timed-out';
      readonly after: Millis;
      /** `runtime` and the names of extensions that never asked for their next event. */
      readonly waitingFor: readonly string[];
      readonly lastLines: readonly string[];
    }
  | { readonly kind: 'cannot-run'; readonly reason: CannotRun; readonly lastLines: readonly string[] };

type Ended = { readonly kind: 'ended'; readonly end: GroupEnd } | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Starts a function once, in a process group and against a Runtime API of its own, and calls `atNext` when init has ended, before anything
 * else happens on this side. Whatever comes of it, nothing of the function runs when this returns: the group gets KILL, and so does what left it.
 * Throws Cancelled when the guard's signal aborts, and what `atNext` throws.
 */
export async function startFunction<T>(options: StartOptions, atNext: (running: Running) => T | Promise<T>): Promise<Start<T>> {
  const path = join(options.taskRoot, options.entry);
  const refused = checkArchitecture(path);
  if (refused !== null) return { kind: 'cannot-run', reason: refused, lastLines: [] };
  await using temporary = await temporaryFolder(options.parent);
  await using api = await RuntimeApi.open({ awaits: options.awaits });
  await using started = new Process(path, temporary.path, api.address, options);
  const first = await started.firstOf(api.init, options.timeout);
  switch (first.kind) {
    case 'reached': {
      const value = await atNext(started.running(first.at));
      return { kind: 'reached', value, lastLines: started.lastLines() };
    }
    case 'init-error': {
      const { by, errorType } = first;
      const message = first.message === null ? null : withoutValues(first.message, options.initEnv);
      return { kind: 'init-error', by, errorType, message, lastLines: started.lastLines() };
    }
    case 'timed-out':
      return { kind: 'timed-out', after: options.timeout, waitingFor: api.waitingFor(), lastLines: started.lastLines() };
    case 'failed': {
      const reason = options.under === undefined ? cannotStart(first.error) : null;
      if (reason === null) throw first.error;
      return { kind: 'cannot-run', reason, lastLines: [] };
    }
    case 'ended': {
      const lastLines = started.lastLines();
      const library = parseMissingLibrary(lastLines);
      if (library !== null) return { kind: 'cannot-run', reason: { kind: 'missing-library', library }, lastLines };
      return { kind: 'exited', code: first.end.exitCode, signal: first.end.signal, lastLines };
    }
  }
}

/** The process of one start, from its creation until nothing of it is left. */
class Process implements AsyncDisposable {
  readonly #options: StartOptions;
  readonly #address: string;
  readonly #ended: Promise<Ended>;
  readonly #lines: Readonly<Record<'stdout' | 'stderr', string[]>> = { stdout: [], stderr: [] };
  readonly #created: number;
  #launched = 0;
  #group: number | null = null;
  #forget: Promise<() => Promise<void>> | null = null;
  readonly #kill = (): void => {
    if (this.#group !== null) killGroup(this.#group, 'SIGKILL');
  };

  constructor(path: string, temporary: string, address: string, options: StartOptions) {
    this.#options = options;
    this.#address = address;
    const { command, args } = options.under ?? { command: path, args: [] };
    const env = lambdaEnvironment({ address, taskRoot: options.taskRoot, temporary, more: options.initEnv });
    // A function has nothing to tidy: no grace when the run is cancelled.
    options.guard.signal.addEventListener('abort', this.#kill, { once: true });
    this.#created = performance.now();
    const ended = runGroup(command, options.under === undefined ? args : [...args, path], {
      cwd: options.taskRoot,
      env,
      signal: options.guard.signal,
      remains: 'end',
      onStart: (group) => {
        this.#launched = performance.now();
        this.#group = group;
        this.#forget = options.guard.adopt(group);
      },
      onLine: (stream, line) => this.#keep(stream, line),
    });
    this.#ended = ended.then(
      (end) => ({ kind: 'ended', end }),
      (error: unknown) => ({ kind: 'failed', error }),
    );
  }

  async firstOf(init: Promise<InitEnd>, timeout: Millis): Promise<InitEnd | Ended | { readonly kind: 'timed-out' }> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<{ readonly kind: 'timed-out' }>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'timed-out' }), timeout);
    });
    try {
      return await Promise.race([init, this.#ended, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  running(at: number): Running {
    if (this.#group === null) throw new Error('a function that has no process asked for an event');
    return {
      pid: this.#group,
      address: this.#address,
      taskRoot: this.#options.taskRoot,
      wall: millis(at - this.#created),
      launch: millis(this.#launched - this.#created),
      ended: this.#ended,
    };
  }

  lastLines(): readonly string[] {
    return this.#lines.stderr.length > 0 ? [...this.#lines.stderr] : [...this.#lines.stdout];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#group !== null) await endGroup(this.#group, this.#options.entry);
    await this.#ended;
    this.#options.guard.signal.removeEventListener('abort', this.#kill);
    await (await this.#forget)?.();
  }

  #keep(stream: 'stdout' | 'stderr', line: string): void {
    const text = stripVTControlCharacters(withoutValues(line, this.#options.initEnv).slice(0, LINE_LIMIT)).trimEnd();
    if (text === '') return;
    const lines = this.#lines[stream];
    lines.push(text);
    if (lines.length > LAST_LINES) lines.shift();
  }
}

async function temporaryFolder(parent: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(parent, 'coldgate-tmp-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
