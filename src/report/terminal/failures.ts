import type { Outcome } from '../../core/model/outcome.ts';
import { awsFailureAdvice, awsFailureText, failedOnAws, failingText } from '../text/cold-start-failure.ts';
import { PLAIN } from '../text/escape.ts';
import { counted } from '../text/figures.ts';
import { askedForText, unansweredAdvice, unansweredText } from '../text/first-response.ts';
import { toldFunctions } from '../text/functions.ts';
import { failureAdvice, failureText, functionFailures, type Spelling, writtenLines } from '../text/init-failure.ts';

const FAILURES = 5;
const BROKEN_LINES = 6;

export const asFlag: Spelling = (option, value) => `--${option} ${/ /.test(value) ? `'${value}'` : value}`;

type Paint = (text: string) => string;

/** What a start wrote that failed, and the option that may help. Of what nobody could measure the last lines alone would be noise: one is enough. */
export function failureLines(outcome: Outcome, dim: Paint): readonly string[] {
  const rows = toldFunctions(outcome);
  const broken = functionFailures(rows, 'broken').map((start) => ({ ...start, what: 'no longer starts', shown: BROKEN_LINES }));
  const unmeasurable = functionFailures(rows, 'not-measurable').map((start) => ({ ...start, what: 'is not measurable here', shown: 1 }));
  const told = [...broken, ...unmeasurable].map(({ fn, failure, lastLines, what, shown }) => [
    `${PLAIN.name(fn.name)} ${what}: ${failureText(failure, PLAIN)}`,
    ...written(lastLines, shown, dim),
    `  ${failureAdvice({ failure, lastLines }, asFlag, PLAIN)}`,
  ]);
  return first(told);
}

/** The same of first events that were not answered. */
export function firstResponseLines(outcome: Outcome, dim: Paint): readonly string[] {
  const told = toldFunctions(outcome).flatMap(({ name, firstResponse: { state } }) => {
    if (state.kind !== 'broken' && state.kind !== 'not-measurable') return [];
    const [what, shown] =
      state.kind === 'broken' ? ['no longer answers its first request', BROKEN_LINES] : ['does not answer its first request here', 1];
    return [
      [
        `${PLAIN.name(name)} ${what}: ${unansweredText(state.why, PLAIN)}${askedForText(state, PLAIN)}`,
        ...written(state.lastLines, Number(shown), dim),
        `  ${unansweredAdvice(state, asFlag, PLAIN)}`,
      ],
    ];
  });
  return first(told);
}

/** The same of inits that failed on AWS. */
export function awsFailureLines(outcome: Outcome, dim: Paint): readonly string[] {
  const rows = toldFunctions(outcome);
  const broken = failedOnAws(rows, 'broken').map((start) => ({ ...start, what: failingText(start.counts), shown: BROKEN_LINES }));
  const unmeasurable = failedOnAws(rows, 'not-measurable').map((start) => ({
    ...start,
    what: 'starts on AWS neither at base nor at head',
    shown: 1,
  }));
  const told = [...broken, ...unmeasurable].map(({ fn, failure, what, shown }) => [
    `${PLAIN.name(fn.name)} ${what}: ${awsFailureText(failure, PLAIN)}`,
    ...written(failure.lastLines, shown, dim),
    `  ${awsFailureAdvice(failure, asFlag, PLAIN)}`,
  ]);
  return first(told);
}

function written(lastLines: readonly string[], shown: number, dim: Paint): readonly string[] {
  return writtenLines(lastLines, shown).map((text) => dim(`  | ${PLAIN.prose(text)}`));
}

function first(told: readonly (readonly string[])[]): readonly string[] {
  const left = told.length - FAILURES;
  return [...told.slice(0, FAILURES).flat(), ...(left > 0 ? [`and ${counted(left, 'more function')}`] : [])];
}
