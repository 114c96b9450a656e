import type { Outcome } from '../../core/model/outcome.ts';
import { acceptedText } from '../text/accepted.ts';
import { becauseLines } from '../text/because.ts';
import { breachLines } from '../text/breach.ts';
import type { ColdStartNotice } from '../text/cold-start-job.ts';
import { repeatText } from '../text/command.ts';
import { codeBlock, link, MARKDOWN, unbroken } from '../text/escape.ts';
import { EVENT_CHANGE_HEADING, eventChangeLines } from '../text/event-changes.ts';
import { counted } from '../text/figures.ts';
import { standingLines } from '../text/findings.ts';
import { trendLines } from '../text/history.ts';
import { limitChangeHeading, limitChangeLines } from '../text/limit-changes.ts';
import { uncheckedLines } from '../text/limits.ts';
import { noteLines, warningLines } from '../text/notes.ts';
import { SLACK_HEADING, slackLines } from '../text/slack.ts';
import type { Tone } from '../text/tone.ts';
import { waysOut } from '../text/way-out.ts';
import { dependenciesText, whyOf } from '../text/why.ts';
import { coldStartDetails, coldStartFailures } from './cold-start.ts';
import { collapsed, detailTables, runDetails } from './details.ts';
import { firstResponseFailures } from './first-response.ts';
import { failuresPart, initDetails } from './init.ts';
import { allFigures } from './table.ts';

export const ICONS: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', doubtful: '⚠️', accepted: '☑️', neutral: 'ℹ️' };

/** The icon of the first line: where cold starts never came, not all is well. */
function iconOf(tone: Tone, notice: ColdStartNotice | null): string {
  return ICONS[notice !== null && notice.kind !== 'awaited' && tone !== 'bad' ? 'doubtful' : tone];
}

/** What stands open below the table: who did it, the way out, and what a reader must not miss. */
const OPEN = ['failures', 'because', 'wayOut', 'warnings', 'limits', 'history'] as const;

/** What is folded, in its order; what a heading groups is one fold. */
const FOLDED = [
  { heading: 'What changed', parts: ['why', 'dependencies', 'breaches'] },
  { heading: 'Also found, not of this change', parts: ['standing'] },
  { heading: null, parts: ['init'] },
  { heading: null, parts: ['coldStart'] },
  { heading: 'All figures, to the byte', parts: ['figures', 'crates', 'package', 'sections', 'symbols'] },
  { heading: 'How it was measured, and how to reproduce it', parts: ['notes', 'reproduce', 'run'] },
] as const;
type Detail = (typeof OPEN)[number] | (typeof FOLDED)[number]['parts'][number];

/** Everything that can be left out: `rows` is the table with all functions, `table` the one with breached functions alone, `legs` a line for each. */
export type Part = Detail | 'rows' | 'legs' | 'table';

export type Details = Readonly<Record<Detail, string>>;

/** Comment, summary and file hold the same parts, each as many as it has room for. */
const rendered = new WeakMap<Outcome, Details>();

/** Each part as Markdown; empty where there is nothing to tell. */
export function detailsOf(outcome: Outcome): Details {
  const known = rendered.get(outcome);
  if (known !== undefined) return known;
  const repeated = repeatText(outcome);
  const details: Details = {
    ...detailTables(outcome),
    failures: joined([failuresPart(outcome), firstResponseFailures(outcome), coldStartFailures(outcome)]),
    init: initDetails(outcome),
    coldStart: coldStartDetails(outcome),
    run: runDetails(outcome),
    figures: allFigures(outcome),
    notes: section('Notes', noteLines(outcome, MARKDOWN)),
    because: becausePart(outcome),
    why: whyPart(outcome),
    dependencies: sentencePart('Dependencies', dependenciesText(outcome, MARKDOWN)),
    breaches: section('Limits that are exceeded', breachLines(outcome, MARKDOWN)),
    wayOut: joined([
      unbroken(section('To get to green', wayLines(outcome), ', one of:')),
      sentencePart('Accepted', acceptedText(outcome, MARKDOWN)),
    ]),
    limits: limitsPart(outcome),
    warnings: section('⚠️ Warnings', warningLines(outcome, MARKDOWN)),
    history: section('History', trendLines(outcome, MARKDOWN)),
    standing: list(standingLines(outcome, MARKDOWN)),
    reproduce: repeated === '' ? '' : codeBlock(repeated, 'sh'),
  };
  rendered.set(outcome, details);
  return details;
}

