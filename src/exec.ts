import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { getExecOutput } from '@actions/exec';
import { Cancelled, messageOf, ToolError } from './core/failures.ts';
import { Lines, type LongLines, Whole } from './core/output.ts';
import { renderInteger } from './core/units.ts';
import { beginGroup, endAllLeft, endLeftOf, forgetGroup } from './orphans.ts';
import { becomeSubreaper } from './subreaper.ts';

/** The whole environment of a child; nothing is inherited on top of it. */
export type Environment = Readonly<Record<string, string>>;

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Environment;
  /** `false`: a non-zero exit is an answer, not a failure. */
  readonly check?: boolean;
  /** Standard input; without it there is none. */
  readonly input?: string;
}

/** A longer line of an error message helps nobody. */
const MAX_SHOWN = 2_000;
/** How many lines of a failed process an error carries. */
const LAST_LINES = 20;

/** The largest output that is parsed. `cargo metadata` of 234 packages prints 1 MB; 100,000 symbols with names of 2 kB are 200 MB. */
const MAX_OUTPUT = 400_000_000;
/** A line that is only shown is handed on in pieces of this length, so that a flood cannot fill the memory. What is parsed is never cut. */
const MAX_LINE = 1_000_000;

/**
 * Asks a tool that answers in a few lines (`rustc --version`, a probe of pip) through `@actions/exec`, which finds programs as the toolkit
 * does. Its time grows with the square of a line, so what grows with the project goes through `run`. Errors are those of `run`.
 */
export async function ask(command: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  let finished: Finished;
  try {
    const how = { cwd: options.cwd, env: { ...options.env }, silent: true, ignoreReturnCode: true };
    finished = await getExecOutput(`"${command}"`, [...args], how);
  } catch (cause) {
    throw new ToolError(`${command} could not be started in ${options.cwd}: ${messageOf(cause)}`, { cause });
  }
  const { exitCode, stderr } = finished;
  if (exitCode !== 0 && options.check !== false)
    throw failed([command, ...args], { exitCode, signal: null, lastLines: lastLinesOf(stderr) });
  return finished;
}

