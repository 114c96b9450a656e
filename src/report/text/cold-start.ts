import { COLD_START_ALPHA } from '../../core/compare/looks.ts';
import type { ColdStartAtSize, ColdStartComparison, ExtensionOverhead } from '../../core/model/cold-start.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { SampledTime } from '../../core/model/sampled-time.ts';
import type { Pair } from '../../core/rows.ts';
import type { Interval, PairedChange } from '../../core/statistics.ts';
import { renderInteger, renderMillis, renderNonzero, renderRatio } from '../../core/units.ts';

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
  return size >= 999.5 || Number(text) === 0 ? renderNonzero(apart, renderMillis) : `${text} ms`;
}

/** Three significant figures. Without the sign of the currency: between two of them GitHub reads mathematics. */
export function renderDollars(value: number, more = 0): string {
  if (value === 0) return '0 USD';
  if (value < 1e-4 && more === 0) return 'less than 0.0001 USD';
  return `${value >= 99.95 ? (more === 0 ? renderInteger(Math.round(value)) : value.toFixed(more)) : value.toPrecision(3 + more)} USD`;
}

/** What a price became, with the digits that it is shown with. */
export function dollarsApart(base: number, head: number): string {
  const size = Math.max(base, head, 1e-4);
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return renderNonzero(Math.abs(head - base), (value, more = 0) => `${value.toFixed(digits + more)} USD`);
}

/** The size that is judged: the smallest. */
export function judgedSize({ sizes }: ColdStartComparison): ColdStartAtSize | null {
  return sizes[0] ?? null;
}

/** `the extension adds 34.0 ms to a cold start, 30.1 ms at base (host alone 12.0 ms, the median of 20)`; `null` of a function. */
export function overheadText(overhead: ExtensionOverhead | null): string | null {
  if (overhead === null || overhead.head === null) return null;
  const { base, head, host, samples } = overhead;
  const added = (value: number): string => (value > 0 ? renderMillis(value) : 'nothing that can be told');
  const before = base === null ? '' : `, ${added(base)} at base`;
  return `the extension adds ${added(head)} to a cold start${before} (host alone ${renderMillis(host)}, the median of ${renderInteger(samples)})`;
}

/** The medians of a sampled time, in milliseconds. */
export function mediansOf(sampled: SampledTime | null): Pair<number> {
  return { base: sampled?.base?.median ?? null, head: sampled?.head?.median ?? null };
}

/** Whether a report has anything to say of a function's cold starts in its main table: it was sampled, well or not. */
export function wasSampled({ state, sizes }: ColdStartComparison): boolean {
  return state.kind !== 'none' || sizes.length > 0;
}

export function functionNamed({ comparison }: Outcome, name: string): FunctionComparison | null {
  return comparison.functions.find((fn) => fn.name === name) ?? null;
}
