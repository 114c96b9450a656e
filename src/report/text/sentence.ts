import type { MissingBase, Outcome, Verdict } from '../../core/model.ts';
import { compareRows } from '../../core/pair.ts';
import { renderAmount } from '../../core/units.ts';
import { baseReasonText } from './base-reason.ts';
import { breachText, worstFirst } from './breach.ts';
import { unprovenTelling } from './cold-start-warnings.ts';
import { PLAIN, type TextStyle } from './escape.ts';
import { counted, growthText } from './figures.ts';
import { slowerFunctions } from './init-times.ts';
import { explicitlyUnchecked, limitText, metricWords, tightestFirst } from './limits.ts';

/**
 * The verdict in one sentence with the figure that decided it: the first line of every report. Plain text on one line,
 * without control characters: `fail: health's zip grew by 61.2 kB (+6.9 %) to 948 kB; the limit is +5% & +50 kB (default)`.
 */
export function verdictSentence(outcome: Outcome): string {
  return sentenceIn(outcome, PLAIN);
}

/** The same sentence, its names and reasons written as the report at hand writes data. */
export function sentenceIn(outcome: Outcome, style: TextStyle): string {
  const { lead, text } = sentenceParts(outcome, style);
  return `${lead}: ${text}`;
}

/** The words a sentence may begin with, the worst first. */
export const LEADS = [
  'fail',
  'not checked',
  'warning',
  'accepted',
  'pass',
  'no comparison',
  'first measurement',
  'not judged',
  'no change',
] as const;
export type Lead = (typeof LEADS)[number];

/** A sentence before its two parts are joined by a colon. */
export interface Sentence {
  readonly lead: Lead;
  readonly text: string;
}

/** The sentence in parts, for a report that has several to join. Of a base that nobody named it says which it is and why. */
export function sentenceParts(outcome: Outcome, style: TextStyle): Sentence {
  const { lead, text } = verdictParts(outcome, style);
  return { lead, text: `${text}${baseReasonText(outcome, style)}` };
}

function verdictParts(outcome: Outcome, style: TextStyle): Sentence {
  const { verdict } = outcome;
  const [worst, ...others] = worstFirst(verdict);
  const [unchecked, ...moreUnchecked] = explicitlyUnchecked(outcome);
  const lead = breachLead(outcome);
  // Of a breach that does not fail the run an unchecked limit is the worse news: it alone ends the run with 3.
  if (worst !== undefined && (lead === 'fail' || unchecked === undefined)) {
    const more = others.length === 0 ? '' : `; and ${counted(others.length, 'more breach', 'more breaches')}`;
    const left = unchecked === undefined ? '' : `; ${counted(1 + moreUnchecked.length, 'limit')} not checked`;
    const ending: Readonly<Record<typeof lead, string>> = {
      fail: '',
      warning: '; the gate is set to warn',
      accepted: `; ${excuseText(verdict, style)}${warningsText(outcome)}`,
    };
    return { lead, text: `${breachText(worst, outcome, style)}${more}${left}${ending[lead]}` };
  }
  if (unchecked !== undefined) {
    const { limit, function: name, reason } = unchecked;
    const more = moreUnchecked.length === 0 ? '' : `; and ${counted(moreUnchecked.length, 'more limit')}`;
    const broken = worst === undefined ? '' : `; ${counted(1 + others.length, 'breach', 'breaches')}, ${excuseText(verdict, style)}`;
    return {
      lead: 'not checked',
      text: `${style.name(name)}'s ${metricWords(limit.metric, style)} has no figure (${style.prose(reason)}); the limit is ${limitText(limit, style)}${more}${broken}`,
    };
  }
  const quiet = quietSentence(outcome, style);
  const off = verdict.status === 'off' ? '; the gate is off' : '';
  const text = `${quiet.text}${off}${openText(outcome, style)}${warningsText(outcome)}`;
  return { lead: quiet.lead === 'pass' && nobodyJudged(outcome) ? 'not checked' : quiet.lead, text };
}

/** Default limits that could not be checked, the first with its reason: `; init.instructions of health not checked: …`. */
function openText({ verdict: { unchecked } }: Outcome, style: TextStyle): string {
  const [first, ...others] = unchecked.filter(({ limit }) => limit.source.kind === 'default');
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : `; and ${counted(others.length, 'more limit')}`;
  return `; ${metricWords(first.limit.metric, style)} of ${style.name(first.function)} not checked: ${style.prose(first.reason)}${more}`;
}

/** Base and head were measured in two sessions, so that nobody has judged the init that both have. */
function nobodyJudged({ comparison: { functions }, verdict: { unchecked } }: Outcome): boolean {
  return functions.some(
    ({ name, init: { state } }) => state.kind === 'none' && state.code === 'apart' && unchecked.some((limit) => limit.function === name),
  );
}

function breachLead({ verdict: { status, gate } }: Outcome): 'fail' | 'warning' | 'accepted' {
  if (status === 'accepted') return status;
  return gate === 'warn' ? 'warning' : 'fail';
}

/** `accepted by @octocat with the label "coldgate: accepted" at 2026-05-04T10:11:12Z`; in Markdown the login is a code span, which mentions nobody. */
function excuseText(verdict: Verdict, style: TextStyle): string {
  if (verdict.status !== 'accepted') return 'for which the gate is set to warn';
  const { by, label, at } = verdict.acceptance;
  return `accepted by ${style.name(`@${by}`)} with the label "${style.prose(label)}" at ${style.prose(at)}`;
}