/**
 * Runs a tool (git, `cargo metadata`) to its end. Its output is read whole, as bytes; a ToolError where it is more than can be parsed, with the
 * last lines of standard error for a non-zero exit, and one that names the program where it is not there.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  const child = start(command, args, options);
  const end = (): void => void child.kill('SIGKILL');
  const [output, errors] = [new Whole(MAX_OUTPUT, end), new Whole(MAX_OUTPUT, end)];
  child.stdout.on('data', output.add);
  child.stderr.on('data', errors.add);
  const ended = await endOf(child, command, options.cwd);
  if (output.over || errors.over) throw tooLong([command, ...args], MAX_OUTPUT);
  const [stdout, stderr] = [output.text(), errors.text()];
  if (ended.exitCode !== 0 && options.check !== false) throw failed([command, ...args], { ...ended, lastLines: lastLinesOf(stderr) });
  return { exitCode: ended.exitCode ?? -1, stdout, stderr };
}

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

/** A command line that is too long, or a path, is refused by `spawn` itself; a program that is not there, later (`endOf`). */
function start(command: string, args: readonly string[], options: SpawnOptions & RunOptions): Child {
  try {
    const { input, check: _, ...how } = options;
    if (input === undefined) return spawn(command, args, { ...how, env: { ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const child = spawn(command, args, { ...how, env: { ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    // One that ends before it has read all says why in its own words.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return child;
  } catch (cause) {
    const long = cause instanceof Error && 'code' in cause && cause.code === 'E2BIG';
    const size = [command, ...args, ...Object.entries(options.env).flat()].reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0);
    const why = long
      ? `its ${renderInteger(args.length)} arguments and the environment have ${renderInteger(size)} bytes, more than this system takes (\`getconf ARG_MAX\`, and 128 KiB for one of them)`
      : messageOf(cause);
    throw new ToolError(`${command} could not be started in ${options.cwd}: ${why}`, { cause });
  }
}

/** Resolves when the process has ended and its pipes are closed; one that it left behind (a daemon) holds them for `DRAIN_MS` at most. */
function endOf(child: Child, command: string, cwd: string): Promise<{ readonly exitCode: number | null; readonly signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new ToolError(`${command} could not be started in ${cwd}: ${messageOf(cause)}`, { cause })));
    child.once('exit', () => {
      const drained = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
      child.once('close', () => clearTimeout(drained));
    });
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

export interface GroupOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Takes standard output as the bytes that come, for what is parsed as a whole; `onLine` has standard error alone then. */
  readonly onOutput?: (data: Buffer) => void;
  /** The lines of standard output are parsed: none is cut, and one that is longer than can be parsed ends the process with a ToolError. */
  readonly parsesLines?: boolean;
  /** In place of 400 MB. */
  readonly longestLine?: number;
  /** Called with the process group's id as soon as it runs. */
  readonly onStart?: (group: number) => void;
  /** It runs what a repository brings. What it leaves behind, wherever that went, is ended with it, or when the run ends (`endRemains`). */
  readonly remains?: 'end' | 'stay';
}

export interface GroupEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Of standard error. */
  readonly lastLines: readonly string[];
}

/** How long a group may take to end after TERM before it is killed. */
const GRACE_MS = 2_000;
/** How long the pipes of a process that has ended may stay open: a daemon that it started (sccache) holds them for as long as it lives. */
const DRAIN_MS = 1_000;

/**
 * Runs a process in a group of its own and hands its output on line by line.
 * Resolves with its end, whatever the exit code. When `signal` aborts, the whole group gets TERM, then KILL, and `Cancelled` is thrown.
 */
export async function runGroup(command: string, args: readonly string[], options: GroupOptions): Promise<GroupEnd> {
  if (options.signal.aborted) throw new Cancelled(`cancelled before ${command} was started`);
  const { remains } = options;
  const adopts = remains !== undefined && becomeSubreaper();
  const child = start(command, args, { cwd: options.cwd, env: options.env, detached: true });
  if (child.pid !== undefined) beginGroup(child.pid, remains !== undefined);
  const lastLines: string[] = [];
  let over = false;
  const { longestLine: longest = MAX_OUTPUT } = options;
  const whole: LongLines = {
    longest,
    onLonger: () => {
      over = true;
      if (group !== undefined) killGroup(group, 'SIGKILL');
    },
  };
  const cut: LongLines = { longest: MAX_LINE, onLonger: 'cut' };
  if (options.onOutput !== undefined) child.stdout.on('data', options.onOutput);
  else splitLines(child.stdout, (line) => options.onLine('stdout', line), options.parsesLines === true ? whole : cut);
  const onError = (line: string): void => {
    // CARGO_TERM_COLOR=always is common in workflows.
    lastLines.push(stripVTControlCharacters(line.slice(0, MAX_SHOWN)));
    if (lastLines.length > LAST_LINES) lastLines.shift();
    options.onLine('stderr', line);
  };
  splitLines(child.stderr, onError, cut);
  const ended = endOf(child, command, options.cwd);
  const group = child.pid;
  if (group !== undefined) options.onStart?.(group);
  let killer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    if (group === undefined) return;
    killGroup(group, 'SIGTERM');
    killer = setTimeout(() => killGroup(group, 'SIGKILL'), GRACE_MS);
  };
  options.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const end = await ended;
    if (options.signal.aborted) {
      if (group !== undefined) killGroup(group, 'SIGKILL');
      throw new Cancelled(`cancelled: ${command} was ended`);
    }
    if (over) throw new ToolError(`${shownCommand([command, ...args])} printed a line of more than ${longest / 1e6} MB: it was ended`);
    return { ...end, lastLines };
  } finally {
    if (group !== undefined && remains === 'end') await (adopts ? endLeft(group, command) : killGroup(group, 'SIGKILL'));
    if (group !== undefined) forgetGroup(group);
    options.signal.removeEventListener('abort', onAbort);
    if (killer !== undefined) clearTimeout(killer);
  }
}

