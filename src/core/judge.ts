import type { Limits } from './limit-scopes.ts';
import { limitsFor } from './limit-scopes.ts';
import { isCrateMetric, matchesCrate } from './limits.ts';
import type {
  Acceptance,
  Bound,
  BoundResult,
  Comparison,
  FunctionComparison,
  Gate,
  Judgement,
  Limit,
  Metric,
  Pair,
  Unchecked,
  Verdict,
} from './model.ts';

/**
 * Holds every function of head against its limits: a limit is breached when all its bounds are strictly exceeded.
 * A new function, or one without a base to compare with, has no growth. What was not measured is `unchecked`, with the reason.
 */
export function judge(comparison: Comparison, limits: Limits, gate: Gate): Verdict {
  if (limits.kind === 'off') return { status: 'off', gate, acceptance: null, breaches: [], kept: [], unchecked: [] };
  const standing = comparison.functions.filter(({ status }) => status !== 'removed');
  const results = standing.flatMap((fn) => limitsFor(fn, limits).map((limit) => judgeLimit(limit, fn)));
  const breaches = results.flatMap((result) => (result.kind === 'breached' ? [result.judgement] : []));
  return {
    status: breaches.length > 0 ? 'fail' : 'pass',
    gate,
    acceptance: null,
    breaches,
    kept: results.flatMap((result) => (result.kind === 'kept' ? [result.judgement] : [])),
    unchecked: results.flatMap((result) => (result.kind === 'unchecked' ? [result.unchecked] : [])),
  };
}

/** A breach that somebody accepted: the verdict names who, and no longer fails. Anything but a failing verdict stays as it is. */
export function accept(verdict: Verdict, acceptance: Acceptance): Verdict {
  return verdict.status === 'fail' ? { ...verdict, status: 'accepted', acceptance } : verdict;
}

/** 1: a limit is breached and the gate is there to fail. 3: a limit that somebody wrote could not be checked. Else 0. */
export function exitCode({ status, gate, unchecked }: Verdict): 0 | 1 | 3 {
  if (status === 'fail' && gate === 'fail') return 1;
  return unchecked.some(({ limit }) => limit.source.kind !== 'default') ? 3 : 0;
}

type Result =
  | { readonly kind: 'breached' | 'kept'; readonly judgement: Judgement }
  | { readonly kind: 'unchecked'; readonly unchecked: Unchecked };

function judgeLimit(limit: Limit, fn: FunctionComparison): Result {
  const measured = figuresOf(limit, fn);
  if (measured.kind === 'unmeasured') return { kind: 'unchecked', unchecked: { limit, function: fn.name, reason: measured.reason } };
  const { base, head } = measured;
  const bounds = limit.bounds.map((bound) => judgeBound(bound, base, head));
  const judgement = { limit, function: fn.name, figures: { base, head }, bounds, headroom: headroomOf(bounds, head) };
  return { kind: bounds.every(({ exceeded }) => exceeded) ? 'breached' : 'kept', judgement };
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

/** All bounds must be exceeded, so the laxest one decides; one that bounds nothing (no base) leaves no end of room. */
function headroomOf(bounds: readonly BoundResult[], head: number): number | null {
  const rooms = bounds.map(({ allowed }) => (allowed === null ? Number.POSITIVE_INFINITY : allowed - head));
  const room = Math.max(...rooms);
  return Number.isFinite(room) ? room : null;
}

type Figures =
  | { readonly kind: 'measured'; readonly base: number | null; readonly head: number }
  | { readonly kind: 'unmeasured'; readonly reason: string };

/** The figures that a limit needs: head's, and base's where a bound is about growth and the function has a base. */
function figuresOf(limit: Limit, fn: FunctionComparison): Figures {
  const found = metricOf(limit.metric, fn);
  if (found.kind === 'unmeasured') return found;
  const { base, head } = found.figures;
  const growing = fn.status !== 'added' && limit.bounds.some(({ kind }) => kind !== 'maximum');
  if (head === null || (base === null && growing))
    return { kind: 'unmeasured', reason: found.reason ?? `${limit.metric} was not measured at ${head === null ? 'head' : 'base'}` };
  return { kind: 'measured', base, head };
}

type Found =
  | { readonly kind: 'figures'; readonly figures: Pair<number>; readonly reason: string | undefined }
  | { readonly kind: 'unmeasured'; readonly reason: string };

function metricOf(metric: Metric, fn: FunctionComparison): Found {
  if (isCrateMetric(metric)) return cratesMatching(metric.slice('crate:'.length), fn);
  switch (metric) {
    case 'zip':
    case 'binary':
    case 'text':
    case 'dependencies':
      return { kind: 'figures', figures: fn.metrics[metric], reason: fn.unmeasured[metric] };
    case 'init.instructions':
    case 'init.faults':
    case 'init.connects':
    case 'init.memory':
      return { kind: 'unmeasured', reason: 'local init was not measured in this run' };
    case 'cold-start.memory':
    case 'cold-start.p50':
      return { kind: 'unmeasured', reason: 'cold starts were not sampled in this run' };
  }
}

/** A glob that matches nothing is 0: `crate:openssl*: 0 B` keeps a crate out. */
function cratesMatching(glob: string, fn: FunctionComparison): Found {
  const reason = fn.unmeasured.crates;
  if (reason !== undefined) return { kind: 'unmeasured', reason };
  const rows = fn.crates.filter(({ name }) => matchesCrate(glob, name));
  const sum = (figures: readonly (number | null)[]) => figures.reduce<number>((total, figure) => total + (figure ?? 0), 0);
  return {
    kind: 'figures',
    figures: { base: fn.status === 'added' ? null : sum(rows.map(({ base }) => base)), head: sum(rows.map(({ head }) => head)) },
    reason: undefined,
  };
}
