import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled } from '../core/failures.ts';
import { type Guard, killGroup } from '../exec/group.ts';

/** A run's hold on the private checkout. `adopt` notes a process group, so that the next run can end it where this one is killed. */
export interface Lock extends AsyncDisposable {
  readonly adopt: Guard['adopt'];
}

export interface LockOptions {
  readonly signal: AbortSignal;
  /** Told once, when another run holds the lock. */
  readonly onWait: (pid: number) => void;
}

const POLL_MS = 200;
/** How long killed processes may take to be gone. */
const GONE_MS = 2_000;

/**
 * Takes `folder/lock`, waiting for a living holder. It is a symbolic link to the holder's name: made with its content in one step, so that
 * nobody ever reads half of it. A lock whose process is gone (KILL) is taken over, and the process groups it left running are killed: a cargo that
 * goes on building while the checkout is switched would mix two commits.
 */
export async function takeLock(folder: string, options: LockOptions): Promise<Lock> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'lock');
  const groups = join(folder, 'groups');
  const mine = `${process.pid} ${startOf(process.pid)}`;
  let told = false;
  for (;;) {
    if (options.signal.aborted) throw new Cancelled('cancelled while waiting for another coldgate run');
    try {
      await symlink(mine, path);
      break;
    } catch (cause) {
      if (!isCode(cause, 'EEXIST')) throw cause;
    }
    const seen = await linkAt(path);
    if (seen === null) continue;
    if (isAlive(seen)) {
      if (!told) options.onWait(Number.parseInt(seen, 10));
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
      // Written before anything else happens: KILL may come at any time.
      writeFileSync(file, `${startOf(group)} ${bootOf()}`);
      return () => rm(file, { force: true });
    },
    [Symbol.asyncDispose]: async () => {
      await rm(groups, { recursive: true, force: true });
      if ((await linkAt(path)) === mine) await rm(path, { force: true });
    },
  };
}

/** Removes a dead holder's lock, and only that: of several runs that saw it, one makes the breaker's file and the others look again. */
async function breakLock(path: string, seen: string): Promise<void> {
  const breaker = `${path}.break`;
  const mine = `${process.pid} ${startOf(process.pid)}`;
  try {
    await symlink(mine, breaker);
  } catch (cause) {
    if (!isCode(cause, 'EEXIST')) throw cause;
    const other = await linkAt(breaker);
    if (other !== null && !isAlive(other)) await rm(breaker, { force: true });
    await sleep(POLL_MS);
    return;
  }
  try {
    if ((await linkAt(path)) === seen) await rm(path, { force: true });
  } finally {
    await rm(breaker, { force: true });
  }
}

/**
 * A group whose leader's number now belongs to another process is somebody else's; one without a leader but with members is still ours,
 * unless the machine was started anew.
 */
async function killLeftovers(groups: string): Promise<void> {
  for (const name of await readdir(groups).catch(() => [])) {
    const group = Number(name);
    if (!Number.isSafeInteger(group) || group <= 1) continue;
    const [started, boot] = (await readFile(join(groups, name), 'utf8').catch(() => '')).split(' ');
    const now = startOf(group);
    if (boot !== bootOf() || (now !== '' && now !== started)) continue;
    killGroup(group, 'SIGKILL');
    for (const deadline = Date.now() + GONE_MS; isGroup(group) && Date.now() < deadline; ) await sleep(10);
  }
  await rm(groups, { recursive: true, force: true });
}

/** The holder's name; `null` where there is no lock (any more), `''` for something that is no link. */
function linkAt(path: string): Promise<string | null> {
  return readlink(path).catch((cause: unknown) => (isCode(cause, 'ENOENT') ? null : ''));
}

function isAlive(holder: string): boolean {
  const [, pid, started] = /^(\d+) (\S+)$/.exec(holder) ?? [];
  return pid !== undefined && startOf(Number(pid)) === started;
}

function isGroup(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

/**
 * When a process started, in clock ticks since boot (field 22 of /proc/PID/stat): with the number it names a process for good.
 * Empty where there is none, or one that has ended and was not waited for. Without /proc (macOS) a living process answers `alive`.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
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

function bootOf(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
