import type { Outcome } from '../core/model.ts';
import { collapsed, detailTables, runDetails } from './details.ts';
import { codeBlock, MARKDOWN } from './escape.ts';
import { counted } from './figures.ts';
import { findingLines } from './findings.ts';
import { breachLines, capped, limitChangeHeading, limitChangeLines, uncheckedLines } from './limit-text.ts';
import { tablePart } from './main-table.ts';
import { rowsOf } from './rows.ts';
import { sentenceIn, type Tone, toneOf } from './sentence.ts';
import { sidesText } from './side.ts';
import { dependenciesText, whyOf } from './why.ts';

/** GitHub refuses a longer comment. */
const MAX_COMMENT = 65_536;
const BREACHED_ROWS = 30;

const ICONS: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', doubtful: '⚠️', neutral: 'ℹ️' };

type Part =
  | 'symbols'
  | 'sections'
  | 'package'
  | 'crates'
  | 'run'
  | 'notes'
  | 'why'
  | 'rows'
  | 'dependencies'
  | 'limits'
  | 'warnings'
  | 'reproduce'
  | 'table';

/** What goes first when the report is too long, and what it is called when it is gone. */
const DROP_ORDER: readonly (readonly [Part, string])[] = [
  ['symbols', 'symbols'],
  ['sections', 'sections'],
  ['package', 'package entries'],
  ['crates', 'crates'],
  ['run', 'tools and timings'],
  ['notes', 'notes'],
  ['why', 'why'],
  ['rows', 'functions within their limits'],
  ['dependencies', 'dependencies'],
  ['limits', 'limits'],
  ['warnings', 'warnings'],
  ['reproduce', 'how to reproduce it'],
  ['table', 'all functions'],
];

/**
 * The report as GitHub-flavoured Markdown, for comments and job summaries. Never longer than `maximum` UTF-16 units: details are left out
 * in a fixed order and named in one line; the verdict and the footer (about 3,000 units at most) always stay. Ends in a newline.
 */
export function renderMarkdown(outcome: Outcome, options: { readonly maximum?: number } = {}): string {
  const maximum = options.maximum ?? MAX_COMMENT;
  const parts = partsOf(outcome);
  for (let dropped = 0; dropped < DROP_ORDER.length; dropped += 1) {
    const text = assemble(outcome, parts, dropped);
    if (text.length <= maximum) return text;
  }
  return assemble(outcome, parts, DROP_ORDER.length);
}

type Parts = Readonly<Record<Part, string>>;

function partsOf(outcome: Outcome): Parts {
  const rows = rowsOf(outcome);
  return {
    ...detailTables(outcome),
    run: runDetails(outcome),
    notes: section(
      'Notes',
      capped(
        outcome.comparison.notes.map(({ code, text }) => `${code}: ${MARKDOWN.prose(text)}`),
        'note',
      ),
    ),
    why: whyPart(outcome),
    rows: tablePart(outcome, rows, [...rows.breached, ...rows.others]),
    dependencies: sentencePart('Dependencies', dependenciesText(outcome, MARKDOWN)),
    limits: limitsPart(outcome),
    warnings: section('⚠️ Warnings', findingLines(outcome, MARKDOWN)),
    reproduce: reproducePart(outcome),
    table: tablePart(outcome, rows, rows.breached.slice(0, BREACHED_ROWS)),
  };
}

function assemble(outcome: Outcome, parts: Parts, dropped: number): string {
  const gone = new Set(DROP_ORDER.slice(0, dropped).map(([part]) => part));
  const text = (part: Part): string => (gone.has(part) ? '' : parts[part]);
  const blocks = [
    verdictPart(outcome),
    gone.has('rows') ? text('table') : parts.rows,
    text('why'),
    text('dependencies'),
    text('warnings'),
    text('limits'),
    text('notes'),
    text('reproduce'),
    text('crates'),
    text('package'),
    text('sections'),
    text('symbols'),
    text('run'),
    shortenedPart(dropped, parts),
    `<sub>${sidesText(outcome, MARKDOWN)}</sub>`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function verdictPart(outcome: Outcome): string {
  return `${ICONS[toneOf(outcome)]} **${sentenceIn(outcome, MARKDOWN)}**`;
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
  return [
    // A single breach is the verdict's sentence already.
    breaches.length > 1 ? section('Limits breached', breaches) : '',
    section('Limits not checked', uncheckedLines(outcome, MARKDOWN)),
    section(`⚠️ ${limitChangeHeading(outcome)}`, limitChangeLines(outcome, MARKDOWN)),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function reproducePart({ reproduce: { command }, verdict: { status } }: Outcome): string {
  if (command === '') return '';
  const block = codeBlock(command, 'sh');
  return status === 'fail' ? `**Reproduce**\n\n${block}` : collapsed('Reproduce', block);
}

/** Says what was left out, if it was there at all. */
function shortenedPart(dropped: number, parts: Parts): string {
  const names = DROP_ORDER.slice(0, dropped)
    .filter(([part]) => parts[part] !== '')
    .map(([, name]) => name);
  if (names.length === 0) return '';
  const last = names.at(-1) ?? '';
  const list = names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
  return `_Shortened: ${list} left out; the full report is in the JSON._`;
}

function sentencePart(title: string, text: string | null): string {
  return text === null ? '' : `**${title}** ${text}`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `**${title}**\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}
