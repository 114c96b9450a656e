import { isAcceptable } from '../../core/judge/judge.ts';
import { metricRow } from '../../core/metrics.ts';
import type { Breach, FunctionComparison, Judgement, LimitSource, Outcome } from '../../core/model.ts';
import { compareRows, deltaOf } from '../../core/pair.ts';
import { renderAmount, renderDelta } from '../../core/units.ts';
import { worstFirst } from './breach.ts';
import { functionNamed } from './cold-start.ts';
import type { TextStyle } from './escape.ts';
import { deepestOf } from './init-why.ts';
import { metricWords, sourceText } from './limits.ts';

/**
 * How a red report becomes green: what shrinks the worst breach, who can accept it and how, and where its limit is raised; `null` where nothing
 * fails. Each way is open to somebody who reads this: a label only where a pull request has one, a saving only where it was measured.
 */
export function wayOutText(outcome: Outcome, style: TextStyle): string | null {
  const { verdict } = outcome;
  const [worst] = worstFirst(verdict);
  if (verdict.status === 'unchecked' && isAcceptable(verdict)) return withRefusal(acceptText(outcome, style), outcome, style);
  if (verdict.status !== 'fail' || verdict.gate === 'warn' || worst === undefined) return null;
  const ways = [
    shrinkText(worst, functionNamed(outcome, worst.function), style),
    ...acceptText(outcome, style),
    ...raiseText(worst, outcome, style),
  ];
  return withRefusal(ways, outcome, style);
}

function withRefusal(ways: readonly string[], { byLabel }: Outcome, style: TextStyle): string | null {
  if (ways.length === 0) return null;
  const refused = byLabel?.refused ?? null;
  return `${ways.join(' · or ')}${refused === null ? '' : `. The label counts for nothing yet: ${style.prose(refused)}`}`;
}

/** What a person can take back or do later, the largest part of it by name. */
function shrinkText(breach: Breach, fn: FunctionComparison | null, style: TextStyle): string {
  if (breach.kind !== 'limit') return `make ${style.name(breach.function)} start again: its own words are in this report`;
  const what = `shrink ${style.name(breach.function)}'s ${metricWords(breach.limit.metric, style)}`;
  const largest = fn === null ? null : largestOf(breach, fn, style);
  return largest === null ? what : `${what}: ${largest}`;
}

function largestOf({ limit }: Judgement, fn: FunctionComparison, style: TextStyle): string | null {
  const row = metricRow(limit.metric);
  if (row?.of === 'init') {
    const call = deepestOf(fn);
    return call === null ? null : `${style.name(call.name)} is ${renderDelta(deltaOf(call.inclusive), 'count')} instructions of it`;
  }
  if (row?.of === 'cold-start' || limit.metric === 'dependencies') return null;
  const symbols = fn.findings.find((finding) => finding.kind === 'ships-symbols');
  if (symbols !== undefined)
    return `leaving out its symbols (${style.name('strip = true')} in the profile) takes ${renderAmount(symbols.saving, 'size')} off the binary`;
  const [cause] = fn.causes.filter((one) => deltaOf(one) > 0).toSorted(compareRows);
  return cause === undefined ? null : `${style.name(cause.name)} brought ${renderDelta(deltaOf(cause), 'size')} of ${style.name('.text')}`;
}

function acceptText({ byLabel }: Outcome, style: TextStyle): readonly string[] {
  if (byLabel === null) return [];
  return [
    `accept it: somebody with write access sets the label ${style.name(byLabel.label)} after this report, and the failed job runs again`,
  ];
}

/** Nothing can be raised for a function that does not start. */
function raiseText(breach: Breach, { byLabel }: Outcome, style: TextStyle): readonly string[] {
  if (breach.kind !== 'limit') return [];
  const { source } = breach.limit;
  const option =
    byLabel === null ? `${style.name('--limit')} or the input ${style.name('limits')}` : `the workflow's input ${style.name('limits')}`;
  switch (source.kind) {
    case 'input':
      return [`raise the limit in ${byLabel === null ? style.name(source.option) : option}`];
    case 'default':
      return [`set a limit of your own: in ${option}, or in a change of its own in ${style.name('Cargo.toml')} (limits are the base's)`];
    case 'package':
    case 'workspace':
      return [`raise the limit in a change of its own (${placeText(source, style)}; limits are the base's), or in ${option}, which wins`];
  }
}

function placeText(source: LimitSource, style: TextStyle): string {
  return style.name(sourceText(source));
}
