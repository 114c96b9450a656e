import { createColors } from 'picocolors';
import type { FunctionComparison, Outcome } from '../core/model.ts';
import { PLAIN } from './escape.ts';
import { changeText, counted, listed, metricCell, shortChangeText } from './figures.ts';
import { findingLines } from './findings.ts';
import { breachLines, capped, headroomText, limitChangeHeading, limitChangeLines, uncheckedLines } from './limit-text.ts';
import { rowsOf } from './rows.ts';
import { type Tone, toneOf, verdictSentence } from './sentence.ts';
import { sidesText } from './side.ts';
import { dependenciesText, whyOf } from './why.ts';

const GAP = 2;
const HEAD_NAME = 'function';
/** A column of figures is worth less than this much of a name. */
const MIN_NAME = 20;
const UNCHANGED_NAMES = 5;

type Colours = ReturnType<typeof createColors>;

interface Layout {
  readonly metrics: readonly ('zip' | 'binary' | 'text')[];
  readonly render: typeof changeText;
}

const ESCAPE = String.fromCharCode(27);

/** From the widest to the narrowest; the first that fits is taken. */
const LAYOUTS: readonly Layout[] = [
  { metrics: ['zip', 'binary', 'text'], render: changeText },
  { metrics: ['zip', 'binary', 'text'], render: shortChangeText },
  { metrics: ['zip', 'binary'], render: shortChangeText },
];
const NARROWEST: Layout = { metrics: ['zip'], render: shortChangeText };
const HEADS = { zip: 'package', binary: 'binary', text: '.text' };

/**
 * The report for a terminal of so many columns: the table fits them, longer lines are wrapped at blanks.
 * Without `colour` there is no escape sequence in it, and data never brings one. Ends in a newline.
 */
export function renderTerminal(outcome: Outcome, options: { readonly columns: number; readonly colour: boolean }): string {
  const colours = createColors(options.colour);
  const { unchanged } = rowsOf(outcome);
  const breaches = breachLines(outcome, PLAIN);
  const dependencies = dependenciesText(outcome, PLAIN);
  const blocks = [
    tableBlock(outcome, options.columns, colours),
    unchanged.length === 0
      ? ''
      : `${unchanged.length} unchanged: ${listed(
          unchanged.map(({ name }) => PLAIN.name(name)),
          UNCHANGED_NAMES,
        )}`,
    whyBlock(outcome, colours),
    dependencies === null ? '' : `${colours.bold('dependencies')} ${dependencies}`,
    block(colours.yellow('warnings'), findingLines(outcome, PLAIN)),
    breaches.length > 1 ? block(colours.bold('limits breached'), breaches) : '',
    block(colours.bold('limits not checked'), uncheckedLines(outcome, PLAIN)),
    block(colours.yellow(limitChangeHeading(outcome)), limitChangeLines(outcome, PLAIN)),
    block(
      colours.bold('notes'),
      capped(
        outcome.comparison.notes.map(({ code, text }) => `${code}: ${PLAIN.prose(text)}`),
        'note',
      ),
    ),
    colours.dim(sidesText(outcome, PLAIN)),
  ];
  const rest = blocks.filter((block) => block !== '').join('\n\n');
  // The verdict stays on one line, however long: it is what a script looks for.
  const lines = [
    paint(outcome, colours)(verdictSentence(outcome)),
    '',
    ...rest.split('\n').flatMap((line) => wrapped(line, options.columns)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Breaks a line at blanks, the rest indented two further than its start. What has no blank is left whole: it may be copied. */
function wrapped(line: string, columns: number): readonly string[] {
  const indent = ' '.repeat((/^ */.exec(line)?.[0].length ?? 0) + 2);
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\S) (?=\S)/)) {
    if (current !== '' && visibleLength(current) + 1 + visibleLength(word) > columns) {
      lines.push(current);
      current = `${indent}${word}`;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

/** Without the escape sequences of colours. */
function visibleLength(text: string): number {
  return text.replaceAll(new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g'), '').length;
}

function paint(outcome: Outcome, colours: Colours): (text: string) => string {
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    good: colours.green,
    bad: colours.red,
    doubtful: colours.yellow,
    accepted: colours.cyan,
    neutral: colours.bold,
  };
  return tones[toneOf(outcome)];
}

function tableBlock(outcome: Outcome, columns: number, colours: Colours): string {
  const { breached, others } = rowsOf(outcome);
  const rows = [...breached, ...others];
  if (rows.length === 0) return '';
  const over = new Set(breached.map(({ name }) => name));
  const longest = Math.max(...rows.map(({ name }) => lengthOf(PLAIN.name(name))));
  let cells = cellsOf(outcome, rows, NARROWEST);
  for (const layout of LAYOUTS) {
    const wider = cellsOf(outcome, rows, layout);
    if (nameWidth(wider, columns) < Math.max(HEAD_NAME.length, Math.min(longest, MIN_NAME))) continue;
    cells = wider;
    break;
  }
  const width = Math.max(HEAD_NAME.length, Math.min(longest, nameWidth(cells, columns)));
  const [heads = [], ...figures] = cells;
  const widths = heads.map((_, column) => Math.max(...cells.map((line) => lengthOf(line[column] ?? ''))));
  const line = (name: string, texts: readonly string[]): string =>
    [pad(name, width), ...texts.map((text, column) => padLeft(text, widths[column] ?? 0))].join(' '.repeat(GAP)).trimEnd();
  const overColour = outcome.verdict.status === 'accepted' ? colours.cyan : colours.red;
  const lines = rows.map((row, index) => {
    const text = line(cutMiddle(PLAIN.name(row.name), width), figures[index] ?? []);
    return over.has(row.name) ? overColour(text) : text;
  });
  return [colours.bold(line(HEAD_NAME, heads)), ...lines].join('\n');
}

/** The texts right of the names, the heads first. */
function cellsOf(outcome: Outcome, rows: readonly FunctionComparison[], { metrics, render }: Layout): readonly (readonly string[])[] {
  const hasBase = outcome.comparison.base.kind === 'measured';
  const lines = rows.map((row) => [
    ...metrics.map((metric) => metricCell(row, metric, hasBase, render)),
    row.status === 'removed' ? '–' : cutMiddle(headroomText(outcome, row.name, PLAIN), 30),
  ]);
  return [[...metrics.map((metric) => HEADS[metric]), 'headroom'], ...lines];
}

/** What the cells leave for the names. */
function nameWidth(cells: readonly (readonly string[])[], columns: number): number {
  const [heads = []] = cells;
  const taken = heads.map((_, column) => GAP + Math.max(...cells.map((line) => lengthOf(line[column] ?? ''))));
  return columns - taken.reduce((sum, width) => sum + width, 0);
}

function whyBlock(outcome: Outcome, colours: Colours): string {
  const { whys, more } = whyOf(outcome, PLAIN);
  if (whys.length === 0) return '';
  const lines = whys.flatMap(({ heading, items }) => [
    `  ${heading}`,
    ...items.flatMap(({ text, symbols }) => [`    ${text}`, ...(symbols === null ? [] : [colours.dim(`      most: ${symbols}`)])]),
  ]);
  return [colours.bold('why'), ...lines, ...(more === 0 ? [] : [`  ${counted(more, 'more changed function')}`])].join('\n');
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** In characters, not UTF-16 units. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
}

function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - lengthOf(text))) + text;
}

/** Names of functions differ at both ends: what is cut is the middle. */
function cutMiddle(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  const start = Math.ceil((width - 1) / 2);
  return `${characters.slice(0, start).join('')}…${characters.slice(characters.length - (width - 1 - start)).join('')}`;
}
