import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { millis } from '../core/units.ts';
import type { FoundTracer } from '../tools/tracers/tracer.ts';
import { filesArguments } from './callgrind-files.ts';
import { type CountedWindow, Counter } from './counter.ts';
import { STACK_DEPTH } from './gdbserver.ts';
import type { FirstEvent } from './response/answering.ts';
import { type Running, type Start, type StartOptions, startFunction } from './start.ts';

/** callgrind is about fifty times slower: what takes Lambda's ten seconds is not waited for. */
export const INSTRUCTIONS_TIMEOUT = millis(60_000);
/**
 * Where a thread begins, in libc and in Rust's std (in both ways of writing symbols). callgrind reuses the number of a thread that has ended: here
 * it writes what the one before did, so that the two stand apart.
 */
const THREAD_STARTS = ['start_thread', '*sys::*::Thread*::new::thread_start*'];
/**
 * Reads /proc/self/maps to find the first thread's stack, in std's start. How many lines that has is valgrind's doing and the kernel's, and how
 * long they are the binary's: up to 4,243 instructions apart with nothing but a string's length.
 */
const NOT_COUNTED = 'pthread_getattr_np*';

/** The windows of one run; `null`: it was handed no event. */
export interface CountedRun {
  readonly init: CountedWindow;
  readonly response: CountedWindow | null;
}

export interface InstructionsOptions extends Omit<StartOptions, 'under'> {
  /** vgdb lies beside it. */
  readonly valgrind: Pick<FoundTracer, 'path' | 'env'>;
}

/**
 * Starts a function once under callgrind and counts what it executed, by thread: until its init ended, and where it is handed an event, from there to
 * its answer. `taskRoot` should hold the twin in the bootstrap's place (`TaskRoot.unpack`, `replace`), so that functions have names. Forked
 * processes are not counted. Throws a ToolError where callgrind leaves no profile that can be read.
 */
export function countInstructions(options: InstructionsOptions, event: FirstEvent | null = null): Promise<Start<CountedRun>> {
  return startCounted(options, async (counter, running) => {
    if (event === null) return { init: await counter.last(), response: null };
    const init = await counter.next();
    const answered = await running.answer(event);
    if (answered.kind === 'answered') return { init, response: await counter.last() };
    return { init, response: { kind: 'untold', reason: 'under valgrind it did not answer its event' } };
  });
}

/** Starts a function under callgrind, and calls `count` when its init has ended: what it counts first is init, then what came since. */
export async function startCounted<T>(
  options: InstructionsOptions,
  count: (counter: Counter, running: Running) => Promise<T>,
): Promise<Start<T>> {
  const { valgrind } = options;
  const folder = await mkdtemp(join(options.parent, 'coldgate-callgrind-'));
  try {
    const args = [
      // No .valgrindrc of the package or the person, no VALGRIND_OPTS.
      '--command-line-only=yes',
      '--tool=callgrind',
      '--quiet',
      '--vgdb=yes',
      `--num-callers=${STACK_DEPTH}`,
      '--trace-children=no',
      '--child-silent-after-fork=yes',
      '--fair-sched=yes',
      '--run-libc-freeres=no',
      '--run-cxx-freeres=no',
      '--cache-sim=no',
      '--branch-sim=no',
      '--collect-jumps=no',
      '--separate-threads=yes',
      ...THREAD_STARTS.map((name) => `--dump-before=${name}`),
      `--toggle-collect=${NOT_COUNTED}`,
      // After `toggle-collect`, which turns it off.
      '--collect-atstart=yes',
      ...filesArguments(folder),
    ];
    return await startFunction({ ...options, under: { command: valgrind.path, args, env: valgrind.env } }, (running) =>
      count(new Counter(running, { folder, valgrind: valgrind.path }), running),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
