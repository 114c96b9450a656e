import { breachesOf } from '../../core/judge/judge.ts';
import type { FunctionComparison, Outcome, TimedComparison } from '../../core/model.ts';
import { renderMillis, renderRatio } from '../../core/units.ts';
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

/** A line for each of them. Timings are never gated here: it is all there is. */
export function slowerLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const lines = slowerFunctions(outcome).flatMap(({ name, init, metrics }) => {
    const { time } = init;
    if (time === null || time.base === null || time.head === null) return [];
    const waiting = metrics['init.instructions'].head === null ? '' : '; instructions do not see waiting';
    return [`${style.name(name)} starts slower here: ${timesText(time)} (${changeInPairs(time)})${waiting}; timings are shown, not gated`];
  });
  return capped(lines, 'warning');
}

/** `3.10 ms → 9.90 ms`; of a function without a base its own alone. */
export function timesText({ base, head }: Pick<TimedComparison, 'base' | 'head'>): string {
  if (head === null) return '–';
  return base === null ? renderMillis(head.median) : `${renderMillis(base.median)} → ${renderMillis(head.median)}`;
}

/** `×17, interval ×16 to ×18, 20 pairs`; `not paired` where the sides were not started beside each other. */
export function changeInPairs({ change }: TimedComparison): string {
  if (change === null) return 'not paired';
  const { lower, upper } = change.interval;
  const interval = Number.isFinite(upper) ? `, interval ${renderRatio(lower)} to ${renderRatio(upper)}` : '';
  return `${renderRatio(change.ratio)}${interval}, ${change.pairs} pairs`;
}
