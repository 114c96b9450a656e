import type { TracedConnects } from '../../core/snapshot/counted.ts';
import type { FirstResponse } from '../../core/snapshot/first-response.ts';
import type { MeasuredInit } from '../../core/snapshot/init.ts';
import { bytes } from '../../core/units.ts';
import { cut, cutOrNull } from '../failure.ts';
import type { FirstAnswer } from '../first-start.ts';
import { probeOf } from '../http/probe.ts';
import type { Awaits } from '../runtime-api/runtime-api.ts';
import type { FirstEvent, GivenAnswer, Unanswered } from './answering.ts';
import type { TimedResponses } from './responses.ts';

type MeasuredResponse = Extract<FirstResponse, { readonly kind: 'measured' }>;
type FailedResponse = Extract<FirstResponse, { readonly kind: 'failed' }>;

/** What the rounds of a session told of one side's first response. */
export interface ResponseRounds {
  readonly awaits: Awaits;
  /** What was asked for; `null`: nothing. */
  readonly event: FirstEvent | null;
  readonly first: FirstAnswer | null;
  readonly timed: TimedResponses | null;
  readonly instructions: MeasuredInit['instructions'] | null;
  /** From the event to whatever ended it. */
  readonly connects: TracedConnects | null;
}

/** One side's first response, as it is stored; `null`: no event was given. What a function says is cut at 4,096 characters. */
export function firstResponseOf({ awaits, event, first, timed, instructions, connects }: ResponseRounds): FirstResponse | null {
  if (event === null) return null;
  if (awaits === 'extension') return { kind: 'none', reason: 'an extension answers no event' };
  const by = byOf(event);
  const traced: TracedConnects = connects ?? { kind: 'none', reason: 'it was not traced' };
  if (first?.kind === 'unanswered')
    return { kind: 'failed', by, failure: failureOf(first.how), lastLines: [...first.lastLines], connects: traced };
  if (timed?.kind === 'unanswered') return { kind: 'failed', by, failure: failureOf(timed.how), lastLines: [], connects: traced };
  if (first === null || timed === null) return { kind: 'none', reason: 'it was handed no event' };
  return {
    kind: 'measured',
    by,
    answer: answerOf(first.answer),
    instructions: instructions ?? { kind: 'none', reason: 'it was not counted' },
    timed: timed.timed,
    connects: traced,
  };
}

function byOf(event: FirstEvent): MeasuredResponse['by'] {
  const probe = probeOf(event);
  return probe === null ? { kind: 'event', name: event.name } : { kind: 'http', port: probe.port, path: probe.request };
}

function failureOf(how: Unanswered): FailedResponse['failure'] {
  if (how.kind !== 'error') return how;
  return { kind: 'error', by: cut(how.by), errorType: cutOrNull(how.errorType), message: cutOrNull(how.message) };
}

function answerOf(answer: GivenAnswer): MeasuredResponse['answer'] {
  if (answer.kind === 'response') return { kind: 'response', bytes: bytes(answer.bytes), status: answer.status };
  return { kind: 'error', errorType: cutOrNull(answer.errorType), message: cutOrNull(answer.message) };
}
