import { STANDARD_CRATES } from '../../core/compare/settings.ts';
import { crateOf } from '../../core/crates.ts';
import { isAcceptable } from '../../core/judge/judge.ts';
import { globOf, isCrateMetric, metricRow } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { InitGrowth } from '../../core/model/init.ts';
import type { LimitSource } from '../../core/model/limits.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Breach, Judgement } from '../../core/model/verdict.ts';
import { renderAmount, renderDelta } from '../../core/units.ts';
import { worstFirst } from './breach.ts';
import { codeName } from './code-name.ts';
import { functionNamed } from './cold-start.ts';
import { PLAIN, type TextStyle } from './escape.ts';
import { counted } from './figures.ts';
import { missingVariable } from './init-failure.ts';
import { grownMost } from './init-growth.ts';
import { largestPart } from './init-pages.ts';
import { metricPhrase, sourceText } from './limits.ts';
import { mainCause } from './size-reason.ts';

const SHRUNK = 3;

/** A way that a person has, and what all belongs to it where that is more than one step. */
export interface WayOut {
  readonly text: string;
  readonly steps: readonly string[];
}

/**
 * How a red report becomes green: what shrinks the worst breach, who can accept it and how, and where its limit is raised;
 * then why a label that is set counts for nothing. Empty where nothing fails. Each way is open to somebody who reads this: a label only where a pull request has one, a saving only where it was measured.
 */
export function waysOut(outcome: Outcome, style: TextStyle): readonly WayOut[] {
  const { verdict } = outcome;
  const breaches = worstFirst(verdict);
  const [worst] = breaches;
  if (verdict.status === 'unchecked' && isAcceptable(verdict))
    return withRefusal([...baseText(outcome), ...acceptText(outcome, style)].map(inOneStep), outcome, style);
  if (verdict.status !== 'fail' || verdict.gate === 'warn' || worst === undefined) return [];
  const others = [...acceptText(outcome, style), ...raiseText(worst, outcome, style)].map(inOneStep);
  return withRefusal([shrinkAll(breaches, outcome, style), ...others], outcome, style);
}

function inOneStep(text: string): WayOut {
  return { text, steps: [] };
}

/** What gives a base to be compared with. */
function baseText({ comparison: { base } }: Outcome): readonly string[] {
  if (base.kind !== 'missing') return [];
  return base.why.kind === 'does-not-build'
    ? ['repair base in a pull request of its own, then bring this one up to date']
    : ['move the project in a pull request of its own, without another change of it'];
}

function withRefusal(ways: readonly WayOut[], { byLabel }: Outcome, style: TextStyle): readonly WayOut[] {
  const refused = byLabel?.refused ?? null;
  if (ways.length === 0 || refused === null) return ways;
  return [...ways, inOneStep(`the label counts for nothing yet: ${style.prose(refused)}`)];
}

/** One way alone brings down one figure: what is over its limit has to come down together, the worst first, each a step of its own. */
function shrinkAll(breaches: readonly Breach[], outcome: Outcome, style: TextStyle): WayOut {
  const texts = [...new Set(breaches.map((breach) => shrinkText(breach, outcome, style)))];
  const [only = ''] = texts;
  if (texts.length === 1) return { text: only, steps: [] };
  const left = texts.length - SHRUNK;
  return { text: 'all of these:', steps: [...texts.slice(0, SHRUNK), ...(left > 0 ? [`and ${counted(left, 'more figure')}`] : [])] };
}

/** What a person can take back or do later, the largest part of it by name. */
function shrinkText(breach: Breach, outcome: Outcome, style: TextStyle): string {
  const fn = functionNamed(outcome, breach.function);
  if (breach.kind !== 'limit') return startText(breach, style);
  const of = metricRow(breach.limit.metric)?.of;
  const metric = `${style.name(breach.function)}'s ${metricPhrase(breach.limit.metric, style)}`;
  const what =
    breach.limit.metric === 'init.instructions' || breach.limit.metric === 'first-response.instructions'
      ? `take work out of ${metric}`
      : of === 'init' || of === 'first-response'
        ? `lower ${metric}`
        : of === 'cold-start'
          ? `shorten ${metric}`
          : smallerText(breach, style);
  const largest = fn === null ? null : largestOf(breach, fn, style);
  return largest === null ? what : `${what}: ${largest}`;
}

/** Nobody shrinks what the toolchain brings. */
function smallerText({ function: name, limit: { metric } }: Judgement, style: TextStyle): string {
  return isCrateMetric(metric) && STANDARD_CRATES.includes(crateOf(globOf(metric)))
    ? `use less of ${style.name(globOf(metric))} in ${style.name(name)}`
    : `shrink ${style.name(name)}'s ${metricPhrase(metric, style)}`;
}

/** A function that misses a variable may have it where it is deployed. */
function startText(breach: Exclude<Breach, { readonly kind: 'limit' }>, style: TextStyle): string {
  const does = breach.kind === 'first-response' ? 'answer' : 'start';
  const again = breach.kind === 'cold-start' && breach.counts !== null ? 'every time' : 'again';
  const what = `make ${style.name(breach.function)} ${does} ${again}: its own words are in this report`;
  const variable = missingVariable(breach.lastLines);
  if (variable === null) return what;
  const option = breach.kind === 'cold-start' ? 'cold-start-env' : 'init-env';
  const given = style === PLAIN ? `--${option} ${variable}=value` : `${option}: ${variable}=value`;
  return `${what}; or, if it has ${style.name(variable)} where it is deployed, give it here: ${style.name(given)}`;
}

function largestOf({ limit }: Judgement, fn: FunctionComparison, style: TextStyle): string | null {
  const row = metricRow(limit.metric);
  if (row?.of === 'init') {
    if (limit.metric !== 'init.instructions') return limit.metric === 'init.connects' ? null : largestPart(fn, style);
    return mostText(fn.init.growth, style);
  }
  if (row?.of === 'first-response') return limit.metric === 'first-response.instructions' ? mostText(fn.firstResponse.growth, style) : null;
  if (row?.of === 'cold-start' || limit.metric === 'dependencies') return null;
  const symbols = fn.findings.find((finding) => finding.kind === 'ships-symbols');
  if (symbols !== undefined)
    return `leaving out its symbols (${style.name('strip = true')} in the profile) takes ${renderAmount(symbols.saving, 'size')} off the binary`;
  return mainCause(fn, limit.metric, style);
}

function mostText(growth: InitGrowth, style: TextStyle): string | null {
  const most = grownMost(growth);
  return most === null ? null : `${codeName(most.name, style)} is ${renderDelta(most.grown, 'count')} instructions of it`;
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
