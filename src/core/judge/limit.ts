import { isCrateMetric, metricRow } from '../metrics.ts';
import type { MissingBase } from '../model/base.ts';
import type { FunctionComparison } from '../model/comparison.ts';
import type { Limit } from '../model/limits.ts';
import type { JudgedAs, Judgement, Unchecked, Warned } from '../model/verdict.ts';
import type { Pair } from '../rows.ts';
import type { Repeated } from '../spread.ts';
import { renderAmount } from '../units.ts';
import { headroomOf, judgeBound } from './bounds.ts';
import { coldStartSaysNothing, type HeldSampled, holdSampled, isUnasked } from './cold-start.ts';
import { cratesMatching, slackOf } from './crate-figures.ts';
import { holdSince } from './drift.ts';
import { baseExceeds } from './inherited.ts';
import { lostText } from './lost-base.ts';
import { doubtOf, noiseOf } from './noise.ts';
import type { CountingFrom } from './references.ts';

/** What a limit comes to on one function. */
export type Result =
  | HeldSampled
  | { readonly kind: 'warned'; readonly warned: Warned }
  /** Nothing to say: what did not change was not started. */
  | { readonly kind: 'silent' };

/** What the run itself says of its limits. */
export interface Held {
  readonly judgedAs: JudgedAs;
  /** The base that could not be measured, so that no growth is known. */
  readonly lost: MissingBase | null;
  /** Why the run can have no cold starts. */
  readonly noColdStarts: string | null;
  readonly countedFrom: CountingFrom;
}

/** Holds one limit against one function. */
export function holdLimit(limit: Limit, fn: FunctionComparison, run: Held): Result {
  const result = heldAgainst(limit, fn, run);
  if (result.kind === 'breached' && limit.gate === 'warn') return { kind: 'warned', warned: { ...result.judgement, because: 'warn' } };
  return result;
}

function heldAgainst(limit: Limit, fn: FunctionComparison, { judgedAs, lost, noColdStarts, countedFrom }: Held): Result {
  const row = metricRow(limit.metric);
  if ((row?.of === 'init' || row?.of === 'first-response') && saysNothing(limit, fn)) return { kind: 'silent' };
  if (row?.of === 'first-response' && fn.firstResponse.state.kind === 'broken') return { kind: 'silent' };
  if (row?.of === 'cold-start') {
    if (coldStartSaysNothing(fn)) return { kind: 'silent' };
    if (noColdStarts !== null && isUnasked(fn)) return unchecked(limit, fn, noColdStarts, 'withheld');
  }
  const measured = figuresOf(limit, fn);
  if (measured.kind === 'unmeasured') return unchecked(limit, fn, measured.reason);
  const { base, head, spread } = measured;
  if (limit.since !== null) return holdSince(limit, fn, { base, head }, { judgedAs, lost, from: countedFrom(limit.since, fn) });
  if (lost !== null && needsBase(limit, head)) return unchecked(limit, fn, lostText(lost), 'no-base');
  const inherited = (judgement: Judgement): Result | null =>
    judgedAs === 'change' && baseExceeds(judgement, spread, fn)
      ? { kind: 'warned', warned: { ...judgement, because: 'base-exceeds' } }
      : null;
  if (row?.judged === 'sampled') {
    const held = holdSampled(limit, fn, { base, head });
    return held.kind === 'breached' ? (inherited(held.judgement) ?? held) : held;
  }
  const bounds = limit.bounds.map((bound) => judgeBound(bound, base, head, slackOf(limit, base)));
  const judgement = { limit, function: fn.name, figures: { base, head }, reference: null, bounds, headroom: headroomOf(bounds, head) };
  if (!bounds.every(({ exceeded }) => exceeded)) return { kind: 'kept', judgement };
  const excused = inherited(judgement);
  if (excused !== null) return excused;
  if (spread === null || isProven(limit, spread)) return { kind: 'breached', judgement };
  const lax = limit.bounds.map((bound) => judgeBound(bound, base, head, noiseOf(limit.metric, spread)));
  if (lax.every(({ exceeded }) => exceeded)) return unchecked(limit, fn, unrepeatable(limit, spread));
  return { kind: 'kept', judgement: { ...judgement, bounds: lax, headroom: headroomOf(lax, head) } };
}

function unchecked(
  limit: Limit,
  fn: FunctionComparison,
  reason: string,
  code: Unchecked['code'] = 'unmeasured',
): Extract<Result, { readonly kind: 'unchecked' }> {
  return { kind: 'unchecked', unchecked: { limit, function: fn.name, code, reason } };
}

/** Whether growth decides: all bounds must be exceeded, so a maximum that head keeps settles it. */
function needsBase({ bounds }: Limit, head: number): boolean {
  return bounds.some(({ kind }) => kind !== 'maximum') && bounds.every((bound) => bound.kind !== 'maximum' || head > bound.value);
}

/** A start that failed is a breach of its own; a binary that did not change is not started; a default limit waits until init is measured. */
function saysNothing(limit: Limit, { status, init: { state } }: FunctionComparison): boolean {
  if (state.kind === 'broken') return true;
  if (state.kind !== 'none') return false;
  // What could not have been started here, and is what it was, lacks nothing either.
  if (state.code === 'unchanged' || (state.code === 'not-here' && status === 'unchanged')) return true;
  return limit.source.kind === 'default' && state.code !== 'not-here' && state.code !== 'apart';
}

/** Head at its lowest against base at its highest must breach too: else the runs themselves explain the growth. */
function isProven({ bounds, metric }: Limit, spread: Pair<Repeated>): boolean {
  const { base, head } = spread;
  return head === null || bounds.every((bound) => judgeBound(bound, base?.high ?? null, head.low, doubtOf(metric, spread)).exceeded);
}

function unrepeatable(limit: Limit, { base, head }: Pair<Repeated>): string {
  const ranges = [base, head].flatMap((side, place) => (side === null ? [] : [rangeText(side, place === 0 ? 'base' : 'head', limit)]));
  return `not repeatable here: ${ranges.join(', ')}`;
}

function rangeText({ low, high, count }: Repeated, side: string, { dimension }: Limit): string {
  return `${side} ${renderAmount(low, dimension)} to ${renderAmount(high, dimension)} in ${count} runs`;
}

type Measured =
  | {
      readonly kind: 'measured';
      readonly base: number | null;
      readonly head: number;
      /** Of figures that were measured several times. */
      readonly spread: Pair<Repeated> | null;
    }
  | { readonly kind: 'unmeasured'; readonly reason: string };

/** The figures that a limit needs: head's, and base's where a bound is about growth and the function has a base. */
function figuresOf({ metric, bounds }: Limit, fn: FunctionComparison): Measured {
  const { base, head, spread, reason } = isCrateMetric(metric) ? cratesMatching(metric, fn) : fn.metrics[metric];
  const growing = fn.status !== 'added' && bounds.some(({ kind }) => kind !== 'maximum');
  if (head === null || (base === null && growing))
    return { kind: 'unmeasured', reason: reason ?? `${metric} was not measured at ${head === null ? 'head' : 'base'}` };
  return { kind: 'measured', base, head, spread };
}
