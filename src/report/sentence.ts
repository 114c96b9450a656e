import type { Judgement, MissingBase, Outcome } from '../core/model.ts';
import { compareRows } from '../core/rows.ts';
import { percentOf, renderAmount, renderPercent } from '../core/units.ts';
import { PLAIN, type Voice } from './escape.ts';
import { counted, growthText } from './figures.ts';
import { allowedBy, explicitlyUnchecked, limitText, metricText, tightestFirst } from './limit-text.ts';

/**
 * The verdict in one sentence with the figure that decided it: the first line of every report. Plain text on one line,
 * without control characters: `fail: health's zip grew by 61.2 kB (+6.9 %) to 948 kB; the limit is +5% & +50 kB (default)`.
 */
export function verdictSentence(outcome: Outcome): string {
  return sentenceIn(outcome, PLAIN);
}

/** The same sentence, its names and reasons written as the report at hand writes data. */
export function sentenceIn(outcome: Outcome, voice: Voice): string {
  const { comparison, verdict } = outcome;
  const [worst, ...others] = tightestFirst(verdict.breaches);
  const [unchecked, ...moreUnchecked] = explicitlyUnchecked(outcome);
  // Of a gate that only warns an unchecked limit is the worse news: it alone ends the run with 3.
  if (worst !== undefined && (verdict.gate === 'fail' || unchecked === undefined)) {
    const more = others.length === 0 ? '' : `; and ${counted(others.length, 'more breach', 'more breaches')}`;
    const gate = verdict.gate === 'warn' ? '; the gate is set to warn' : '';
    const left = unchecked === undefined ? '' : `; ${counted(1 + moreUnchecked.length, 'limit')} not checked`;
    return `${verdict.gate === 'warn' ? 'warning' : 'fail'}: ${breachText(worst, voice)}${more}${left}${gate}`;
  }
  if (unchecked !== undefined) {
    const { limit, function: name, reason } = unchecked;
    const more = moreUnchecked.length === 0 ? '' : `; and ${counted(moreUnchecked.length, 'more limit')}`;
    const broken = worst === undefined ? '' : `; ${counted(1 + others.length, 'breach', 'breaches')}, for which the gate is set to warn`;
    return `not checked: ${voice.name(name)}'s ${metricText(limit.metric, voice)} has no figure (${voice.prose(reason)}); the limit is ${limitText(limit, voice)}${more}${broken}`;
  }
  const warnings = comparison.functions.reduce((sum, row) => sum + row.findings.length, 0);
  const suffix = `${verdict.status === 'off' ? '; the gate is off' : ''}${warnings === 0 ? '' : `; ${counted(warnings, 'warning')}`}`;
  return `${quietText(outcome, voice)}${suffix}`;
}

/** How a report greets its reader: `neutral` where nothing was judged by choice. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'neutral';

/** The colour of the first line. Doubtful: a gate that only warns, an unchecked limit that somebody set, a package that may not run. */
export function toneOf(outcome: Outcome): Tone {
  const { status, gate } = outcome.verdict;
  if (status === 'fail') return gate === 'warn' ? 'doubtful' : 'bad';
  if (explicitlyUnchecked(outcome).length > 0 || outcome.comparison.functions.some(({ findings }) => findings.length > 0))
    return 'doubtful';
  return status === 'off' ? 'neutral' : 'good';
}

/** Nothing was breached: what there is to say instead. */
function quietText(outcome: Outcome, voice: Voice): string {
  const { base, functions } = outcome.comparison;
  const present = functions.filter(({ status }) => status !== 'removed');
  const [only] = present;
  const who = present.length === 1 && only !== undefined ? voice.name(only.name) : counted(present.length, 'function');
  if (base.kind === 'missing') {
    const lead = base.why.kind === 'first-run' ? 'first measurement' : 'no comparison';
    const kept = outcome.verdict.kept.every(({ headroom }) => headroom === null)
      ? ''
      : ` within ${present.length === 1 ? 'its' : 'their'} limits`;
    return `${lead}: ${who}${kept}${largestText(outcome, voice)}; ${missingText(base.why, voice)}`;
  }
  if (functions.length === 0) return 'pass: no functions to measure';
  if (functions.every(({ status }) => status === 'unchanged')) {
    return `no change: ${who} ${present.length === 1 ? 'is' : 'are'} byte-identical to ${voice.name(base.snapshot.commit.sha.slice(0, 7))}`;
  }
  if (outcome.verdict.status === 'off') return `not judged: ${mostText(outcome, voice)}`;
  if (only === undefined) return `pass: ${counted(functions.length, 'function')} removed, none left`;
  if (outcome.verdict.kept.length === 0) return `pass: no limit could be checked on ${who}`;
  return `pass: ${who} within ${present.length === 1 ? 'its' : 'their'} limits${closestText(outcome, present.length, voice)}`;
}

