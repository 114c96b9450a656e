import { describe, expect, it } from 'vitest';
import { exitCode } from '../../../src/core/judge/judge.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { Verdict } from '../../../src/core/model/verdict.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import type { ColdStartMeasurement } from '../../../src/core/snapshot/cold-start.ts';
import { aBaseSnapshot, aColdStart, aFunction, aSnapshot } from '../builders.ts';

/** What one look at so many pairs came to, with head twice as slow, judged by these limits. */
function judgedBy(pairs: number, limits: readonly string[]): Verdict {
  const side = (median: number): ColdStartMeasurement => {
    const measured = aColdStart({ medians: [[128, median]], count: pairs, sigma: 0.01, looksTaken: 1 }, { plannedLooks: 1 });
    if (measured.kind !== 'sampled') throw new Error(measured.kind);
    return { ...measured, sizes: measured.sizes.map((size) => ({ ...size, end: 'looks' as const })) };
  };
  const before = aBaseSnapshot();
  const base = { ...before, functions: before.functions.map((fn) => ({ ...fn, coldStart: side(18) })) };
  const head = aSnapshot({ functions: [{ ...aFunction({}, { compressed: 918_999 }), coldStart: side(36) }] });
  const set = parseLimits(limits, 'input limits');
  const run = { timings: {}, command: 'coldgate check', baseReason: null };
  const judging = { limits: set, gate: 'fail', judgedAs: 'change' } as const;
  return outcomeOf({ kind: 'measured', snapshot: base, origin: 'built' }, { snapshot: head, origin: 'built' }, judging, run).verdict;
}

describe('nine pairs, which prove one claim of one function', () => {
  it('breach a limit on the cold start alone', () => {
    expect(judgedBy(9, ['cold-start.p50: +10%'])).toMatchObject({ status: 'fail', breaches: [{ limit: { metric: 'cold-start.p50' } }] });
  });

  it('can prove neither claim where the judge alone knows of a limit on the first response: both are unchecked, and no warning', () => {
    const verdict = judgedBy(9, ['cold-start.p50: +10%', 'cold-start.first-response.p50: +20%']);
    const reason = expect.stringMatching(/^9 pairs can never prove a limit breached/);
    expect(verdict).toMatchObject({
      status: 'unchecked',
      unproven: [],
      unchecked: [
        { limit: { metric: 'cold-start.p50' }, reason },
        { limit: { metric: 'cold-start.first-response.p50' }, reason },
      ],
    });
    expect(exitCode(verdict)).toBe(3);
    expect(exitCode(judgedBy(9, ['warn: cold-start.p50: +10%', 'warn: cold-start.first-response.p50: +20%']))).toBe(0);
  });

  it('are enough where they are twelve', () => {
    const verdict = judgedBy(12, ['cold-start.p50: +10%', 'cold-start.first-response.p50: +20%']);
    expect(verdict).toMatchObject({ status: 'fail', unchecked: [] });
  });
});
