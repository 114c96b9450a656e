import { sinceText } from '../../core/judge/since.ts';
import { dimensionOf, isCrateMetric } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Judgement, Unchecked } from '../../core/model/verdict.ts';
import { renderAmount } from '../../core/units.ts';
import { type Drift, driftGrowth, isDrift } from './drift.ts';
import type { TextStyle } from './escape.ts';
import { amount, changeOf, headText, sideText } from './figure-cells.ts';
import { boundWords, metricWord } from './limits.ts';

/** What a row came to; `none`: no limit is on it. */
export type Mark = 'over' | 'accepted' | 'warning' | 'unknown' | 'kept' | 'none';

/** One figure of a function, as the main table tells it. Names and bounds are written in the report's style, the rest is numbers and words. */
export interface FigureRow {
  readonly fn: FunctionComparison;
  /** `package`, `init`. */
  readonly what: string;
  /** Empty where there is none. */
  readonly base: string;
  readonly head: string;
  readonly change: string;
  readonly limit: string;
  readonly mark: Mark;
}

/** A row with what it is sorted by. */
export interface Judged {
  readonly row: FigureRow;
  readonly metric: Judgement['limit']['metric'] | null;
  /** How far it moved, as a share. */
  readonly moved: number;
}

/** What a limit that was held against a figure came to; growth that is not counted from base has a row of its own. */
export function judgedRow(fn: FunctionComparison, judgement: Judgement, mark: Mark, style: TextStyle): Judged {
  if (isDrift(judgement)) return driftRow(fn, judgement, mark, style);
  const { limit, figures, headroom } = judgement;
  return rowOf(fn, { metric: limit.metric, figures }, { limit: headroom === null ? '' : allowedWords(limit, style), mark }, style);
}

/** The figure there stands where base's would. */
function driftRow(fn: FunctionComparison, { limit, figures, reference, headroom }: Drift, mark: Mark, style: TextStyle): Judged {
  const { metric, dimension } = limit;
  const since = `${metricWord(metric, style)} since ${style.prose(reference.name)}`;
  const change = reference.figure === null || figures.head === null ? 'new' : driftGrowth(reference.figure, figures.head, dimension);
  const row: FigureRow = {
    fn,
    what: since,
    base: amount(reference.figure, dimension),
    head: amount(figures.head, dimension),
    change: reference.figure !== null && reference.figure === figures.head ? 'none' : change,
    limit: headroom === null ? '' : allowedWords(limit, style),
    mark,
  };
  return { metric: null, moved: 0, row };
}

/** By how many bounds a limit has. */
const ALL_OF: readonly (string | undefined)[] = ['', '', 'both '];

/** A limit of several bounds is breached where all are exceeded; one that only warns says so. */
function allowedWords(limit: Judgement['limit'], style: TextStyle): string {
  const words = `${ALL_OF[limit.bounds.length] ?? 'all of '}${boundWords(limit, style)}`;
  return limit.gate === 'warn' ? `${words} (only warns)` : words;
}

/** A limit that could not be checked, with what is known. */
export function uncheckedRow(fn: FunctionComparison, { limit }: Unchecked, mark: Mark, style: TextStyle): Judged {
  if (limit.since !== null) {
    const what = `${metricWord(limit.metric, style)} since ${style.prose(sinceText(limit.since))}`;
    const row: FigureRow = { fn, what, base: '', head: 'not judged', change: '', limit: allowedWords(limit, style), mark };
    return { metric: null, moved: 0, row };
  }
  const figures = isCrateMetric(limit.metric) ? { base: null, head: null } : fn.metrics[limit.metric];
  return rowOf(fn, { metric: limit.metric, figures }, { limit: allowedWords(limit, style), mark }, style);
}

/** A figure of a function, whether a limit is on it or not. */
export function rowOf(
  fn: FunctionComparison,
  { metric, figures }: { readonly metric: Judgement['limit']['metric']; readonly figures: Judgement['figures'] },
  judged: Pick<FigureRow, 'limit' | 'mark'>,
  style: TextStyle,
): Judged {
  const kind = dimensionOf(metric);
  const { base, head } = figures;
  const texts = isCrateMetric(metric)
    ? { base: amount(base, kind), head: head === null ? 'not measured' : renderAmount(head, kind) }
    : { base: base === null ? '' : sideText(fn, metric, 'base', kind), head: headText(fn, metric, head, kind) };
  const moved = base === null || head === null || base === 0 || head === 0 ? 0 : Math.abs(Math.log(head / base));
  const what = metricWord(metric, style);
  return { metric, moved, row: { fn, what, ...texts, change: changeOf(fn, metric, figures), ...judged } };
}
