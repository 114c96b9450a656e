import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, ToolError } from '../core/failures.ts';
import { type Millis, millis } from '../core/units.ts';
import { killGroup } from '../exec/group.ts';
import type { FoundTracer } from '../tools/tracers/tracer.ts';
import type { FirstEvent } from './response/answering.ts';
import { type Running, type Start, type StartOptions, startFunction } from './start.ts';
import { hasStart, parseStrace, type TracedWindows } from './strace.ts';

/** A connection makes 300 bytes of trace, a request of 300 bytes or more 1.5 kB. */
const TRACE_LIMIT = 64 * 1024 * 1024;
/** How long strace may take to see that everything it traces was killed. What left the process group was not: then it is told to end. */
const SEES_END: Millis = millis(300);
const ENDS: Millis = millis(5_000);
const POLL_MS = 2;
const BEFORE_EVENT: Millis = millis(10);

interface ConnectsOptions extends Omit<StartOptions, 'under'> {
  readonly strace: Pick<FoundTracer, 'path' | 'args'>;
  /** Handed over when init has ended; `null`: nothing is. */
  readonly event: FirstEvent | null;
}

type Traced =
  | { readonly kind: 'traced'; readonly windows: TracedWindows }
  | { readonly kind: 'untraced'; readonly problem: string; readonly cause?: unknown };

/**
 * Starts a function once under strace: which TCP connections were attempted and which names were asked of a name server until its init ended,
 * over all its threads and children, in order; its own Runtime API is left out. Needs no root and no network: attempts that fail count. With an
 * event also what came after that, until it was answered or nothing came any more.
 * Throws a ToolError with strace's last words where strace did not trace the function (ptrace may be forbidden), whatever else happened.
 */
export async function traceConnects(options: ConnectsOptions): Promise<Start<TracedWindows>> {
  const folder = await mkdtemp(join(options.parent, 'coldgate-strace-'));
  const file = join(folder, 'trace');
  try {
    const under = { command: options.strace.path, args: [...options.strace.args, ...straceArguments(file)] };
    const start = await startFunction({ ...options, under }, (running) => endAndRead(running, file, options.event));
    if (start.kind !== 'reached') {
      const wasStarted = start.kind !== 'cannot-run' || start.reason.kind === 'missing-library';
      const untraced = wasStarted ? await problemOf(file) : null;
      if (untraced !== null) throw failed(untraced, start);
      return start;
    }
    if (start.value.kind === 'untraced') throw failed(start.value, start);
    return { ...start, value: start.value.windows };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function straceArguments(file: string): readonly string[] {
  return [
    // The tracer is a grandchild in a session of its own: the function keeps the process id, and the group's KILL leaves the tracer the time
    // to write the calls that never returned.
    '-DDD',
    '-f',
    '-qq',
    // It ends when it is told to, though it writes to a file.
    '-I2',
    // When, for what is attempted after init; which socket, by its inode; strings in one unambiguous form, long enough for any DNS name.
    '-ttt',
    '-y',
    '-xx',
    '-s',
    '300',
    '-a1',
    // No `write`: logs go through it, and names are not asked with it.
    '-e',
    'trace=execve,socket,connect,sendto,sendmsg,sendmmsg,writev',
    '-e',
    'signal=none',
    '-o',
    file,
    '--',
  ];
}

async function endAndRead(running: Running, file: string, event: FirstEvent | null): Promise<Traced> {
  // Times in the trace are cut off, not rounded: the millisecond that has begun is still init's.
  const until = Date.now() + 1;
  const tracer = await tracerOf(running.pid);
  // Forbidden to trace, `strace -D` runs the program all the same, and ends with 0.
  if (tracer === null) return { kind: 'untraced', problem: 'strace did not trace the function: it is not allowed to, or ended before it' };
  const untraced = await problemOf(file);
  if (untraced !== null) return untraced;
  const window = event === null ? null : await handOver(running, event);
  killGroup(running.pid, 'SIGKILL');
  if (!(await endsWithin(tracer, SEES_END))) {
    try {
      process.kill(tracer, 'SIGTERM');
    } catch {
      // It ended by itself.
    }
    if (!(await endsWithin(tracer, ENDS))) return { kind: 'untraced', problem: `strace did not end within ${ENDS} ms` };
  }
  try {
    const folders = { TMPDIR: running.temporary, LAMBDA_TASK_ROOT: running.taskRoot };
    const windows = parseStrace(await readTrace(file), { runtimeApi: running.address, until, event: window, folders });
    return { kind: 'traced', windows };
  } catch (cause) {
    return { kind: 'untraced', problem: messageOf(cause), cause };
  }
}

async function handOver(running: Running, event: FirstEvent): Promise<{ readonly from: number; readonly until: number }> {
  // Clear of the millisecond that was init's last.
  await sleep(BEFORE_EVENT);
  const from = Date.now();
  await running.answer(event);
  return { from, until: Date.now() + 1 };
}

/** `null`: strace saw the function start. */
async function problemOf(file: string): Promise<Extract<Traced, { kind: 'untraced' }> | null> {
  try {
    const text = await readTrace(file);
    // Without a last line that is still being written.
    if (hasStart(text.slice(0, text.lastIndexOf('\n') + 1))) return null;
    return { kind: 'untraced', problem: 'strace did not see the function start' };
  } catch (cause) {
    return { kind: 'untraced', problem: `strace left no trace: ${messageOf(cause)}`, cause };
  }
}

async function readTrace(file: string): Promise<string> {
  if ((await stat(file)).size > TRACE_LIMIT) throw new ToolError(`strace's output is larger than ${TRACE_LIMIT} bytes`);
  return readFile(file, 'latin1');
}

/** The process that traces another one. */
async function tracerOf(pid: number): Promise<number | null> {
  try {
    const [, tracer] = /^TracerPid:\s+(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
    return tracer === undefined || tracer === '0' ? null : Number(tracer);
  } catch {
    return null;
  }
}

async function endsWithin(pid: number, timeout: Millis): Promise<boolean> {
  for (const deadline = performance.now() + timeout; performance.now() < deadline; ) {
    if (await hasEnded(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return hasEnded(pid);
}

/** Gone, or dead and not yet fetched by the process that inherited it: the first one of a container often never does. */
async function hasEnded(pid: number): Promise<boolean> {
  try {
    return /^State:\s+[ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

/** strace says it on the function's standard error, ahead of the function. */
function failed(untraced: Extract<Traced, { kind: 'untraced' }>, start: Start<unknown>): ToolError {
  const own = start.lastLines.filter((line) => /\bstrace: /.test(line));
  const process_ = { command: 'strace -f', exitCode: null, lastLines: own.length > 0 ? own : start.lastLines };
  return new ToolError(untraced.problem, { process: process_, cause: untraced.cause });
}