function warningsText(outcome: Outcome): string {
  const findings = outcome.comparison.functions.reduce((sum, row) => sum + row.findings.length, 0);
  const warnings = findings + slowerFunctions(outcome).length + outcome.verdict.unproven.length;
  return warnings === 0 ? '' : `; ${counted(warnings, 'warning')}`;
}

/** How a report greets its reader: `accepted` where somebody took responsibility, `neutral` where nothing was judged by choice. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'accepted' | 'neutral';

/** The colour of the first line. Doubtful: a gate that only warns, an unchecked limit that somebody set, a package that may not run, a limit that the samples lean beyond. */
export function toneOf(outcome: Outcome): Tone {
  const { status, gate, unproven } = outcome.verdict;
  if (status === 'fail') return gate === 'warn' ? 'doubtful' : 'bad';
  const odd = outcome.comparison.functions.some(({ findings }) => findings.length > 0);
  if (odd || unproven.length > 0 || explicitlyUnchecked(outcome).length > 0 || nobodyJudged(outcome)) return 'doubtful';
  if (status === 'accepted') return 'accepted';
  return status === 'off' ? 'neutral' : 'good';
}

/** Nothing was breached: what there is to say instead. */
function quietSentence(outcome: Outcome, style: TextStyle): Sentence {
  const { base, functions, head } = outcome.comparison;
  const { notBuilt } = head.snapshot;
  const present = functions.filter(({ name, status }) => status !== 'removed' && !notBuilt.some((left) => left.name === name));
  const [only] = present;
  const single = present.length === 1 && only !== undefined;
  const who = single ? style.name(only.name) : counted(present.length, 'function');
  const within = `within ${single ? 'its' : 'their'} limits`;
  if (base.kind === 'missing') {
    const lead = base.why.kind === 'first-run' ? 'first measurement' : 'no comparison';
    const { kept: limits, unproven } = outcome.verdict;
    const kept = unproven.length > 0 || limits.every(({ headroom }) => headroom === null) ? '' : ` ${within}`;
    return { lead, text: `${who}${kept}${largestText(outcome, style)}; ${missingText(base.why, style)}` };
  }
  if (functions.length === 0 && notBuilt.length > 0) {
    const sha = style.name(base.snapshot.commit.sha.slice(0, 7));
    return { lead: 'no change', text: `no build reads what changed since ${sha}: ${counted(notBuilt.length, 'function')} not built` };
  }
  if (functions.length === 0) return { lead: 'pass', text: 'no functions to measure' };
  if (functions.every(({ status }) => status === 'unchanged')) {
    const sha = style.name(base.snapshot.commit.sha.slice(0, 7));
    const identical = counted(functions.length, 'function');
    const [first] = functions;
    const named = functions.length === 1 && first !== undefined ? `${style.name(first.name)} is` : `${identical} are`;
    return { lead: 'no change', text: `${named} byte-identical to ${sha}` };
  }
  if (outcome.verdict.status === 'off') return { lead: 'not judged', text: mostText(outcome, style) };
  if (only === undefined) return { lead: 'pass', text: `${counted(functions.length, 'function')} removed, none left` };
  if (outcome.verdict.kept.length === 0) return { lead: 'pass', text: `no limit could be checked on ${who}` };
  const unproven = unprovenSentence(outcome, style);
  if (unproven !== null) return unproven;
  return { lead: 'pass', text: `${who} ${within}${closestText(outcome, present.length, style)}` };
}

/** The samples point beyond a limit and do not prove it: `no breach is proven; health's cold start (p50), 18.4 ms → 20.4 ms (+12 %): slower, …`. */
function unprovenSentence(outcome: Outcome, style: TextStyle): Sentence | null {
  const [first] = outcome.verdict.unproven;
  return first === undefined ? null : { lead: 'pass', text: `no breach is proven; ${unprovenTelling(outcome, first, style)}` };
}

function closestText({ verdict }: Outcome, functions: number, style: TextStyle): string {
  const [closest] = tightestFirst(verdict.kept);
  if (closest === undefined || closest.headroom === null) return '';
  const metric = metricWords(closest.limit.metric, style);
  const what = functions === 1 ? metric : `${style.name(closest.function)} ${metric}`;
  return `; closest: ${what}, ${renderAmount(closest.headroom, closest.limit.dimension)} headroom`;
}

/** `2 of 3 functions changed; most: health zip +28.7 kB, +3.1 % to 948 kB`. */
function mostText({ comparison: { functions } }: Outcome, style: TextStyle): string {
  const changed = functions.filter(({ status }) => status !== 'unchanged');
  const [most] = changed.map(({ name, metrics }) => ({ name, ...metrics.zip })).toSorted(compareRows);
  const count = `${changed.length} of ${counted(functions.length, 'function')} changed`;
  if (most === undefined || most.base === null || most.head === null) return count;
  return `${count}; most: ${style.name(most.name)} zip ${growthText(most.base, most.head, 'size')} to ${renderAmount(most.head, 'size')}`;
}

function largestText({ comparison: { functions } }: Outcome, style: TextStyle): string {
  const [largest] = functions.map(({ name, metrics }) => ({ name, ...metrics.zip })).toSorted(compareRows);
  if (largest === undefined || largest.head === null) return '';
  return `, ${functions.length === 1 ? '' : `the largest ${style.name(largest.name)} `}zip ${renderAmount(largest.head, 'size')}`;
}

function missingText(why: MissingBase, style: TextStyle): string {
  const reason = style.prose(why.reason);
  switch (why.kind) {
    case 'first-run':
    case 'not-found':
      return `no base to compare with (${reason})`;
    case 'does-not-build':
      return `the base ${why.sha === null ? '' : `${style.name(why.sha.slice(0, 7))} `}does not build (${reason})`;
  }
}
