import * as z from 'zod';
import { count, name, text } from './fields.ts';

/** What is counted between two moments of a start, be they init's or the first response's: instructions, and connections. */

const MOST_RUNS = 50;

const called = z.strictObject({ crate: name, name });
/** A thread by the function under which its work is; `null` where none has a name. What it executed, up to where the run ended. */
const thread = z.strictObject({ under: called.nullable(), instructions: count });
const threads = z.array(thread).max(50);

/** Who did what a side's instructions grew by beside the other's, in one session. */
const growth = z.strictObject({
  /** Functions that each hold most of the growth with what they call, the lowest first. Process start is not among them. */
  functions: z.array(called.extend({ grown: count })).max(30),
  /** Functions that start more threads, those nearest to the thread first. */
  starters: z.array(called).max(10),
});

export const instructions = z.discriminatedUnion('kind', [
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
    /** Of head, against base; `null` at base, and where head was started alone. */
    growth: growth.nullable(),
    /** Threads of that run that still worked when everything else had come to rest: in no figure of either side. */
    leftOut: threads,
    /** Threads of that run that worked on after the request, to their end: counted whole. */
    background: threads,
  }),
  z.strictObject({ kind: z.literal('none'), reason: text }),
]);

const connection = z.strictObject({
  /** `lookup`: a name asked of a name server. */
  kind: z.enum(['connect', 'lookup']),
  /** `192.0.2.7:5432`, `[2001:db8::1]:443`, `unix:/run/db.sock`, `unix:@abstract`, or the name that was looked up. */
  address: name,
});

export const connects = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('traced'),
    /** How many there were in each run. */
    runs: z.array(count).min(1).max(MOST_RUNS),
    /** Those of the first run, in order. */
    connections: z.array(connection).max(500),
  }),
  z.strictObject({ kind: z.literal('none'), reason: text }),
]);

export type CountedInstructions = Extract<z.infer<typeof instructions>, { readonly kind: 'counted' }>;
export type Growth = z.infer<typeof growth>;
export type TracedConnects = z.infer<typeof connects>;
export type Connection = z.infer<typeof connection>;
