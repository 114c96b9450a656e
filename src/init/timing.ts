import { randomInt } from 'node:crypto';
import { type InitMeasurement, MAPPED, type MappedPart, type TimedInit } from '../core/snapshot/init.ts';
import { median, sampleOf } from '../core/statistics.ts';
import { type Bytes, bytes, millis } from '../core/units.ts';
import { nameCLibrary } from './c-library.ts';
import { CpuClock } from './cpu-clock.ts';
import { failureOf } from './failure.ts';
import { responsesOf, type Sampled, type TimedResponses } from './response/responses.ts';
import { sampleResponse } from './response/sample.ts';
import type { Running, Start } from './start.ts';
import type { SessionOptions, Starter } from './starter.ts';
import { type InitSample, sampleInitAnd } from './usage.ts';

/** How many pairs may be taken again because a start of a side failed; with one more the side counts as one that does not start. */
const SPARE = 3;
/** How often a start whose CPU time could not be read is made again. */
const AGAIN = 2;

type FailedInit = Omit<Extract<InitMeasurement, { readonly kind: 'failed' }>, 'session'>;

export type Timed =
  | {
      readonly kind: 'timed';
      readonly timed: TimedInit;
      /** `null`: it was handed no event. */
      readonly response: TimedResponses | null;
    }
  | FailedInit;

type Sample = InitSample & { readonly afterwards: Sampled };

/** Times the sides in pairs, each pair in random order, so that what the machine does meanwhile meets both alike. */
export async function timeAll(starters: readonly Starter[], { pairs, onStep, clocks, scratch }: SessionOptions): Promise<readonly Timed[]> {
  await using clock = await CpuClock.open(clocks, scratch);
  const samples: Sample[][] = starters.map(() => []);
  const failures: FailedInit[][] = starters.map(() => []);
  const alone: Sample[][] = starters.map(() => []);
  for (let pair = 1; samples.every((list) => list.length < pairs) && failures.every((list) => list.length <= SPARE); pair += 1) {
    onStep(`${starters.length > 1 ? 'pair' : 'start'} ${pair} of ${pairs}`);
    const found = new Map<number, Sample>();
    for (const place of randomInt(2) === 0 ? [0, 1] : [1, 0]) {
      const starter = starters[place];
      if (starter === undefined) continue;
      const { event } = starter;
      const respond = event === null ? null : (running: Running) => sampleResponse(running, event, clock);
      const sample = (): ReturnType<typeof sampleInitAnd<Sampled>> =>
        sampleInitAnd<Sampled>(starter.shipped(), clock, async (running) => respond?.(running) ?? null);
      let start = await sample();
      // A machine so busy that the gate could not be read: one such start would cost all the others their CPU time.
      for (let again = 0; again < AGAIN && clock !== null && start.kind === 'reached' && start.value?.cpu === null; again += 1)
        start = await sample();
      if (start.kind === 'reached' && start.value !== null) found.set(place, start.value);
      else failures[place]?.push(failedInit(start));
    }
    const isPair = found.size === starters.length;
    for (const [place, sample] of found) (isPair ? samples : alone)[place]?.push(sample);
  }
  // One clock for all sides: what ended threads used would look like growth otherwise.
  const cpuOf = [...samples, ...alone].every((list) => list.every(({ cpu }) => cpu !== null)) ? 'process' : 'threads';
  const libraries = await Promise.all(
    [...samples, ...alone].map(([first]) => (first?.cLibrary == null ? null : nameCLibrary(first.cLibrary))),
  );
  return starters.map((_, place): Timed => {
    const [failed] = failures[place]?.slice(SPARE) ?? [];
    if (failed !== undefined) return failed;
    // The other side failed before there was a pair: what this one did alone says that it starts.
    const own = samples[place] ?? [];
    const [used, others] = own.length > 0 ? [own, samples[1 - place] ?? []] : [alone[place] ?? [], []];
    return {
      kind: 'timed',
      timed: timedOf(used, {
        cpuOf,
        cLibrary: libraries[own.length > 0 ? place : starters.length + place] ?? null,
        failedStarts: failures[place]?.length ?? 0,
      }),
      response: responsesOf(used.map(afterwardsOf), others.map(afterwardsOf)),
    };
  });
}

function afterwardsOf({ afterwards }: Sample): Sampled {
  return afterwards;
}

/** A start whose process was gone when it should have been read ended by itself, after it had asked. */
function failedInit(start: Start<unknown>): FailedInit {
  const failure = start.kind === 'reached' ? ({ kind: 'exited', code: null, signal: null } as const) : failureOf(start);
  return { kind: 'failed', failure, lastLines: [...start.lastLines] };
}

function timedOf(
  samples: readonly InitSample[],
  { cpuOf, cLibrary, failedStarts }: Pick<TimedInit, 'cpuOf' | 'cLibrary' | 'failedStarts'>,
): TimedInit {
  const cpu = samples.flatMap((sample) => (cpuOf === 'process' ? sample.cpu : sample.threadsCpu) ?? []);
  return {
    // Without the fork of this side: a large process forks slowly, and no function pays for it.
    wall: samples.map(({ wall, launch }) => millis(wall - launch)),
    cpu: cpu.length === samples.length ? cpu : null,
    cpuOf,
    cLibrary,
    failedStarts,
    minorFaults: samples.map(({ minorFaults }) => minorFaults),
    majorFaults: samples.map(({ majorFaults }) => majorFaults),
    peak: samples.map(({ peak }) => peak),
    resident: samples.map(({ mappings: { code, constants, relocated, data } }) => bytes(code + constants + relocated + data)),
    mappings: middles(samples),
    returned: middleOf(samples.map(({ peak, mappings }) => Math.max(0, peak - MAPPED.reduce((sum, part) => sum + mappings[part], 0)))),
  };
}

function middles(samples: readonly InitSample[]): TimedInit['mappings'] {
  const of = (part: MappedPart): Bytes => middleOf(samples.map(({ mappings }) => mappings[part]));
  const [code, constants, relocated, data, bss] = [of('code'), of('constants'), of('relocated'), of('data'), of('bss')];
  return {
    code,
    constants,
    relocated,
    data,
    bss,
    heap: of('heap'),
    mapped: of('mapped'),
    stacks: of('stacks'),
    libraries: of('libraries'),
    files: of('files'),
  };
}

function middleOf(values: readonly number[]): Bytes {
  const sample = sampleOf(values);
  return bytes(sample === null ? 0 : Math.round(median(sample)));
}
