import { openFindings } from '../../core/compare/findings.ts';
import { openOf } from '../../core/judge/judge.ts';
import { sinceText } from '../../core/judge/since.ts';
import type { FunctionStatus } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Breach, Unchecked, Verdict } from '../../core/model/verdict.ts';
import { baseReasonText, standInText } from './base-reason.ts';
import { breachText, worstFirst } from './breach.ts';
import { PLAIN, type TextStyle } from './escape.ts';
import { counted, listed } from './figures.ts';
import { happeningOf } from './happened.ts';
import { slowerFunctions, slowerResponses } from './init-times.ts';
import type { Sentence } from './lead.ts';
import { limitText, metricPhrase, tightestFirst } from './limits.ts';
import { judgedText, notJudgedText } from './not-judged.ts';
import { refusedTitle } from './package-limits.ts';
import { quietSentence } from './quiet.ts';
import { refusingFunctions, statusText } from './statuses.ts';
import { nobodyJudged, startNowhere } from './tone.ts';
import { warnedText, warnedTitle } from './warned.ts';

/**
 * The verdict in one sentence with the figure that decided it: the first line of every report. Plain text on one line,
 * without control characters: `fail: health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default)`.
 */
export function verdictSentence(outcome: Outcome): string {
  return sentenceIn(outcome, PLAIN);
}

/** The same sentence, its names and reasons written as the report at hand writes data. */
export function sentenceIn(outcome: Outcome, style: TextStyle): string {
  const { lead, text } = sentenceParts(outcome, style);
  return `${lead}: ${text}`;
}

/** The sentence in parts, for a report that has several to join. Of a base that nobody named it says which it is and why. */
export function sentenceParts(outcome: Outcome, style: TextStyle): Sentence {
  const { lead, text, title } = verdictParts(outcome, style);
  const replaced = replacedText(outcome);
  return {
    lead,
    text: `${text}${replaced}${baseReasonText(outcome, style)}`,
    title: `${title}${replaced}${standInText(outcome, style)}`,
  };
}

/** A function that is new beside one that is gone may be the same one, grown: nobody can tell, and that is said. */
function replacedText({ comparison: { functions } }: Outcome): string {
  const count = (status: FunctionStatus): number => functions.filter((fn) => fn.status === status).length;
  const [added, removed] = [count('added'), count('removed')];
  return added === 0 || removed === 0 ? '' : `; ${added} new, ${removed} removed: no growth judged`;
}

function verdictParts(outcome: Outcome, style: TextStyle): Sentence {
  const { verdict } = outcome;
  const unchecked = openOf(verdict);
  const [worst] = worstFirst(verdict);
  // Of a breach that does not fail the run an unchecked limit is the worse news: it alone ends the run with 3.
  if (worst !== undefined && (breachLead(outcome) === 'fail' || unchecked.length === 0)) return breachParts(worst, outcome, style);
  const [first, ...moreUnchecked] = unchecked;
  if (first !== undefined) {
    const count = verdict.breaches.length;
    const broken = count === 0 ? '' : `; ${counted(count, 'breach', 'breaches')}, ${excuseText(verdict, style)}`;
    const text = `${uncheckedText(first, style)}${moreText(moreUnchecked, 'limit')}${broken}${alsoNotJudged(outcome, style)}`;
    return { lead: 'not checked', text, title: lackTitle(first, outcome, style) };
  }
  const [warned, ...moreWarned] = tightestFirst(verdict.warned);
  if (warned !== undefined && verdict.status !== 'accepted') {
    const left = alsoNotJudged(outcome, style);
    const more = `${moreText(moreWarned, 'limit')}${left}${warningsText(outcome, refusingFunctions(outcome).length)}`;
    return {
      lead: 'warning',
      text: `${warnedText(warned, outcome, style)}${more}`,
      title: `${warnedTitle(warned, outcome, style)}${left}`,
    };
  }
  const [refusing, ...moreRefusing] = refusingFunctions(outcome);
  if (refusing === undefined || verdict.status === 'accepted') return quietParts(outcome, style);
  const what = `${statusText(refusing, style)}${moreText(moreRefusing, 'function')}`;
  return { lead: 'warning', text: `${what}; ${quietParts(outcome, style).text}`, title: `${what}${alsoNotJudged(outcome, style)}` };
}

function breachParts(worst: Breach, outcome: Outcome, style: TextStyle): Sentence {
  const { verdict } = outcome;
  const others = verdict.breaches.filter((breach) => breach !== worst);
  const open = openOf(verdict).length;
  const lead = breachLead(outcome);
  const left = open === 0 ? '' : `; ${counted(open, 'limit')} not checked`;
  const notJudged = alsoNotJudged(outcome, style);
  const ending: Readonly<Record<typeof lead, string>> = {
    fail: '',
    warning: '; the gate is set to warn',
    accepted: `; ${excuseText(verdict, style)}${warningsText(outcome, verdict.warned.length + refusingFunctions(outcome).length)}`,
  };
  const told: Readonly<Record<typeof lead, string>> = { ...ending, accepted: `; ${acceptedBy(verdict, style)}` };
  const { what, glance } = happeningOf(worst, outcome, style);
  const functions = new Set(others.filter((breach) => breach.function !== worst.function).map((breach) => breach.function)).size;
  const own = others.filter((breach) => breach.function === worst.function).length;
  const elsewhere =
    functions === 0 ? '' : `; ${counted(functions, 'more function')} over ${functions === 1 ? 'its limit' : 'their limits'}`;
  const more = `${own === 0 ? '' : `; and ${counted(own, 'more breach', 'more breaches')}`}${elsewhere}`;
  return {
    lead,
    text: `${breachText(worst, outcome, style)}${moreText(others, 'breach', 'breaches')}${left}${ending[lead]}${notJudged}`,
    title: `${what}${glance === '' ? '' : `: ${glance}`}${more}${left}${told[lead]}${notJudged}`,
  };
}

