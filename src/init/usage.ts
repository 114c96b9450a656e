import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Bytes, type Millis, millis } from '../core/units.ts';
import { mappedCLibrary } from './c-library.ts';
import type { CpuClock } from './cpu-clock.ts';
import { type Before, gateOf } from './gate.ts';
import { type Mappings, parseMappings } from './mappings.ts';
import { parseFaults, parsePeak, parseSchedstat } from './proc.ts';
import { type Running, type Start, type StartOptions, startFunction } from './start.ts';
import { threadTimes } from './thread-times.ts';

/** What one process had used when init ended. */
export interface InitSample {
  /** Start to the end of init, with this side's fork and exec (`launch`). */
  readonly wall: Millis;
  readonly launch: Millis;
  /** Of the whole process, kernel and user, what ended threads used included; `null` where there is no clock to read it from. */
  readonly cpu: Millis | null;
  /** Of the threads alive at that moment alone. `null` where the kernel keeps no schedstat. */
  readonly threadsCpu: Millis | null;
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** VmHWM: the most that was resident at once. */
  readonly peak: Bytes;
  readonly mappings: Mappings;
  /** The C library that it maps; `null` of one that brings its own within. */
  readonly cLibrary: string | null;
}

/**
 * Starts a function once and reads, at the moment its init ends, what it used. A `reached` without a value: it ended before it could be read.
 * Only the started process counts; what it forked is not added.
 */
export function sampleInit(options: StartOptions, clock: CpuClock | null): Promise<Start<InitSample | null>> {
  return sampleInitAnd(options, clock, () => Promise.resolve(null));
}

/** The same; `afterwards` is called with the function held at the end of its init, when that has been read, and answers what is kept beside it. */
export function sampleInitAnd<T>(
  options: StartOptions,
  clock: CpuClock | null,
  afterwards: (running: Running) => Promise<T>,
): Promise<Start<(InitSample & { readonly afterwards: T }) | null>> {
  const binary = join(options.taskRoot, options.entry);
  const held = clock === null ? options : { ...options, under: gateOf(clock.program) };
  return startFunction(held, async (running) => {
    const { pid, wall, launch, before } = running;
    const usage = await readUsage(pid, binary, clock);
    return usage === null ? null : { wall, launch, ...since(before, usage), afterwards: await afterwards(running) };
  });
}

type Usage = Omit<InitSample, 'wall' | 'launch'>;

function since(before: Before | null, usage: Usage): Usage {
  // Not held at the gate, what was used before is not known: it is part of the figures then, as large as this side made it.
  if (before === null) return { ...usage, cpu: null };
  const beyond = (cpu: Millis | null): Millis | null => (cpu === null ? null : millis(Math.max(0, cpu - before.cpu)));
  return {
    ...usage,
    cpu: beyond(usage.cpu),
    threadsCpu: beyond(usage.threadsCpu),
    minorFaults: Math.max(0, usage.minorFaults - before.minorFaults),
    majorFaults: Math.max(0, usage.majorFaults - before.majorFaults),
  };
}

/**
 * The process goes on while it is read, so that the cheapest and most telling come first. What waits for an event sleeps within microseconds;
 * until it does the kernel's account of it is behind by up to a tick (4 ms), so that the clock is asked then.
 */
async function readUsage(pid: number, binary: string, clock: CpuClock | null): Promise<Usage | null> {
  try {
    const faults = parseFaults(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const threadsCpu = readThreadsCpu(pid);
    const cpu = clock === null ? null : await readWhole(pid, clock);
    const peak = parsePeak(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const maps = readFileSync(`/proc/${pid}/smaps`, 'utf8');
    const mappings = parseMappings(maps, realpathSync(binary));
    return faults === null || peak === null ? null : { cpu, threadsCpu, ...faults, peak, mappings, cLibrary: mappedCLibrary(maps) };
  } catch {
    // It ended between two reads.
    return null;
  }
}

/** What goes on in the background is not waited for longer. */
const RESTS_MS = 2;

/** What a process has used, what ended threads did included. */
export async function readWhole(pid: number, clock: CpuClock): Promise<Millis | null> {
  for (const until = performance.now() + RESTS_MS; performance.now() < until && runs(pid); ) await new Promise(setImmediate);
  return clock.read(pid);
}

function runs(pid: number): boolean {
  return [...threadTimes(pid).values()].some(({ isRunnable }) => isRunnable);
}

/** Of the threads that are there; `null` where the kernel keeps no account of one. */
export function readThreadsCpu(pid: number): Millis | null {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    const used = readThread(folder);
    // One that ended since it was listed is no sign that the process did.
    if (used === null && existsSync(folder)) return null;
    nanoseconds += used ?? 0;
  }
  return millis(nanoseconds / 1e6);
}

function readThread(folder: string): number | null {
  try {
    return parseSchedstat(readFileSync(`${folder}/schedstat`, 'utf8'));
  } catch {
    return null;
  }
}
