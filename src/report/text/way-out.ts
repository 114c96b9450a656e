import { isAcceptable } from '../../core/judge/judge.ts';
import { metricRow } from '../../core/metrics.ts';
import type { Breach, FunctionComparison, Judgement, LimitSource, Outcome } from '../../core/model.ts';
import { deltaOf } from '../../core/pair.ts';
import { renderAmount, renderDelta } from '../../core/units.ts';
import { mainCause } from './because.ts';
import { worstFirst } from './breach.ts';
import { functionNamed } from './cold-start.ts';
import { PLAIN, type TextStyle } from './escape.ts';
import { counted } from './figures.ts';
import { missingVariable } from './init-failure.ts';
import { deepestOf } from './init-why.ts';
import { metricPhrase, sourceText } from './limits.ts';

const SHRUNK = 3;

/**
 * How a red report becomes green, a way in each line: what shrinks the worst breach, who can accept it and how, and where its limit is raised;
 * then why a label that is set counts for nothing. Empty where nothing fails. Each way is open to somebody who reads this: a label only where a pull request has one, a saving only where it was measured.
 */
export function wayOutLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const { verdict } = outcome;
  const breaches = worstFirst(verdict);
  const [worst] = breaches;
  if (verdict.status === 'unchecked' && isAcceptable(verdict))
    return withRefusal([...baseText(outcome), ...acceptText(outcome, style)], outcome, style);
  if (verdict.status !== 'fail' || verdict.gate === 'warn' || worst === undefined) return [];
  const ways = [shrinkAll(breaches, outcome, style), ...acceptText(outcome, style), ...raiseText(worst, outcome, style)];
  return withRefusal(ways, outcome, style);
}

/** What gives a base to be compared with. */
function baseText({ comparison: { base } }: Outcome): readonly string[] {
  if (base.kind !== 'missing') return [];
  return base.why.kind === 'does-not-build'
    ? ['repair base in a pull request of its own, then bring this one up to date']
    : ['move the project in a pull request of its own, without another change of it'];
}

function withRefusal(ways: readonly string[], { byLabel }: Outcome, style: TextStyle): readonly string[] {
  const refused = byLabel?.refused ?? null;
  if (ways.length === 0 || refused === null) return ways;
  return [...ways, `the label counts for nothing yet: ${style.prose(refused)}`];
}

/** One way alone brings down one figure: what is over its limit has to come down together. */
function shrinkAll(breaches: readonly Breach[], outcome: Outcome, style: TextStyle): string {
  const texts = [...new Set(breaches.map((breach) => shrinkText(breach, outcome, style)))];
  const [only = ''] = texts;
  if (texts.length === 1) return only;
  const left = texts.length - SHRUNK;
  return `do all of this: ${texts.slice(0, SHRUNK).join('; ')}${left > 0 ? `; and ${counted(left, 'more figure')}` : ''}`;
}

/** What a person can take back or do later, the largest part of it by name. */
function shrinkText(breach: Breach, outcome: Outcome, style: TextStyle): string {
  const fn = functionNamed(outcome, breach.function);
  if (breach.kind !== 'limit') return startText(breach, style);
  const of = metricRow(breach.limit.metric)?.of;
  const metric = `${style.name(breach.function)}'s ${metricPhrase(breach.limit.metric, style)}`;
  const what =
    breach.limit.metric === 'init.instructions'
      ? `take work out of ${metric}`
      : of === 'init'
        ? `lower ${metric}`
        : of === 'cold-start'
          ? `shorten ${metric}`
          : `shrink ${metric}`;
  const largest = fn === null ? null : largestOf(breach, outcome, fn, style);
  return largest === null ? what : `${what}: ${largest}`;
}

/** A function that misses a variable may have it where it is deployed. */
function startText(breach: Exclude<Breach, { readonly kind: 'limit' }>, style: TextStyle): string {
  const what = `make ${style.name(breach.function)} start again: its own words are in this report`;
  const variable = missingVariable(breach.lastLines);
  if (variable === null) return what;
  const option = breach.kind === 'init' ? 'init-env' : 'cold-start-env';
  const given = style === PLAIN ? `--${option} ${variable}=value` : `${option}: ${variable}=value`;
  return `${what}; or, if it has ${style.name(variable)} where it is deployed, give it here: ${style.name(given)}`;
}

function largestOf({ limit }: Judgement, outcome: Outcome, fn: FunctionComparison, style: TextStyle): string | null {
  const row = metricRow(limit.metric);
  if (row?.of === 'init') {
    if (limit.metric !== 'init.instructions') return null;
    const call = deepestOf(fn);
    return call === null ? null : `${style.name(call.name)} is ${renderDelta(deltaOf(call.inclusive), 'count')} instructions of it`;
  }
  if (row?.of === 'cold-start' || limit.metric === 'dependencies') return null;
  const symbols = fn.findings.find((finding) => finding.kind === 'ships-symbols');
  if (symbols !== undefined)
    return `leaving out its symbols (${style.name('strip = true')} in the profile) takes ${renderAmount(symbols.saving, 'size')} off the binary`;
  return mainCause(outcome, fn, style);
}

function acceptText({ byLabel }: Outcome, style: TextStyle): readonly string[] {
  if (byLabel === null) return [];
  return [
    `accept it: somebody with write access sets the label ${labelText(byLabel.label, style)} after this report; then run the failed job again`,
  ];
}

/** In plain text a label of several words needs its marks. */
function labelText(label: string, style: TextStyle): string {
  return style === PLAIN ? `"${style.prose(label)}"` : style.name(label);
}

/** Nothing can be raised for a function that does not start. */
function raiseText(breach: Breach, { byLabel }: Outcome, style: TextStyle): readonly string[] {
  if (breach.kind !== 'limit') return [];
  const { source } = breach.limit;
  const option = byLabel === null ? style.name('--limit') : `the workflow's input ${style.name('limits')}`;
  switch (source.kind) {
    case 'input':
      return [`raise the limit in ${byLabel === null ? style.name(source.option) : option}`];
    case 'default':
      return [
        `set a limit of your own: in ${option}, or in ${style.name('Cargo.toml')} by a pull request of its own (an edit of limits in this one does not count for it)`,
      ];
    case 'package':
    case 'workspace':
      return [
        `raise the limit: in ${placeText(source, style)} by a pull request of its own (an edit of limits in this one does not count for it), or in ${option}, which wins`,
      ];
  }
}

function placeText(source: LimitSource, style: TextStyle): string {
  return style.name(sourceText(source));
}
