import { UsageError } from '../failures.ts';
import { METRICS } from '../metrics.ts';
import type { FunctionComparison, MetricFigures, Outcome } from '../model.ts';
import { quoted } from '../text.ts';
import { type Dimension, parseAmount } from '../units.ts';

/** The least change that is worth a comment of its own: a size has to move by both, what is counted by the percentage. */
export interface Minimum {
  readonly bytes: number;
  readonly percent: number;
}

/** Reads `1 kB & 0.1%`, or one of the two: `0 B` is any change. Throws a UsageError that names `where`. */
export function parseMinimum(text: string, where: string): Minimum {
  const parts = text.split('&').map((part) => part.trim());
  const minimum = { bytes: 0, percent: 0 };
  for (const part of parts) {
    const percent = /^(\d+(?:\.\d{1,3})?)\s*%$/.exec(part)?.[1];
    const amount = percent === undefined ? parseAmount(part, 'size') : null;
    if (amount?.kind === 'mistake') throw new UsageError(`${where}: ${amount.message}; write a size, a percentage or both: 1 kB & 0.1%`);
    if (amount === null) minimum.percent = Number(percent);
    else minimum.bytes = amount.value;
  }
  const percents = parts.filter((part) => part.endsWith('%')).length;
  if (percents > 1 || parts.length - percents > 1)
    throw new UsageError(`${where}: ${quoted(text)} has two of a kind; write a size, a percentage or both: 1 kB & 0.1%`);
  return minimum;
}

/**
 * Whether there is something that a reader would want to be told: a function that is new, gone or no longer starts, a figure that moved by the
 * minimum (of what is measured several times beyond its spread, of what is sampled by proof), or a limit that only warns.
 */
export function isNoticed({ comparison, verdict }: Outcome, minimum: Minimum): boolean {
  const warned = verdict.warned.some(({ because }) => because === 'warn');
  return warned || verdict.breaches.length > 0 || comparison.functions.some((fn) => hasMoved(fn, minimum));
}

function hasMoved({ status, metrics, init, coldStart }: FunctionComparison, minimum: Minimum): boolean {
  if (status === 'added' || status === 'removed') return true;
  if (init.state.kind === 'broken' || init.state.kind === 'recovered') return true;
  if (coldStart.sizes.some(({ verdict }) => verdict === 'slower' || verdict === 'faster')) return true;
  return METRICS.some(({ name, dimension, judged }) => judged !== 'sampled' && isBeyond(metrics[name], dimension, minimum));
}

function isBeyond({ base, head, spread }: MetricFigures, dimension: Dimension, { bytes, percent }: Minimum): boolean {
  if (base === null || head === null || base === head) return false;
  const [before, after] = [spread?.base ?? null, spread?.head ?? null];
  if (before !== null && after !== null && before.low <= after.high && after.low <= before.high) return false;
  const moved = Math.abs(head - base);
  return moved * 100 >= base * percent && (dimension !== 'size' || moved >= bytes);
}
