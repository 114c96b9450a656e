import type { Bound } from '../model/limits.ts';
import type { BoundResult } from '../model/verdict.ts';

/** One bound held against the figures. `slack`: growth that any bound on growth allows. */
export function judgeBound(bound: Bound, base: number | null, head: number, slack = 0): BoundResult {
  const least = base === null || bound.kind === 'maximum' ? 0 : base + slack;
  const written = allowedBy(bound, base, head);
  const allowed = written === null ? null : Math.max(written, least);
  return { bound, allowed, exceeded: allowed !== null && head > allowed };
}

function allowedBy(bound: Bound, base: number | null, head: number): number | null {
  switch (bound.kind) {
    case 'maximum':
      return bound.value;
    case 'growth':
      return base === null ? null : base + bound.value;
    case 'growth-percent':
      return base === null ? null : base + percentOf(bound.percent, base, Number.isInteger(head));
  }
}

/** The thousandths of a percent in a whole. */
const WHOLE = 100_000n;

/**
 * Between whole figures the largest whole growth within the percentage: in integers, since 1.1 × 30 is not 33 in floating point. A median or a
 * quartile may lie between two: it has all that the percentage allows.
 * A percentage has at most three decimals (`parseLimit`).
 */
function percentOf(percent: number, base: number, whole: boolean): number {
  if (!whole || !Number.isSafeInteger(base)) return (base * percent) / 100;
  return Number((BigInt(base) * BigInt(Math.round(percent * 1_000))) / WHOLE);
}

/** All bounds must be exceeded, so the laxest one decides; one that bounds nothing (no base) allows any growth. */
export function headroomOf(bounds: readonly BoundResult[], head: number): number | null {
  const rooms = bounds.map(({ allowed }) => (allowed === null ? Number.POSITIVE_INFINITY : allowed - head));
  const room = Math.max(...rooms);
  return Number.isFinite(room) ? room : null;
}
