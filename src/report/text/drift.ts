import { CRATE_METRICS, metricRow } from '../../core/metrics.ts';
import type { CountedFrom, Judgement } from '../../core/model/verdict.ts';
import { type Dimension, ratioOf, renderAmount, renderDelta } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { changeText, growthText } from './figures.ts';
import { metricWord } from './limits.ts';

/** A judgement whose growth is not counted from base. */
export type Drift = Judgement & { readonly reference: CountedFrom };

export function isDrift(judgement: Judgement): judgement is Drift {
  return judgement.reference !== null;
}

/** `health has grown since v1.2.0`: `package +90.7 kB (+10.4 %) to 961 kB, 12.1 kB of it by this change`. */
export function driftHappening(drift: Drift, who: string, style: TextStyle): { readonly [part in 'what' | 'glance' | 'figures']: string } {
  const { limit, reference, figures } = drift;
  const { more, over } = (metricRow(limit.metric) ?? CRATE_METRICS[0]).happens;
  const name = style.prose(reference.name);
  const word = metricWord(limit.metric, style);
  const head = figures.head ?? 0;
  const now = renderAmount(head, limit.dimension);
  if (reference.figure === null) return { what: `${who} ${over}`, glance: `${word} ${now}`, figures: `${word} ${now}` };
  const what = limit.dimension === 'count' ? `${who} ${more} than at ${name}` : `${who} has grown since ${name}`;
  const growth = `${word} ${driftGrowth(reference.figure, head, limit.dimension)}`;
  const own = ownText(drift);
  return { what, glance: `${growth}${own}`, figures: `${growth} to ${now}${own}` };
}

/** `870 kB at v1.2.0 → 961 kB, +90.7 kB (+10.4 %), 12.1 kB of it by this change`. */
export function driftText(drift: Drift, style: TextStyle): string {
  const { limit, figures, reference } = drift;
  const [then, now] = [reference.figure, figures.head];
  if (then === null || now === null) return changeText({ base: then, head: now }, limit.dimension);
  const [from, to] = [then, now].map((figure) => renderAmount(figure, limit.dimension));
  return `${from} at ${style.prose(reference.name)} → ${to}, ${driftGrowth(then, now, limit.dimension)}${ownText(drift)}`;
}

/** With a digit more than a change has: what adds up to a limit comes close to it. `+90.7 kB (+10.4 %)`. */
export function driftGrowth(then: number, now: number, dimension: Dimension): string {
  const ratio = ratioOf(then, now);
  if (ratio === null || ratio >= 1.995 || then === now) return growthText(then, now, dimension);
  const percent = (Math.abs(ratio - 1) * 100).toFixed(1);
  return `${renderDelta(now - then, dimension)} (${now > then ? '+' : '−'}${percent} %)`;
}

/** What of the growth this change answers for. */
function ownText({ limit: { dimension }, figures: { base, head }, reference: { figure } }: Drift): string {
  if (base === null || head === null || figure === null) return '';
  const own = head - base;
  if (own <= 0) return ', none of it by this change';
  return own <= head - figure
    ? `, ${renderAmount(own, dimension)} of it by this change`
    : `; this change adds ${renderAmount(own, dimension)}`;
}
