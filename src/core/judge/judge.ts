import { matchesCrate } from '../crates.ts';
import { isCrateMetric, metricRow } from '../metrics.ts';
import type {
  Acceptance,
  Bound,
  BoundResult,
  Breach,
  Comparison,
  FunctionComparison,
  Gate,
  InitState,
  Judgement,
  Limit,
  MetricFigures,
  Pair,
  Unchecked,
  Verdict,
} from '../model.ts';
import type { Repeated } from '../spread.ts';
import { renderAmount } from '../units.ts';
import { coldStartBreachOf, coldStartSaysNothing, type HeldColdStart, holdColdStart } from './cold-start.ts';
import type { Limits } from './limit-scopes.ts';
import { limitsFor } from './limit-scopes.ts';

/**
 * Holds every function of head against its limits: a limit is breached when all its bounds are strictly exceeded. A figure that was measured
 * several times breaches only where its spread does not explain it, a sampled time only where its interval proves it (else it may be `unproven`).
 * A function that starts at base and not at head, here or on AWS, is a breach without a limit.
 * A function that no change reaches is not held against anything, whether or not a figure of it is stored.
 * A new function, or one without a base to compare with, has no growth. What was not measured is `unchecked`, with the reason.
 */
export function judge(comparison: Comparison, limits: Limits, gate: Gate): Verdict {
  if (limits.kind === 'off') return { status: 'off', gate, breaches: [], kept: [], unproven: [], unchecked: [] };
  const left = new Set(comparison.head.snapshot.notBuilt.map(({ name }) => name));
  const standing = comparison.functions.filter(({ name, status }) => status !== 'removed' && !left.has(name));
  const results = standing.flatMap((fn) => limitsFor(fn, limits).map((limit) => judgeLimit(limit, fn)));
  const breaches: readonly Breach[] = [
    ...standing.flatMap(initBreachOf),
    ...standing.flatMap(coldStartBreachOf),
    ...results.flatMap((result) => (result.kind === 'breached' ? [{ kind: 'limit' as const, ...result.judgement }] : [])),
  ];
  return {
    status: breaches.length > 0 ? 'fail' : 'pass',
    gate,
    breaches,
    kept: results.flatMap((result) => (result.kind === 'kept' || result.kind === 'unproven' ? [result.judgement] : [])),
    unproven: results.flatMap((result) => (result.kind === 'unproven' ? [result.unproven] : [])),
    unchecked: results.flatMap((result) => (result.kind === 'unchecked' ? [result.unchecked] : [])),
  };
}

function initBreachOf({ name, init: { state } }: FunctionComparison): readonly Breach[] {
  return state.kind === 'broken' ? [{ kind: 'init', function: name, failure: state.failure, lastLines: state.lastLines }] : [];
}

/** A breach that somebody accepted: the verdict names who, and no longer fails. Anything but a failing verdict stays as it is. */
export function accept(verdict: Verdict, acceptance: Acceptance): Verdict {
  return verdict.status === 'fail' ? { ...verdict, status: 'accepted', acceptance } : verdict;
}

/** The breaches of one kind. */
export function breachesOf<K extends Breach['kind']>(
  { breaches }: Pick<Verdict, 'breaches'>,
  kind: K,
): readonly Extract<Breach, { readonly kind: K }>[] {
  return breaches.filter((breach): breach is Extract<Breach, { readonly kind: K }> => breach.kind === kind);
}

/** 1: a limit is breached and the gate is there to fail. 3: a limit that somebody wrote could not be checked. Else 0. */
export function exitCode({ status, gate, unchecked }: Verdict): 0 | 1 | 3 {
  if (status === 'fail' && gate === 'fail') return 1;
  return unchecked.some(({ limit }) => limit.source.kind !== 'default') ? 3 : 0;
}