/** `health's zip grew by 61.2 kB (+6.9 %) to 948 kB; the limit is +5% & +50 kB (default)`. */
function breachText(judgement: Judgement, voice: Voice): string {
  const { limit, figures, headroom } = judgement;
  const head = renderAmount(figures.head ?? 0, limit.dimension);
  const what = `${voice.name(judgement.function)}'s ${metricText(limit.metric, voice)}`;
  const allowed = allowedBy(judgement);
  // 5,000,123 bytes against 5 MB would read "5.00 MB; the limit is 5 MB".
  const hidden = allowed !== null && headroom !== null && renderAmount(allowed, limit.dimension) === head;
  const over = hidden ? `, exceeded by ${renderAmount(-headroom, limit.dimension)}` : '';
  return `${what} ${movementText(judgement, head)}; the limit is ${limitText(limit, voice)}${over}`;
}

function movementText({ limit, figures: { base, head: figure } }: Judgement, head: string): string {
  const is = limit.metric === 'dependencies' || /s$/.test(limit.metric) ? 'are' : 'is';
  if (base === null || figure === null) return `${is} ${head}`;
  if (figure <= base) return `${is} ${head} (${figure === base ? 'no change' : growthText(base, figure, limit.dimension)})`;
  const percent = percentOf(figure - base, base);
  return `grew by ${renderAmount(figure - base, limit.dimension)}${percent === null ? '' : ` (${renderPercent(percent)})`} to ${head}`;
}

function closestText({ verdict }: Outcome, functions: number, voice: Voice): string {
  const [closest] = tightestFirst(verdict.kept);
  if (closest === undefined || closest.headroom === null) return '';
  const metric = metricText(closest.limit.metric, voice);
  const what = functions === 1 ? metric : `${voice.name(closest.function)} ${metric}`;
  return `; closest: ${what}, ${renderAmount(closest.headroom, closest.limit.dimension)} headroom`;
}

/** `2 of 3 functions changed; most: health zip +28.7 kB, +3.1 % to 948 kB`. */
function mostText({ comparison: { functions } }: Outcome, voice: Voice): string {
  const changed = functions.filter(({ status }) => status !== 'unchanged');
  const [most] = changed.map(({ name, metrics }) => ({ name, ...metrics.zip })).toSorted(compareRows);
  const count = `${changed.length} of ${counted(functions.length, 'function')} changed`;
  if (most === undefined || most.base === null || most.head === null) return count;
  return `${count}; most: ${voice.name(most.name)} zip ${growthText(most.base, most.head, 'size')} to ${renderAmount(most.head, 'size')}`;
}

function largestText({ comparison: { functions } }: Outcome, voice: Voice): string {
  const [largest] = functions.map(({ name, metrics }) => ({ name, ...metrics.zip })).toSorted(compareRows);
  if (largest === undefined || largest.head === null) return '';
  return `, ${functions.length === 1 ? '' : `the largest ${voice.name(largest.name)} `}zip ${renderAmount(largest.head, 'size')}`;
}

function missingText(why: MissingBase, voice: Voice): string {
  const reason = voice.prose(why.reason);
  switch (why.kind) {
    case 'first-run':
    case 'not-found':
      return `no base to compare with (${reason})`;
    case 'does-not-build':
      return `the base ${why.sha === null ? '' : `${voice.name(why.sha.slice(0, 7))} `}does not build (${reason})`;
  }
}
