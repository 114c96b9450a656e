import { type Bytes, bytes } from '../core/units.ts';

/** Time on a CPU in nanoseconds, the first of three numbers: https://docs.kernel.org/scheduler/sched-stats.html. */
export function parseSchedstat(text: string): number | null {
  const match = /^(\d{1,15}) \d+ \d+\s*$/.exec(text);
  return match === null ? null : Number(match[1]);
}

/** Fields 10 and 12 of /proc/PID/stat (proc_pid_stat(5)). The name before them may hold spaces and parentheses. */
export function parseFaults(text: string): { readonly minorFaults: number; readonly majorFaults: number } | null {
  const match = /^\S \S+ \S+ \S+ \S+ \S+ \S+ (\d{1,15}) \d+ (\d{1,15}) /.exec(text.slice(text.lastIndexOf(') ') + 2));
  return match === null ? null : { minorFaults: Number(match[1]), majorFaults: Number(match[2]) };
}

/** VmHWM of /proc/PID/status; a zombie has none. */
export function parsePeak(text: string): Bytes | null {
  const match = /^VmHWM:\s+(\d{1,12}) kB$/m.exec(text);
  return match === null ? null : bytes(Number(match[1]) * 1024);
}
