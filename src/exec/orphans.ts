import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long what was left behind may take to be gone; it may go on forking while it is ended. */
const GONE_MS = 5_000;
const PAUSE_MS = 2;

/** The groups that this process has started and that run, by their leader: when each was started, in clock ticks since boot. */
const running = new Map<number, number>();

/** Those of them whose remains are this process's to end. */
const ours = new Set<number>();
/** When the first group was started whose remains are this process's to end. */
let first: number | null = null;
/** Since when something may be left that could have been another group's, which ran beside: the last of them to end takes it along. */
let unsettled: number | null = null;

/** Notes a group that was just started, and whether what it leaves behind is to end, sooner or later. */
export function beginGroup(leader: number, isOurs: boolean): void {
  const { started } = statOf(leader) ?? { started: 0 };
  running.set(leader, started);
  if (!isOurs) return;
  first ??= started;
  ours.add(leader);
}

/** Its number may be another process's from now on. */
export function forgetGroup(leader: number): void {
  running.delete(leader);
  ours.delete(leader);
}

/**
 * Ends what a group has left behind, and its own processes too. What has left the group (`setsid`, a daemon, `env -i`) comes to this process
 * when its parent ends (`becomeSubreaper`): a child that nobody here has started, of another session than this process's and not older than the
 * group, is proven to be of it, and its number cannot be another's, since nobody waits for it. What may as well be of a group that runs beside it
 * stays until the last of those ends. Answers how many could not be ended.
 */
export async function endLeftOf(leader: number): Promise<number> {
  const since = running.get(leader);
  if (since === undefined) return 0;
  const beside = [...ours].flatMap((other) => (other === leader ? [] : (running.get(other) ?? [])));
  if (beside.length > 0) {
    unsettled = Math.min(unsettled ?? since, since);
    return endLeft(since, leader, Math.min(...beside));
  }
  const from = Math.min(unsettled ?? since, since);
  unsettled = null;
  return endLeft(from, leader);
}

/** The same of every group there was. */
export async function endAllLeft(): Promise<number> {
  return first === null ? 0 : endLeft(first, null);
}

/** What was started from `since` on, and before `until`. */
async function endLeft(since: number, leader: number | null, until = Number.POSITIVE_INFINITY): Promise<number> {
  const session = statOf(process.pid)?.session;
  if (session === undefined) return 0;
  const others = new Set<number>();
  const isLeft = (pid: number): boolean => {
    if (others.has(pid) || (pid !== leader && running.has(pid))) return false;
    const stat = statOf(pid);
    if (stat === null || stat.ended || stat.parent !== process.pid || stat.session === session || stat.started < since) return false;
    if (stat.group !== leader && running.has(stat.group)) return false;
    return stat.group === leader || stat.started < until;
  };
  for (const deadline = Date.now() + GONE_MS; ; ) {
    const left = children().filter(isLeft);
    if (left.length === 0 || Date.now() > deadline) return left.length;
    for (const pid of left) if (!kill(pid)) others.add(pid);
    await sleep(PAUSE_MS);
  }
}

/** Of every thread: a child is listed at the one that has started or taken it. */
function children(): readonly number[] {
  const threads = readdirSync('/proc/self/task');
  try {
    return threads.flatMap((thread) => numbersIn(readFileSync(`/proc/self/task/${thread}/children`, 'utf8')));
  } catch {
    // A thread that has just ended, or a kernel without these lists: every process is asked for its parent.
    return readdirSync('/proc').flatMap((name) => numbersIn(name));
  }
}

function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(/(?<!\S)\d+(?!\S)/g)].map(([digits]) => Number(digits));
}

interface Stat {
  /** It has ended, and nobody has waited for it. */
  readonly ended: boolean;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** With the number it names a process for good. */
  readonly started: number;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; `null` for one that is gone, and without /proc. */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before may hold blanks and brackets.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      ended: /^[ZX]/.test(text.slice(text.lastIndexOf(')') + 2)),
      parent: Number(fields[1]),
      group: Number(fields[2]),
      session: Number(fields[3]),
      started: Number(fields[19]),
    };
  } catch {
    return null;
  }
}

/** `false`: it is another user's (`sudo`), and nothing that this process may end. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
}
