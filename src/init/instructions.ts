import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, ToolError } from '../core/failures.ts';
import { type Millis, millis } from '../core/units.ts';
import { PROFILE_LIMIT, parseCallgrind } from './profile/callgrind.ts';
import type { Profile } from './profile/profile.ts';
import { type Running, type Start, type StartOptions, startFunction } from './start.ts';

/** callgrind is about fifty times slower: what takes Lambda's ten seconds is not waited for. */
export const INSTRUCTIONS_TIMEOUT = millis(60_000);
/** How long writing the profile may take once the process has been told to end. */
const WRITE_TIMEOUT: Millis = millis(30_000);
/** A function is at rest when two looks, `between` milliseconds apart, find the same; after `looks` of them it is not waited for any longer. */
const REST = { looks: 10, between: 8 };
/**
 * Ends a process that is held in `/next`. Not TERM: Tokio functions handle that one, and what the handler runs would be counted;
 * nobody handles a virtual timer's alarm, and its default is to end without a core file.
 */
const END_SIGNAL = 'SIGVTALRM';

interface InstructionsOptions extends Omit<StartOptions, 'under'> {
  /** valgrind's absolute path. */
  readonly valgrind: string;
}

/**
 * Starts a function once under callgrind and counts what it executed until its init ended, over all its threads. `taskRoot` should hold the
 * twin in the bootstrap's place (`TaskRoot.unpack`, `replace`), so that functions have names. Forked processes are not counted.
 * Throws a ToolError where callgrind leaves no profile that can be read.
 */
export async function countInstructions(options: InstructionsOptions): Promise<Start<Profile>> {
  const folder = await mkdtemp(join(options.parent, 'coldgate-callgrind-'));
  try {
    const args = [
      // No .valgrindrc of the package or the person, no VALGRIND_OPTS.
      '--command-line-only=yes',
      '--tool=callgrind',
      '--quiet',
      '--vgdb=no',
      '--trace-children=no',
      '--child-silent-after-fork=yes',
      '--fair-sched=yes',
      '--run-libc-freeres=no',
      '--run-cxx-freeres=no',
      '--cache-sim=no',
      '--branch-sim=no',
      '--collect-jumps=no',
      `--log-file=${join(folder, 'log.%p')}`,
      `--callgrind-out-file=${join(folder, 'profile.%p')}`,
    ];
    return await startFunction({ ...options, under: { command: options.valgrind, args } }, (running) => endAndRead(running, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function endAndRead(running: Running, folder: string): Promise<Profile> {
  await comesToRest(running.pid);
  try {
    process.kill(running.pid, END_SIGNAL);
  } catch {
    // It ended by itself, and wrote its profile then.
  }
  if (!(await settles(running.ended, WRITE_TIMEOUT))) {
    throw new ToolError(`callgrind wrote no profile within ${WRITE_TIMEOUT} ms: the function blocks ${END_SIGNAL}`);
  }
  const path = join(folder, `profile.${running.pid}`);
  const said = await readLog(join(folder, `log.${running.pid}`));
  try {
    if ((await stat(path)).size > PROFILE_LIMIT) throw new ToolError(`callgrind's profile is larger than ${PROFILE_LIMIT} bytes`);
    return parseCallgrind(await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    const process_ = { command: 'valgrind --tool=callgrind', exitCode: null, lastLines: said };
    throw new ToolError(`callgrind left no profile: ${messageOf(cause)}`, { process: process_, cause });
  }
}

/**
 * Waits until no thread runs any more, a moment at most. Ended right at the request, a thread on its way to sleep is counted up to where it
 * happens to be: two figures of one single-threaded Tokio function, 0.14 % apart, became one.
 */
async function comesToRest(pid: number): Promise<void> {
  let before = '';
  for (let look = 0; look < REST.looks; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, REST.between));
    const now = ranUntil(pid);
    if (now === before) return;
    before = now;
  }
}

/** What every thread has had of a processor; alike at two looks, none ran between them. */
function ranUntil(pid: number): string {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
      .join(' ');
  } catch {
    // It ended, or the kernel keeps no account.
    return '';
  }
}

async function settles(promise: Promise<unknown>, timeout: Millis): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeout);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function readLog(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).slice(-8_000).trimEnd().split('\n').slice(-20);
  } catch {
    return [];
  }
}
