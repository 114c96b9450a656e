import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { SampledTime } from '../../core/model/sampled-time.ts';
import { renderMillis, renderRatio } from '../../core/units.ts';
import { intervalText, judgedSize } from './cold-start.ts';
import { millisBecame } from './init-times.ts';

/** `18.4 ms → 24.9 ms (+35 %, +22 % to +49 %)`, `24.9 ms (new)`. */
export function sampledText({ base, change }: Pick<SampledTime, 'base' | 'change'>, head: number): string {
  if (base === null) return `${renderMillis(head)} (new)`;
  const interval = change === null ? null : intervalText(change.interval);
  const growth = change === null ? 'not paired' : `${renderRatio(change.ratio)}${interval === null ? '' : `, ${interval}`}`;
  return `${millisBecame(base.median, head)} (${growth})`;
}

/** The cell `first response on AWS`: the median at the judged memory size. Where no limit is on it nothing is said of how sure its change is. */
export function responseOnAwsCell({ coldStart }: FunctionComparison, hasBase: boolean): string {
  const response = judgedSize(coldStart)?.firstResponse ?? null;
  const head = response?.head?.median ?? null;
  if (response === null || head === null) return coldStart.sizes.length === 0 ? '–' : 'no answer';
  if (!hasBase || response.base === null) return renderMillis(head);
  if (response.change === null) return millisBecame(response.base.median, head);
  return sampledText(response, head);
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