function quietParts(outcome: Outcome, style: TextStyle): Sentence {
  const { verdict } = outcome;
  const quiet = quietSentence(outcome, style);
  if (verdict.status === 'accepted')
    return {
      lead: 'accepted',
      text: `${quiet.text}; ${excuseText(verdict, style)}${warningsText(outcome, verdict.warned.length + refusingFunctions(outcome).length)}`,
      title: `${quiet.title}; ${acceptedBy(verdict, style)}`,
    };
  const off = verdict.status === 'off' ? '; the gate is off' : '';
  const refused = refusedTitle(outcome, style);
  const notJudged = notJudgedText(outcome, style);
  const text = `${quiet.text}${off}${alsoNotJudged(outcome, style)}${warningsText(outcome)}`;
  if (refused !== null) return { lead: quiet.lead, text, title: `${refused}${off}${alsoNotJudged(outcome, style)}` };
  if (notJudged === null || quiet.lead !== 'pass')
    return { lead: quiet.lead, text, title: `${quiet.title}${off}${alsoNotJudged(outcome, style)}` };
  // What was not judged stands first: a commit status is cut, and a pass of sizes alone is not read as one of all.
  const judged = [...[judgedText(outcome)].filter((part) => part !== null), notJudged].join('; ');
  const lead = nobodyJudged(outcome) ? 'not checked' : quiet.lead;
  return { lead, text: `${judged}; ${quiet.text}${warningsText(outcome)}`, title: nowhereTitle(outcome, style) ?? judged };
}

/** Where base and head were not started beside each other, or start nowhere, that is the news. */
function nowhereTitle(outcome: Outcome, style: TextStyle): string | null {
  if (nobodyJudged(outcome)) return 'init could not be judged: base and head were not started beside each other';
  const nowhere = startNowhere(outcome);
  if (nowhere.length === 0) return null;
  const who = listed(
    nowhere.map(({ name }) => style.name(name)),
    3,
  );
  const verb = nowhere.length === 1 ? 'does' : 'do';
  return `init could not be judged: ${who} ${verb} not start here${nowhere.some(({ status }) => status === 'added') ? '' : ', nor at base'}`;
}

/** `; init not judged: …`: what no limit that stops anybody could not judge, behind other news. */
function alsoNotJudged(outcome: Outcome, style: TextStyle): string {
  const text = notJudgedText(outcome, style);
  return text === null ? '' : `; ${text}`;
}

/** `; and 2 more breaches`; nothing where there are none. */
function moreText(others: readonly unknown[], singular: string, plural = `${singular}s`): string {
  return others.length === 0 ? '' : `; and ${counted(others.length, `more ${singular}`, `more ${plural}`)}`;
}

/** `health's page faults has no figure (…); the limit is 150 (--limit)`. */
function uncheckedText(unchecked: Unchecked, style: TextStyle): string {
  return `${lackText(unchecked, style)} (${style.prose(unchecked.reason)}); the limit is ${limitText(unchecked.limit, style)}`;
}

function lackTitle(first: Unchecked, { comparison: { base } }: Outcome, style: TextStyle): string {
  if (first.code === 'no-base' && base.kind === 'missing' && base.why.sha !== null && base.why.kind === 'does-not-build')
    return `growth could not be judged: base ${style.name(base.why.sha.slice(0, 7))} does not build`;
  return `could not be judged: ${lackText(first, style)}`;
}

function lackText({ limit, function: name, code }: Unchecked, style: TextStyle): string {
  const since = limit.since === null ? '' : ` since ${style.prose(sinceText(limit.since))}`;
  const lacks =
    code === 'no-base' ? 'has nothing to be compared with' : since === '' ? 'has no figure' : `has no figure of its growth${since}`;
  return `${style.name(name)}'s ${metricPhrase(limit.metric, style)} ${lacks}`;
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

/** Who answers for it, without when and how. */
function acceptedBy(verdict: Verdict, style: TextStyle): string {
  return verdict.status === 'accepted' ? `accepted by ${style.name(`@${verdict.acceptance.by}`)}` : '';
}

/** `; 2 warnings`; `more`: those that the sentence does not tell otherwise. */
function warningsText(outcome: Outcome, more = 0): string {
  const { functions, project } = outcome.comparison;
  const findings = functions.reduce((sum, fn) => sum + openFindings(fn).length, openFindings(project).length);
  const warnings = findings + slowerFunctions(outcome).length + slowerResponses(outcome).length + outcome.verdict.unproven.length + more;
  return warnings === 0 ? '' : `; ${counted(warnings, 'warning')}`;
}
