import { breachesOf } from '../../core/judge/judge.ts';
import { metricRow } from '../../core/metrics.ts';
import type { Breach, FunctionComparison, Judgement, Limit, Outcome, Verdict } from '../../core/model.ts';
import { percentOf, renderAmount, renderMillis, renderPercent } from '../../core/units.ts';
import { functionNamed, judgedSize, millisApart, ratioText } from './cold-start.ts';
import { sampledText } from './cold-start-cell.ts';
import { awsFailureText, coldStartBreachText } from './cold-start-failure.ts';
import type { TextStyle } from './escape.ts';
import { changeText, growthText } from './figures.ts';
import { failureText, initBreachText } from './init-failure.ts';
import { allowedBy, cappedRows, limitText, metricText, metricWords, tightestFirst } from './limits.ts';

const ordered = new WeakMap<Verdict, readonly Breach[]>();

/** The breaches, the worst first: what no longer starts, here and on AWS, then limits, the least headroom first. Put in order once for each verdict. */
export function worstFirst(verdict: Verdict): readonly Breach[] {
  const known = ordered.get(verdict);
  if (known !== undefined) return known;
  const worst = [...verdict.breaches.filter(({ kind }) => kind !== 'limit'), ...tightestFirst(breachesOf(verdict, 'limit'))];
  ordered.set(verdict, worst);
  return worst;
}

/** A breach as the verdict's sentence tells it. */
export function breachText(breach: Breach, outcome: Outcome, style: TextStyle): string {
  switch (breach.kind) {
    case 'limit':
      return limitBreachText(breach, functionNamed(outcome, breach.function), style);
    case 'init':
      return initBreachText(breach, style);
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
  return [...lines('init', 'function'), ...lines('cold-start', 'function'), ...lines('limit', 'breach', 'breaches')];
}

function breachLine(breach: Breach, outcome: Outcome, style: TextStyle): string {
  const who = style.name(breach.function);
  switch (breach.kind) {
    case 'init':
      return `${who} no longer starts: ${failureText(breach.failure, style)}`;
    case 'cold-start':
      return `${who}'s init fails on AWS, base's does not: ${awsFailureText(breach, style)}`;
    case 'limit': {
      const { headroom, limit } = breach;
      const over = headroom === null ? '' : `, ${renderAmount(-headroom, limit.dimension)} over`;
      const figure = figuresText(breach, functionNamed(outcome, breach.function));
      return `${who} ${metricText(limit.metric, style)}: ${figure}; the limit is ${limitText(limit, style)}${over}`;
    }
  }
}

/** What a limit was held against; of a sampled time the interval decided, so it is told. */
function figuresText({ limit, figures }: Judgement, fn: FunctionComparison | null): string {
  if (figures.base === null && figures.head !== null) return renderAmount(figures.head, limit.dimension);
  const size = isSampled(limit) && fn !== null ? judgedSize(fn.coldStart) : null;
  return size === null || figures.head === null ? changeText(figures, limit.dimension) : sampledText(size, figures.head);
}

function isSampled({ metric }: Limit): boolean {
  return metricRow(metric)?.judged === 'sampled';
}

/** `health's zip grew by 61.2 kB (+6.9 %) to 948 kB; the limit is +5% & +50 kB (default)`. */
function limitBreachText(judgement: Judgement, fn: FunctionComparison | null, style: TextStyle): string {
  const { limit, figures, headroom } = judgement;
  const head = renderAmount(figures.head ?? 0, limit.dimension);
  const what = `${style.name(judgement.function)}'s ${metricWords(limit.metric, style)}`;
  const allowed = allowedBy(judgement);
  // 5,000,123 bytes against 5 MB would read "5.00 MB; the limit is 5 MB".
  const hidden = allowed !== null && headroom !== null && renderAmount(allowed, limit.dimension) === head;
  const over = hidden ? `, exceeded by ${renderAmount(-headroom, limit.dimension)}` : '';
  const movement = isSampled(limit) ? sampledMovement(judgement, fn) : movementText(judgement, head);
  return `${what} ${movement}; the limit is ${limitText(limit, style)}${over}`;
}

function movementText({ limit, figures: { base, head: figure } }: Judgement, head: string): string {
  const is = /s$/.test(limit.metric) ? 'are' : 'is';
  if (base === null || figure === null) return `${is} ${head}`;
  if (figure <= base) return `${is} ${head} (${figure === base ? 'no change' : growthText(base, figure, limit.dimension)})`;
  const percent = percentOf(figure - base, base);
  return `grew by ${renderAmount(figure - base, limit.dimension)}${percent === null ? '' : ` (${renderPercent(percent)})`} to ${head}`;
}

/** `grew by 6.5 ms (+35 %, at least +22 %) to 24.9 ms`: what the interval is sure of decides, so it is told; of a maximum it is head's own. */
function sampledMovement({ limit, figures }: Judgement, fn: FunctionComparison | null): string {
  const size = fn === null ? null : judgedSize(fn.coldStart);
  const own = limit.bounds.some(({ kind }) => kind === 'maximum') ? (size?.head?.interval.lower ?? null) : null;
  const head = `${renderMillis(figures.head ?? 0)}${own === null ? '' : ` (at least ${renderMillis(own)})`}`;
  const change = size?.change ?? null;
  if (figures.base === null || figures.head === null || change === null) return `is ${head}`;
  const least = limit.bounds.some(({ kind }) => kind !== 'maximum') ? `, at least ${ratioText(change.interval.lower)}` : '';
  const growth = `(${ratioText(change.ratio)}${least})`;
  // The change is estimated over the pairs: the medians need not have moved with it.
  if (figures.head <= figures.base) return `is ${head} ${growth}`;
  return `grew by ${millisApart(figures.base, figures.head)} ${growth} to ${head}`;
}
