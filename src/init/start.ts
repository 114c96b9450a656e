import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { withoutValues } from '../core/redact.ts';
import { type Millis, millis } from '../core/units.ts';
import { endGroup, type GroupEnd, type Guard, killGroup, runGroup } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';
import { type CannotRun, cannotStart, checkArchitecture, parseMissingLibrary } from './bootstrap.ts';
import { lambdaEnvironment } from './environment.ts';
import { type Before, type Opened, openGate, type Under } from './gate.ts';
import { HttpClient, isTaken } from './http/client.ts';
import type { HttpProbe } from './http/probe.ts';
import { takeTurn } from './http/turns.ts';
import { lookAt, untilOnlyListens } from './only-listens.ts';
import { type Answered, answerEvent, type FirstEvent } from './response/answering.ts';
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
  /** How it is asked where it speaks HTTP itself; `null`: it asks for events. */
  readonly http?: HttpProbe | null;
  /** A program that runs the entry as its last argument, with the same process id (valgrind). */
  readonly under?: Under;
}

/** A function held in its first `/next`. */
export interface Running {
  /** Its process id, and its group's. */
  readonly pid: number;
  /** `host:port` of this start's own Runtime API. */
  readonly address: string;
  readonly taskRoot: string;
  /** This start's own TMPDIR. */
  readonly temporary: string;
  /** From just before the process is created to the deciding request, read whole. */
  readonly wall: Millis;
  /** The part of `wall` until the program's image was in place (fork and exec), as this side saw it. */
  readonly launch: Millis;
  /** What the process had used until then; `null` where it was not held at the gate. */
  readonly before: Before | null;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<unknown>;
  /** Hands it its first event, and waits for what it answers; no longer than a start may take. */
  readonly answer: (event: FirstEvent) => Promise<Answered>;
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
      /** What one that speaks HTTP itself did in place of becoming ready. */
      readonly seen: string | null;
      readonly lastLines: readonly string[];
    }
  /** It listens on these TCP ports, waits for nothing else and has asked for no event: it speaks HTTP itself. */
  | { readonly kind: 'listens'; readonly ports: readonly number[]; readonly lastLines: readonly string[] }
  | { readonly kind: 'cannot-run'; readonly reason: CannotRun; readonly lastLines: readonly string[] };

