import * as z from 'zod';
import { MAPPED } from '../../core/snapshot/init.ts';
import { change, interval, pair, row } from './figures.ts';

/** Local init in the JSON report: one function's, base beside head. Times are milliseconds, sizes bytes. */
const lastLines = z.array(z.string());

/** How a start ended that never asked for its first event. */
const failure = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exited'), code: z.number().nullable(), signal: z.string().nullable() }),
  z.object({ kind: z.literal('init-error'), by: z.string(), errorType: z.string().nullable(), message: z.string().nullable() }),
  z.object({ kind: z.literal('timed-out'), after: z.number(), waitingFor: z.array(z.string()), seen: z.string().nullable() }),
  z.object({ kind: z.literal('listens'), ports: z.array(z.number()) }),
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
export const timed = z
  .strictObject({
    base: sampled,
    head: sampled,
    change,
    verdict: z.enum(['slower', 'faster', 'undecided']).nullable(),
  })
  .nullable();

const sampledTime = z
  .strictObject({
    median: z.number(),
    p90: z.number(),
    /** Where the median lies. */
    interval,
    samples: z.number(),
  })
  .nullable();
export const cpu = z
  .strictObject({
    /** `threads`: of those alive at the first request alone, since nothing there reads the clock of a process. */
    of: z.enum(['process', 'threads']),
    base: sampledTime,
    head: sampledTime,
    change,
    verdict: z.enum(['slower', 'faster', 'undecided']).nullable(),
    /** The ratio that would just have been proven slower. */
    detectable: z.number().nullable(),
  })
  .nullable();

export const connections = z.array(z.object({ kind: z.enum(['connect', 'lookup']), address: z.string() })).nullable();

export const named = z.object({ crate: z.string(), name: z.string(), own: z.boolean() });
export const costs = z.array(z.object({ crate: z.string(), name: z.string(), self: pair, inclusive: pair }));
export const growth = z.object({ functions: z.array(named.extend({ grown: z.number() })), starters: z.array(named) });

/** Threads that still worked when the first event was asked for, by the function under which their work is. */
const threads = z.array(z.object({ under: z.object({ crate: z.string(), name: z.string() }).nullable(), instructions: z.number() }));
const failedStarts = z.object({ failed: z.number(), made: z.number() }).nullable();
export const outliving = z.object({ leftOut: threads, background: threads }).nullable();

export const initReport = z.object({
  state,
  /** Instructions of code loading, runtime start and handler init: they add up to those of `crates`. */
  phases: z.array(row),
  /** Own instructions. */
  crates: z.array(row),
  /** The largest change of inclusive instructions first, twenty at most. */
  functions: costs,
  /** What the instructions grew by: the functions that each hold most of it, the lowest first, and what starts the threads that it is in. */
  growth,
  /** `leftOut` are in no instructions, since they go on; `background` are counted whole, since they end. */
  threads: z.object({ base: outliving, head: outliving }),
  /** From exec to the first request. */
  time: timed,
  /** Kernel and user time until then. */
  cpu,
  /** Of the machine it was measured on, as head maps it: `glibc 2.36`. */
  cLibrary: z.string().nullable(),
  /** Timed starts that never came to the first request. */
  failedStarts: z.object({ base: failedStarts, head: failedStarts }),
  /** Of the binary's file. */
  paged: pair,
  /** Bytes resident of each part of the process at the first request; `returned` had been and was given back. */
  mappings: z.array(pair.extend({ part: z.enum([...MAPPED, 'returned']) })),
  connections: z.object({ base: connections, head: connections }),
});

export const initBreach = z.object({ kind: z.literal('init'), function: z.string(), failure, lastLines });
