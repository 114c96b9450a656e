import { setTimeout as sleep } from 'node:timers/promises';
import { type Millis, millis } from '../../core/units.ts';
import type { GroupEnd } from '../../exec/group.ts';
import { textField } from '../runtime-api/reported-error.ts';
import type { RuntimeApi } from '../runtime-api/runtime-api.ts';
import { httpAnswer } from './status.ts';

/** An event that functions are answered to answer: its text, and what it is called. */
export interface FirstEvent {
  /** Of one that is ready here: `api-gateway-v2`; `own` for JSON and files. */
  readonly name: string;
  /** JSON. */
  readonly text: string;
}

/** What came of a first event. */
export type Answered =
  | {
      readonly kind: 'answered';
      readonly answer: GivenAnswer;
      /** From the event written to the answer read whole. */
      readonly wall: Millis;
      /** Lets the runtime go on, which waits until its answer is accepted. */
      readonly accept: () => void;
    }
  | Unanswered;

/** What a function answered: a response of so many bytes, with its status where it has one of HTTP, or an error in its own words. */
export type GivenAnswer =
  | { readonly kind: 'response'; readonly bytes: number; readonly status: number | null }
  | { readonly kind: 'error'; readonly errorType: string | null; readonly message: string | null };

export type Unanswered =
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null }
  /** `seen`: what it did in place of answering. */
  | { readonly kind: 'timed-out'; readonly after: Millis; readonly seen: string | null }
  /** An extension reported it. */
  | { readonly kind: 'error'; readonly by: string; readonly errorType: string | null; readonly message: string | null };

interface Client {
  readonly request: () => Promise<Answered>;
}

/** From here on a status says that it went wrong. */
export const WRONG = 500;
/** How long a function that closed its connection may take to end, where it does. */
const ENDS_MS = 300;
/** Of an error that says more than a report shows. */
const MOST_WORDS = 4_096;

interface AnsweringOptions {
  readonly api: RuntimeApi;
  /** What asks a function that speaks HTTP itself; `null`: it is handed its event. */
  readonly client: Client | null;
  /** The function's end; never rejects. */
  readonly ended: Promise<{ readonly kind: 'ended'; readonly end: GroupEnd } | { readonly kind: 'failed'; readonly error: unknown }>;
  readonly timeout: Millis;
}

/**
 * Hands an event to a function that is held in its first `/next`, and to its extensions, and waits for what it posts. The runtime is left waiting
 * for the answer to its answer, so that what it does afterwards is in no figure.
 */
export async function answerEvent({ text }: FirstEvent, { api, client, ended, timeout }: AnsweringOptions): Promise<Answered> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Unanswered>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'timed-out', after: timeout, seen: client === null ? api.seen : null }), timeout);
  });
  const gone = ended.then((end): Unanswered => {
    if (end.kind === 'failed') return { kind: 'exited', code: null, signal: null };
    return { kind: 'exited', code: end.end.exitCode, signal: end.end.signal };
  });
  const answered = client === null ? handed(api, text) : asked(client, gone);
  const reported = api.reported.then(({ by, errorType, message }): Unanswered => ({ kind: 'error', by, errorType, message }));
  try {
    // What was posted before the function ended counts, though both are seen at once.
    return await Promise.race([answered, reported, gone, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function handed(api: RuntimeApi, text: string): Promise<Answered> {
  const { kind, body, errorType, handed: from, at, accept } = await api.invoke(text);
  const error = { errorType: errorType ?? textField(body, 'errorType'), message: textField(body, 'errorMessage') ?? wordsOf(body) };
  const answer: GivenAnswer = kind === 'response' ? responseOf(body) : { kind, ...error };
  return { kind: 'answered', answer, wall: millis(at - from), accept };
}

/** What a gateway would make an error of HTTP of is one here too, as it is of a function that speaks HTTP itself. */
function responseOf(body: string): GivenAnswer {
  const http = httpAnswer(body);
  if (http !== null && http.status >= WRONG) return { kind: 'error', errorType: `HTTP ${http.status}`, message: http.body };
  return { kind: 'response', bytes: Buffer.byteLength(body), status: http?.status ?? null };
}

/** What a runtime of one's own says, where it is no JSON. */
function wordsOf(body: string): string | null {
  const words = body.slice(0, MOST_WORDS).trim();
  return words === '' || /^[{[]/.test(words) ? null : words;
}

/** A connection that closes is often the first that is seen of a function's end. */
async function asked(client: Client, gone: Promise<Unanswered>): Promise<Answered> {
  const answered = await client.request();
  return answered.kind === 'error' ? Promise.race([gone, sleep(ENDS_MS, answered)]) : answered;
}
