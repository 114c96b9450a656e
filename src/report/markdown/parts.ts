import type { Outcome } from '../../core/model.ts';
import { acceptedText } from '../text/accepted.ts';
import { breachLines } from '../text/breach.ts';
import type { ColdStartNotice } from '../text/cold-start-job.ts';
import { codeBlock, link, MARKDOWN } from '../text/escape.ts';
import { counted } from '../text/figures.ts';
import { limitChangeHeading, limitChangeLines, uncheckedLines } from '../text/limits.ts';
import { noteLines, warningLines } from '../text/notes.ts';
import type { Tone } from '../text/sentence.ts';
import { wayOutText } from '../text/way-out.ts';
import { dependenciesText, whyOf } from '../text/why.ts';
import { coldStartDetails, coldStartFailures } from './cold-start.ts';
import { collapsed, detailTables, runDetails } from './details.ts';
import { failuresPart, initDetails } from './init.ts';

export const ICONS: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', doubtful: '⚠️', accepted: '☑️', neutral: 'ℹ️' };

/** The icon of the first line: where cold starts never came, not all is well. */
export function iconOf(tone: Tone, notice: ColdStartNotice | null): string {
  return ICONS[notice?.kind === 'lost' && tone !== 'bad' ? 'doubtful' : tone];
}

/** What a Markdown report tells of one outcome below its table, in the order it tells it. */
const DETAILS = [
  'failures',
  'why',
  'dependencies',
  'wayOut',
  'warnings',
  'limits',
  'notes',
  'reproduce',
  'init',
  'coldStart',
  'crates',
  'package',
  'sections',
  'symbols',
  'run',
] as const;
type Detail = (typeof DETAILS)[number];

/** Everything that can be left out: `rows` is the table with all functions, `table` the one with breached functions alone, `legs` a line for each. */
export type Part = Detail | 'rows' | 'legs' | 'table';

export type Details = Readonly<Record<Detail, string>>;

/** Comment, summary and file hold the same parts, each as many as it has room for. */
const rendered = new WeakMap<Outcome, Details>();

/** Each part as Markdown; empty where there is nothing to tell. */
export function detailsOf(outcome: Outcome): Details {
  const known = rendered.get(outcome);
  if (known !== undefined) return known;
  const details: Details = {
    ...detailTables(outcome),
    failures: joined([failuresPart(outcome), coldStartFailures(outcome)]),
    init: initDetails(outcome),
    coldStart: coldStartDetails(outcome),
    run: runDetails(outcome),
    notes: section('Notes', noteLines(outcome, MARKDOWN)),
    why: whyPart(outcome),
    dependencies: sentencePart('Dependencies', dependenciesText(outcome, MARKDOWN)),
    wayOut: joined([
      sentencePart('To get to green:', wayOutText(outcome, MARKDOWN)),
      sentencePart('Accepted', acceptedText(outcome, MARKDOWN)),
    ]),
    limits: limitsPart(outcome),
    warnings: section('⚠️ Warnings', warningLines(outcome, MARKDOWN)),
    reproduce: reproducePart(outcome),
  };
  rendered.set(outcome, details);
  return details;
}

/** The parts that are there and not left out, in their order. */
export function detailBlocks(details: Details, gone: ReadonlySet<Part>): readonly string[] {
  return DETAILS.filter((part) => !gone.has(part) && details[part] !== '').map((part) => details[part]);
}

/** Says what was left out and where it is: in the full report, if there is a link to it, else in the JSON. */
export function closingPart(names: readonly string[], fullReport: string | null): string {
  if (names.length === 0) return fullReport === null ? '' : link('Full report', fullReport);
  const last = names.at(-1) ?? '';
  const list = names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
  const where = fullReport === null ? 'the full report is in the JSON' : `see the ${link('full report', fullReport)}`;
  return `_Shortened: ${list} left out; ${where}._`;
}

/** Blocks of Markdown with an empty line between; empty ones are left out. */
export function joined(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n\n');
}

function whyPart(outcome: Outcome): string {
  const { whys, more } = whyOf(outcome, MARKDOWN);
  if (whys.length === 0) return '';
  const blocks = whys.map(({ heading, items }) => {
    const lines = items.map(({ text, symbols }) => `- ${text}${symbols === null ? '' : `\n  - most: ${symbols}`}`);
    return [heading, '', ...lines].join('\n');
  });
  const rest = more === 0 ? [] : [`${counted(more, 'more changed function')}: see the details`];
  return ['**Why**', ...blocks, ...rest].join('\n\n');
}

function limitsPart(outcome: Outcome): string {
  const breaches = breachLines(outcome, MARKDOWN);
  return joined([
    // A single breach is the verdict's sentence already.
    breaches.length > 1 ? section('Limits breached', breaches) : '',
    section('Limits not checked', uncheckedLines(outcome, MARKDOWN)),
    section(`⚠️ ${limitChangeHeading(outcome)}`, limitChangeLines(outcome, MARKDOWN)),
  ]);
}

function reproducePart({ command, verdict: { status } }: Outcome): string {
  if (command === '') return '';
  const block = codeBlock(command, 'sh');
  return status === 'fail' ? `**Reproduce**\n\n${block}` : collapsed('Reproduce', block);
}

function sentencePart(title: string, text: string | null): string {
  return text === null ? '' : `**${title}** ${text}`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `**${title}**\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}
