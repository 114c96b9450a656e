import * as z from 'zod';
import { connects, instructions } from './counted.ts';
import { count, duration, lines, MOST_SAMPLES, name, size, text } from './fields.ts';
import { firstResponse } from './first-response.ts';

/** Local init as a snapshot holds it: one side's part of a session in which base and head were started beside each other. */

/** How a start ended that never asked for its first event. */
const initFailure = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), code: z.int().nullable(), signal: name.nullable() }),
  z.strictObject({ kind: z.literal('init-error'), by: text, errorType: text.nullable(), message: text.nullable() }),
  /** `seen`: what it did in place of asking, completes "… within 10 s: …". */
  z.strictObject({ kind: z.literal('timed-out'), after: duration, waitingFor: z.array(text).max(20), seen: text.nullable() }),
  /** It listens on TCP ports and asks for no event: it speaks HTTP itself. */
  z.strictObject({ kind: z.literal('listens'), ports: z.array(z.int().min(1).max(65_535)).min(1).max(20) }),
  /** It could not be started at all: `problem` completes "it cannot be started: …". */
  z.strictObject({ kind: z.literal('cannot-run'), problem: text }),
]);

/** The parts of a process that its pages belong to: five of the binary's file, and what it takes beside it. */
export const MAPPED = ['code', 'constants', 'relocated', 'data', 'bss', 'heap', 'mapped', 'stacks', 'libraries', 'files'] as const;
export type MappedPart = (typeof MAPPED)[number];

/** Place i of every list is of pair i: the other side's place i was taken right before or after it. */
const timed = z.strictObject({
  /** From the program's image in place (exec) to the deciding request, read whole. */
  wall: z.array(duration).min(1).max(MOST_SAMPLES),
  /** Kernel and user time of `cpuOf` until then; `null` where the kernel keeps no account. */
  cpu: z.array(duration).max(MOST_SAMPLES).nullable(),
  /** `threads`: of those alive then alone, since nothing here reads the clock of a process (perl or python3 do). The same at both sides. */
  cpuOf: z.enum(['process', 'threads']),
  /** The C library of this machine that the process maps, as it calls itself: `glibc 2.36`; `null` of one that brings its own within. */
  cLibrary: name.nullable(),
  /** Timed starts that never asked for their first event, and were made again: more than three of a side, and it counts as one that does not start. */
  failedStarts: z.int().min(0).max(MOST_SAMPLES),
  minorFaults: z.array(count).max(MOST_SAMPLES),
  majorFaults: z.array(count).max(MOST_SAMPLES),
  /** The most that was resident at once (VmHWM). */
  peak: z.array(size).max(MOST_SAMPLES),
  /** How much of the binary's file was paged in. */
  resident: z.array(size).max(MOST_SAMPLES),
  /**
   * What was resident of each part when init ended, the median of the samples: `relocated` is read-only once the loader has written addresses
   * into it, `mapped` what was asked of the kernel beside the heap, `stacks` those of all threads, `files` what is mapped and no library.
   */
  mappings: z.record(z.enum(MAPPED), size),
  /** What had been resident at once and was no more: the peak without all parts, the median of the samples. */
  returned: size,
});

export const initMeasurement = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('measured'),
    /** The same at both sides that were started beside each other; figures of two sessions are not compared. */
    session: name,
    instructions,
    timed,
    connects,
    /** What answering a first event took; `null`: no event was given. */
    firstResponse: firstResponse.nullable(),
  }),
  z.strictObject({ kind: z.literal('failed'), session: name, failure: initFailure, lastLines: lines }),
  /** Not started: by choice (`off`), since it is byte-identical to the other side (`unchanged`), or since this machine cannot (`not-here`), or not beside base (`apart`). */
  z.strictObject({ kind: z.literal('none'), code: z.enum(['off', 'unchanged', 'not-here', 'apart']), reason: text }),
]);

export type InitMeasurement = z.infer<typeof initMeasurement>;
export type MeasuredInit = Extract<InitMeasurement, { readonly kind: 'measured' }>;
export type InitFailure = z.infer<typeof initFailure>;
export type TimedInit = MeasuredInit['timed'];