/** The parts that are there and not left out, in their order. */
export function detailBlocks(details: Details, gone: ReadonlySet<Part>): readonly string[] {
  const shown = (part: Detail): readonly string[] => (gone.has(part) || details[part] === '' ? [] : [details[part]]);
  const folded = FOLDED.flatMap(({ heading, parts }) => {
    const blocks = parts.flatMap(shown);
    return blocks.length === 0 || heading === null ? blocks : [collapsed(heading, joined(blocks))];
  });
  return [...OPEN.flatMap(shown), ...folded];
}

/** The first line of every Markdown report: whose it is, the colour, and what happened to people. */
export function titlePart(tone: Tone, title: string, notice: ColdStartNotice | null = null): string {
  return `### coldgate · ${iconOf(tone, notice)} ${unbroken(title)}`;
}

/** Whether the check stops anybody, which the title's icon does not say; `fails`: it ends the run otherwise than with 0. */
export function checkPart(tone: Tone, fails: boolean, notice: ColdStartNotice | null): string {
  if (fails) return '**This check fails.**';
  // What passes here is not all of it where cold starts are not there.
  if (notice !== null) return '';
  if (tone === 'accepted') return 'This check passes; what is pushed later needs the label anew.';
  return 'This check passes.';
}

/** Says what was left out and where it is: in the full report, if there is a link to it, else in the JSON. The page stands beside it. */
export function closingPart(names: readonly string[], fullReport: string | null, page: string | null): string {
  const picture = page === null ? [] : [link('The picture: what is in the package', page)];
  if (names.length === 0) return [...(fullReport === null ? [] : [link('Full report', fullReport)]), ...picture].join(' · ');
  const last = names.at(-1) ?? '';
  const list = names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
  const where = fullReport === null ? 'the full report is in the JSON' : `see the ${link('full report', fullReport)}`;
  return [`_Shortened: ${list} left out; ${where}._`, ...picture].join(' · ');
}

/** Blocks of Markdown with an empty line between; empty ones are left out. */
export function joined(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n\n');
}

function becausePart(outcome: Outcome): string {
  const [first, ...others] = becauseLines(outcome, MARKDOWN);
  if (first === undefined) return '';
  return unbroken(others.length === 0 ? `**Because** ${first}` : `**Because**\n\n${list([first, ...others])}`);
}

function whyPart(outcome: Outcome): string {
  const { whys, more } = whyOf(outcome, MARKDOWN);
  if (whys.length === 0) return '';
  const blocks = whys.map(({ heading, items }) => {
    const lines = items.map(({ text, symbols }) => `- ${text}${symbols === null ? '' : `\n  - ${symbols}`}`);
    return [heading, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n');
  });
  const rest = more === 0 ? [] : [`${counted(more, 'more changed function')}: see all figures`];
  return [...blocks, ...rest].join('\n\n');
}

function limitsPart(outcome: Outcome): string {
  return joined([
    section('Limits not checked', uncheckedLines(outcome, MARKDOWN)),
    section(SLACK_HEADING, slackLines(outcome, MARKDOWN)),
    section(`⚠️ ${limitChangeHeading(outcome)}`, limitChangeLines(outcome, MARKDOWN)),
    section(`⚠️ ${EVENT_CHANGE_HEADING}`, eventChangeLines(outcome, MARKDOWN)),
  ]);
}

function sentencePart(title: string, text: string | null): string {
  return text === null ? '' : `**${title}** ${text}`;
}

/** Steps of a way are a list in its line. */
function wayLines(outcome: Outcome): readonly string[] {
  return waysOut(outcome, MARKDOWN).map(({ text, steps }) => [text, ...steps.map((step) => `  - ${step}`)].join('\n'));
}

function section(title: string, lines: readonly string[], after = ''): string {
  return lines.length === 0 ? '' : `**${title}**${after}\n\n${list(lines)}`;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
