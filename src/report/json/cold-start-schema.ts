import * as z from 'zod';

/** Cold starts on AWS in the JSON report: one function's, base beside head. Times are milliseconds, sizes bytes, prices US dollars. */
const failed = {
  status: z.enum(['timeout', 'error']),
  /** Lambda's own word where it gives one. */
  errorType: z.string().nullable(),
  lastLines: z.array(z.string()),
};

const state = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('measured') }),
  /** Base's init fails on AWS, head's works. */
  z.strictObject({ kind: z.literal('recovered') }),
  /** Base's init works on AWS, head's fails: a breach. */
  z.strictObject({ kind: z.literal('broken'), ...failed }),
  /** Head's init fails on AWS, as does base's where there is one. */
  z.strictObject({ kind: z.literal('not-measurable'), ...failed }),
  /** Nobody sampled it, or not beside base. */
  z.strictObject({ kind: z.literal('none'), code: z.enum(['not-asked', 'removed', 'not-sampled', 'apart']), reason: z.string() }),
]);

/** An `upper` of `null` is unbounded: there are too few samples. */
const interval = z.strictObject({ lower: z.number(), upper: z.number().nullable() });

const figures = z
  .strictObject({
    /** Of the Init Duration. */
    median: z.number(),
    p90: z.number(),
    /** Where the median lies. */
    interval,
    samples: z.number(),
    discarded: z.array(z.strictObject({ reason: z.string(), count: z.number() })),
    /** Samples whose invocation ended in a function error after a good init. */
    functionErrors: z.number(),
    maxMemoryUsed: z.number(),
    /** Max Memory Used: the median and the quartiles. */
    memory: z.strictObject({ median: z.number(), low: z.number(), high: z.number(), count: z.number() }),
    /** The median. */
    billed: z.number(),
    /** The init of a million cold starts, at the prices of us-east-1. */
    pricePerMillion: z.number(),
  })
  .nullable();

/** Ratios head / base, over the pairs. */
const change = z.strictObject({ ratio: z.number(), interval, pairs: z.number() }).nullable();

export const coldStartReport = z.strictObject({
  state,
  region: z.string().nullable(),
  looks: z.strictObject({ taken: z.number(), planned: z.number() }).nullable(),
  /** Ascending by memory; the first is judged. */
  sizes: z.array(
    z.strictObject({
      /** In Lambda's MB. */
      memorySize: z.number(),
      base: figures,
      head: figures,
      change,
      verdict: z.enum(['slower', 'faster', 'undecided']).nullable(),
      /** The ratio that would just have been proven slower. */
      detectable: z.number().nullable(),
    }),
  ),
  spent: z.strictObject({ requests: z.number(), gbSeconds: z.number(), dollars: z.number() }).nullable(),
});

export const coldStartBreach = z.strictObject({ function: z.string(), ...failed });

/** What an unproven limit has besides itself. `pairs`: head's samples where there are no pairs. */
export const unprovenFigures = { change, pairs: z.number(), detectable: z.number().nullable() };
