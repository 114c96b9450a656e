import * as z from 'zod';
import type { Bytes, Millis } from '../units.ts';

/** Local init as a snapshot holds it: one side's part of a session in which base and head were started beside each other. */

// The parser is the one place where plain numbers become branded ones, hence the casts.
const size = z.int().min(0).max(1e15) as unknown as z.ZodType<Bytes>;
const duration = z.number().min(0).max(1e9) as unknown as z.ZodType<Millis>;
const count = z.int().min(0).max(1e15);
const text = z.string().max(4_096);
const name = z.string().min(1).max(2_048);
const lines = z.array(z.string().max(1_024)).max(20);

const MOST_RUNS = 50;
const MOST_SAMPLES = 1_000;

/** How a start ended that never asked for its first event. */
const initFailure = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), code: z.int().nullable(), signal: name.nullable() }),
  z.strictObject({ kind: z.literal('init-error'), by: text, errorType: text.nullable(), message: text.nullable() }),
  z.strictObject({ kind: z.literal('timed-out'), after: duration, waitingFor: z.array(text).max(20) }),
  /** It could not be started at all: `problem` completes "it cannot be started: …". */
  z.strictObject({ kind: z.literal('cannot-run'), problem: text }),
]);

const instructions = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('counted'),
    /** What ran: the twin (its functions have names), or the shipped binary. */
    of: z.enum(['twin', 'binary']),
    /** The total of each run, in the order they were made. */
    runs: z.array(count).min(1).max(MOST_RUNS),
    /** The total of the one run (nearest to the median) that is split up below. */
    total: count,
    /** They add up to `total`. `null` where the binary has no names to tell them by. */
    phases: z.strictObject({ loading: count, runtimeStart: count, handlerInit: count }).nullable(),
    /** Own instructions by crate; libraries stand with their file names. With `unattributed` they add up to `total`. */
    crates: z.array(z.strictObject({ name, instructions: count })).max(20_000),
    /** Of what no symbol covers. */
    unattributed: count,
    /** The functions with the most instructions. `inclusive` is with everything called. */
    functions: z.array(z.strictObject({ crate: name, name, self: count, inclusive: count })).max(5_000),
  }),
  z.strictObject({ kind: z.literal('none'), reason: text }),
]);

/** Place i of every list is of pair i: the other side's place i was taken right before or after it. */
const timed = z.strictObject({
  /** From the program's image in place (exec) to the deciding request, read whole. */
  wall: z.array(duration).min(1).max(MOST_SAMPLES),
  /** Over all threads alive then; `null` where the kernel keeps no account. */
  cpu: z.array(duration).max(MOST_SAMPLES).nullable(),
  minorFaults: z.array(count).max(MOST_SAMPLES),
  majorFaults: z.array(count).max(MOST_SAMPLES),
  /** The most that was resident at once (VmHWM). */
  peak: z.array(size).max(MOST_SAMPLES),
  /** How much of the binary's file was paged in. */
  resident: z.array(size).max(MOST_SAMPLES),
});

const connection = z.strictObject({
  /** `lookup`: a name asked of a name server. */
  kind: z.enum(['connect', 'lookup']),
  /** `192.0.2.7:5432`, `[2001:db8::1]:443`, or the name that was looked up. */
  address: name,
});

const connects = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('traced'),
    /** How many there were in each run. */
    runs: z.array(count).min(1).max(MOST_RUNS),
    /** Those of the first run, in order. */
    connections: z.array(connection).max(500),
  }),
  z.strictObject({ kind: z.literal('none'), reason: text }),
]);

export const initMeasurement = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('measured'),
    /** The same at both sides that were started beside each other; figures of two sessions are not compared. */
    session: name,
    instructions,
    timed,
    connects,
  }),
  z.strictObject({ kind: z.literal('failed'), session: name, failure: initFailure, lastLines: lines }),
  /** Not started: by choice (`off`), since it is byte-identical to the other side (`unchanged`), or since this machine cannot (`not-here`), or not beside base (`apart`). */
  z.strictObject({ kind: z.literal('none'), code: z.enum(['off', 'unchanged', 'not-here', 'apart']), reason: text }),
]);

export type InitMeasurement = z.infer<typeof initMeasurement>;
export type MeasuredInit = Extract<InitMeasurement, { readonly kind: 'measured' }>;
export type InitFailure = z.infer<typeof initFailure>;
export type CountedInstructions = Extract<MeasuredInit['instructions'], { readonly kind: 'counted' }>;
export type TimedInit = MeasuredInit['timed'];
export type TracedConnects = MeasuredInit['connects'];
export type Connection = z.infer<typeof connection>;
