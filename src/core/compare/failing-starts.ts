import { fisherTail } from '../fisher.ts';
import type { FailingStarts, StartCount } from '../model/cold-start.ts';
import type { ColdStartAtMemory, ColdStartMeasurement, ColdStarts } from '../snapshot/cold-start.ts';

/**
 * The risk of calling starts that fail as often as before a breach, over all functions and sizes of a run. It is spent once, at the last look:
 * a sampler that saw a start fail takes all its looks. Beside it a function that never starts spends as much again, at its beginning.
 */
export const FAILING_STARTS_ALPHA = 0.005;

/**
 * After how many failed starts, all that there were, a side never starts: so many, and as many good ones of the other side, prove it alone.
 * `comparisons`: functions × memory sizes.
 */
export function startsToProve(comparisons: number): number {
  let starts = 1;
  while (fisherTail([0, starts], [starts, starts]) > FAILING_STARTS_ALPHA / Math.max(1, comparisons)) starts += 1;
  return starts;
}

/** The starts at one memory size. */
type StartsAt = Pick<ColdStartAtMemory, 'memory' | 'starts'>;

/** What head's failed starts say beside base's: of all sizes the worst; `null` where none failed. Without a base nothing is proven. */
export function failingStarts(base: readonly StartsAt[] | null, head: readonly StartsAt[], comparisons: number): FailingStarts | null {
  const tested = head.flatMap(({ memory, starts: after }) => {
    if (after.failed === 0 || after.failure === null) return [];
    const before = base?.find((size) => size.memory === memory)?.starts ?? null;
    const p = before === null ? 1 : fisherTail([before.failed, before.attempted], [after.failed, after.attempted]);
    const counts = { base: before === null ? null : countOf(before), head: countOf(after) };
    const proven = p <= FAILING_STARTS_ALPHA / Math.max(1, comparisons);
    return [{ p, share: after.failed / after.attempted, failing: { memorySize: memory, counts, proven, ...after.failure } }];
  });
  return tested.toSorted((one, other) => one.p - other.p || other.share - one.share)[0]?.failing ?? null;
}

/** The same of a function that was not measured in the end: what was seen until then. */
export function failingUntil(
  base: ColdStartMeasurement | null,
  head: ColdStartMeasurement | null,
  comparisons: number,
): FailingStarts | null {
  const [before, after] = [base, head].map((side) => (side?.kind === 'none' ? side.until : undefined));
  if (after === undefined) return null;
  return failingStarts(before?.session === after.session ? before.sizes : null, after.sizes, comparisons);
}

function countOf({ attempted, failed, timedOut }: ColdStarts): StartCount {
  return { attempted, failed, timedOut };
}
