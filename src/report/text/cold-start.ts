import { COLD_START_ALPHA } from '../../core/compare/looks.ts';
import type { ColdStartAtSize, ColdStartComparison, FunctionComparison, Outcome, Pair } from '../../core/model.ts';
import type { Interval, PairedChange } from '../../core/statistics.ts';
import { renderInteger, renderMillis, renderRatio } from '../../core/units.ts';

/** How sure all intervals of a run are together: each end has its own risk. */
export const CONFIDENCE = `${100 - 200 * COLD_START_ALPHA} %`;

/** `+22 % to +49 %`; `null` where the sample is too small for one. */
export function intervalText({ lower, upper }: Interval): string | null {
  return Number.isFinite(upper) ? `${renderRatio(lower)} to ${renderRatio(upper)}` : null;
}

/** `+35 %, interval +22 % to +49 %, 40 pairs`; `not paired` where there is nothing to compare. */
export function pairedText(change: PairedChange | null): string {
  if (change === null) return 'not paired';
  const interval = intervalText(change.interval);
  return `${renderRatio(change.ratio)}, ${interval === null ? 'too few for an interval' : `interval ${interval}`}, ${change.pairs} pairs`;
}

/** What a median became, with the digits that the figures themselves are shown with: 18.4 ms and 24.9 ms are 6.5 ms apart. */
export function millisApart(base: number, head: number): string {
  const apart = Math.abs(head - base);
  const size = Math.max(base, head);
  const text = apart.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  return size >= 999.5 || Number(text) === 0 ? renderMillis(apart) : `${text} ms`;
}

/** Three significant figures. Without the sign of the currency: between two of them GitHub reads mathematics. */
export function renderDollars(value: number): string {
  if (value === 0) return '0 USD';
  if (value < 1e-4) return 'less than 0.0001 USD';
  return `${value >= 99.95 ? renderInteger(Math.round(value)) : value.toPrecision(3)} USD`;
}

/** What a price became, with the digits that it is shown with. */
export function dollarsApart(base: number, head: number): string {
  const size = Math.max(base, head, 1e-4);
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return `${Math.abs(head - base).toFixed(digits)} USD`;
}

/** The size that is judged: the smallest. */
export function judgedSize({ sizes }: ColdStartComparison): ColdStartAtSize | null {
  return sizes[0] ?? null;
}

/** The median Init Durations at the judged size, in milliseconds. */
export function mediansOf(coldStart: ColdStartComparison): Pair<number> {
  const size = judgedSize(coldStart);
  return { base: size?.base?.median ?? null, head: size?.head?.median ?? null };
}

/** Whether a report has anything to say of a function's cold starts in its main table: it was sampled, well or not. */
export function wasSampled({ state, sizes }: ColdStartComparison): boolean {
  return state.kind !== 'none' || sizes.length > 0;
}

export function functionNamed({ comparison }: Outcome, name: string): FunctionComparison | null {
  return comparison.functions.find((fn) => fn.name === name) ?? null;
}
