import { breachesOf } from '../../core/judge/judge.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TimedComparison } from '../../core/model/sampled-time.ts';
import { renderApart, renderMillis, renderRatio } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { capped } from './limits.ts';

/** Functions that start slower, proven, although no limit on their instructions is breached. */
export function slowerFunctions({ comparison, verdict }: Outcome): readonly FunctionComparison[] {
  const breached = new Set(
    breachesOf(verdict, 'limit')
      .filter(({ limit }) => limit.metric === 'init.instructions')
      .map((breach) => breach.function),
  );
  return comparison.functions.filter(({ name, init }) => init.time?.verdict === 'slower' && !breached.has(name));
}

/** The same of first responses, but for those whose work came from init: that is told for itself. */
export function slowerResponses({ comparison, verdict }: Outcome): readonly FunctionComparison[] {
  const breached = new Set(
    breachesOf(verdict, 'limit')
      .filter(({ limit }) => limit.metric === 'first-response.instructions')
      .map((breach) => breach.function),
  );
  return comparison.functions.filter(
    ({ name, firstResponse: { time, moved } }) => time?.verdict === 'slower' && moved === null && !breached.has(name),
  );
}

/** A line for each of them. Timings are never gated here: it is all there is. */
export function slowerLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const starts = slowerFunctions(outcome).flatMap(({ name, init: { time }, metrics }) =>
    slowerLine(`${style.name(name)} starts slower here`, time, metrics['init.instructions'].head !== null),
  );
  const answers = slowerResponses(outcome).flatMap(({ name, firstResponse: { time }, metrics }) =>
    slowerLine(`${style.name(name)} answers its first request slower here`, time, metrics['first-response.instructions'].head !== null),
  );
  return capped([...starts, ...answers], 'warning');
}

function slowerLine(what: string, time: TimedComparison | null, counted: boolean): readonly string[] {
  if (time === null || time.base === null || time.head === null) return [];
  const waiting = counted ? '; instructions do not see waiting' : '';
  return [`${what}: ${timesText(time)} (${changeInPairs(time)})${waiting}; timings are shown, not gated`];
}

/** `3.10 ms → 9.90 ms`. */
export function millisBecame(base: number, head: number): string {
  return renderApart(base, head, renderMillis).join(' → ');
}

/** `3.10 ms → 9.90 ms`; of a function without a base its own alone. */
export function timesText({ base, head }: Pick<TimedComparison, 'base' | 'head'>): string {
  if (head === null) return '–';
  return base === null ? renderMillis(head.median) : millisBecame(base.median, head.median);
}

/** `×17, interval ×16 to ×18, 20 pairs`; `not paired` where the sides were not started beside each other. */
export function changeInPairs({ change }: TimedComparison): string {
  if (change === null) return 'not paired';
  const { lower, upper } = change.interval;
  const interval = Number.isFinite(upper) ? `, interval ${renderRatio(lower)} to ${renderRatio(upper)}` : '';
  return `${renderRatio(change.ratio)}${interval}, ${change.pairs} pairs`;
}
