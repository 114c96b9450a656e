import { expect, it } from 'vitest';
import { millis } from '../../src/core/units.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { movedOf } from '../../src/report/text/happened.ts';
import { answering, responseOf, startOf } from './first-response-outcomes.ts';

/** Head's instructions grew from 540 k to 4.04 M; its time moved as little as chance moves it. */
function grown(before: number, after: number): string {
  const [fn] = answering({ base: startOf(false, responseOf(false)), head: startOf(false, responseOf(true, true)) }).comparison.functions;
  const time = fn?.firstResponse.time ?? null;
  if (fn === undefined || time === null || time.base === null || time.head === null) throw new Error('nothing compared');
  const beside = {
    ...time,
    verdict: 'undecided' as const,
    base: { ...time.base, median: millis(before) },
    head: { ...time.head, median: millis(after) },
  };
  const moved: Parameters<typeof movedOf>[0] = {
    limit: { metric: 'first-response.instructions', dimension: 'count', bounds: [{ kind: 'growth-percent', percent: 5 }] },
    figures: { base: 540_000, head: 4_040_000 },
  };
  return movedOf(moved, { ...fn, firstResponse: { ...fn.firstResponse, time: beside } }, 'health', PLAIN).figures;
}

it('shows a time that is not proven to have moved where it moved as the work did', () => {
  expect(grown(0.82, 1.22)).toBe('0.82 ms → 1.22 ms on this machine, instructions +3.50 M (×7.5) to 4.04 M');
});

it('does not tell more work as faster', () => {
  expect(grown(1.22, 0.82)).toBe('≈ 0.82 ms on this machine, instructions +3.50 M (×7.5) to 4.04 M');
});
