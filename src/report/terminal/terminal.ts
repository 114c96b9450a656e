import { createColors } from 'picocolors';
import type { Outcome } from '../../core/model.ts';
import { wrapped } from '../../core/text.ts';
import { breachLines } from '../text/breach.ts';
import { PLAIN } from '../text/escape.ts';
import { counted, listed } from '../text/figures.ts';
import { notBuiltText, rowsOf } from '../text/functions.ts';
import { limitChangeHeading, limitChangeLines, uncheckedLines } from '../text/limits.ts';
import { noteLines, warningLines } from '../text/notes.ts';
import { type Tone, toneOf, verdictSentence } from '../text/sentence.ts';
import { sidesText } from '../text/side.ts';
import { wayOutText } from '../text/way-out.ts';
import { dependenciesText, whyOf } from '../text/why.ts';
import { coldStartLines } from './cold-start.ts';
import { awsFailureLines, failureLines } from './failures.ts';
import { terminalTable } from './table.ts';

const UNCHANGED_NAMES = 5;

type Colours = ReturnType<typeof createColors>;

const ESCAPE = String.fromCharCode(27);

/**
 * The report for a terminal of so many columns: the table fits them, longer lines are wrapped at blanks.
 * Without `colour` there is no escape sequence in it, and data never brings one. Ends in a newline.
 */
export function renderTerminal(outcome: Outcome, options: { readonly columns: number; readonly colour: boolean }): string {
  const colours = createColors(options.colour);
  const { unchanged, notBuilt } = rowsOf(outcome);
  const breaches = breachLines(outcome, PLAIN);
  const dependencies = dependenciesText(outcome, PLAIN);
  const wayOut = wayOutText(outcome, PLAIN);
  const blocks = [
    terminalTable(outcome, options.columns, colours),
    unchanged.length === 0
      ? ''
      : `${unchanged.length} unchanged: ${listed(
          unchanged.map(({ name }) => PLAIN.name(name)),
          UNCHANGED_NAMES,
        )}`,
    notBuilt.length === 0 ? '' : notBuiltText(notBuilt.map(({ name }) => PLAIN.name(name))),
    block(colours.bold('init'), failureLines(outcome, colours.dim)),
    block(colours.bold('init on AWS'), awsFailureLines(outcome, colours.dim)),
    whyBlock(outcome, colours),
    dependencies === null ? '' : `${colours.bold('dependencies')} ${dependencies}`,
    block(colours.bold('to get to green'), wayOut === null ? [] : [wayOut]),
    block(colours.yellow('warnings'), warningLines(outcome, PLAIN)),
    breaches.length > 1 ? block(colours.bold('limits breached'), breaches) : '',
    block(colours.bold('limits not checked'), uncheckedLines(outcome, PLAIN)),
    block(colours.yellow(limitChangeHeading(outcome)), limitChangeLines(outcome, PLAIN)),
    block(colours.bold('cold starts on AWS'), coldStartLines(outcome)),
    block(colours.bold('notes'), noteLines(outcome, PLAIN)),
    colours.dim(sidesText(outcome, PLAIN)),
  ];
  const rest = blocks.filter((block) => block !== '').join('\n\n');
  // The verdict stays on one line, however long: it is what a script looks for.
  const lines = [
    paint(outcome, colours)(verdictSentence(outcome)),
    '',
    ...rest.split('\n').flatMap((line) => wrapped(line, options.columns, { hang: `${indentOf(line)}  `, lengthOf: visibleLength })),
  ];
  return `${lines.join('\n')}\n`;
}

function indentOf(line: string): string {
  return /^ */.exec(line)?.[0] ?? '';
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
