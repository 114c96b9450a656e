import * as z from 'zod';
import type { Millis } from '../units.ts';

/** Cold starts on AWS as a snapshot holds them: one side's part of a session in which two scratch functions were sampled in pairs. */

// The parser is the one place where plain numbers become branded ones, hence the casts.
const duration = z.number().min(0).max(1e9) as unknown as z.ZodType<Millis>;
const count = z.int().min(0).max(1e9);
const megabytes = z.int().min(1).max(1e6);
const text = z.string().max(4_096);
const name = z.string().min(1).max(1_024);
const lines = z.array(z.string().max(1_024)).max(20);

const MOST_SAMPLES = 1_000;

/** Place i of every list is of pair i: the other side's place i was taken right before or after it. */
const atMemory = z.strictObject({
  /** The function's memory size in MB. */
  memory: megabytes,
  /** How many times its pairs were looked at: α is split over the planned looks, and each size stops by itself. */
  looksTaken: count,
  initDuration: z.array(duration).max(MOST_SAMPLES),
  billedDuration: z.array(duration).max(MOST_SAMPLES),
  /** Max Memory Used in MB. */
  maxMemoryUsed: z.array(megabytes).max(MOST_SAMPLES),
  /** Invocations that do not count, by reason (`the first after an upload`, `warm`, …). */
  discarded: z.array(z.strictObject({ reason: text, count })).max(50),
  /** Invocations that ended in a function error after a good init: they count. */
  functionErrors: count,
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
    /** Ascending by memory; never empty. */
    sizes: z.array(atMemory).min(1).max(50),
  }),
  /** Init failed, or ran into Lambda's limit, on AWS. */
  z.strictObject({
    kind: z.literal('failed'),
    session: name,
    region: name,
    /** `timeout` or `error`, with Lambda's own error type where it gives one (`Runtime.ExitError`). */
    status: z.enum(['timeout', 'error']),
    errorType: text.nullable(),
    lastLines: lines,
  }),
  z.strictObject({ kind: z.literal('none'), reason: text }),
]);

export type ColdStartMeasurement = z.infer<typeof coldStartMeasurement>;
export type SampledColdStart = Extract<ColdStartMeasurement, { readonly kind: 'sampled' }>;
export type ColdStartAtMemory = SampledColdStart['sizes'][number];
