import { type ChildProcess, type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { getExecOutput } from '@actions/exec';
import { messageOf, ToolError } from '../core/failures.ts';
import { Whole } from '../core/output.ts';
import { renderInteger } from '../core/units.ts';

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
  /** Its descriptor 3 is a socket to this side (`child.stdio[3]`). */
  readonly hasChannel?: boolean;
  /** Ends it; what it had to say until then is its answer. */
  readonly signal?: AbortSignal;
}

/** A longer line of an error message helps nobody. */
export const MAX_SHOWN = 2_000;
/** How many lines of a failed process an error carries. */
export const LAST_LINES = 20;

/** The largest output that is parsed. `cargo metadata` of 234 packages prints 1 MB; 100,000 symbols with names of 2 kB are 200 MB. */
export const MAX_OUTPUT = 400_000_000;
/** How long the pipes of a process that has ended may stay open: a daemon that it started (sccache) holds them for as long as it lives. */
const DRAIN_MS = 1_000;

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
  const cancel = (): void => void child.kill('SIGTERM');
  options.signal?.addEventListener('abort', cancel);
  if (options.signal?.aborted === true) cancel();
  const ended = await endOf(child, command, options.cwd).finally(() => options.signal?.removeEventListener('abort', cancel));
  if (output.over || errors.over) throw tooLong([command, ...args], MAX_OUTPUT);
  const [stdout, stderr] = [output.text(), errors.text()];
  if (ended.exitCode !== 0 && options.check !== false) throw failed([command, ...args], { ...ended, lastLines: lastLinesOf(stderr) });
  return { exitCode: ended.exitCode ?? -1, stdout, stderr };
}

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

/** Starts a process whose standard input stays open, to be asked line by line (`Answerer`); what it writes to standard error is nobody's. */
export function startAsked(
  command: string,
  args: readonly string[],
  { cwd, env }: Pick<RunOptions, 'cwd' | 'env'>,
): ChildProcessByStdio<Writable, Readable, null> {
  return spawn(command, args, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
}

/** A command line that is too long, or a path, is refused by `spawn` itself; a program that is not there, later (`endOf`). */
export function start(command: string, args: readonly string[], options: SpawnOptions & RunOptions): Child {
  try {
    const { input, check: _, signal: __, hasChannel = false, ...how } = options;
    if (hasChannel) {
      const child = spawn(command, args, { ...how, env: { ...options.env }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
      if (hasPipes(child)) return child;
      throw new Error('it was made without its pipes');
    }
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

function hasPipes(child: ChildProcess): child is Child {
  return child.stdout !== null && child.stderr !== null;
}

/** Resolves when the process has ended and its pipes are closed; one that it left behind (a daemon) holds them for `DRAIN_MS` at most. */
export function endOf(
  child: Child,
  command: string,
  cwd: string,
): Promise<{ readonly exitCode: number | null; readonly signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      // Node names the program, whichever of the two is missing.
      const why = existsSync(cwd) ? messageOf(cause) : 'there is no such folder';
      reject(new ToolError(`${command} could not be started in ${cwd}: ${why}`, { cause }));
    });
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

export function failed(
  words: readonly string[],
  end: { readonly exitCode: number | null; readonly signal: string | null; readonly lastLines: readonly string[] },
): ToolError {
  const how = end.exitCode === null ? `was ended by ${end.signal ?? 'a signal'}` : `failed with exit code ${end.exitCode}`;
  const command = shownCommand(words);
  return new ToolError(`${command} ${how}`, { process: { command, exitCode: end.exitCode, lastLines: end.lastLines } });
}

export function tooLong(words: readonly string[], most: number): ToolError {
  return new ToolError(`${shownCommand(words)} printed more than ${most / 1e6} MB, which is no answer to it: it was ended`);
}

export function shownCommand(words: readonly string[]): string {
  const whole = words.join(' ');
  return whole.length > MAX_SHOWN ? `${whole.slice(0, MAX_SHOWN)}…` : whole;
}

function lastLinesOf(text: string): readonly string[] {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES);
}
