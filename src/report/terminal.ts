import { createColors } from 'picocolors';
import type { Outcome } from '../core/model.ts';
import { PLAIN } from './escape.ts';
import { counted, listed } from './figures.ts';
import { findingLines } from './findings.ts';
import { failedStarts, failureAdvice, failureText, type Spelling, writtenLines } from './init-failure.ts';
import { slowerLines } from './init-times.ts';
import { breachLines, capped, initBreachLines, limitChangeHeading, limitChangeLines, uncheckedLines } from './limit-text.ts';
import { rowsOf } from './rows.ts';
import { type Tone, toneOf, verdictSentence } from './sentence.ts';
import { sidesText } from './side.ts';
import { terminalTable } from './terminal-table.ts';
import { dependenciesText, whyOf } from './why.ts';

const UNCHANGED_NAMES = 5;
const FAILURES = 5;
const BROKEN_LINES = 6;

const asFlag: Spelling = (option, value) => `--${option} ${/ /.test(value) ? `'${value}'` : value}`;

type Colours = ReturnType<typeof createColors>;

const ESCAPE = String.fromCharCode(27);

/**
 * The report for a terminal of so many columns: the table fits them, longer lines are wrapped at blanks.
 * Without `colour` there is no escape sequence in it, and data never brings one. Ends in a newline.
 */
export function renderTerminal(outcome: Outcome, options: { readonly columns: number; readonly colour: boolean }): string {
  const colours = createColors(options.colour);
  const { unchanged } = rowsOf(outcome);
  const breaches = [...initBreachLines(outcome, PLAIN), ...breachLines(outcome, PLAIN)];
  const dependencies = dependenciesText(outcome, PLAIN);
  const blocks = [
    terminalTable(outcome, options.columns, colours),
    unchanged.length === 0
      ? ''
      : `${unchanged.length} unchanged: ${listed(
          unchanged.map(({ name }) => PLAIN.name(name)),
          UNCHANGED_NAMES,
        )}`,
    failuresBlock(outcome, colours),
    whyBlock(outcome, colours),
    dependencies === null ? '' : `${colours.bold('dependencies')} ${dependencies}`,
    block(colours.yellow('warnings'), [...findingLines(outcome, PLAIN), ...slowerLines(outcome, PLAIN)]),
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

/** What a start wrote that failed, and the option that may help. Of what nobody could measure the last lines alone would be noise: one is enough. */
function failuresBlock(outcome: Outcome, colours: Colours): string {
  const { breached, others } = rowsOf(outcome);
  const rows = [...breached, ...others];
  const broken = failedStarts(rows, 'broken').map((start) => ({ ...start, what: 'no longer starts', shown: BROKEN_LINES }));
  const unmeasurable = failedStarts(rows, 'not-measurable').map((start) => ({ ...start, what: 'is not measurable here', shown: 1 }));
  const lines = [...broken, ...unmeasurable]
    .slice(0, FAILURES)
    .flatMap(({ fn, failure, lastLines, what, shown }) => [
      `${PLAIN.name(fn.name)} ${what}: ${failureText(failure, PLAIN)}`,
      ...writtenLines(lastLines, shown).map((text) => colours.dim(`  | ${PLAIN.prose(text)}`)),
      `  ${failureAdvice({ failure, lastLines }, asFlag, PLAIN)}`,
    ]);
  const left = broken.length + unmeasurable.length - FAILURES;
  return block(colours.bold('init'), left > 0 ? [...lines, `and ${counted(left, 'more function')}`] : lines);
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
