import type { FirstResponse } from '../../core/snapshot/first-response.ts';
import type { Unanswered } from './answering.ts';
import type { ResponseSample } from './sample.ts';

type MeasuredResponse = Extract<FirstResponse, { readonly kind: 'measured' }>;

/** How many starts may leave their event unanswered; with one more the function counts as one that does not answer. */
const SPARE = 3;

/** What a start did with its event; `null`: it had none. */
export type Sampled = ResponseSample | Unanswered | null;

export type TimedResponses =
  | { readonly kind: 'timed'; readonly timed: MeasuredResponse['timed'] }
  | { readonly kind: 'unanswered'; readonly how: Unanswered };

/**
 * The first responses of a side's starts, in the order of the pairs; `others` are the other side's. A pair counts where each side that was asked
 * answered. \`null\`: nothing was asked.
 */
export function responsesOf(own: readonly Sampled[], others: readonly Sampled[]): TimedResponses | null {
  const asked = own.filter((one) => one !== null);
  if (asked.length === 0) return null;
  const unanswered = asked.filter((one) => one.kind !== 'answered');
  const [failed] = unanswered.slice(SPARE);
  const isAnswered = (one: Sampled | undefined): boolean => one === null || one === undefined || one.kind === 'answered';
  const paired = own.filter((_, place) => isAnswered(others[place])).filter((one) => one?.kind === 'answered');
  const samples = paired.length > 0 ? paired : own.filter((one) => one?.kind === 'answered');
  const [how] = unanswered;
  if (how !== undefined && (failed !== undefined || samples.length === 0)) return { kind: 'unanswered', how: failed ?? how };
  return { kind: 'timed', timed: timedOf(samples) };
}

function timedOf(samples: readonly ResponseSample[]): MeasuredResponse['timed'] {
  const cpu = samples.flatMap((sample) => (sample.cpu === null ? [] : [sample.cpu]));
  return {
    wall: samples.map(({ wall }) => wall),
    cpu: cpu.length === samples.length ? cpu : null,
    minorFaults: samples.map(({ minorFaults }) => minorFaults),
    majorFaults: samples.map(({ majorFaults }) => majorFaults),
    peak: samples.map(({ peak }) => peak),
  };
}
