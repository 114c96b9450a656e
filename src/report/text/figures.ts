import { type BuildMetric, dimensionOf } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Pair } from '../../core/rows.ts';
import type { Dimension } from '../../core/units.ts';
import { ratioOf, renderAmount, renderApart, renderDelta, renderInteger, renderRatio } from '../../core/units.ts';

/** `+61.2 kB (+6.9 %)`, `+25.2 M (×64)`; the amount alone where there is no ratio to the base, or one that is as good as none. */
export function growthText(base: number, head: number, dimension: Dimension): string {
  const delta = renderDelta(head - base, dimension);
  const ratio = ratioOf(base, head);
  const shown = ratio === null ? null : renderRatio(ratio);
  return shown === null || shown === '0 %' ? delta : `${delta} (${shown})`;
}

/** `919 kB → 948 kB, +28.7 kB (+3.1 %)`, `948 kB (new)`, `919 kB → removed`, `948 kB (no change)`. */
export function changeText({ base, head }: Pair<number>, dimension: Dimension): string {
  if (head === null) return base === null ? '–' : `${renderAmount(base, dimension)} → removed`;
  if (base === null) return `${renderAmount(head, dimension)} (new)`;
  if (base === head) return `${renderAmount(head, dimension)} (no change)`;
  const [from, to] = renderApart(base, head, (value, more) => renderAmount(value, dimension, more));
  return `${from} → ${to}, ${growthText(base, head, dimension)}`;
}

/**
 * A cell of the table of all figures. A metric without a figure where the function exists is `not measured`; without any base there is no `new`.
 */
export function metricCell(row: FunctionComparison, metric: BuildMetric, hasBase: boolean): string {
  const figures = row.metrics[metric];
  if (figures.head === null && row.status !== 'removed') return 'not measured';
  if (figures.head !== null && !hasBase) return renderAmount(figures.head, dimensionOf(metric));
  if (figures.head !== null && figures.base === null && row.status !== 'added') {
    return `not measured → ${renderAmount(figures.head, dimensionOf(metric))}`;
  }
  return changeText(figures, dimensionOf(metric));
}

/** `a, b and c`; of more than so many the first few, and what is left is counted. */
export function enumerated(texts: readonly string[], maximum: number): string {
  const last = texts.at(-1);
  if (last === undefined || texts.length < 2 || texts.length > maximum) return listed(texts, maximum);
  return `${texts.slice(0, -1).join(', ')} and ${last}`;
}

/** A size's change in a sentence, where a bare `0` says nothing. */
export function sizeDelta(value: number): string {
  return value === 0 ? '0 B' : renderDelta(value, 'size');
}

/** Exact bytes with a sign, for tables that add up. */
export function signedInteger(value: number): string {
  return value === 0 ? '0' : `${value > 0 ? '+' : '−'}${renderInteger(Math.abs(value))}`;
}

/** `1 function`, `3 functions`, `2 breaches`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${renderInteger(count)} ${count === 1 ? singular : plural}`;
}

/** The first few joined by commas; what is left is counted. */
export function listed(texts: readonly string[], maximum: number): string {
  const left = texts.length - maximum;
  return left > 0 ? `${texts.slice(0, maximum).join(', ')} … and ${renderInteger(left)} more` : texts.join(', ');
}
