import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../src/report/text/escape.ts';
import { failedStartLines } from '../../src/report/text/init-failed-starts.ts';
import { aMeasuredInit } from '../core/builders.ts';
import { anInit, aRowFunction } from './builders.ts';

/** How many of a side's starts failed beside its twenty samples; `null`: it has no such side. */
function linesOf(base: number | null, head: number | null): readonly string[] {
  const [before, after] = [base, head].map((failedStarts) => {
    const init = aMeasuredInit();
    return failedStarts === null ? null : { ...init, timed: { ...init.timed, failedStarts } };
  });
  return failedStartLines(aRowFunction('health', {}, { init: anInit(before ?? null, after ?? null) }), PLAIN);
}

describe('starts that failed and were made again', () => {
  it('are told where head failed more of them than base', () => {
    expect(linesOf(0, 2)).toEqual(['health did not come to its first request in 2 of 22 starts here (base in none of 20)']);
    expect(linesOf(null, 1)).toEqual(['health did not come to its first request in 1 of 21 starts here']);
  });

  it('are no news where base fails as often, and none where nothing failed', () => {
    expect(linesOf(2, 2)).toEqual([]);
    expect(linesOf(0, 0)).toEqual([]);
    expect(linesOf(null, null)).toEqual([]);
  });
});
