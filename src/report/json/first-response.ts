import * as z from 'zod';
import { row } from './figures.ts';
import { connections, costs, cpu, growth, named, outliving, timed } from './init.ts';

/** The first response in the JSON report: one function's, base beside head. Times are milliseconds, sizes bytes. */
const unanswered = {
  /** `error`: it answered with one. */
  why: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('failed'),
      failure: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('exited'), code: z.number().nullable(), signal: z.string().nullable() }),
        z.object({ kind: z.literal('timed-out'), after: z.number(), seen: z.string().nullable() }),
        z.object({ kind: z.literal('error'), by: z.string(), errorType: z.string().nullable(), message: z.string().nullable() }),
      ]),
    }),
    z.object({ kind: z.literal('error'), errorType: z.string().nullable(), message: z.string().nullable() }),
  ]),
  lastLines: z.array(z.string()),
  /** Names and addresses that it asked for meanwhile. */
  askedFor: z.array(z.string()),
};

const state = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured') }),
  /** Head answers, base does not. */
  z.object({ kind: z.literal('recovered') }),
  /** Base answers, head does not: a breach. */
  z.object({ kind: z.literal('broken'), ...unanswered }),
  /** Head does not answer, nor does base where there is one. */
  z.object({ kind: z.literal('not-measurable'), ...unanswered }),
  /** `no-event`: no event was given; `no-init`: it was not started, or did not come so far. */
  z.object({ kind: z.literal('none'), code: z.enum(['no-event', 'no-init', 'not-here', 'apart']), reason: z.string() }),
]);

export const firstResponseReport = z.object({
  state,
  /** The event by its name, or where the request went. */
  event: z.string().nullable(),
  /** Of HTTP; `null` of an answer that has none. */
  statuses: z.object({ base: z.number().nullable(), head: z.number().nullable() }),
  /** Own instructions. */
  crates: z.array(row),
  /** The largest change of inclusive instructions first, twenty at most. */
  functions: costs,
  growth,
  /** Threads that still worked when the response had been posted, as `threads` of `init`. */
  threads: z.object({ base: outliving, head: outliving }),
  /** From the event handed over to the response read whole. */
  time: timed,
  /** Kernel and user time between the two. */
  cpu,
  connections: z.object({ base: connections, head: connections }),
  /** Work that base does in init and head in the first response (`later`) or the other way round, and the instructions of both together. */
  moved: z
    .object({
      direction: z.enum(['later', 'sooner']),
      amount: z.number(),
      functions: z.array(named),
      together: z.object({ base: z.number(), head: z.number() }),
    })
    .nullable(),
});

export const firstResponseBreach = z.object({ kind: z.literal('first-response'), function: z.string(), ...unanswered });
