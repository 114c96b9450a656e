import { isOpen } from '../../core/judge/judge.ts';
import { isCrateMetric, metricRow } from '../../core/metrics.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Unchecked } from '../../core/model/verdict.ts';
import { groupBy } from '../../core/pair.ts';
import type { TextStyle } from './escape.ts';
import { counted } from './figures.ts';
import { unansweredText } from './first-response.ts';
import { metricPhrase } from './limits.ts';
import { unmeasuredResponses } from './tone.ts';

/**
 * What limits could not judge that stop nobody for it, most often the default one on init, the first of them with the reason and the way out that it
 * holds: `init not judged: arm64 binary on an x86_64 machine, use a runner such as ubuntu-24.04-arm`; then first responses that were asked for and
 * not measured. `null` where nothing was left.
 */
export function notJudgedText(outcome: Outcome, style: TextStyle): string | null {
  const [first, ...others] = [...groupBy(leftOf(outcome), ({ limit, reason }) => JSON.stringify([limit.metric, reason])).values()];
  const more = others.reduce((sum, group) => sum + group.length, 0);
  const parts = [
    ...(first === undefined ? [] : [groupText(first, outcome, style)]),
    ...(more === 0 ? [] : [`and ${counted(more, 'more limit')} not judged`]),
    ...responseText(outcome, style),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

/** What no limit speaks of, and a person gave an event for. */
function responseText(outcome: Outcome, style: TextStyle): readonly string[] {
  const told = new Set(
    outcome.verdict.unchecked.filter(({ limit }) => metricRow(limit.metric)?.of === 'first-response').map(({ function: name }) => name),
  );
  const all = unmeasuredResponses(outcome).filter(({ name }) => !told.has(name));
  const [first] = all;
  if (first === undefined) return [];
  const { state } = first.firstResponse;
  const why =
    state.kind === 'none' ? reasonText(state.reason, style) : state.kind === 'not-measurable' ? unansweredText(state.why, style) : '';
  return [
    `first response${whoseText(
      all.map(({ name }) => name),
      outcome,
      style,
    )} not measured: ${why}`,
  ];
}

/** `sizes pass`: what was judged where that is not all; `null` where nothing was. */
export function judgedText({ verdict: { kept } }: Outcome): string | null {
  if (kept.length === 0) return null;
  const onSizes = kept.every(({ limit }) => isCrateMetric(limit.metric) || metricRow(limit.metric)?.of === 'build');
  return onSizes ? 'sizes pass' : 'all else passes';
}

function leftOf({ verdict }: Outcome): readonly Unchecked[] {
  return verdict.unchecked.filter((one) => !isOpen(verdict, one));
}

function groupText(group: readonly Unchecked[], outcome: Outcome, style: TextStyle): string {
  const [first] = group;
  if (first === undefined) return '';
  const { limit, code, reason } = first;
  const whose = whoseText(
    group.map((one) => one.function),
    outcome,
    style,
  );
  // Why there is no base the sentence says itself.
  const why = code === 'no-base' ? '' : `: ${reasonText(reason, style)}`;
  const what = `${code === 'no-base' ? 'growth of ' : ''}${metricPhrase(limit.metric, style)}${whose}`;
  return `${what} not ${isUncounted(first, outcome) ? 'counted' : 'judged'}${why}`;
}

/** ` of health`, ` of 2 of 5 functions`; empty where it is all of them. */
function whoseText(names: readonly string[], { comparison }: Outcome, style: TextStyle): string {
  const present = comparison.functions.filter(({ status }) => status !== 'removed').length;
  const [name = '', ...others] = new Set(names);
  if (others.length + 1 === present) return '';
  return ` of ${others.length === 0 ? style.name(name) : `${others.length + 1} of ${counted(present, 'function')}`}`;
}

/** The label of a runner is a name, which alone would make a code span of the whole sentence. */
function reasonText(reason: string, style: TextStyle): string {
  const parts = reason.split(/\b(ubuntu-[\d.]+(?:-arm)?)\b/).filter((part) => part !== '');
  const isPlain = (part: string): boolean => style.prose(part) === part;
  const told = parts.map((part) => (/^ubuntu-/.test(part) ? style.name(part) : part));
  return parts.every((part) => /^ubuntu-/.test(part) || isPlain(part)) ? told.join('') : style.prose(reason);
}

/** It was started, and nothing counted what it did. */
function isUncounted({ limit, function: name }: Unchecked, { comparison }: Outcome): boolean {
  const fn = comparison.functions.find((one) => one.name === name);
  return limit.metric === 'init.instructions' && fn?.init.state.kind === 'measured' && fn.metrics['init.instructions'].head === null;
}
