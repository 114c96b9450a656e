import { sampledOf } from '../../core/judge/sampled.ts';
import { CRATE_METRICS, metricRow } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TimedComparison } from '../../core/model/sampled-time.ts';
import type { Breach, Judgement } from '../../core/model/verdict.ts';
import type { Pair } from '../../core/rows.ts';
import { ratioOf, renderAmount, renderMillis, renderRatio } from '../../core/units.ts';
import { functionNamed, millisApart } from './cold-start.ts';
import { awsFailureText, failingText } from './cold-start-failure.ts';
import { driftHappening, isDrift } from './drift.ts';
import type { TextStyle } from './escape.ts';
import { growthText } from './figures.ts';
import { unansweredText } from './first-response.ts';
import { millisBecame, timesText } from './init-times.ts';
import { metricWord } from './limits.ts';

/** What happened to a function, as those who run it would say it. */
export interface Happening {
  /** `health starts slower`. */
  readonly what: string;
  /** At a glance: `3.10 ms → 9.90 ms here, 64 times the instructions`; empty where there is no figure. */
  readonly glance: string;
  /** With every figure: `3.10 ms → 9.90 ms here, instructions +25.2 M (×64) to 25.6 M`. */
  readonly figures: string;
}

/** What a limit is held against: a judgement, or a figure that no limit is on. */
export type Moved = Pick<Judgement, 'figures'> & { readonly limit: Pick<Judgement['limit'], 'metric' | 'dimension' | 'bounds'> };

/** What a breach is about. */
export function happeningOf(breach: Breach, outcome: Outcome, style: TextStyle): Happening {
  const fn = functionNamed(outcome, breach.function);
  const who = style.name(breach.function);
  switch (breach.kind) {
    case 'init':
      return { what: `${who} no longer starts`, glance: '', figures: '' };
    case 'first-response': {
      const how = unansweredText(breach.why, style);
      return { what: `${who} no longer answers its first request`, glance: how, figures: how };
    }
    case 'cold-start':
      return {
        what: `${who} ${failingText(breach.counts)}`,
        glance: awsFailureText(breach, style),
        figures: awsFailureText(breach, style),
      };
    case 'limit':
      return isDrift(breach) ? driftHappening(breach, who, style) : movedOf(breach, fn, who, style);
  }
}

/** What happened to a figure; `who` as the report writes it. */
export function movedOf(moved: Moved, fn: FunctionComparison | null, who: string, style: TextStyle): Happening {
  const { limit, figures } = moved;
  const row = metricRow(limit.metric);
  const { more, less, over } = (row ?? CRATE_METRICS[0]).happens;
  const { base, head } = figures;
  const verb = base === null || head === null || head === base ? over : head > base ? more : less;
  if (row?.name === 'init.instructions') return workMoved(moved, fn?.init.time ?? null, { who, verb, faster: (pace) => `starts ${pace}` });
  if (row?.name === 'first-response.instructions')
    return workMoved(moved, fn?.firstResponse.time ?? null, { who, verb, faster: (pace) => `answers its first request ${pace}` });
  if (row?.judged === 'sampled') return { what: `${who} ${verb}`, ...sampled(moved, fn) };
  const word = metricWord(limit.metric, style);
  if (head === null) return { what: `${who} ${verb}`, glance: '', figures: '' };
  const now = renderAmount(head, limit.dimension);
  if (base === null) return { what: `${who} ${verb}`, glance: `${word} ${now}`, figures: `${word} ${now}` };
  if (base === head) return { what: `${who} ${verb}`, glance: `${word} ${now}, unchanged`, figures: `${word} ${now}, unchanged` };
  const growth = `${word} ${growthText(base, head, limit.dimension)}`;
  return { what: `${who} ${verb}`, glance: growth, figures: `${growth} to ${now}` };
}

/** Instructions never stand alone: what people feel is the time. It is said to be slower only where that is proven. */
function workMoved(
  { figures: { base, head } }: Moved,
  time: TimedComparison | null,
  { who, verb, faster }: { readonly who: string; readonly verb: string; readonly faster: (pace: 'slower' | 'faster') => string },
): Happening {
  const proven = time?.verdict === 'slower' || time?.verdict === 'faster' ? faster(time.verdict) : null;
  const times = time === null || time.head === null ? '' : `${timesBeside({ base, head }, time, proven !== null)} on this machine, `;
  const what = `${who} ${base === null || base === head ? verb : (proven ?? verb)}`;
  if (head === null) return { what, glance: '', figures: '' };
  const now = renderAmount(head, 'count');
  const ratio = base === null ? null : ratioOf(base, head);
  if (base === null || base === head || ratio === null) {
    const text = `${times}${now} instructions${base === head ? ', unchanged' : ''}`;
    return { what, glance: text, figures: text };
  }
  const shown = renderRatio(ratio);
  const factor = shown.startsWith('×') ? `${shown.slice(1)} times the instructions` : `instructions ${growthText(base, head, 'count')}`;
  // Where the time is proven to have moved, its own factor is what people feel.
  const felt =
    proven === null || time === null || time.base === null || time.head === null
      ? null
      : `${timesText(time)} on this machine (${renderRatio(time.head.median / time.base.median)})`;
  return { what, glance: felt ?? factor, figures: `${times}instructions ${growthText(base, head, 'count')} to ${now}` };
}

/** `1.22 ms → 1.60 ms`; of times that moved against the instructions, and are not proven to, head's alone: more work is not told as faster. */
function timesBeside({ base, head }: Pair<number>, time: TimedComparison, isProven: boolean): string {
  if (isProven || base === null || head === null || time.base === null || time.head === null) return timesText(time);
  const isAgainst = (head - base) * (time.head.median - time.base.median) < 0;
  return isAgainst ? `≈ ${renderMillis(time.head.median)}` : timesText(time);
}

/** `+6.5 ms (+35 %, at least +22 %) to 24.9 ms`: what the interval is sure of decides, so it is told; of a maximum it is head's own. */
function sampled({ limit, figures }: Moved, fn: FunctionComparison | null): Omit<Happening, 'what'> {
  const size = fn === null ? null : sampledOf(fn, limit.metric);
  const own = limit.bounds.some(({ kind }) => kind === 'maximum') ? (size?.head?.interval.lower ?? null) : null;
  const head = `${renderMillis(figures.head ?? 0)}${own === null ? '' : ` (at least ${renderMillis(own)})`}`;
  const change = size?.change ?? null;
  if (figures.base === null || figures.head === null || change === null) return { glance: head, figures: head };
  const least = limit.bounds.some(({ kind }) => kind !== 'maximum') ? `, at least ${renderRatio(change.interval.lower)}` : '';
  const growth = `(${renderRatio(change.ratio)}${least})`;
  const glance = `${millisBecame(figures.base, figures.head)} (${renderRatio(change.ratio)})`;
  // The change is estimated over the pairs: the medians need not have moved with it.
  if (figures.head <= figures.base) return { glance, figures: `${head} ${growth}` };
  return { glance, figures: `+${millisApart(figures.base, figures.head)} ${growth} to ${head}` };
}
