import * as z from 'zod';
import { change, interval, repeated } from './figures.ts';

/** Cold starts on AWS in the JSON report: one function's, base beside head. Times are milliseconds, sizes bytes, prices US dollars. */
const failed = {
  status: z.enum(['timeout', 'error']),
  /** Lambda's own word where it gives one. */
  errorType: z.string().nullable(),
  lastLines: z.array(z.string()),
};

const state = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured') }),
  /** Base's init fails on AWS, head's works. */
  z.object({ kind: z.literal('recovered') }),
  /** Base's init works on AWS, head's fails: a breach. */
  z.object({ kind: z.literal('broken'), ...failed }),
  /** Head's init fails on AWS, as does base's where there is one. */
  z.object({ kind: z.literal('not-measurable'), ...failed }),
  /** Nobody sampled it, AWS did not let it be sampled, or not beside base. */
  z.object({ kind: z.literal('none'), code: z.enum(['not-asked', 'removed', 'not-sampled', 'aws', 'apart']), reason: z.string() }),
]);

const startCount = z.object({ attempted: z.number(), failed: z.number(), timedOut: z.number() });
const counts = z.object({ base: startCount.nullable(), head: startCount });

const figures = z
  .strictObject({
    /** Of the Init Duration. */
    median: z.number(),
    p90: z.number(),
    /** Where the median lies. */
    interval,
    samples: z.number(),
    discarded: z.array(z.object({ reason: z.string(), count: z.number() })),
    /** Samples whose invocation ended in a function error after a good init. */
    functionErrors: z.number(),
    maxMemoryUsed: z.number(),
    /** Max Memory Used: the median and the quartiles. */
    memory: repeated,
    /** The median. */
    billed: z.number(),
    /** The init of a million cold starts, at the prices of us-east-1. */
    pricePerMillion: z.number(),
  })
  .nullable();

const times = z.object({ median: z.number(), p90: z.number(), interval, samples: z.number() }).nullable();

export const coldStartReport = z.object({
  state,
  region: z.string().nullable(),
  looks: z.object({ taken: z.number(), planned: z.number() }).nullable(),
  /** Ascending by memory; the first is judged. */
  sizes: z.array(
    z.object({
      /** In Lambda's MB. */
      memorySize: z.number(),
      base: figures,
      head: figures,
      change,
      verdict: z.enum(['slower', 'faster', 'undecided']).nullable(),
      /** The ratio that would just have been proven slower. */
      detectable: z.number().nullable(),
      /** `Duration` of the same invocations, where the function answered. `change`: only where a limit of the run is on it. */
      firstResponse: z.object({
        base: times,
        head: times,
        change,
        verdict: z.enum(['slower', 'faster', 'undecided']).nullable(),
        detectable: z.number().nullable(),
      }),
      /** Of an extension: what it adds to the Init Duration of the small function that it was sampled on, whose own median is `host`. */
      extensionOverhead: z
        .object({ host: z.number(), samples: z.number(), base: z.number().nullable(), head: z.number().nullable() })
        .nullable(),
      /** Sampling ended before the last look because the limits that the sampler knew were settled. */
      stopped: z.boolean(),
      /** What AWS did that ended it after the first look: what was sampled until then is judged. */
      cut: z.string().nullable(),
    }),
  ),
  /** Starts of head that failed, at the size where that says most; `proven`: more often than base's, a breach. */
  failing: z.object({ memorySize: z.number(), proven: z.boolean(), counts, ...failed }).nullable(),
  spent: z.object({ requests: z.number(), gbSeconds: z.number(), dollars: z.number() }).nullable(),
});

/** `counts`: `null` of a function that never starts. */
export const coldStartBreach = z.object({ kind: z.literal('cold-start'), function: z.string(), counts: counts.nullable(), ...failed });

/** What an unproven limit has besides itself. `pairs`: head's samples where there are no pairs. */
export const unprovenFigures = { change, pairs: z.number(), detectable: z.number().nullable() };
