import * as z from 'zod';
import { duration, lines, MOST_SAMPLES, text } from './fields.ts';

/** Cold starts on AWS as a snapshot holds them: one side's part of a session in which two scratch functions were sampled in pairs. */

const count = z.int().min(0).max(1e9);
const megabytes = z.int().min(1).max(1e6);
const name = z.string().min(1).max(1_024);

/** How an init failed: `timeout` or `error`, with Lambda's own error type where it gives one (`Runtime.ExitError`), and what the function wrote. */
const failure = { status: z.enum(['timeout', 'error']), errorType: text.nullable(), lastLines: lines };

/** Starts whose outcome is known: neither warm ones nor lost answers are among them, nor the first after an upload. */
const starts = z.strictObject({
  attempted: count,
  /** Whose init failed. */
  failed: count,
  /** Of those by running out of time. */
  timedOut: count,
  /** The last of them. */
  failure: z.strictObject(failure).nullable(),
});

/** Place i of every list is of pair i: the other side's place i was taken right before or after it. */
const atMemory = z.strictObject({
  /** The function's memory size in MB. */
  memory: megabytes,
  /** How many times its pairs were looked at: α is split over the planned looks, and each size stops by itself. */
  looksTaken: count,
  /** Why no more were taken: all `looks`, limits that were `decided`, no `time` left, or too many `failures`. */
  end: z.enum(['looks', 'decided', 'time', 'failures']),
  /** What AWS did that ended it after a first look, with `time`; at head alone. */
  cut: text.optional(),
  starts,
  /** Where pair i was taken: on which two scratch functions, and whether they had exchanged their code. */
  places: z.array(z.strictObject({ deployment: count, exchanged: z.boolean() })).max(MOST_SAMPLES),
  initDuration: z.array(duration).max(MOST_SAMPLES),
  /** `Duration` of the same invocation: what the first event took. `null`: it ended in a function error, which is no response. */
  firstResponse: z.array(duration.nullable()).max(MOST_SAMPLES),
  billedDuration: z.array(duration).max(MOST_SAMPLES),
  /** Max Memory Used in MB. */
  maxMemoryUsed: z.array(megabytes).max(MOST_SAMPLES),
  /** Invocations that do not count, by reason (`the first after an upload`, `warm`, …). */
  discarded: z.array(z.strictObject({ reason: text, count })).max(50),
  /** Invocations that ended in a function error after a good init: they count. */
  functionErrors: count,
  /** Init Durations of the function on which an extension was sampled, without it; at head alone. They are no part of any pair. */
  host: z.array(duration).max(MOST_SAMPLES).optional(),
  /** Everything billed at this size, discarded invocations included. */
  spent: z.strictObject({ requests: count, gbSeconds: z.number().min(0).max(1e9) }),
});

export const coldStartMeasurement = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sampled'),
    /** The same at both sides that were sampled beside each other; figures of two sessions are not compared. */
    session: name,
    region: name,
    plannedLooks: count,
    /** Functions × sizes of all legs that the run sampled: α is split over them. */
    comparisons: count,
    /** Ascending by memory; never empty. */
    sizes: z.array(atMemory).min(1).max(50),
  }),
  /** Init failed, or ran into Lambda's limit, at every start on AWS. */
  z.strictObject({
    kind: z.literal('failed'),
    session: name,
    region: name,
    ...failure,
  }),
  /** `skipped`: there was nothing to sample. `aws`: AWS did not let it be sampled. */
  z.strictObject({
    kind: z.literal('none'),
    code: z.enum(['skipped', 'aws']),
    reason: text,
    /** The starts whose outcome was known when AWS, or the time, ended the sampling before it came to anything. */
    until: z
      .strictObject({ session: name, comparisons: count, sizes: z.array(z.strictObject({ memory: megabytes, starts })).max(50) })
      .optional(),
  }),
]);

export type ColdStartMeasurement = z.infer<typeof coldStartMeasurement>;
export type SampledColdStart = Extract<ColdStartMeasurement, { readonly kind: 'sampled' }>;
export type NotSampled = Extract<ColdStartMeasurement, { readonly kind: 'none' }>;
export type ColdStarts = ColdStartAtMemory['starts'];
export type ColdStartAtMemory = SampledColdStart['sizes'][number];
