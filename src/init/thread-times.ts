import { readdirSync, readFileSync } from 'node:fs';

/** What a thread has had of the processors, in nanoseconds. */
export interface ThreadTime {
  readonly ran: number;
  /** Runnable, and waiting for a processor: the time since it began to wait is not in it. */
  readonly waited: number;
  /** It runs, or waits for a processor. */
  readonly isRunnable: boolean;
}

/** Every thread of a process by its id; empty where it has ended. */
export function threadTimes(pid: number): ReadonlyMap<number, ThreadTime> {
  const found = new Map<number, ThreadTime>();
  for (const name of tasksOf(pid)) {
    const time = timeOf(`/proc/${pid}/task/${name}`);
    if (time !== null) found.set(Number(name), time);
  }
  return found;
}

function tasksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** `null`: it ended meanwhile. */
function timeOf(folder: string): ThreadTime | null {
  try {
    const stat = readFileSync(`${folder}/stat`, 'utf8');
    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the state follows the name, which may hold anything.
    const isRunnable = stat.slice(stat.lastIndexOf(') ') + 2).startsWith('R');
    const [ran = 0, waited = 0] = accountOf(folder);
    return { ran, waited, isRunnable };
  } catch {
    return null;
  }
}

/** https://docs.kernel.org/scheduler/sched-stats.html; nothing where the kernel keeps no account. */
function accountOf(folder: string): readonly number[] {
  try {
    return readFileSync(`${folder}/schedstat`, 'utf8').trim().split(' ').map(Number);
  } catch {
    return [];
  }
}
