import { isAcceptable } from '../../core/judge/judge.ts';
import { metricRow } from '../../core/metrics.ts';
import type { Breach, FunctionComparison, Judgement, LimitSource, Outcome } from '../../core/model.ts';
import { compareRows, deltaOf } from '../../core/pair.ts';
import { renderAmount, renderDelta } from '../../core/units.ts';
import { worstFirst } from './breach.ts';
import { functionNamed } from './cold-start.ts';
import type { TextStyle } from './escape.ts';
import { deepestOf } from './init-why.ts';
import { metricPhrase, sourceText } from './limits.ts';

/** A crate that is less of the growth than this would not bring it back. */
const SHARE = 0.1;

/**
 * How a red report becomes green, a way in each line: what shrinks the worst breach, who can accept it and how, and where its limit is raised;
 * then why a label that is set counts for nothing. Empty where nothing fails. Each way is open to somebody who reads this: a label only where a pull request has one, a saving only where it was measured.
 */
export function wayOutLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const { verdict } = outcome;
  const [worst] = worstFirst(verdict);
  if (verdict.status === 'unchecked' && isAcceptable(verdict))
    return withRefusal(
      ['repair base in a change of its own, then bring this one up to date', ...acceptText(outcome, style)],
      outcome,
      style,
    );
  if (verdict.status !== 'fail' || verdict.gate === 'warn' || worst === undefined) return [];
  const ways = [
    shrinkText(worst, functionNamed(outcome, worst.function), style),
    ...acceptText(outcome, style),
    ...raiseText(worst, outcome, style),
  ];
  return withRefusal(ways, outcome, style);
}

function withRefusal(ways: readonly string[], { byLabel }: Outcome, style: TextStyle): readonly string[] {
  const refused = byLabel?.refused ?? null;
  if (ways.length === 0 || refused === null) return ways;
  return [...ways, `the label counts for nothing yet: ${style.prose(refused)}`];
}

/** What a person can take back or do later, the largest part of it by name. */
function shrinkText(breach: Breach, fn: FunctionComparison | null, style: TextStyle): string {
  if (breach.kind !== 'limit') return `make ${style.name(breach.function)} start again: its own words are in this report`;
  const of = metricRow(breach.limit.metric)?.of;
  const metric = `${style.name(breach.function)}'s ${metricPhrase(breach.limit.metric, style)}`;
  const what = of === 'init' ? `take work out of ${metric}` : of === 'cold-start' ? `shorten ${metric}` : `shrink ${metric}`;
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
  const worth = Math.max(0, deltaOf(fn.metrics.text) * SHARE);
  const [cause] = fn.causes.filter((one) => deltaOf(one) > worth).toSorted(compareRows);
  return cause === undefined ? null : `${style.name(cause.name)} is ${renderDelta(deltaOf(cause), 'size')} of code`;
}

function acceptText({ byLabel }: Outcome, style: TextStyle): readonly string[] {
  if (byLabel === null) return [];
  return [
    `accept it: somebody with write access sets the label ${style.name(byLabel.label)} after this report, then the failed job is run again`,
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