type Result =
  | HeldColdStart
  | { readonly kind: 'breached' | 'kept'; readonly judgement: Judgement }
  /** Nothing to say: what did not change was not started. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'unchecked'; readonly unchecked: Unchecked };

function judgeLimit(limit: Limit, fn: FunctionComparison): Result {
  const row = metricRow(limit.metric);
  if (row?.of === 'init' && saysNothing(limit, fn.init.state)) return { kind: 'silent' };
  if (row?.of === 'cold-start' && coldStartSaysNothing(fn)) return { kind: 'silent' };
  const measured = figuresOf(limit, fn);
  if (measured.kind === 'unmeasured') return { kind: 'unchecked', unchecked: { limit, function: fn.name, reason: measured.reason } };
  const { base, head, spread } = measured;
  if (row?.judged === 'sampled') return holdColdStart(limit, fn, { base, head });
  const bounds = limit.bounds.map((bound) => judgeBound(bound, base, head));
  const judgement = { limit, function: fn.name, figures: { base, head }, bounds, headroom: headroomOf(bounds, head) };
  if (!bounds.every(({ exceeded }) => exceeded)) return { kind: 'kept', judgement };
  const reason = spread === null ? null : unrepeatable(limit, spread);
  return reason === null ? { kind: 'breached', judgement } : { kind: 'unchecked', unchecked: { limit, function: fn.name, reason } };
}

/** A start that failed is a breach of its own; a binary that did not change is not started; a default limit waits until init is measured. */
function saysNothing(limit: Limit, state: InitState): boolean {
  if (state.kind === 'broken') return true;
  if (state.kind !== 'none') return false;
  return state.code === 'unchanged' || (limit.source.kind === 'default' && state.code !== 'not-here' && state.code !== 'apart');
}

/** Head at its lowest against base at its highest must breach too: else the runs themselves explain the growth. */
function unrepeatable(limit: Limit, { base, head }: Pair<Repeated>): string | null {
  if (head === null) return null;
  const bounds = limit.bounds.map((bound) => judgeBound(bound, base?.high ?? null, head.low));
  if (bounds.every(({ exceeded }) => exceeded)) return null;
  const ranges = [base, head].flatMap((side, place) => (side === null ? [] : [rangeText(side, place === 0 ? 'base' : 'head', limit)]));
  return `not repeatable here: ${ranges.join(', ')}`;
}

function rangeText({ low, high, count }: Repeated, side: string, { dimension }: Limit): string {
  return `${side} ${renderAmount(low, dimension)} to ${renderAmount(high, dimension)} in ${count} runs`;
}

function judgeBound(bound: Bound, base: number | null, head: number): BoundResult {
  const allowed = allowedBy(bound, base);
  return { bound, allowed, exceeded: allowed !== null && head > allowed };
}

function allowedBy(bound: Bound, base: number | null): number | null {
  switch (bound.kind) {
    case 'maximum':
      return bound.value;
    case 'growth':
      return base === null ? null : base + bound.value;
    case 'growth-percent':
      return base === null ? null : base + percentOfBase(bound.percent, base);
  }
}

/** The thousandths of a percent in a whole. */
const WHOLE = 100_000n;

/**
 * Of a whole figure the largest whole growth within the percentage: in integers, since 1.1 × 30 is not 33 in floating point.
 * A percentage has at most three decimals (`parseLimit`).
 */
function percentOfBase(percent: number, base: number): number {
  if (!Number.isSafeInteger(base)) return (base * percent) / 100;
  return Number((BigInt(base) * BigInt(Math.round(percent * 1_000))) / WHOLE);
}

/** All bounds must be exceeded, so the laxest one decides; one that bounds nothing (no base) allows any growth. */
function headroomOf(bounds: readonly BoundResult[], head: number): number | null {
  const rooms = bounds.map(({ allowed }) => (allowed === null ? Number.POSITIVE_INFINITY : allowed - head));
  const room = Math.max(...rooms);
  return Number.isFinite(room) ? room : null;
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
  const { base, head, spread, reason } = isCrateMetric(metric) ? cratesMatching(metric.slice('crate:'.length), fn) : fn.metrics[metric];
  const growing = fn.status !== 'added' && bounds.some(({ kind }) => kind !== 'maximum');
  if (head === null || (base === null && growing))
    return { kind: 'unmeasured', reason: reason ?? `${metric} was not measured at ${head === null ? 'head' : 'base'}` };
  return { kind: 'measured', base, head, spread };
}

/** A glob that matches nothing is 0: `crate:openssl*: 0 B` keeps a crate out. */
function cratesMatching(glob: string, { status, crates, notAttributed: reason }: FunctionComparison): MetricFigures {
  if (reason !== null) return { base: null, head: null, spread: null, reason };
  const rows = crates.filter(({ name }) => matchesCrate(glob, name));
  const sum = (figures: readonly (number | null)[]): number => figures.reduce<number>((total, figure) => total + (figure ?? 0), 0);
  const base = status === 'added' ? null : sum(rows.map((row) => row.base));
  return { base, head: sum(rows.map((row) => row.head)), spread: null, reason };
}
