import { METRICS } from '../../core/metrics.ts';
import type { FunctionComparison, Outcome } from '../../core/model.ts';
import { judgedSize } from './cold-start.ts';
import type { TextStyle } from './escape.ts';
import { type Happening, type Moved, movedOf } from './happened.ts';
import { timesText } from './init-times.ts';

/** What a reader would not notice: a size that moves by less than both, a count by less than the share and this many instructions. */
export const NOTICEABLE = { bytes: 1_000, share: 0.001, instructions: 1_000 };

export const NOTICEABLE_TEXT = '1 kB or 0.1 %';

interface Change {
  readonly fn: FunctionComparison;
  /** Whether a title may be about it: people ship packages and wait for starts; the binary and its code are in them. */
  readonly told: boolean;
  readonly about: 'size' | 'init';
  /** How far it moved: the logarithm of the ratio, below 0 where it shrank. */
  readonly by: number;
  readonly tell: (style: TextStyle) => Happening;
}

/** What moved most in a run, in either direction, as a share of what it was; `null` where nothing moved that a person would notice. */
export function mostNoticed(outcome: Outcome): Pick<Change, 'fn' | 'about' | 'by' | 'tell'> | null {
  const changes = outcome.comparison.functions.flatMap(changesOf).filter(({ told }) => told);
  return changes.reduce<Change | null>((most, change) => (most === null || Math.abs(change.by) > Math.abs(most.by) ? change : most), null);
}

/** Whether one of these figures of a function moved far enough to be told in more than a line. */
export function isNoticeable(fn: FunctionComparison): boolean {
  return fn.status !== 'changed' || fn.init.state.kind === 'broken' || changesOf(fn).length > 0;
}

function changesOf(fn: FunctionComparison): readonly Change[] {
  const figures = METRICS.flatMap((row): readonly Change[] => {
    if (row.column !== row.name || row.judged === 'sampled') return [];
    const { base, head } = fn.metrics[row.name];
    if (base === null || head === null || base === 0 || head === 0) return [];
    const least = row.dimension === 'size' ? NOTICEABLE.bytes : NOTICEABLE.instructions;
    if (Math.abs(head - base) < Math.max(least, base * NOTICEABLE.share)) return [];
    const moved: Moved = { limit: { metric: row.name, dimension: row.dimension, bounds: NO_BOUNDS }, figures: { base, head } };
    const told = row.name === 'zip' || row.of === 'init';
    return [
      {
        fn,
        told,
        about: row.of === 'init' ? 'init' : 'size',
        by: Math.log(head / base),
        tell: (style) => movedOf(moved, fn, style.name(fn.name), style),
      },
    ];
  });
  return [...figures, ...timeChange(fn), ...coldStartChange(fn)];
}

/** Growth is what is told, so that no maximum is looked at. */
const NO_BOUNDS: Moved['limit']['bounds'] = [{ kind: 'growth-percent', percent: 0 }];

/** Waiting that no instruction shows: the time alone is proven to have moved. */
function timeChange(fn: FunctionComparison): readonly Change[] {
  const { time } = fn.init;
  if (time === null || time.base === null || time.head === null || time.change === null) return [];
  if (time.verdict !== 'slower' && time.verdict !== 'faster') return [];
  const glance = `${timesText(time)} on this machine`;
  const tell: Change['tell'] = (style) => ({ what: `${style.name(fn.name)} starts ${time.verdict}`, glance, figures: glance });
  return [{ fn, told: true, about: 'init', by: Math.log(time.change.ratio), tell }];
}

function coldStartChange(fn: FunctionComparison): readonly Change[] {
  const size = judgedSize(fn.coldStart);
  if (size === null || size.base === null || size.head === null || size.change === null) return [];
  if (size.verdict !== 'slower' && size.verdict !== 'faster') return [];
  const moved: Moved = {
    limit: { metric: 'cold-start.p50', dimension: 'time', bounds: NO_BOUNDS },
    figures: { base: size.base.median, head: size.head.median },
  };
  return [
    {
      fn,
      told: true,
      about: 'init',
      by: Math.log(size.change.ratio),
      tell: (style) => movedOf(moved, fn, style.name(fn.name), style),
    },
  ];
}
