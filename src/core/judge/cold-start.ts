import type { FunctionComparison } from '../model/comparison.ts';
import type { Bound, Limit } from '../model/limits.ts';
import type { BoundResult, Breach, Judgement, Unchecked, Unproven } from '../model/verdict.ts';
import type { Pair } from '../rows.ts';
import { detectableRatio, type Interval, type PairedChange } from '../statistics.ts';
import { isOfColdStarts, sampledOf, tooFew } from './sampled.ts';

/** What samples say: enough to hold a limit against it. Milliseconds. */
export interface Evidence {
  /** The median. `null`: the function is new, nothing bounds its growth. */
  readonly base: number | null;
  readonly head: { readonly median: number; readonly interval: Interval };
  readonly change: PairedChange | null;
}

/** A limit held against the evidence. `open`: neither proven breached nor ruled out. */
export interface Held {
  readonly state: 'breached' | 'kept' | 'open';
  readonly bounds: readonly BoundResult[];
  /** By the estimate of the change, so that it is negative wherever a breach is proven. */
  readonly headroom: number | null;
  /** The estimate of the change, as a ratio, whose interval would just begin at the limit. */
  readonly detectable: number | null;
}

/**
 * Holds the bounds of one limit on a sampled time: breached when the lower end of the interval is beyond all of them, ruled out (`kept`) when
 * the upper end is within one. Growth in ms is the ratio that it makes of base's median; a maximum is held against the interval of head's own
 * median, which does not take base's noise for head's and serves new functions as well.
 */
export function holdBounds(bounds: readonly Bound[], evidence: Evidence): Held {
  const results = bounds.map((bound) => holdBound(bound, evidence));
  const states = results.map(({ state }) => state);
  const rooms = results.map(({ allowed, estimate }) => (allowed === null ? Number.POSITIVE_INFINITY : allowed - estimate));
  const reaches = results.map(({ detectable }) => detectable ?? Number.POSITIVE_INFINITY);
  return {
    state: states.includes('kept') ? 'kept' : states.includes('open') ? 'open' : 'breached',
    bounds: results.map(({ bound, allowed, state }) => ({ bound, allowed, exceeded: state === 'breached' })),
    headroom: finite(Math.max(...rooms)),
    detectable: finite(Math.max(...reaches)),
  };
}

interface HeldBound {
  readonly bound: Bound;
  readonly allowed: number | null;
  /** What is held against `allowed`. */
  readonly estimate: number;
  readonly state: Held['state'];
  readonly detectable: number | null;
}

function holdBound(bound: Bound, { base, head, change }: Evidence): HeldBound {
  if (bound.kind === 'maximum') {
    const reach = base === null || head.interval.lower === 0 ? null : (bound.value / base) * (head.median / head.interval.lower);
    return { bound, allowed: bound.value, estimate: head.median, state: stateOf(head.interval, bound.value), detectable: reach };
  }
  if (base === null || change === null) return { bound, allowed: null, estimate: head.median, state: 'kept', detectable: null };
  const ratio = 1 + (bound.kind === 'growth' ? bound.value / base : bound.percent / 100);
  const reach = detectableRatio(change);
  return {
    bound,
    allowed: base * ratio,
    estimate: base * change.ratio,
    state: stateOf(change.interval, ratio),
    detectable: reach === null ? null : ratio * reach,
  };
}

function stateOf({ lower, upper }: Interval, allowed: number): Held['state'] {
  if (lower > allowed) return 'breached';
  return upper <= allowed ? 'kept' : 'open';
}

export type HeldSampled =
  | { readonly kind: 'breached' | 'kept'; readonly judgement: Judgement }
  | { readonly kind: 'unproven'; readonly judgement: Judgement; readonly unproven: Unproven }
  | { readonly kind: 'unchecked'; readonly unchecked: Unchecked };

const STOPPED =
  'sampling ended when the limits that the sampling job knew were settled, and this one was not among them: give both jobs the same limits, or the sampling job none';

/**
 * A limit on a sampled time: of cold starts at the smallest memory size, CPU time. The figures are medians; what decides is the interval of
 * the change, and one that says neither yes nor no is a warning where it leans to yes.
 */
export function holdSampled(limit: Limit, fn: FunctionComparison, figures: Pair<number> & { readonly head: number }): HeldSampled {
  const sampled = sampledOf(fn, limit.metric);
  const unchecked = (reason: string, code: Unchecked['code'] = 'unmeasured'): HeldSampled => ({
    kind: 'unchecked',
    unchecked: { limit, function: fn.name, code, reason },
  });
  const growing = figures.base !== null && limit.bounds.some(({ kind }) => kind !== 'maximum');
  if (sampled === null || sampled.head === null || (growing && sampled.change === null))
    return unchecked('base and head were not sampled in pairs');
  const { head, change, verdict } = sampled;
  const { state, bounds, headroom, detectable } = holdBounds(limit.bounds, { base: figures.base, head, change });
  const judgement = { limit, function: fn.name, figures, reference: null, bounds, headroom };
  // Samples that other limits ended say nothing of this one: with more of them it might have been proven breached.
  if (state === 'open' && isStopped(fn, limit)) return unchecked(STOPPED, 'stopped');
  const few = state === 'open' ? tooFew(limit, sampled) : null;
  if (few !== null) return unchecked(few);
  const leaning = verdict === 'slower' || (headroom !== null && headroom < 0);
  if (state !== 'open' || !leaning) return { kind: state === 'breached' ? 'breached' : 'kept', judgement };
  const pairs = change?.pairs ?? head.samples;
  return { kind: 'unproven', judgement, unproven: { function: fn.name, limit, change, pairs, detectable } };
}

function isStopped({ coldStart }: FunctionComparison, { metric }: Limit): boolean {
  return isOfColdStarts(metric) && coldStart.sizes[0]?.stopped === true;
}

/** A breach of its own needs no limit; a function that did not change was left out by the sampler. */
export function coldStartSaysNothing({ status, coldStart: { state } }: FunctionComparison): boolean {
  return state.kind === 'broken' || (status === 'unchanged' && state.kind === 'none' && state.code === 'not-sampled');
}

/** Nothing of it was sampled, and no sampler says why. */
export function isUnasked({ coldStart: { state } }: FunctionComparison): boolean {
  return state.kind === 'none' && state.code === 'not-asked';
}

/** A function whose init works on AWS at base and fails there at head: always, or proven to more often. */
export function coldStartBreachOf({ name, coldStart: { state, failing } }: FunctionComparison): readonly Breach[] {
  const failure = state.kind === 'broken' ? { ...state, counts: null } : failing?.proven === true ? failing : null;
  if (failure === null) return [];
  const { status, errorType, lastLines, counts } = failure;
  return [{ kind: 'cold-start', function: name, status, errorType, lastLines, counts }];
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
