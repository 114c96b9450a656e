import type { FunctionComparison, Judgement, Outcome } from '../../core/model.ts';
import { percentOf, renderAmount, renderMillis, renderPercent } from '../../core/units.ts';
import { functionNamed, judgedSize, millisApart, ratioText } from './cold-start.ts';
import { coldStartBreachText } from './cold-start-failure.ts';
import type { TextStyle } from './escape.ts';
import { growthText } from './figures.ts';
import { initBreachText } from './init-failure.ts';
import { allowedBy, limitText, metricWords, tightestFirst } from './limits.ts';

/** How to tell each breach in the verdict's sentence, the worst first: what no longer starts, here and on AWS, then limits. */
export function breachTexts(outcome: Outcome): readonly ((style: TextStyle) => string)[] {
  const { breaches, initBreaches, coldStartBreaches } = outcome.verdict;
  return [
    ...initBreaches.map((breach) => (style: TextStyle) => initBreachText(breach, style)),
    ...coldStartBreaches.map((breach) => (style: TextStyle) => coldStartBreachText(breach, style)),
    ...tightestFirst(breaches).map(
      (judgement) => (style: TextStyle) => breachText(judgement, functionNamed(outcome, judgement.function), style),
    ),
  ];
}

/** `health's zip grew by 61.2 kB (+6.9 %) to 948 kB; the limit is +5% & +50 kB (default)`. */
function breachText(judgement: Judgement, fn: FunctionComparison | null, style: TextStyle): string {
  const { limit, figures, headroom } = judgement;
  const head = renderAmount(figures.head ?? 0, limit.dimension);
  const what = `${style.name(judgement.function)}'s ${metricWords(limit.metric, style)}`;
  const allowed = allowedBy(judgement);
  // 5,000,123 bytes against 5 MB would read "5.00 MB; the limit is 5 MB".
  const hidden = allowed !== null && headroom !== null && renderAmount(allowed, limit.dimension) === head;
  const over = hidden ? `, exceeded by ${renderAmount(-headroom, limit.dimension)}` : '';
  const movement = limit.metric === 'cold-start.p50' ? sampledMovement(judgement, fn) : movementText(judgement, head);
  return `${what} ${movement}; the limit is ${limitText(limit, style)}${over}`;
}

function movementText({ limit, figures: { base, head: figure } }: Judgement, head: string): string {
  const is = limit.metric === 'dependencies' || /s$/.test(limit.metric) ? 'are' : 'is';
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
