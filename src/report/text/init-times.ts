import { breachesOf } from '../../core/judge/judge.ts';
import type { FunctionComparison, Outcome, TimedComparison } from '../../core/model.ts';
import { renderMillis, renderPercent } from '../../core/units.ts';
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
    const times = `${renderMillis(time.base.median)} → ${renderMillis(time.head.median)}`;
    return [`${style.name(name)} starts slower here: ${times} (${changeInPairs(time)})${waiting}; timings are shown, not gated`];
  });
  return capped(lines, 'warning');
}

/** `+1,620 %, interval +1,590 % to +1,660 %, 20 pairs`; `not paired` where the sides were not started beside each other. */
export function changeInPairs({ change }: TimedComparison): string {
  if (change === null) return 'not paired';
  const { lower, upper } = change.interval;
  const interval = Number.isFinite(upper) ? `, interval ${percentText(lower)} to ${percentText(upper)}` : '';
  return `${percentText(change.ratio)}${interval}, ${change.pairs} pairs`;
}

function percentText(ratio: number): string {
  return renderPercent((ratio - 1) * 100);
}
