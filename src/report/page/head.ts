import { exitCode } from '../../core/judge/judge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { escaped } from '../flame-graph/xml.ts';
import { acceptedText } from '../text/accepted.ts';
import { chosenBaseText } from '../text/base-reason.ts';
import { becauseLines } from '../text/because.ts';
import { breachLines } from '../text/breach.ts';
import { repeatText } from '../text/command.ts';
import { standingLines } from '../text/findings.ts';
import { type AbsentLeg, isReported, legsSentence, toneOfLegs, worstLeg } from '../text/legs.ts';
import { limitChangeHeading, limitChangeLines } from '../text/limit-changes.ts';
import { uncheckedLines } from '../text/limits.ts';
import { noteLines, warningLines } from '../text/notes.ts';
import { sentenceParts } from '../text/sentence.ts';
import { askedText, sidesText } from '../text/side.ts';
import type { Tone } from '../text/tone.ts';
import { waysOut } from '../text/way-out.ts';
import { html, list, PAGE } from './html.ts';
import type { PageInput } from './input.ts';
import { mainTable } from './main-table.ts';

const TONES: Readonly<Record<Tone, readonly [sign: string, look: string]>> = {
  good: ['✅', 'is-good'],
  bad: ['❌', 'is-bad'],
  doubtful: ['⚠️', 'is-doubtful'],
  accepted: ['☑️', 'is-accepted'],
  neutral: ['ℹ️', 'is-neutral'],
};

/** What a reader has without any script: the verdict, the main table, because, to get to green; then the rest of the report's words, folded. */
export function headOf({ legs }: PageInput, addressOf: (leg: string, name: string) => string): string {
  const reported = legs.filter((leg) => leg.kind === 'reported');
  const [sign, look] = TONES[toneOfLegs(legs)];
  const [first] = reported;
  const worst = worstLeg(legs);
  const told = worst !== null && isReported(worst) ? worst.outcome : null;
  const sides = [...new Set(reported.map(({ outcome }) => sidesText(outcome, PAGE)))];
  const fails = legs.some((leg) => !isReported(leg) || exitCode(leg.outcome.verdict) !== 0);
  return [
    `<header class="${look}">`,
    `<p class="sides"><strong>coldgate</strong> · ${sides.map(html).join('<br>')}</p>`,
    `<h1><span aria-hidden="true">${sign}</span> ${html(titleText({ legs }))}</h1>`,
    `<p class="check">${fails ? 'This check fails.' : 'This check passes.'}</p>`,
    list(legs.flatMap((leg) => (isReported(leg) ? [] : [absentText(leg)]))),
    '<div class="summary">',
    `<div>${mainTable(
      reported.map(({ name, outcome }) => ({ leg: name, outcome })),
      addressOf,
    )}</div>`,
    told === null ? '' : `<div class="why">${whyOf(told)}</div>`,
    '</div>',
    ...reported.map(({ name, outcome }) => restOf(name, outcome)),
    first === undefined ? '' : chosenBase(first.outcome),
    '</header>',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** What happened, at a glance, in the style of a page. */
export function titleText({ legs }: PageInput): string {
  const [only] = legs;
  return legs.length === 1 && only !== undefined && isReported(only) && only.name === ''
    ? sentenceParts(only.outcome, PAGE).title
    : legsSentence(legs, PAGE).title;
}

function absentText(leg: AbsentLeg): string {
  if (leg.kind === 'refused') return `refused: ${PAGE.name(leg.name)}: ${PAGE.prose(leg.reason)}`;
  const ended = leg.run === null ? '' : `: the measuring run ended with ${PAGE.prose(leg.run.conclusion)} (${PAGE.prose(leg.run.url)})`;
  return `missing: ${PAGE.name(leg.name)}: its job did not upload a measurement${ended}`;
}

function whyOf(outcome: Outcome): string {
  const ways = waysOut(outcome, PAGE).map(({ text, steps }) => `<li>${html(text)}${list(steps)}</li>`);
  const accepted = acceptedText(outcome, PAGE);
  return [
    section('Because', list(becauseLines(outcome, PAGE))),
    section('To get to green, one of', ways.length === 0 ? '' : `<ul>${ways.join('')}</ul>`),
    section('Accepted', accepted === null ? '' : `<p>${html(accepted)}</p>`),
    section('Warnings', list(warningLines(outcome, PAGE))),
  ].join('\n');
}

/** What is read when somebody asks for it. */
function restOf(leg: string, outcome: Outcome): string {
  const breaches = breachLines(outcome, PAGE);
  const repeated = repeatText(outcome);
  const parts = [
    section('Limits that are exceeded', breaches.length > 1 ? list(breaches) : ''),
    section('Limits not checked', list(uncheckedLines(outcome, PAGE))),
    section(limitChangeHeading(outcome), list(limitChangeLines(outcome, PAGE))),
    section('Also found, not of this change', list(standingLines(outcome, PAGE))),
    section('Notes', list(noteLines(outcome, PAGE))),
    section('Reproduce', repeated === '' ? '' : `<pre>${html(PAGE.prose(repeated))}</pre>`),
    section('Asked of GitHub', list([askedText(outcome)].filter((text) => text !== ''))),
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  const of = leg === '' ? '' : ` of ${html(PAGE.name(leg))}`;
  return `<details><summary>Limits, notes, and how to reproduce it${of}</summary>${parts.join('\n')}</details>`;
}

function chosenBase(outcome: Outcome): string {
  const text = chosenBaseText(outcome, PAGE);
  return text === '' ? '' : `<p class="faint">${html(text)}</p>`;
}

function section(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${escaped(title)}</h2>${content}</section>`;
}
