import * as z from 'zod';

/** Local init in the JSON report: one function's, base beside head. Times are milliseconds, sizes bytes. */
const figure = z.number().nullable();
const pair = z.strictObject({ base: figure, head: figure });
const row = z.strictObject({ name: z.string(), base: figure, head: figure });
const reason = z.string().optional();
const lastLines = z.array(z.string());

/** Measured several times: the median, and how far the figures lie apart. */
const repeated = z.strictObject({ median: z.number(), low: z.number(), high: z.number(), count: z.number() }).nullable();
const repeatedPair = z.strictObject({ base: repeated, head: repeated });

/** How a start ended that never asked for its first event. */
const failure = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), code: z.number().nullable(), signal: z.string().nullable() }),
  z.strictObject({ kind: z.literal('init-error'), by: z.string(), errorType: z.string().nullable(), message: z.string().nullable() }),
  z.strictObject({ kind: z.literal('timed-out'), after: z.number(), waitingFor: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('cannot-run'), problem: z.string() }),
]);

const state = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('measured') }),
  /** Head starts, base does not. */
  z.strictObject({ kind: z.literal('recovered') }),
  /** Base starts, head does not: a breach. */
  z.strictObject({ kind: z.literal('broken'), failure, lastLines }),
  /** Head does not start, nor does base where there is one. */
  z.strictObject({ kind: z.literal('not-measurable'), failure, lastLines }),
  /** Nobody started it, or not beside base. */
  z.strictObject({
    kind: z.literal('none'),
    code: z.enum(['not-asked', 'removed', 'off', 'unchanged', 'not-here', 'apart']),
    reason: z.string(),
  }),
]);

const sampled = z.strictObject({ median: z.number(), p90: z.number() }).nullable();
const timed = z
  .strictObject({
    base: sampled,
    head: sampled,
    /** Ratios head / base, over pairs; an `upper` of `null` is unbounded. */
    change: z
      .strictObject({ ratio: z.number(), interval: z.strictObject({ lower: z.number(), upper: z.number().nullable() }), pairs: z.number() })
      .nullable(),
    verdict: z.enum(['slower', 'faster', 'undecided']).nullable(),
  })
  .nullable();

const connections = z.array(z.strictObject({ kind: z.enum(['connect', 'lookup']), address: z.string() })).nullable();

export const initReport = z.strictObject({
  state,
  metrics: z.strictObject({ instructions: repeatedPair, faults: repeatedPair, connects: repeatedPair, memory: repeatedPair }),
  /** Why a metric has no figure although the function was started. */
  unmeasured: z.strictObject({ instructions: reason, faults: reason, connects: reason, memory: reason }),
  /** Instructions of code loading, runtime start and handler init: they add up to those of `crates`. */
  phases: z.array(row),
  /** Own instructions. */
  crates: z.array(row),
  /** The largest change of inclusive instructions first, twenty at most. */
  functions: z.array(z.strictObject({ crate: z.string(), name: z.string(), self: pair, inclusive: pair })),
  /** From exec to the first request. */
  time: timed,
  cpu: timed,
  /** Of the binary's file. */
  paged: pair,
  connections: z.strictObject({ base: connections, head: connections }),
});

export const initBreach = z.strictObject({ function: z.string(), failure, lastLines });
