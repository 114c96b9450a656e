import { isOfChance } from '../../core/judge/noise.ts';
import { answersOtherwise } from '../../core/judge/noticed.ts';
import { METRICS, type TableMetric } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { MovedWork } from '../../core/model/first-response.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TimedComparison } from '../../core/model/sampled-time.ts';
import { judgedSize } from './cold-start.ts';
import type { TextStyle } from './escape.ts';
import { type Happening, type Moved, movedOf } from './happened.ts';
import { timesText } from './init-times.ts';
import { movedHappening, togetherChange } from './moved-work.ts';

/**
 * What a reader would not notice: a size that moves by less than both, a count by less than the share and this many instructions. One thread repeats to
 * the instruction, and so would need no such floor; medians of two workers moved by up to 3,200 of 66,000 in an unchanged function.
 */
export const NOTICEABLE = { bytes: 1_000, share: 0.001, instructions: 5_000 };

export const NOTICEABLE_TEXT = '1 kB or 0.1 %';

interface Change {
  readonly fn: FunctionComparison;
  /** Whether a title may be about it: people ship packages and wait for starts; the binary and its code are in them. */
  readonly told: boolean;
  readonly about: 'size' | 'init';
  /** A limit on one of these would have held it. */
  readonly heldBy: readonly TableMetric[];
  /** How far it moved: the logarithm of the ratio, below 0 where it shrank. */
  readonly by: number;
  readonly tell: (style: TextStyle) => Happening;
}

/** What moved most in a run, in either direction, as a share of what it was; `null` where nothing moved that a person would notice. */
export function mostNoticed(outcome: Outcome): Pick<Change, 'fn' | 'about' | 'heldBy' | 'by' | 'tell'> | null {
  const changes = outcome.comparison.functions.flatMap(changesOf).filter(({ told }) => told);
  return changes.reduce<Change | null>((most, change) => (most === null || Math.abs(change.by) > Math.abs(most.by) ? change : most), null);
}

/** Whether one of these figures of a function moved far enough to be told in more than a line. */
export function isNoticeable(fn: FunctionComparison): boolean {
  const fails = [fn.init.state, fn.firstResponse.state].some(({ kind }) => kind === 'broken');
  return fn.status !== 'changed' || fails || answersOtherwise(fn) || changesOf(fn).length > 0;
}

function changesOf(fn: FunctionComparison): readonly Change[] {
  const figures = METRICS.flatMap((row): readonly Change[] => {
    if (row.column !== row.name || row.judged === 'sampled') return [];
    // What moved between the two is told for itself, neither as a gain nor as a loss.
    if (row.of !== 'build' && fn.firstResponse.moved !== null) return [];
    const { base, head, spread } = fn.metrics[row.name];
    if (base === null || head === null || base === 0 || head === 0) return [];
    if (spread !== null && isOfChance(row.name, spread)) return [];
    const least = row.dimension === 'size' ? NOTICEABLE.bytes : NOTICEABLE.instructions;
    if (Math.abs(head - base) < Math.max(least, base * NOTICEABLE.share)) return [];
    const moved: Moved = { limit: { metric: row.name, dimension: row.dimension, bounds: NO_BOUNDS }, figures: { base, head } };
    const told = row.name === 'zip' || row.of !== 'build';
    return [
      {
        fn,
        told,
        about: row.of === 'build' ? 'size' : 'init',
        heldBy: [row.name],
        by: Math.log(head / base),
        tell: (style) => movedOf(moved, fn, style.name(fn.name), style),
      },
    ];
  });
  if (fn.firstResponse.moved !== null) return [...figures, ...movedChange(fn, fn.firstResponse.moved), ...coldStartChange(fn)];
  const starts = timeChange(fn, fn.init.time, INIT, (pace) => `starts ${pace}`);
  const answers = timeChange(fn, fn.firstResponse.time, RESPONSE, (pace) => `answers its first request ${pace}`);
  return [...figures, ...starts, ...answers, ...coldStartChange(fn)];
}

/** Time has no limit of its own: what takes it has. */
const INIT: readonly TableMetric[] = ['init.instructions', 'init.cpu'];
const RESPONSE: readonly TableMetric[] = ['first-response.instructions', 'first-response.cpu'];

/** Growth is what is told, so that no maximum is looked at. */
const NO_BOUNDS: Moved['limit']['bounds'] = [{ kind: 'growth-percent', percent: 0 }];

/** As far as the sum of both moved; where that stayed what it was, as far as init did, so that no other figure takes the title. */
function movedChange(fn: FunctionComparison, moved: MovedWork): readonly Change[] {
  const { base, head } = fn.metrics['init.instructions'];
  const far = base === null || head === null || base === 0 || head === 0 ? 0 : Math.abs(Math.log(head / base));
  const change = togetherChange(moved);
  const by = far * (change > 0 ? 1 : -1);
  return [
    { fn, told: true, about: 'init', heldBy: [...INIT, ...RESPONSE], by, tell: (style) => movedHappening(moved, style.name(fn.name)) },
  ];
}

/** Waiting that no instruction shows: the time alone is proven to have moved. */
function timeChange(
  fn: FunctionComparison,
  time: TimedComparison | null,
  heldBy: readonly TableMetric[],
  say: (pace: 'slower' | 'faster') => string,
): readonly Change[] {
  if (time === null || time.base === null || time.head === null || time.change === null) return [];
  const { verdict } = time;
  if (verdict !== 'slower' && verdict !== 'faster') return [];
  const glance = `${timesText(time)} on this machine`;
  const tell: Change['tell'] = (style) => ({ what: `${style.name(fn.name)} ${say(verdict)}`, glance, figures: glance });
  return [{ fn, told: true, about: 'init', heldBy, by: Math.log(time.change.ratio), tell }];
}

function coldStartChange(fn: FunctionComparison): readonly Change[] {
  const size = judgedSize(fn.coldStart);
  if (size === null || size.base === null || size.head === null || size.change === null) return [];
  if (size.verdict !== 'slower' && size.verdict !== 'faster') return [];
  // A shorter Init Duration whose work the first request does is no gain.
  const later = fn.firstResponse.moved?.direction === 'later' || size.firstResponse.verdict === 'slower';
  if (size.verdict === 'faster' && later) return [];
  const moved: Moved = {
    limit: { metric: 'cold-start.p50', dimension: 'time', bounds: NO_BOUNDS },
    figures: { base: size.base.median, head: size.head.median },
  };
  return [
    {
      fn,
      told: true,
      about: 'init',
      heldBy: ['cold-start.p50'],
      by: Math.log(size.change.ratio),
      tell: (style) => movedOf(moved, fn, style.name(fn.name), style),
    },
  ];
}