type Listens = { readonly kind: 'listens'; readonly ports: readonly number[] };
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
  const { http = null } = options;
  using _turn = http === null ? null : await takeTurn(http.port);
  if (http !== null && (await isTaken(http.port)))
    return { kind: 'cannot-run', reason: { kind: 'port-taken', port: http.port }, lastLines: [] };
  await using temporary = await temporaryFolder(options.parent);
  await using api = await RuntimeApi.open({ awaits: options.awaits, invocationTimeout: options.timeout });
  await using started = new Process(path, temporary.path, api.address, options);
  await using client = http === null ? null : new HttpClient(http);
  const first = await started.firstOf(api, client, options.timeout);
  switch (first.kind) {
    case 'reached': {
      const value = await atNext(await started.running(first.at, api, client));
      return { kind: 'reached', value, lastLines: started.lastLines() };
    }
    case 'init-error': {
      const { by, errorType } = first;
      const message = first.message === null ? null : withoutValues(first.message, options.initEnv);
      return { kind: 'init-error', by, errorType, message, lastLines: started.lastLines() };
    }
    case 'listens':
      return { kind: 'listens', ports: first.ports, lastLines: started.lastLines() };
    case 'timed-out': {
      const ports = options.awaits === 'runtime' && http === null && !api.wasAsked ? started.ports() : [];
      if (ports.length > 0) return { kind: 'listens', ports, lastLines: started.lastLines() };
      const seen = client?.seen ?? null;
      return { kind: 'timed-out', after: options.timeout, waitingFor: api.waitingFor(), seen, lastLines: started.lastLines() };
    }
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
  readonly #temporary: string;
  readonly #ended: Promise<Ended>;
  readonly #lines: Readonly<Record<'stdout' | 'stderr', string[]>> = { stdout: [], stderr: [] };
  readonly #created: number;
  #launched = 0;
  #group: number | null = null;
  #forget: Promise<() => Promise<void>> | null = null;
  #opened: Promise<Opened | null> = Promise.resolve(null);
  readonly #hold = (channel: Duplex): void => {
    if (this.#group !== null) this.#opened = openGate(channel, this.#group);
  };
  readonly #kill = (): void => {
    if (this.#group !== null) killGroup(this.#group, 'SIGKILL');
  };

  constructor(path: string, temporary: string, address: string, options: StartOptions) {
    this.#options = options;
    this.#address = address;
    this.#temporary = temporary;
    const { under } = options;
    const { command, args } = under ?? { command: path, args: [] };
    const own = lambdaEnvironment({ address, taskRoot: options.taskRoot, temporary, more: options.initEnv });
    const env = { ...own, ...under?.env };
    // A function has nothing to tidy: no grace when the run is cancelled.
    options.guard.signal.addEventListener('abort', this.#kill, { once: true });
    this.#created = performance.now();
    const ended = runGroup(command, under === undefined ? args : [...args, path], {
      cwd: options.taskRoot,
      env,
      signal: options.guard.signal,
      remains: 'end',
      onStart: (group) => {
        this.#launched = performance.now();
        this.#group = group;
        this.#forget = options.guard.adopt(group);
      },
      ...(under?.isHeld === true ? { onChannel: this.#hold } : {}),
      onLine: (stream, line) => this.#keep(stream, line),
    });
    this.#ended = ended.then(
      (end) => ({ kind: 'ended', end }),
      (error: unknown) => ({ kind: 'failed', error }),
    );
  }

  /** How init ended: its first request for an event, or where it speaks HTTP itself that it is ready. */
  async firstOf(
    api: RuntimeApi,
    client: HttpClient | null,
    timeout: Millis,
  ): Promise<InitEnd | Ended | Listens | { readonly kind: 'timed-out' }> {
    let timer: NodeJS.Timeout | undefined;
    const over = new AbortController();
    const late = new Promise<{ readonly kind: 'timed-out' }>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'timed-out' }), timeout);
    });
    try {
      return await Promise.race([client?.ready() ?? api.init, this.#ended, late, this.#onlyListens(api, over.signal)]);
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }

  /** The TCP ports on which it listens now. */
  ports(): readonly number[] {
    return this.#group === null ? [] : (lookAt(this.#group)?.ports ?? []);
  }

  /** Under a tracer nothing is recognised: what it counts has been started without one. */
  async #onlyListens(api: RuntimeApi, signal: AbortSignal): Promise<Listens> {
    const { awaits, under, http = null } = this.#options;
    if (awaits === 'extension' || under !== undefined || http !== null) return new Promise(() => {});
    return { kind: 'listens', ports: await untilOnlyListens(() => (api.wasAsked ? null : this.#group), signal) };
  }

  async running(at: number, api: RuntimeApi, client: HttpClient | null): Promise<Running> {
    if (this.#group === null) throw new Error('a function that has no process asked for an event');
    const opened = await this.#opened;
    const [from, launched] = opened === null ? [this.#created, this.#launched] : [opened.at, opened.launched];
    return {
      pid: this.#group,
      address: this.#address,
      taskRoot: this.#options.taskRoot,
      temporary: this.#temporary,
      wall: millis(at - from),
      // A function that was there before this side saw it: the channel's end and its request came in one turn of the loop.
      launch: millis(Math.min(launched, at) - from),
      before: opened?.before ?? null,
      ended: this.#ended,
      answer: (event) => answerEvent(event, { api, client, ended: this.#ended, timeout: this.#options.timeout }),
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
