import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { getExecOutput } from '@actions/exec';
import { Cancelled, messageOf, ToolError } from './core/failures.ts';

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

/**
 * Runs a short tool (git, `cargo metadata`, pip) to its end through `@actions/exec`.
 * Throws a ToolError with the last lines of standard error for a non-zero exit, and one that names the program where it is not there.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  let finished: Finished;
  try {
    finished = await getExecOutput(`"${command}"`, [...args], {
      cwd: options.cwd,
      env: { ...options.env },
      silent: true,
      ignoreReturnCode: true,
      ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
    });
  } catch (cause) {
    throw new ToolError(`${command} could not be started in ${options.cwd}: ${messageOf(cause)}`, { cause });
  }
  if (finished.exitCode !== 0 && options.check !== false) {
    throw failed([command, ...args].join(' '), { exitCode: finished.exitCode, lastLines: lastLinesOf(finished.stderr) });
  }
  return finished;
}

export interface GroupOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Takes standard output as the bytes that come, for what is parsed as a whole; `onLine` has standard error alone then. */
  readonly onOutput?: (data: Buffer) => void;
  /** Called with the process group's id as soon as it runs. */
  readonly onStart?: (group: number) => void;
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
 * Runs a process in a group of its own (`@actions/exec` 3 has no signal, pid or detached option) and hands its output on line by line.
 * Resolves with its end, whatever the exit code. When `signal` aborts, the whole group gets TERM, then KILL, and `Cancelled` is thrown.
 */
export async function runGroup(command: string, args: readonly string[], options: GroupOptions): Promise<GroupEnd> {
  if (options.signal.aborted) throw new Cancelled(`cancelled before ${command} was started`);
  const child = spawn(command, args, { cwd: options.cwd, env: { ...options.env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const lastLines: string[] = [];
  if (options.onOutput === undefined) splitLines(child.stdout, (line) => options.onLine('stdout', line));
  else child.stdout.on('data', options.onOutput);
  splitLines(child.stderr, (line) => {
    // CARGO_TERM_COLOR=always is common in workflows.
    lastLines.push(stripVTControlCharacters(line.slice(0, MAX_SHOWN)));
    if (lastLines.length > LAST_LINES) lastLines.shift();
    options.onLine('stderr', line);
  });
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new ToolError(`${command} could not be started in ${options.cwd}: ${messageOf(cause)}`, { cause })),
    );
    child.once('exit', () => {
      const drained = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
      child.once('close', () => clearTimeout(drained));
    });
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
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
    return { ...end, lastLines };
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    if (killer !== undefined) clearTimeout(killer);
  }
}

/** What a run that may be cancelled or killed hands down: its signal, and where to note the process groups that it starts. */
export interface Guard {
  readonly signal: AbortSignal;
  /** Notes a group at once; the function it resolves with forgets it. */
  readonly adopt: (group: number) => Promise<() => Promise<void>>;
}

/** The largest output that is parsed. `cargo metadata` of 234 packages prints 1 MB; 100,000 symbols with names of 2 kB are 200 MB. */
const MAX_OUTPUT = 400_000_000;

/**
 * `run` for what may take long or write into the private checkout (git, `cargo metadata` on the network, `--prepare`): in a group of its
 * own that is noted for as long as it runs, and ends when the run is cancelled. `stdout` is all that was printed, and empty where `onLine`
 * takes it line by line; `stderr` holds the last lines alone. A ToolError where more is printed than can be parsed.
 */
export async function runGuarded(
  command: string,
  args: readonly string[],
  options: RunOptions & { readonly guard: Guard; readonly onLine?: (line: string) => void; readonly maxOutput?: number },
): Promise<Finished> {
  const { guard, onLine, maxOutput = MAX_OUTPUT } = options;
  const output: Buffer[] = [];
  let size = 0;
  let group: number | undefined;
  let forget: Promise<() => Promise<void>> | undefined;
  const collect = (data: Buffer): void => {
    size += data.length;
    if (size <= maxOutput) output.push(data);
    else if (group !== undefined) killGroup(group, 'SIGKILL');
  };
  try {
    const end = await runGroup(command, args, {
      cwd: options.cwd,
      env: options.env,
      signal: guard.signal,
      onStart: (id) => {
        group = id;
        forget = guard.adopt(id);
      },
      onLine: (_, line) => onLine?.(line),
      ...(onLine === undefined ? { onOutput: collect } : {}),
    });
    const whole = [command, ...args].join(' ');
    if (size > maxOutput) throw new ToolError(`${whole} printed more than ${maxOutput / 1e6} MB, which is no answer to it: it was ended`);
    if (end.exitCode !== 0 && options.check !== false) throw failed(whole, end);
    return { exitCode: end.exitCode ?? -1, stdout: Buffer.concat(output).toString('utf8'), stderr: end.lastLines.join('\n') };
  } finally {
    await (await forget)?.();
  }
}

function failed(
  command: string,
  end: { readonly exitCode: number | null; readonly signal?: string | null; readonly lastLines: readonly string[] },
): ToolError {
  const how = end.exitCode === null ? `was ended by ${end.signal ?? 'a signal'}` : `failed with exit code ${end.exitCode}`;
  return new ToolError(`${command} ${how}`, { process: { command, exitCode: end.exitCode, lastLines: end.lastLines } });
}

/** cargo's longest message is a few kB; what goes on for longer is no line but a flood. What is parsed as a whole is never cut. */
const MAX_LINE = 1_000_000;

/** Hands a stream on line by line; a line that does not end is handed on in pieces, so that a flood cannot fill the memory. */
function splitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (data: string) => {
    const lines = `${rest}${data}`.split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > MAX_LINE) {
      onLine(rest);
      rest = '';
    }
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
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