/** Ends a group that runs, at once and with all that has left it. */
export async function endGroup(group: number, command: string): Promise<void> {
  killGroup(group, 'SIGKILL');
  await endLeft(group, command);
}

/** Ends what stayed of all groups. */
export async function endRemains(): Promise<void> {
  await endAllLeft();
}

async function endLeft(group: number, command: string): Promise<void> {
  const left = await endLeftOf(group);
  if (left > 0) throw new ToolError(`${command} left ${renderInteger(left)} processes behind that cannot be ended`);
}

/** What a run that may be cancelled or killed hands down: its signal, and where to note the process groups that it starts. */
export interface Guard {
  readonly signal: AbortSignal;
  /** Notes a group at once; the function it resolves with forgets it. */
  readonly adopt: (group: number) => Promise<() => Promise<void>>;
}

/**
 * `run` for what may take long or write into the private checkout (git, `cargo metadata` on the network, `--prepare`): in a group of its
 * own that is noted for as long as it runs, and ends when the run is cancelled. `stdout` is all that was printed, and empty where `onLine`
 * takes it line by line; `stderr` holds the last lines alone. A ToolError where more is printed than can be parsed.
 */
export async function runGuarded(
  command: string,
  args: readonly string[],
  options: RunOptions &
    Pick<GroupOptions, 'remains'> & { readonly guard: Guard; readonly onLine?: (line: string) => void; readonly maxOutput?: number },
): Promise<Finished> {
  const { guard, onLine, maxOutput = MAX_OUTPUT } = options;
  let group: number | undefined;
  let forget: Promise<() => Promise<void>> | undefined;
  const output = new Whole(maxOutput, () => group !== undefined && killGroup(group, 'SIGKILL'));
  try {
    const end = await runGroup(command, args, {
      cwd: options.cwd,
      env: options.env,
      signal: guard.signal,
      ...(options.remains === undefined ? {} : { remains: options.remains }),
      onStart: (id) => {
        group = id;
        forget = guard.adopt(id);
      },
      onLine: (_, line) => onLine?.(line),
      ...(onLine === undefined ? { onOutput: output.add } : {}),
    });
    if (output.over) throw tooLong([command, ...args], maxOutput);
    if (end.exitCode !== 0 && options.check !== false) throw failed([command, ...args], end);
    return { exitCode: end.exitCode ?? -1, stdout: output.text(), stderr: end.lastLines.join('\n') };
  } finally {
    await (await forget)?.();
  }
}

function failed(
  words: readonly string[],
  end: { readonly exitCode: number | null; readonly signal: string | null; readonly lastLines: readonly string[] },
): ToolError {
  const how = end.exitCode === null ? `was ended by ${end.signal ?? 'a signal'}` : `failed with exit code ${end.exitCode}`;
  const command = shownCommand(words);
  return new ToolError(`${command} ${how}`, { process: { command, exitCode: end.exitCode, lastLines: end.lastLines } });
}

function tooLong(words: readonly string[], most: number): ToolError {
  return new ToolError(`${shownCommand(words)} printed more than ${most / 1e6} MB, which is no answer to it: it was ended`);
}

function shownCommand(words: readonly string[]): string {
  const whole = words.join(' ');
  return whole.length > MAX_SHOWN ? `${whole.slice(0, MAX_SHOWN)}…` : whole;
}

function splitLines(stream: Readable, onLine: (line: string) => void, long: LongLines): void {
  const lines = new Lines(onLine, long);
  stream.setEncoding('utf8').on('data', (data: string) => lines.add(data));
  stream.on('end', () => lines.end());
}

/** Signals a whole process group; one that is gone already is no failure. */
export function killGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch {
    // ESRCH: it ended by itself.
  }
}

function lastLinesOf(text: string): readonly string[] {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES);
}
