import type { ColdStartAtSize, FunctionComparison } from '../../core/model.ts';
import { renderMillis, renderRatio } from '../../core/units.ts';
import { intervalText, judgedSize } from './cold-start.ts';

/** `18.4 ms → 24.9 ms (+35 %, +22 % to +49 %)`, `24.9 ms (new)`. */
export function sampledText({ base, change }: Pick<ColdStartAtSize, 'base' | 'change'>, head: number): string {
  if (base === null) return `${renderMillis(head)} (new)`;
  const interval = change === null ? null : intervalText(change.interval);
  const growth = change === null ? 'not paired' : `${renderRatio(change.ratio)}${interval === null ? '' : `, ${interval}`}`;
  return `${renderMillis(base.median)} → ${renderMillis(head)} (${growth})`;
}

/**
 * The cell `cold start` of the table of all figures: the median Init Duration at the judged memory size, or a word for what has no figures.
 * It holds no data of a pull request but numbers.
 */
export function coldStartCell({ status, coldStart }: FunctionComparison, hasBase: boolean): string {
  const { state } = coldStart;
  const size = judgedSize(coldStart);
  const head = size?.head?.median ?? null;
  switch (state.kind) {
    case 'broken':
      return 'broken';
    case 'not-measurable':
      return 'init fails on AWS';
    case 'recovered':
      return head === null ? 'starts again' : `broken → ${renderMillis(head)}`;
    case 'measured':
      if (size === null || head === null) return 'no samples';
      if (!hasBase) return renderMillis(head);
      return size.base === null && status !== 'added' ? `no samples → ${renderMillis(head)}` : sampledText(size, head);
    case 'none':
      if (state.code === 'removed') return '–';
      return head === null ? 'not sampled' : `not sampled → ${renderMillis(head)}`;
  }
}
