import { breachesOf } from '../../core/judge/judge.ts';
import { sampledOf } from '../../core/judge/sampled.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Breach, Judgement, Verdict } from '../../core/model/verdict.ts';
import { renderAmount } from '../../core/units.ts';
import { functionNamed } from './cold-start.ts';
import { sampledText } from './cold-start-cell.ts';
import { awsFailureText, coldStartBreachText } from './cold-start-failure.ts';
import { driftText, isDrift } from './drift.ts';
import type { TextStyle } from './escape.ts';
import { changeText } from './figures.ts';
import { askedForText, firstResponseBreachText, unansweredText } from './first-response.ts';
import { happeningOf } from './happened.ts';
import { failureText, initBreachText } from './init-failure.ts';
import { allowedBy, cappedRows, limitText, metricWord, tightestFirst } from './limits.ts';

const ordered = new WeakMap<Verdict, readonly Breach[]>();

/** The breaches, the worst first: what no longer starts, here and on AWS, then limits, the least headroom first. Put in order once for each verdict. */
export function worstFirst(verdict: Verdict): readonly Breach[] {
  const known = ordered.get(verdict);
  if (known !== undefined) return known;
  const worst = [...verdict.breaches.filter(({ kind }) => kind !== 'limit'), ...tightestFirst(breachesOf(verdict, 'limit'))];
  ordered.set(verdict, worst);
  return worst;
}

/** A breach as the verdict's sentence tells it: what happened, the figures, and the limit. */
export function breachText(breach: Breach, outcome: Outcome, style: TextStyle): string {
  switch (breach.kind) {
    case 'limit':
      return limitBreachText(breach, outcome, style);
    case 'init':
      return initBreachText(breach, style);
    case 'first-response':
      return firstResponseBreachText(breach, style);
    case 'cold-start':
      return coldStartBreachText(breach, style);
  }
}

/** One line for each breach, the worst first; of each kind the first twenty. */
export function breachLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const worst = worstFirst(outcome.verdict);
  const lines = (kind: Breach['kind'], ...words: readonly [string, string?]): readonly string[] =>
    cappedRows(
      worst.filter((breach) => breach.kind === kind),
      (breach) => breachLine(breach, outcome, style),
      ...words,
    );
  const fails = (['init', 'first-response', 'cold-start'] as const).flatMap((kind) => lines(kind, 'function'));
  return [...fails, ...lines('limit', 'breach', 'breaches')];
}

function breachLine(breach: Breach, outcome: Outcome, style: TextStyle): string {
  const who = style.name(breach.function);
  switch (breach.kind) {
    case 'init':
      return `${who} no longer starts: ${failureText(breach.failure, style)}`;
    case 'first-response':
      return `${who} no longer answers its first request: ${unansweredText(breach.why, style)}${askedForText(breach, style)}`;
    case 'cold-start':
      return breach.counts === null
        ? `${who} no longer starts on AWS: ${awsFailureText(breach, style)}`
        : coldStartBreachText(breach, style);
    case 'limit': {
      const { headroom, limit } = breach;
      const over = headroom === null ? '' : `, ${renderAmount(-headroom, limit.dimension)} over`;
      const figure = isDrift(breach) ? driftText(breach, style) : figuresText(breach, functionNamed(outcome, breach.function));
      return `${who} ${metricWord(limit.metric, style)}: ${figure}; the limit is ${limitText(limit, style)}${over}`;
    }
  }
}

/** What a limit was held against; of a sampled time the interval decided, so it is told. */
function figuresText({ limit, figures }: Judgement, fn: FunctionComparison | null): string {
  if (figures.base === null && figures.head !== null) return renderAmount(figures.head, limit.dimension);
  const size = fn === null ? null : sampledOf(fn, limit.metric);
  return size === null || figures.head === null ? changeText(figures, limit.dimension) : sampledText(size, figures.head);
}

/** `health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default)`. */
function limitBreachText(judgement: Judgement, outcome: Outcome, style: TextStyle): string {
  const { limit, figures, headroom } = judgement;
  const { what, figures: told } = happeningOf({ kind: 'limit', ...judgement }, outcome, style);
  const allowed = allowedBy(judgement);
  // 5,000,123 bytes against 5 MB would read "5.00 MB; the limit is 5 MB".
  const head = renderAmount(figures.head ?? 0, limit.dimension);
  const hidden = allowed !== null && headroom !== null && renderAmount(allowed, limit.dimension) === head;
  const over = hidden ? `, exceeded by ${renderAmount(-headroom, limit.dimension)}` : '';
  return `${what}: ${told}; the limit is ${limitText(limit, style)}${over}`;
}
