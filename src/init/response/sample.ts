import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bytes, type Millis, millis } from '../../core/units.ts';
import type { CpuClock } from '../cpu-clock.ts';
import { parseFaults, parsePeak } from '../proc.ts';
import type { Running } from '../start.ts';
import { readThreadsCpu, readWhole } from '../usage.ts';
import type { FirstEvent, Unanswered } from './answering.ts';

/** What one process used from the event to its answer. */
export interface ResponseSample {
  readonly kind: 'answered';
  readonly wall: Millis;
  readonly cpu: Millis | null;
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** VmHWM at the answer: init's is in it. */
  readonly peak: Bytes;
}

interface Counters {
  readonly cpu: Millis | null;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly peak: Bytes;
}

/** A function is at rest when two looks this far apart, in milliseconds, find the same; it is not waited for longer than `LOOKS` of them. */
const BETWEEN = 2;
const LOOKS = 10;

/**
 * Hands a function that was just read at the end of its init its first event, and reads at the answer what it used since. What it still did on its
 * way to sleep is in neither figure.
 */
export async function sampleResponse(
  { pid, answer }: Running,
  event: FirstEvent,
  clock: CpuClock | null,
): Promise<ResponseSample | Unanswered> {
  const before = await countersAtRest(pid, clock);
  const answered = await answer(event);
  if (answered.kind !== 'answered') return answered;
  const after = await readCounters(pid, clock);
  // It ended right after its answer, or before the event.
  if (before === null || after === null) return { kind: 'exited', code: null, signal: null };
  return {
    kind: 'answered',
    wall: answered.wall,
    cpu: before.cpu === null || after.cpu === null ? null : millis(Math.max(0, after.cpu - before.cpu)),
    minorFaults: after.minorFaults - before.minorFaults,
    majorFaults: after.majorFaults - before.majorFaults,
    peak: after.peak,
  };
}

async function countersAtRest(pid: number, clock: CpuClock | null): Promise<Counters | null> {
  let before = await readCounters(pid, clock);
  for (let look = 0; look < LOOKS && before !== null; look += 1) {
    await sleep(BETWEEN);
    const now = await readCounters(pid, clock);
    if (now?.cpu === before.cpu) return now;
    before = now;
  }
  return before;
}

async function readCounters(pid: number, clock: CpuClock | null): Promise<Counters | null> {
  try {
    // It waits a moment until nothing runs: what is on its way to sleep touches a page more, or not yet.
    const cpu = clock === null ? readThreadsCpu(pid) : await readWhole(pid, clock);
    const faults = parseFaults(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const peak = parsePeak(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return faults === null || peak === null ? null : { cpu, ...faults, peak };
  } catch {
    // It ended between two reads.
    return null;
  }
}
