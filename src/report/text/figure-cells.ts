import { sampledOf } from '../../core/judge/sampled.ts';
import { dimensionOf, type Metric, type TableMetric } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Judgement } from '../../core/model/verdict.ts';
import { type Dimension, renderAmount, renderMillis, renderRatio } from '../../core/units.ts';
import { growthText } from './figures.ts';

/** Head's figure, or the word for why there is none. */
export function headText(fn: FunctionComparison, metric: TableMetric, head: number | null, kind: Dimension): string {
  if (head !== null) return sideText(fn, metric, 'head', kind);
  if (fn.status === 'removed') return 'removed';
  const state = metric === 'init.instructions' ? fn.init.state : metric === 'first-response.instructions' ? fn.firstResponse.state : null;
  return state?.kind === 'measured' ? 'not counted' : 'not measured';
}

/** Instructions never stand alone: beside them the time that they took here. */
export function sideText(fn: FunctionComparison, metric: TableMetric, side: 'base' | 'head', kind: Dimension): string {
  const figure = fn.metrics[metric][side];
  if (figure === null) return '';
  if (!isWork(metric)) return renderAmount(figure, kind);
  const times = metric === 'init.instructions' ? fn.init.time : fn.firstResponse.time;
  const time = times?.[side] ?? null;
  if (time === null) return `${renderAmount(figure, kind)} instructions`;
  // Two sides that are not proven apart differ by chance: no digit more than that.
  const proven = times?.verdict === 'slower' || times?.verdict === 'faster';
  return `${renderAmount(figure, kind)} instr. · ${proven ? renderMillis(time.median) : `≈ ${roughly(time.median)}`}`;
}

/** Metrics whose figures are instructions. */
export function isWork(metric: Metric): boolean {
  return metric === 'init.instructions' || metric === 'first-response.instructions';
}

function roughly(millis: number): string {
  return millis < 10 ? `${millis.toFixed(1)} ms` : renderMillis(millis);
}

/** What a figure became since base; of what was sampled, over the pairs. Empty where a side has none. */
export function changeOf(fn: FunctionComparison, metric: Judgement['limit']['metric'], { base, head }: Judgement['figures']): string {
  if (head === null) return '';
  if (base === null) return fn.status === 'added' ? 'new' : '';
  const size = sampledOf(fn, metric);
  if (size !== null && size.change !== null) return renderRatio(size.change.ratio);
  if (base === head) return 'none';
  const growth = growthText(base, head, dimensionOf(metric));
  return isWork(metric) ? growth.replace(/^\S+(?: [kMG])?/, '$& instr.') : growth;
}

/** A figure of a metric that stands in no table of its own; empty where there is none. */
export function amount(value: number | null, kind: Dimension): string {
  return value === null ? '' : renderAmount(value, kind);
}
