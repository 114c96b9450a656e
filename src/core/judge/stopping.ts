import { judgePairs, type Look, medianInterval, riskAt } from '../compare/looks.ts';
import type { Bound } from '../model.ts';
import { comparable, median, type Sample, sampleOf } from '../statistics.ts';
import { type Evidence, holdBounds } from './cold-start.ts';

/** Without a limit, an estimate that is known to this factor at both sides is good enough. */
const NARROW = 1.05;

/** Why sampling may stop. */
export type Decision = 'breached' | 'kept' | 'slower' | 'faster' | 'narrow';

/**
 * Whether this look settles a function at one size, and how; `null`: go on to the next look. With limits (the bounds of each): one is proven
 * breached, or all are ruled out. Without: slower or faster is proven, or the change is known to ±5 %. `base` is `null` of a new function:
 * only maxima bind it, and without any it goes on until head's median is known to ±5 %.
 */
export function decided(
  base: readonly number[] | null,
  head: readonly number[],
  { limits, ...look }: Look & { readonly limits: readonly (readonly Bound[])[] },
): Decision | null {
  const [before, after] = [base === null ? null : sampleOf(base), sampleOf(head)];
  if (after === null || (base !== null && (before === null || !comparable(before, after)))) return null;
  return decisionOn(evidenceOf(before, after, look), limits);
}

/** What pairs say at this look; RangeErrors as `judgePairs`. */
export function evidenceOf(base: Sample | null, head: Sample, look: Look): Evidence {
  return {
    base: base === null ? null : median(base),
    head: { median: median(head), interval: medianInterval(head, riskAt(look)) },
    change: base === null ? null : judgePairs(base, head, look).change,
  };
}

/** As `decided`, of evidence that is already there. */
export function decisionOn(evidence: Evidence, limits: readonly (readonly Bound[])[]): Decision | null {
  const states = limits.map((bounds) => holdBounds(bounds, evidence).state);
  if (states.includes('breached')) return 'breached';
  if (states.length > 0) return states.every((state) => state === 'kept') ? 'kept' : null;
  const { head, change } = evidence;
  if (change !== null && change.interval.lower > 1) return 'slower';
  if (change !== null && change.interval.upper < 1) return 'faster';
  const { lower, upper } = change === null ? head.interval : change.interval;
  const middle = change === null ? head.median : change.ratio;
  return upper <= middle * NARROW && middle <= lower * NARROW ? 'narrow' : null;
}
