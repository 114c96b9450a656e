import { UsageError } from '../failures.ts';
import { METRICS, type MetricRow } from '../metrics.ts';
import type { FunctionComparison, MetricFigures } from '../model/comparison.ts';
import type { Outcome } from '../model/outcome.ts';
import { quoted } from '../text.ts';
import { parseAmount } from '../units.ts';
import { isOfChance } from './noise.ts';

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
 * Whether there is something that a reader would want to be told: a function that is new, gone or no longer starts, answers (or with the same status) or always starts, a figure that moved by the
 * minimum (of what is measured several times beyond its spread, of what is sampled by proof), or a limit that only warns.
 */
export function isNoticed({ comparison, verdict }: Outcome, minimum: Minimum): boolean {
  const warned = verdict.warned.some(({ because }) => because === 'warn');
  return warned || verdict.breaches.length > 0 || comparison.functions.some((fn) => hasMoved(fn, minimum));
}

/** Whether both sides answered their first request, and not with the same status of HTTP. */
export function answersOtherwise({ status, firstResponse: { state, statuses } }: FunctionComparison): boolean {
  return status !== 'added' && state.kind === 'measured' && statuses.base !== statuses.head;
}

function hasMoved(fn: FunctionComparison, minimum: Minimum): boolean {
  const { status, metrics, init, firstResponse, coldStart } = fn;
  if (status === 'added' || status === 'removed') return true;
  if ([init.state, firstResponse.state].some(({ kind }) => kind === 'broken' || kind === 'recovered')) return true;
  if (answersOtherwise(fn)) return true;
  if (coldStart.failing !== null) return true;
  const proven = coldStart.sizes.flatMap(({ verdict, firstResponse: answer }) => [verdict, answer.verdict]);
  if (proven.some((verdict) => verdict === 'slower' || verdict === 'faster')) return true;
  return METRICS.some((row) => row.judged !== 'sampled' && isBeyond(row, metrics[row.name], minimum));
}

function isBeyond({ name, dimension }: MetricRow, { base, head, spread }: MetricFigures, { bytes, percent }: Minimum): boolean {
  if (base === null || head === null || base === head) return false;
  if (spread !== null && isOfChance(name, spread)) return false;
  const moved = Math.abs(head - base);
  return moved * 100 >= base * percent && (dimension !== 'size' || moved >= bytes);
}
