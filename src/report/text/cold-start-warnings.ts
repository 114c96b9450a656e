import { breachesOf } from '../../core/judge/judge.ts';
import { sampledOf } from '../../core/judge/sampled.ts';
import { type Metric, metricRow } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Unproven } from '../../core/model/verdict.ts';
import { groupBy } from '../../core/pair.ts';
import { renderMillis, renderRatio } from '../../core/units.ts';
import { functionNamed, judgedSize, mediansOf, pairedText } from './cold-start.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';
import { millisBecame } from './init-times.ts';
import { capped, limitText, metricPhrase } from './limits.ts';

/** Functions of one reason. */
const NAMED = 3;
const P50 = 'cold-start.p50';

/** `slower, limit not proven at N = 60 (detectable: +12 %)`. Slower is said only where that much is proven. */
function unprovenText(outcome: Outcome, { function: name, limit, pairs, detectable }: Unproven): string {
  const fn = functionNamed(outcome, name);
  const slower = fn !== null && sampledOf(fn, limit.metric)?.verdict === 'slower';
  const reach = detectable === null ? '' : ` (detectable: ${renderRatio(detectable)})`;
  return `${slower ? 'slower, limit' : 'the estimate is beyond the limit,'} not proven at N = ${pairs}${reach}`;
}

/** The same with who and how much, for a sentence: `health's cold start (p50), 18.4 ms → 20.4 ms (+12 %): slower, …`. */
export function unprovenTelling(outcome: Outcome, unproven: Unproven, style: TextStyle): string {
  const fn = functionNamed(outcome, unproven.function);
  const { base, head } = fn === null ? { base: null, head: null } : mediansOf(sampledOf(fn, unproven.limit.metric));
  const growth = unproven.change === null ? '' : ` (${renderRatio(unproven.change.ratio)})`;
  const figures = head === null ? '' : `, ${base === null ? renderMillis(head) : millisBecame(base, head)}${growth}`;
  return `${style.name(unproven.function)}'s ${metricPhrase(unproven.limit.metric, style)}${figures}: ${unprovenText(outcome, unproven)}`;
}

/** One line for each limit that the samples neither prove breached nor rule out. */
export function unprovenLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const lines = outcome.verdict.unproven.map((unproven) => {
    const what = `${style.name(unproven.function)}'s ${metricPhrase(unproven.limit.metric, style)}`;
    const fn = functionNamed(outcome, unproven.function);
    const maximum = unproven.limit.bounds.some(({ kind }) => kind === 'maximum');
    return `${what}${figuresText(fn, unproven.limit.metric)}${maximum ? ownText(fn, unproven.limit.metric) : ''}: ${unprovenText(outcome, unproven)}; the limit is ${limitText(unproven.limit, style)}`;
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
    (fn) => `${style.name(fn.name)}'s ${metricPhrase(P50, style)} is slower on AWS${figuresText(fn, P50)}; no limit on ${P50} holds it`,
  );
  return capped(lines, 'note');
}

/** One line for each reason for which AWS let functions not be sampled; not of those that a limit which could not be checked tells of. */
export function unsampledLines({ comparison, verdict }: Outcome, style: TextStyle): readonly string[] {
  const told = new Set(
    verdict.unchecked.flatMap(({ limit, function: name }) => (metricRow(limit.metric)?.of === 'cold-start' ? [name] : [])),
  );
  const groups = groupBy(
    comparison.functions.filter(({ name, coldStart: { state } }) => state.kind === 'none' && state.code === 'aws' && !told.has(name)),
    ({ coldStart: { state } }) => (state.kind === 'none' ? state.reason : ''),
  );
  const lines = [...groups].map(([reason, functions]) => {
    const names = listed(
      functions.map(({ name }) => style.name(name)),
      NAMED,
    );
    return `cold starts of ${names} were not measured: ${style.prose(reason)}`;
  });
  return capped(lines, 'reason');
}

/** One line for each reason with which AWS ended a sampling that had been looked at: it is judged by what there was. */
export function cutLines({ comparison }: Outcome, style: TextStyle): readonly string[] {
  const cut = comparison.functions.flatMap(({ name, coldStart: { sizes } }) => {
    const size = sizes.find((one) => one.cut !== null);
    return size === undefined ? [] : [{ name, pairs: size.head?.samples ?? 0, reason: size.cut ?? '' }];
  });
  const lines = [...groupBy(cut, ({ reason }) => reason)].map(([reason, functions]) => {
    const names = listed(
      functions.map(({ name, pairs }) => `${style.name(name)} (after ${pairs} pairs)`),
      NAMED,
    );
    return `AWS ended the sampling of cold starts of ${names}; what there was by then is judged: ${style.prose(reason)}`;
  });
  return capped(lines, 'reason');
}

/** `, 18.4 ms → 20.6 ms (+12 %, interval +3.1 % to +22 %, 60 pairs)`; of a new function its own median. */
function figuresText(fn: FunctionComparison | null, metric: Metric): string {
  const size = fn === null ? null : sampledOf(fn, metric);
  if (size === null || size.head === null) return '';
  const { base, head, change } = size;
  if (base !== null) return `, ${millisBecame(base.median, head.median)} (${pairedText(change)})`;
  return `, ${renderMillis(head.median)} (${head.samples} samples)`;
}

/** `, head's median between 23.6 ms and 26.3 ms`: what is held against a maximum. */
function ownText(fn: FunctionComparison | null, metric: Metric): string {
  const interval = fn === null ? null : (sampledOf(fn, metric)?.head?.interval ?? null);
  if (interval === null || !Number.isFinite(interval.upper)) return '';
  return `, head's median between ${renderMillis(interval.lower)} and ${renderMillis(interval.upper)}`;
}
