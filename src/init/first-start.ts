import type { InitMeasurement } from '../core/snapshot/init.ts';
import { type FailedStart, failureOf, isNotHere } from './failure.ts';
import type { Answered, GivenAnswer, Unanswered } from './response/answering.ts';
import { startFunction } from './start.ts';
import type { Starter } from './starter.ts';

/** A start that fails once may have met a bad moment; one that fails this often does not start, and an event that goes unanswered so often is not answered. */
const ATTEMPTS = 3;

/** Whether a side starts at all, and what it answers. */
export type FirstStart =
  | { readonly kind: 'failed'; readonly init: InitMeasurement }
  /** `null`: it was handed no event. */
  | { readonly kind: 'reached'; readonly first: FirstAnswer | null };

export type FirstAnswer =
  | { readonly kind: 'answered'; readonly answer: GivenAnswer }
  | { readonly kind: 'unanswered'; readonly how: Unanswered; readonly lastLines: readonly string[] };

/** Starts a side once, to see that it does, and that it answers its event where it is to be handed one. */
export async function firstStart(starter: Starter, session: string): Promise<FirstStart> {
  const { given: event } = starter;
  let last: FailedStart | null = null;
  let first: FirstAnswer | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const start = await startFunction<Answered | null>(starter.shipped(), async ({ answer }) => (event === null ? null : answer(event)));
    if (start.kind === 'reached') {
      if (start.value === null) return { kind: 'reached', first: null };
      if (start.value.kind === 'answered') return { kind: 'reached', first: { kind: 'answered', answer: start.value.answer } };
      first = { kind: 'unanswered', how: start.value, lastLines: start.lastLines };
      if (start.value.kind === 'timed-out') break;
      continue;
    }
    last = start;
    // What takes its whole time-out, waits for requests or cannot run at all would do so again.
    if (start.kind === 'timed-out' || start.kind === 'listens' || start.kind === 'cannot-run') break;
  }
  // It started once: what it did then is what it does with its event.
  if (first !== null) starter.leaveUnanswered();
  if (first !== null || last === null) return { kind: 'reached', first };
  const failure = failureOf(last);
  if (failure.kind === 'cannot-run' && isNotHere(last))
    return { kind: 'failed', init: { kind: 'none', code: 'not-here', reason: `it cannot be started here: ${failure.problem}` } };
  return { kind: 'failed', init: { kind: 'failed', session, failure, lastLines: [...last.lastLines] } };
}
