import * as z from 'zod';
import { change, pair, row } from './figures.ts';

/** Local init in the JSON report: one function's, base beside head. Times are milliseconds, sizes bytes. */
const lastLines = z.array(z.string());

/** How a start ended that never asked for its first event. */
const failure = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exited'), code: z.number().nullable(), signal: z.string().nullable() }),
  z.object({ kind: z.literal('init-error'), by: z.string(), errorType: z.string().nullable(), message: z.string().nullable() }),
  z.object({ kind: z.literal('timed-out'), after: z.number(), waitingFor: z.array(z.string()) }),
  z.object({ kind: z.literal('cannot-run'), problem: z.string() }),
]);

const state = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured') }),
  /** Head starts, base does not. */
  z.object({ kind: z.literal('recovered') }),
  /** Base starts, head does not: a breach. */
  z.object({ kind: z.literal('broken'), failure, lastLines }),
  /** Head does not start, nor does base where there is one. */
  z.object({ kind: z.literal('not-measurable'), failure, lastLines }),
  /** Nobody started it, or not beside base. */
  z.object({
    kind: z.literal('none'),
    code: z.enum(['not-asked', 'removed', 'off', 'unchanged', 'not-here', 'apart']),
    reason: z.string(),
  }),
]);

const sampled = z.object({ median: z.number(), p90: z.number() }).nullable();
const timed = z
  .strictObject({
    base: sampled,
    head: sampled,
    change,
    verdict: z.enum(['slower', 'faster', 'undecided']).nullable(),
  })
  .nullable();

const connections = z.array(z.object({ kind: z.enum(['connect', 'lookup']), address: z.string() })).nullable();

export const initReport = z.object({
  state,
  /** Instructions of code loading, runtime start and handler init: they add up to those of `crates`. */
  phases: z.array(row),
  /** Own instructions. */
  crates: z.array(row),
  /** The largest change of inclusive instructions first, twenty at most. */
  functions: z.array(z.object({ crate: z.string(), name: z.string(), self: pair, inclusive: pair })),
  /** From exec to the first request. */
  time: timed,
  cpu: timed,
  /** Of the binary's file. */
  paged: pair,
  connections: z.object({ base: connections, head: connections }),
});

export const initBreach = z.object({ kind: z.literal('init'), function: z.string(), failure, lastLines });
