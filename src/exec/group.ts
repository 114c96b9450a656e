import { Duplex, type Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { Cancelled, ToolError } from '../core/failures.ts';
import { Lines, type LongLines, Whole } from '../core/output.ts';
import { renderInteger } from '../core/units.ts';
import { beginGroup, endAllLeft, endLeftOf, forgetGroup } from './orphans.ts';
import {
  type Environment,
  endOf,
  type Finished,
  failed,
  LAST_LINES,
  MAX_OUTPUT,
  MAX_SHOWN,
  type RunOptions,
  shownCommand,
  start,
  tooLong,
} from './run.ts';
import { becomeSubreaper } from './subreaper.ts';

/** A line that is only shown is handed on in pieces of this length, so that a flood cannot fill the memory. What is parsed is never cut. */
const MAX_LINE = 1_000_000;

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
  /** Called with a socket to its descriptor 3, which only then is one. */
  readonly onChannel?: (channel: Duplex) => void;
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

/**
 * Runs a process in a group of its own and hands its output on line by line.
 * Resolves with its end, whatever the exit code. When `signal` aborts, the whole group gets TERM, then KILL, and `Cancelled` is thrown.
 */
export async function runGroup(command: string, args: readonly string[], options: GroupOptions): Promise<GroupEnd> {
  if (options.signal.aborted) throw new Cancelled(`cancelled before ${command} was started`);
  const { remains } = options;
  const adopts = remains !== undefined && becomeSubreaper();
  const child = start(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    hasChannel: options.onChannel !== undefined,
  });
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
  const channel = child.stdio[3];
  if (channel instanceof Duplex) options.onChannel?.(channel);
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
