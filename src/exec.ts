import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
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
  readonly input?: string;
}

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
    const shown = [command, ...args].join(' ');
    throw new ToolError(`${shown} failed with exit code ${finished.exitCode}`, {
      process: { command: shown, exitCode: finished.exitCode, lastLines: lastLinesOf(finished.stderr) },
    });
  }
  return finished;
}

export interface GroupOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
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

/**
 * Runs a process in a group of its own (`@actions/exec` 3 has no signal, pid or detached option) and hands its output on line by line.
 * Resolves with its end, whatever the exit code. When `signal` aborts, the whole group gets TERM, then KILL, and `Cancelled` is thrown.
 */
export async function runGroup(command: string, args: readonly string[], options: GroupOptions): Promise<GroupEnd> {
  if (options.signal.aborted) throw new Cancelled('cancelled before it was started');
  const child = spawn(command, args, { cwd: options.cwd, env: { ...options.env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const lastLines: string[] = [];
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (line) => options.onLine('stdout', line));
  const errors = createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY });
  errors.on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    options.onLine('stderr', line);
  });
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new ToolError(`${command} could not be started in ${options.cwd}: ${messageOf(cause)}`, { cause })),
    );
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

/** Signals a whole process group; one that is gone already is no failure. */
export function killGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch {
    // ESRCH: it ended by itself.
  }
}

function lastLinesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES);
}
