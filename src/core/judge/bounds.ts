import type { Bound, BoundResult } from '../model.ts';

/** One bound held against the figures. */
export function judgeBound(bound: Bound, base: number | null, head: number): BoundResult {
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
export function headroomOf(bounds: readonly BoundResult[], head: number): number | null {
  const rooms = bounds.map(({ allowed }) => (allowed === null ? Number.POSITIVE_INFINITY : allowed - head));
  const room = Math.max(...rooms);
  return Number.isFinite(room) ? room : null;
}
