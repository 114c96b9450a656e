import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import { run } from '../exec/run.ts';

/** A thread as valgrind knows it. */
export interface ScheduledThread {
  /** valgrind's own number of it, which callgrind's files carry; given to another thread when this one has ended. */
  readonly slot: number;
  /** The kernel's number. */
  readonly thread: number;
  /** The functions that it is in, the innermost first. */
  readonly stack: readonly string[];
}

/** How deep the stacks that valgrind prints have to be, so that they reach to where a thread began. */
export const STACK_DEPTH = 200;
/** Unanswered for so long, vgdb has the kernel stop a thread that waits in a system call and answer; 100 ms if not told. */
const INVOKE_MS = 1;
const TIMEOUT_S = 20;

/** What vgdb, which comes with valgrind, asks of one running process: https://valgrind.org/docs/manual/manual-core-adv.html. */
export class GdbServer {
  readonly #pid: number;
  readonly #valgrind: string;
  readonly #prefix: string;

  /** `prefix` is what the process was started with as `--vgdb-prefix`. */
  constructor(pid: number, { valgrind, prefix }: { readonly valgrind: string; readonly prefix: string }) {
    this.#pid = pid;
    this.#valgrind = valgrind;
    this.#prefix = prefix;
  }

  /** Every thread that has not ended. Throws a ToolError where vgdb cannot ask. */
  async threads(): Promise<readonly ScheduledThread[]> {
    const threads = parseScheduler(await this.#ask('v.info', 'scheduler'));
    if (threads.length === 0) throw new ToolError('vgdb named no thread');
    return threads;
  }

  /** Has callgrind write what was counted since the last time, of all threads, and begin anew. */
  async dump(): Promise<void> {
    await this.#ask('dump');
  }

  async #ask(...words: readonly string[]): Promise<string> {
    const how = [`--pid=${this.#pid}`, `--vgdb-prefix=${this.#prefix}`, `--max-invoke-ms=${INVOKE_MS}`, `--cmd-time-out=${TIMEOUT_S}`];
    const { stdout } = await run(vgdbOf(this.#valgrind), [...how, ...words], { cwd: dirname(this.#prefix), env: {} });
    return stdout;
  }
}

/** Beside valgrind, or beside what its name leads to. */
function vgdbOf(valgrind: string): string {
  const beside = join(dirname(valgrind), 'vgdb');
  return existsSync(beside) ? beside : join(dirname(realpathSync(valgrind)), 'vgdb');
}

/** Reads the answer to `v.info scheduler`. */
export function parseScheduler(text: string): readonly ScheduledThread[] {
  const threads: { slot: number; thread: number; stack: string[] }[] = [];
  for (const line of text.split('\n')) {
    const head = /^Thread (\d+): status = .*\(lwpid (\d+)\)/.exec(line);
    if (head !== null) threads.push({ slot: Number(head[1]), thread: Number(head[2]), stack: [] });
    // `==12==    by 0x48EF1F4: start_thread (pthread_create.c:442)`
    const frame = /^==\d+==\s+(?:at|by) 0x[0-9A-F]+: (.+?)(?: \((?:in )?[^()]*\))?$/.exec(line);
    if (frame !== null) threads.at(-1)?.stack.push(frame[1] ?? '');
  }
  return threads;
}
