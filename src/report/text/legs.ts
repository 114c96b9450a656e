import { breachesOf } from '../../core/judge/judge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Judgement, Verdict } from '../../core/model/verdict.ts';
import { PLAIN, type TextStyle } from './escape.ts';
import { counted } from './figures.ts';
import { LEADS, type Lead, type Sentence } from './lead.ts';
import { tightestFirst } from './limits.ts';
import { notJudgedText } from './not-judged.ts';
import { sentenceParts } from './sentence.ts';
import { type Tone, toneOf } from './tone.ts';

/** One leg of a matrix, as the job that reports on all of them found it. Names and reasons are data of a pull request. */
export type LegReport = ReportedLeg | AbsentLeg;

export interface ReportedLeg {
  readonly kind: 'reported';
  readonly name: string;
  readonly outcome: Outcome;
}

export interface MeasuringRun {
  /** GitHub's word for how it ended: `failure`, `timed_out`, … */
  readonly conclusion: string;
  readonly url: string;
}

export type AbsentLeg =
  /** `run`: the measuring run, where it ended otherwise than well. */
  | { readonly kind: 'missing'; readonly name: string; readonly run: MeasuringRun | null }
  /** Its artifact is not what a measurement looks like. */
  | { readonly kind: 'refused'; readonly name: string; readonly reason: string };

type LegLead = Lead | AbsentLeg['kind'];

const LEG_LEADS: readonly LegLead[] = ['fail', 'refused', 'missing', ...LEADS.filter((lead) => lead !== 'fail')];

export function isReported(leg: LegReport): leg is ReportedLeg {
  return leg.kind === 'reported';
}

/** `fail`: a leg breaches its limits, is missing or was refused. Else the worst of the legs: `off` only if all are. */
export function statusOfLegs(legs: readonly LegReport[]): Verdict['status'] {
  const statuses = new Set(legs.map((leg) => (isReported(leg) ? leg.outcome.verdict.status : 'fail')));
  if (statuses.size === 0 || statuses.has('fail')) return 'fail';
  return (['unchecked', 'accepted', 'pass'] as const).find((status) => statuses.has(status)) ?? 'off';
}

/** The verdict over all legs in one plain line: `fail: 3 jobs (1 fail, 1 missing, 1 pass); arm64: health became larger: …`. */
export function sentenceOfLegs(legs: readonly LegReport[]): string {
  return legsSentenceIn(legs, PLAIN);
}

/** The same sentence in the style of a report. What it tells after the counts is of the worst leg. */
export function legsSentenceIn(legs: readonly LegReport[], style: TextStyle): string {
  const { lead, text } = legsSentence(legs, style);
  return `${lead}: ${text}`;
}

/** The same in parts. A person knows the legs of a matrix as its jobs. */
export function legsSentence(legs: readonly LegReport[], style: TextStyle): Sentence {
  const worst = worstLeg(legs);
  if (worst === null) return { lead: 'fail', text: 'there is no job to report on', title: 'there is no job to report on' };
  const leads = legs.map(leadOf);
  const counts = LEG_LEADS.flatMap((lead) => {
    const count = leads.filter((other) => other === lead).length;
    return count === 0 ? [] : [{ lead, text: `${count} ${lead}` }];
  });
  const lead = overallLead(counts.map((kind) => kind.lead));
  const alike = counts.length === 1 && counts[0]?.lead === lead;
  const kinds = alike ? '' : ` (${counts.map(({ text }) => text).join(', ')})`;
  const jobs = `${counted(legs.length, 'job')}${kinds}`;
  const told = tellingOf(worst, style);
  return {
    lead,
    text: `${jobs}; ${style.name(worst.name)}: ${told.text}`,
    title: `${told.title} · ${style.name(worst.name)} of ${jobs}`,
  };
}

/** How the report as a whole greets its reader. */
export function toneOfLegs(legs: readonly LegReport[]): Tone {
  const tones = new Set(legs.map((leg) => (isReported(leg) ? toneOf(leg.outcome) : 'bad')));
  const order: readonly Tone[] = ['bad', 'doubtful', 'accepted', 'good', 'neutral'];
  return order.find((tone) => tones.has(tone)) ?? 'bad';
}

/** The kinds of legs there are, the worst first, in one word: where all is well but not alike, `pass`. */
function overallLead(leads: readonly LegLead[]): Lead {
  const [worst = 'fail'] = leads;
  if (worst === 'missing' || worst === 'refused') return 'fail';
  return leads.length === 1 || LEADS.indexOf(worst) < LEADS.indexOf('pass') ? worst : 'pass';
}

function leadOf(leg: LegReport): LegLead {
  return isReported(leg) ? sentenceParts(leg.outcome, PLAIN).lead : leg.kind;
}

function tellingOf(leg: LegReport, style: TextStyle): Pick<Sentence, 'text' | 'title'> {
  switch (leg.kind) {
    case 'reported':
      return sentenceParts(leg.outcome, style);
    case 'missing': {
      const ended = leg.run === null ? '' : `: the measuring run ended with ${style.prose(leg.run.conclusion)}`;
      return { text: `its job did not upload a measurement${ended}`, title: `a job did not upload its measurement${ended}` };
    }
    case 'refused':
      return { text: `its measurement was refused (${style.prose(leg.reason)})`, title: 'a measurement was refused' };
  }
}

/**
 * The worst kind of leg, and of its kind the one with a function that no longer starts, else one in which something could not be judged, else with
 * the tightest limit; the first among equals.
 */
export function worstLeg(legs: readonly LegReport[]): LegReport | null {
  const ranked = legs.map((leg) => ({ leg, rank: LEG_LEADS.indexOf(leadOf(leg)) }));
  const lowest = ranked.reduce((least, { rank }) => Math.min(least, rank), LEG_LEADS.length);
  const worst = ranked.filter(({ rank }) => rank === lowest).map(({ leg }) => leg);
  const broken = worst.filter(isReported).find(({ outcome: { verdict } }) => verdict.breaches.some(({ kind }) => kind !== 'limit'));
  if (broken !== undefined) return broken;
  const failing = worst.filter(isReported).some(({ outcome: { verdict } }) => verdict.breaches.length > 0);
  const doubtful = worst.filter(isReported).find(({ outcome }) => notJudgedText(outcome, PLAIN) !== null);
  if (doubtful !== undefined && !failing) return doubtful;
  const byJudgement = new Map<Judgement, LegReport>();
  for (const leg of worst.filter(isReported)) {
    const { verdict } = leg.outcome;
    const breaches: readonly Judgement[] = breachesOf(verdict, 'limit');
    const [tightest] = tightestFirst(breaches.length > 0 ? breaches : verdict.warned.length > 0 ? verdict.warned : verdict.kept);
    if (tightest !== undefined) byJudgement.set(tightest, leg);
  }
  const [tightest] = tightestFirst([...byJudgement.keys()]);
  return (tightest === undefined ? undefined : byJudgement.get(tightest)) ?? worst[0] ?? null;
}
