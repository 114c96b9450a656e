import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Bytes, bytes, type Millis, millis } from '../core/units.ts';
import { type Start, type StartOptions, startFunction } from './start.ts';

/** What one process had used when init ended. */
export interface InitSample {
  /** Start to the end of init, with this side's fork and exec (`launch`). */
  readonly wall: Millis;
  readonly launch: Millis;
  /** Over all threads alive at that moment; what an ended thread used is not in it. `null` where the kernel keeps no schedstat. */
  readonly cpu: Millis | null;
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** VmHWM: the most that was resident at once. */
  readonly peak: Bytes;
  /** How much of the started file. */
  readonly resident: Bytes;
}

/**
 * Starts a function once and reads, at the moment its init ends, what it used. A `reached` without a value: it ended before it could be read.
 * Only the started process counts; what it forked is not added.
 */
export function sampleInit(options: StartOptions): Promise<Start<InitSample | null>> {
  const binary = join(options.taskRoot, options.entry);
  return startFunction(options, ({ pid, wall, launch }) => {
    const usage = readUsage(pid, binary);
    return usage === null ? null : { wall, launch, ...usage };
  });
}

/** Without waiting for anything: the process goes on while it is read, so that the cheapest and most telling come first. */
function readUsage(pid: number, binary: string): Omit<InitSample, 'wall' | 'launch'> | null {
  try {
    const cpu = readCpu(pid);
    const faults = parseFaults(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const peak = parsePeak(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const resident = parseResident(readFileSync(`/proc/${pid}/smaps`, 'utf8'), realpathSync(binary));
    return faults === null || peak === null ? null : { cpu, ...faults, peak, resident };
  } catch {
    // It ended between two reads.
    return null;
  }
}

function readCpu(pid: number): Millis | null {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const used = readThread(`/proc/${pid}/task/${thread}/schedstat`);
    if (used === null) return null;
    nanoseconds += used;
  }
  return millis(nanoseconds / 1e6);
}

function readThread(path: string): number | null {
  try {
    return parseSchedstat(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

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

/** How much of one file is resident, by /proc/PID/smaps, private copies of its pages (relocations, `.data`) included. */
export function parseResident(text: string, file: string): Bytes {
  let resident = 0;
  let isWanted = false;
  for (const line of text.split('\n')) {
    const header = /^[0-9a-f]+-[0-9a-f]+ \S{4} [0-9a-f]+ \S+ \d+ *(.*)$/.exec(line);
    if (header !== null) isWanted = header[1] === file;
    const size = isWanted ? /^Rss:\s+(\d{1,12}) kB$/.exec(line) : null;
    if (size !== null) resident += Number(size[1]) * 1024;
  }
  return bytes(resident);
}
