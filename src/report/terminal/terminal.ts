import { createColors } from 'picocolors';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { wrapped } from '../../core/text.ts';
import { acceptedText } from '../text/accepted.ts';
import { becauseLines } from '../text/because.ts';
import { breachLines } from '../text/breach.ts';
import { breakable, PLAIN, unbroken } from '../text/escape.ts';
import { EVENT_CHANGE_HEADING, eventChangeLines } from '../text/event-changes.ts';
import { counted, listed } from '../text/figures.ts';
import { standingLines } from '../text/findings.ts';
import { notBuiltText, rowsOf } from '../text/functions.ts';
import { limitChangeHeading, limitChangeLines } from '../text/limit-changes.ts';
import { uncheckedLines } from '../text/limits.ts';
import { noteLines, warningLines } from '../text/notes.ts';
import { NOTICEABLE_TEXT } from '../text/noticed.ts';
import { verdictSentence } from '../text/sentence.ts';
import { sidesText } from '../text/side.ts';
import { SLACK_HEADING, slackLines } from '../text/slack.ts';
import { type Tone, toneOf } from '../text/tone.ts';
import { waysOut } from '../text/way-out.ts';
import { dependenciesText, whyOf } from '../text/why.ts';
import { coldStartLines } from './cold-start.ts';
import { awsFailureLines, failureLines, firstResponseLines } from './failures.ts';
import { terminalTable } from './table.ts';

const UNCHANGED_NAMES = 5;
/** Of a pipe, whose reader's width nobody knows. */
const PIPE = 80;

type Colours = ReturnType<typeof createColors>;

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/**
 * The report for a terminal of so many columns (`null`: a pipe): what happened, the table, because, to get to green; then the rest. The table fits, longer lines are
 * wrapped at blanks, never inside a figure. Without `colour` there is no escape sequence in it, and data never brings one. Ends in a newline.
 */
export function renderTerminal(outcome: Outcome, options: { readonly columns: number | null; readonly colour: boolean }): string {
  const columns = options.columns ?? PIPE;
  const colours = createColors(options.colour);
  const { unchanged, notBuilt } = rowsOf(outcome);
  const { table, more, calm } = terminalTable(outcome, columns, colours);
  const because = becauseLines(outcome, PLAIN);
  const breaches = breachLines(outcome, PLAIN);
  const dependencies = dependenciesText(outcome, PLAIN);
  const accepted = acceptedText(outcome, PLAIN);
  const blocks = [
    table,
    [
      more === 0 ? '' : `and ${counted(more, 'more function')}: --json has them all`,
      namesLine(`moved by less than ${NOTICEABLE_TEXT}`, calm),
      namesLine('unchanged', unchanged),
      notBuilt.length === 0 ? '' : notBuiltText(notBuilt.map(({ name }) => PLAIN.name(name))),
    ]
      .filter((line) => line !== '')
      .join('\n'),
    block(colours.bold('because'), because),
    block(
      `${colours.bold('to get to green')}, one of:`,
      waysOut(outcome, PLAIN).flatMap(({ text, steps }) => [text, ...steps.map((step) => `  - ${step}`)]),
    ),
    block(colours.bold('accepted'), accepted === null ? [] : [accepted]),
    block(colours.yellow('warnings'), warningLines(outcome, PLAIN)),
    block(colours.bold('it wrote'), [...failureLines(outcome, colours.dim), ...firstResponseLines(outcome, colours.dim)]),
    block(colours.bold('it wrote on AWS'), awsFailureLines(outcome, colours.dim)),
    whyBlock(outcome, because, colours),
    dependencies === null ? '' : `${colours.bold('dependencies')} ${dependencies}`,
    breaches.length > 1 ? block(colours.bold('limits that are exceeded'), breaches) : '',
    block(colours.bold('limits not checked'), uncheckedLines(outcome, PLAIN)),
    block(colours.bold(SLACK_HEADING.toLowerCase()), slackLines(outcome, PLAIN)),
    block(colours.yellow(limitChangeHeading(outcome)), limitChangeLines(outcome, PLAIN)),
    block(colours.yellow(EVENT_CHANGE_HEADING), eventChangeLines(outcome, PLAIN)),
    block(colours.bold('cold starts on AWS'), coldStartLines(outcome)),
    block(colours.bold('also found, not of this change'), standingLines(outcome, PLAIN)),
    block(colours.bold('notes'), noteLines(outcome, PLAIN)),
    colours.dim(sidesText(outcome, PLAIN)),
  ];
  const linesOf = (text: string): readonly string[] =>
    text
      .split('\n')
      .flatMap((line) => wrapped(unbroken(line), columns, { hang: `${indentOf(line)}  `, lengthOf: visibleLength }).map(breakable));
  const sentence = paint(outcome, colours)(verdictSentence(outcome));
  // In a pipe the verdict stays on one line, however long: it is what a script looks for.
  const first = options.columns === null ? [sentence] : linesOf(sentence);
  const rest = blocks.filter((text) => text !== '').flatMap((text) => ['', ...linesOf(text)]);
  return `${[...first, ...rest].join('\n')}\n`;
}

/** `2 unchanged: health, orders`; empty where there is none. */
function namesLine(what: string, functions: readonly FunctionComparison[]): string {
  if (functions.length === 0) return '';
  const names = listed(
    functions.map(({ name }) => PLAIN.name(name)),
    UNCHANGED_NAMES,
  );
  return `${functions.length} ${what}: ${names}`;
}

/** Of a painted line the indent may stand after the colour. */
function indentOf(line: string): string {
  return /^ */.exec(line.replace(COLOURS, ''))?.[0] ?? '';
}

/** Without the escape sequences of colours. */
function visibleLength(text: string): number {
  return Array.from(text.replace(COLOURS, '')).length;
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

/** Nothing is folded here: a cause that stands under `because` is not told again for the sake of another figure of it. */
function whyBlock(outcome: Outcome, because: readonly string[], colours: Colours): string {
  const { whys, more } = whyOf(outcome, PLAIN);
  if (whys.length === 0) return '';
  const causeOf = (line: string): string => line.replace(/: [+−]\d.*$/, '');
  const told = because.map(causeOf);
  const isTold = ({ text }: { readonly text: string }): boolean => told.some((cause) => cause.endsWith(causeOf(text)));
  const lines = whys.flatMap(({ heading, items }) => [
    `  ${heading}`,
    ...items
      .filter((item) => !isTold(item))
      .flatMap(({ text, symbols }) => [`    ${text}`, ...(symbols === null ? [] : [colours.dim(`      ${symbols}`)])]),
  ]);
  return [colours.bold('what changed'), ...lines, ...(more === 0 ? [] : [`  ${counted(more, 'more changed function')}`])].join('\n');
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');
}
