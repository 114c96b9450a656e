import { breachesOf } from '../../core/judge/judge.ts';
import type { FunctionComparison, Outcome, Unproven } from '../../core/model.ts';
import { renderMillis, renderRatio } from '../../core/units.ts';
import { functionNamed, judgedSize, mediansOf, pairedText } from './cold-start.ts';
import type { TextStyle } from './escape.ts';
import { capped, limitText, metricPhrase } from './limits.ts';

const P50 = 'cold-start.p50';

/** `slower, limit not proven at N = 60 (detectable: +12 %)`. Slower is said only where that much is proven. */
function unprovenText(outcome: Outcome, { function: name, pairs, detectable }: Unproven): string {
  const fn = functionNamed(outcome, name);
  const slower = fn !== null && judgedSize(fn.coldStart)?.verdict === 'slower';
  const reach = detectable === null ? '' : ` (detectable: ${renderRatio(detectable)})`;
  return `${slower ? 'slower, limit' : 'the estimate is beyond the limit,'} not proven at N = ${pairs}${reach}`;
}

/** The same with who and how much, for a sentence: `health's cold start (p50), 18.4 ms → 20.4 ms (+12 %): slower, …`. */
export function unprovenTelling(outcome: Outcome, unproven: Unproven, style: TextStyle): string {
  const fn = functionNamed(outcome, unproven.function);
  const { base, head } = fn === null ? { base: null, head: null } : mediansOf(fn.coldStart);
  const growth = unproven.change === null ? '' : ` (${renderRatio(unproven.change.ratio)})`;
  const figures = head === null ? '' : `, ${base === null ? '' : `${renderMillis(base)} → `}${renderMillis(head)}${growth}`;
  return `${style.name(unproven.function)}'s ${metricPhrase(unproven.limit.metric, style)}${figures}: ${unprovenText(outcome, unproven)}`;
}

/** One line for each limit that the samples neither prove breached nor rule out. */
export function unprovenLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const lines = outcome.verdict.unproven.map((unproven) => {
    const what = `${style.name(unproven.function)}'s ${metricPhrase(unproven.limit.metric, style)}`;
    const fn = functionNamed(outcome, unproven.function);
    const maximum = unproven.limit.bounds.some(({ kind }) => kind === 'maximum');
    return `${what}${figuresText(fn)}${maximum ? ownText(fn) : ''}: ${unprovenText(outcome, unproven)}; the limit is ${limitText(unproven.limit, style)}`;
  });
  return capped(lines, 'warning');
}

/** One line for each function that is proven slower and that no limit on its cold start speaks of: a note, nobody asked for more. */
export function slowerNotes(outcome: Outcome, style: TextStyle): readonly string[] {
  const limited = new Set(
    [...breachesOf(outcome.verdict, 'limit'), ...outcome.verdict.warned, ...outcome.verdict.kept]
      .filter(({ limit }) => limit.metric === P50)
      .map((judgement) => judgement.function),
  );
  const slower = outcome.comparison.functions.filter(
    ({ name, coldStart }) => judgedSize(coldStart)?.verdict === 'slower' && !limited.has(name),
  );
  const lines = slower.map(
    (fn) => `${style.name(fn.name)}'s ${metricPhrase(P50, style)} is slower on AWS${figuresText(fn)}; no limit on ${P50} holds it`,
  );
  return capped(lines, 'note');
}

/** `, 18.4 ms → 20.6 ms (+12 %, interval +3.1 % to +22 %, 60 pairs)`; of a new function its own median. */
function figuresText(fn: FunctionComparison | null): string {
  const size = fn === null ? null : judgedSize(fn.coldStart);
  if (size === null || size.head === null) return '';
  const { base, head, change } = size;
  if (base !== null) return `, ${renderMillis(base.median)} → ${renderMillis(head.median)} (${pairedText(change)})`;
  return `, ${renderMillis(head.median)} (${head.samples} samples)`;
}

/** `, head's median between 23.6 ms and 26.3 ms`: what is held against a maximum. */
function ownText(fn: FunctionComparison | null): string {
  const interval = fn === null ? null : (judgedSize(fn.coldStart)?.head?.interval ?? null);
  if (interval === null || !Number.isFinite(interval.upper)) return '';
  return `, head's median between ${renderMillis(interval.lower)} and ${renderMillis(interval.upper)}`;
}
