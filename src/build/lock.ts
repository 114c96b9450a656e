import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled } from '../core/failures.ts';
import { killGroup } from '../exec.ts';

/** A run's hold on the private checkout, with the process groups it has started. */
export interface Lock extends AsyncDisposable {
  /** Notes a process group, so that the next run can end it where this one is killed. The returned function forgets it. */
  readonly adopt: (group: number) => Promise<() => Promise<void>>;
}

export interface LockOptions {
  readonly signal: AbortSignal;
  /** Told once, when another run holds the lock. */
  readonly onWait: (pid: number) => void;
}

interface Holder {
  readonly pid: number;
  readonly started: string;
}

const POLL_MS = 200;

/**
 * Takes `folder/lock`, waiting for a living holder. A lock whose process is gone (KILL) is taken over, and the process groups it left
 * running are killed: a cargo that goes on building while the checkout is switched would mix two commits.
 */
export async function takeLock(folder: string, options: LockOptions): Promise<Lock> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'lock');
  const groups = join(folder, 'groups');
  const mine = `${process.pid} ${await startOf(process.pid)}`;
  let told = false;
  for (;;) {
    if (options.signal.aborted) throw new Cancelled('cancelled while waiting for another coldgate run');
    try {
      await writeFile(path, mine, { flag: 'wx' });
      break;
    } catch (cause) {
      if (!isCode(cause, 'EEXIST')) throw cause;
    }
    const seen = await readFile(path, 'utf8').catch(() => '');
    const holder = parseHolder(seen);
    if (holder !== null && (await startOf(holder.pid)) === holder.started) {
      if (!told) options.onWait(holder.pid);
      told = true;
      await sleep(POLL_MS);
    } else {
      await breakLock(path, seen);
    }
  }
  await killLeftovers(groups);
  await mkdir(groups, { recursive: true });
  return {
    adopt: async (group) => {
      const file = join(groups, String(group));
      await writeFile(file, await startOf(group));
      return () => rm(file, { force: true });
    },
    [Symbol.asyncDispose]: async () => {
      await rm(groups, { recursive: true, force: true });
      if ((await readFile(path, 'utf8').catch(() => '')) === mine) await rm(path, { force: true });
    },
  };
}

/** Removes a dead holder's lock, and only that: of several runs that saw it, one makes the breaker's file and the others look again. */
async function breakLock(path: string, seen: string): Promise<void> {
  const breaker = `${path}.break`;
  const mine = `${process.pid} ${await startOf(process.pid)}`;
  try {
    await writeFile(breaker, mine, { flag: 'wx' });
  } catch (cause) {
    if (!isCode(cause, 'EEXIST')) throw cause;
    const other = parseHolder(await readFile(breaker, 'utf8').catch(() => ''));
    if (other === null || (await startOf(other.pid)) !== other.started) await rm(breaker, { force: true });
    await sleep(POLL_MS);
    return;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => null)) === seen) await rm(path, { force: true });
  } finally {
    await rm(breaker, { force: true });
  }
}

/** A group whose leader's number now belongs to another process is somebody else's; one without a leader but with members is still ours. */
async function killLeftovers(groups: string): Promise<void> {
  for (const name of await readdir(groups).catch(() => [])) {
    const group = Number(name);
    if (!Number.isSafeInteger(group) || group <= 1) continue;
    const recorded = await readFile(join(groups, name), 'utf8').catch(() => '');
    const now = await startOf(group);
    if (now === '' || now === recorded) killGroup(group, 'SIGKILL');
  }
  await rm(groups, { recursive: true, force: true });
}

function parseHolder(text: string): Holder | null {
  const match = /^(\d+) (\S*)$/.exec(text);
  return match === null ? null : { pid: Number(match[1]), started: match[2] ?? '' };
}

/**
 * When a process started, in clock ticks since boot (field 22 of /proc/PID/stat): with the number it names a process for good.
 * Empty where there is none. Without /proc (macOS) a living process answers `alive`.
 */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    if (process.platform === 'linux') return '';
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return '';
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
