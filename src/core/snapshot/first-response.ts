import * as z from 'zod';
import { connects, instructions } from './counted.ts';
import { count, duration, lines, MOST_SAMPLES, name, size, text } from './fields.ts';

/**
 * The first response as a snapshot holds it: what a function did between its first event, handed over when its init had ended, and the response,
 * read whole. Part of what one start is measured by, so that base's stands beside head's as its init does.
 */

const by = z.discriminatedUnion('kind', [
  /** An event of the Runtime API: the name of one that is ready here (`api-gateway-v2`), or `own` for JSON and files. */
  z.strictObject({ kind: z.literal('event'), name }),
  /** A request to a function that speaks HTTP itself. */
  z.strictObject({ kind: z.literal('http'), port: z.int().min(1).max(65_535), path: text }),
]);

/**
 * What the function answered in its first start. `status`: of HTTP, its own or that of a response of API Gateway's shape; `null` of any other. From 500 on
 * it is an error, as Lambda's web adapter may be told.
 */
const answer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('response'), bytes: size, status: z.int().min(100).max(999).nullable() }),
  z.strictObject({ kind: z.literal('error'), errorType: text.nullable(), message: text.nullable() }),
]);

/** Place i of every list is of pair i, as in init's. */
const timed = z.strictObject({
  /** From the event handed over to the response read whole. */
  wall: z.array(duration).min(1).max(MOST_SAMPLES),
  /** What was added to init's, over all threads alive then; `null` where the kernel keeps no account. */
  cpu: z.array(duration).max(MOST_SAMPLES).nullable(),
  /** Beyond those at init's end. */
  minorFaults: z.array(count).max(MOST_SAMPLES),
  majorFaults: z.array(count).max(MOST_SAMPLES),
  /** The most that was resident at once (VmHWM) until the response, init included. */
  peak: z.array(size).max(MOST_SAMPLES),
});

/** How a first event went unanswered. */
const responseFailure = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), code: z.int().nullable(), signal: name.nullable() }),
  /** `seen`: what it did in place of answering, completes "… within 10 s: …". */
  z.strictObject({ kind: z.literal('timed-out'), after: duration, seen: text.nullable() }),
  /** An extension reported an error (`by`: its name), or a connection closed before its response. */
  z.strictObject({ kind: z.literal('error'), by: text, errorType: text.nullable(), message: text.nullable() }),
]);

export const firstResponse = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('measured'),
    by,
    answer,
    /** As init's, without phases: a first response has none. */
    instructions,
    timed,
    connects,
  }),
  /** Init was fine, and no response came. `connects`: what it asked for meanwhile. */
  z.strictObject({ kind: z.literal('failed'), by, failure: responseFailure, lastLines: lines, connects }),
  z.strictObject({ kind: z.literal('none'), reason: text }),
]);

/** An event that a manifest declares, read from its file where it names one: as large as a function can be invoked with. */
export const declaredEvent = z.strictObject({
  /** `null`: `[workspace.metadata.coldgate]`; otherwise the package whose functions are handed it. */
  package: name.nullable(),
  /** The only function that it is for; `null`: all of them. */
  function: name.nullable(),
  /** `Cargo.toml`, relative to the repository. */
  file: text,
  /** Of one that is ready, or `own`. */
  name,
  text: z.string().max(6 * 1024 * 1024),
});

export type DeclaredEvent = z.infer<typeof declaredEvent>;
export type FirstResponse = z.infer<typeof firstResponse>;
