import { randomInt } from 'node:crypto';
import type { InitMeasurement, TimedInit } from '../core/snapshot/init.ts';
import { millis } from '../core/units.ts';
import { failureOf } from './failure.ts';
import type { Start } from './start.ts';
import type { SessionOptions, Starter } from './starter.ts';
import { type InitSample, sampleInit } from './usage.ts';

/** How many pairs may be taken again because a start of a side failed; with one more the side counts as one that does not start. */
const SPARE = 3;

type FailedInit = Omit<Extract<InitMeasurement, { readonly kind: 'failed' }>, 'session'>;

export type Timed = { readonly kind: 'timed'; readonly timed: TimedInit } | FailedInit;

/** Times the sides in pairs, each pair in random order, so that what the machine does meanwhile meets both alike. */
export async function timeAll(starters: readonly Starter[], { pairs, onStep }: SessionOptions): Promise<readonly Timed[]> {
  const samples: InitSample[][] = starters.map(() => []);
  const failures: FailedInit[][] = starters.map(() => []);
  const alone: InitSample[][] = starters.map(() => []);
  for (let pair = 1; samples.every((list) => list.length < pairs) && failures.every((list) => list.length <= SPARE); pair += 1) {
    onStep(`pair ${pair} of ${pairs}`);
    const found = new Map<number, InitSample>();
    for (const place of randomInt(2) === 0 ? [0, 1] : [1, 0]) {
      const starter = starters[place];
      if (starter === undefined) continue;
      const start = await sampleInit(starter.shipped());
      if (start.kind === 'reached' && start.value !== null) found.set(place, start.value);
      else failures[place]?.push(failedInit(start));
    }
    const whole = found.size === starters.length;
    for (const [place, sample] of found) (whole ? samples : alone)[place]?.push(sample);
  }
  return starters.map((_, place): Timed => {
    const [failed] = failures[place]?.slice(SPARE) ?? [];
    if (failed !== undefined) return failed;
    // The other side failed before there was a pair: what this one did alone says that it starts.
    const own = samples[place] ?? [];
    return { kind: 'timed', timed: timedOf(own.length > 0 ? own : (alone[place] ?? [])) };
  });
}

/** A start whose process was gone when it should have been read ended by itself, after it had asked. */
function failedInit(start: Start<unknown>): FailedInit {
  const failure = start.kind === 'reached' ? ({ kind: 'exited', code: null, signal: null } as const) : failureOf(start);
  return { kind: 'failed', failure, lastLines: [...start.lastLines] };
}

function timedOf(samples: readonly InitSample[]): TimedInit {
  const cpu = samples.flatMap((sample) => (sample.cpu === null ? [] : [sample.cpu]));
  return {
    // Without the fork of this side: a large process forks slowly, and no function pays for it.
    wall: samples.map(({ wall, launch }) => millis(wall - launch)),
    cpu: cpu.length === samples.length ? cpu : null,
    minorFaults: samples.map(({ minorFaults }) => minorFaults),
    majorFaults: samples.map(({ majorFaults }) => majorFaults),
    peak: samples.map(({ peak }) => peak),
    resident: samples.map(({ resident }) => resident),
  };
}
