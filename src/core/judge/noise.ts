import type { Metric, MetricRow } from '../metrics.ts';
import type { Pair } from '../rows.ts';
import { isRepeatable, type Repeated } from '../spread.ts';

type RepeatedMetric = Extract<MetricRow, { readonly judged: 'repeated' }>['name'];

/** How far what is seen of an unchanged function may lie apart. */
interface Noise {
  /** Of both sides together, in the metric's own unit. */
  readonly apart: number;
  /** What proves growth within it: `quartiles` of many pairs; of a few `runs` only those that agree. */
  readonly proof: 'quartiles' | 'runs';
}

/** Page faults of one start and another of the same binary: a response of 0 to 8 moved by three between the quartiles. */
const PAGES = 8;
/** A page fault maps up to this much of a file that is in memory (the kernel's `fault_around_bytes`), however little of it is touched. */
const AROUND = 65_536;

const FAULTS: Noise = { apart: PAGES, proof: 'quartiles' };
const MEMORY: Noise = { apart: PAGES * AROUND, proof: 'quartiles' };
const EXACT: Noise = { apart: 0, proof: 'runs' };

/** Stated, and measured with `npm run bench -- aa`. */
export const NOISE: Readonly<Record<RepeatedMetric, Noise>> = {
  // Two workers of Tokio wake each other in one order or another: 108 runs of one init lay within 4,200 of 380,000, those of its response within
  // 6,500 of 66,000. A thousand are 0.3 µs.
  'init.instructions': { apart: 5_000, proof: 'runs' },
  'first-response.instructions': { apart: 10_000, proof: 'runs' },
  'init.faults': FAULTS,
  'first-response.faults': FAULTS,
  'init.memory': MEMORY,
  'first-response.memory': MEMORY,
  'init.connects': EXACT,
  'first-response.connects': EXACT,
  // Lambda tells whole MB, of 1,048,576 bytes.
  'cold-start.memory': { apart: 1_048_576, proof: 'quartiles' },
};

/**
 * The growth that counts for nothing where runs do not prove it: the metric's noise, where all that was seen of both sides, spread and growth
 * together, lies within it; else 0, so that what lies further apart stays unrepeatable.
 */
export function noiseOf(metric: Metric, { base, head }: Pair<Repeated>): number {
  if (base === null || head === null || !isRepeated(metric)) return 0;
  const { apart } = NOISE[metric];
  return Math.max(base.high, head.high) - Math.min(base.low, head.low) <= apart ? apart : 0;
}

/**
 * The growth that counts for nothing even where all runs of head lie above all of base's, since there are few and they do not agree: three to nine
 * draws from the response of two workers would otherwise breach `+1%` in 1.6 % of checks of an unchanged function (0.05 %
 * with it). 0: the spread is proof enough.
 */
export function doubtOf(metric: Metric, spread: Pair<Repeated>): number {
  if (!isRepeated(metric) || NOISE[metric].proof === 'quartiles') return 0;
  const agree = [spread.base, spread.head].every((side) => side === null || isRepeatable(side));
  return agree ? 0 : noiseOf(metric, spread);
}

/** Whether the runs of the two sides tell of no change at all: they overlap, or prove nothing. */
export function isOfChance(metric: Metric, spread: Pair<Repeated>): boolean {
  const { base, head } = spread;
  if (base === null || head === null) return false;
  return (base.low <= head.high && head.low <= base.high) || doubtOf(metric, spread) > 0;
}

function isRepeated(metric: Metric): metric is RepeatedMetric {
  return Object.hasOwn(NOISE, metric);
}
