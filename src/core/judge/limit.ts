import { matchesCrate } from '../crates.ts';
import { isCrateMetric, metricRow } from '../metrics.ts';
import type {
  FunctionComparison,
  InitState,
  JudgedAs,
  Judgement,
  Limit,
  MetricFigures,
  MissingBase,
  Pair,
  Unchecked,
  Warned,
} from '../model.ts';
import type { Repeated } from '../spread.ts';
import { renderAmount } from '../units.ts';
import { headroomOf, judgeBound } from './bounds.ts';
import { coldStartSaysNothing, type HeldColdStart, holdColdStart, isUnasked } from './cold-start.ts';
import { baseExceeds } from './inherited.ts';

/** What a limit comes to on one function. */
export type Result =
  | HeldColdStart
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
}

/** Holds one limit against one function. */
export function holdLimit(limit: Limit, fn: FunctionComparison, run: Held): Result {
  const result = heldAgainst(limit, fn, run);
  if (result.kind === 'breached' && limit.gate === 'warn') return { kind: 'warned', warned: { ...result.judgement, because: 'warn' } };
  return result;
}

function heldAgainst(limit: Limit, fn: FunctionComparison, { judgedAs, lost, noColdStarts }: Held): Result {
  const row = metricRow(limit.metric);
  if (row?.of === 'init' && saysNothing(limit, fn.init.state)) return { kind: 'silent' };
  if (row?.of === 'cold-start') {
    if (coldStartSaysNothing(fn)) return { kind: 'silent' };
    if (noColdStarts !== null && isUnasked(fn)) return unchecked(limit, fn, noColdStarts, 'withheld');
  }
  const measured = figuresOf(limit, fn);
  if (measured.kind === 'unmeasured') return unchecked(limit, fn, measured.reason);
  const { base, head, spread } = measured;
  if (lost !== null && needsBase(limit, head)) return unchecked(limit, fn, lostText(lost), 'no-base');
  const inherited = (judgement: Judgement): Result | null =>
    judgedAs === 'change' && baseExceeds(judgement, spread, fn)
      ? { kind: 'warned', warned: { ...judgement, because: 'base-exceeds' } }
      : null;
  if (row?.judged === 'sampled') {
    const held = holdColdStart(limit, fn, { base, head });
    return held.kind === 'breached' ? (inherited(held.judgement) ?? held) : held;
  }
  const bounds = limit.bounds.map((bound) => judgeBound(bound, base, head));
  const judgement = { limit, function: fn.name, figures: { base, head }, bounds, headroom: headroomOf(bounds, head) };
  if (!bounds.every(({ exceeded }) => exceeded)) return { kind: 'kept', judgement };
  const excused = inherited(judgement);
  if (excused !== null) return excused;
  const reason = spread === null ? null : unrepeatable(limit, spread);
  return reason === null ? { kind: 'breached', judgement } : unchecked(limit, fn, reason);
}

function unchecked(
  limit: Limit,
  fn: FunctionComparison,
  reason: string,
  code: Unchecked['code'] = 'unmeasured',
): Extract<Result, { readonly kind: 'unchecked' }> {
  return { kind: 'unchecked', unchecked: { limit, function: fn.name, code, reason } };
}

function lostText({ kind, sha, reason }: MissingBase): string {
  const base = sha === null ? 'the base' : `the base ${sha.slice(0, 7)}`;
  return kind === 'does-not-build' ? `${base} does not build, and no commit before it was measured` : reason;
}

/** Whether growth decides: all bounds must be exceeded, so a maximum that head keeps settles it. */
function needsBase({ bounds }: Limit, head: number): boolean {
  return bounds.some(({ kind }) => kind !== 'maximum') && bounds.every((bound) => bound.kind !== 'maximum' || head > bound.value);
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
