import { array, assert, constantFrom, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../../../src/core/judge/judge.ts';
import { NOISE } from '../../../src/core/judge/noise.ts';
import type { Verdict } from '../../../src/core/model/verdict.ts';
import type { Pair } from '../../../src/core/rows.ts';
import type { InitMeasurement } from '../../../src/core/snapshot/init.ts';
import { extremesOf, isRepeatable, looked, quartilesOf, type Repeated } from '../../../src/core/spread.ts';
import { bytes } from '../../../src/core/units.ts';
import { answering } from '../../report/first-response-outcomes.ts';
import { aFirstResponse, aMeasuredInit } from '../builders.ts';

/** What is counted of a start and of its response. */
interface Seen {
  readonly runs?: readonly number[];
  readonly faults?: readonly number[];
  readonly peak?: readonly number[];
}

/** The same figures for init and for the first response. */
function started({ runs, faults, peak }: Seen): InitMeasurement {
  const [init, response] = [aMeasuredInit(), aFirstResponse()];
  if (init.instructions.kind !== 'counted') throw new Error('not counted');
  const instructions = { ...init.instructions, phases: null, runs: [...(runs ?? init.instructions.runs)] };
  const pages = {
    ...(faults === undefined ? {} : { minorFaults: [...faults], majorFaults: faults.map(() => 0) }),
    ...(peak === undefined ? {} : { peak: peak.map(bytes) }),
  };
  return aMeasuredInit({
    instructions,
    timed: { ...init.timed, ...pages },
    firstResponse: { ...response, instructions, timed: { ...response.timed, ...pages } },
  });
}

const METRICS = ['init', 'first-response'] as const;

function verdictOf(limit: string, base: Seen, head: Seen): Verdict {
  return answering({ base: started(base), head: started(head) }, [limit]).verdict;
}

const twenty = (...values: readonly number[]): readonly number[] =>
  Array.from({ length: 20 }, (_, place) => values[place % values.length] ?? 0);

describe.each(METRICS)('a limit on %s, where the runs explain the growth', (what) => {
  it('is kept where what was seen of both sides is a few pages apart', () => {
    const verdict = verdictOf(`${what}.faults: +5%`, { faults: twenty(5, 6, 6, 8) }, { faults: twenty(6, 7, 8, 8) });
    expect(verdict).toMatchObject({ status: 'pass', kept: [{ figures: { base: 6, head: 7.5 }, bounds: [{ exceeded: false }] }] });
    expect(exitCode(verdict)).toBe(0);
    // 2.06 MB to 2.33 MB, of an unchanged function.
    expect(
      verdictOf(`${what}.memory: +5%`, { peak: twenty(2_060_288, 2_100_000, 2_310_000) }, { peak: twenty(2_170_000, 2_330_000) }).status,
    ).toBe('pass');
  });

  it('is kept where it is some thousand instructions', () => {
    // Two workers of Tokio, of an unchanged function.
    const base = { runs: [64_692, 65_823, 64_641, 64_692, 67_026] };
    expect(verdictOf(`${what}.instructions: +1%`, base, { runs: [65_823, 67_898, 67_898, 67_898, 70_847] }).status).toBe('pass');
  });

  it('is unchecked where they lie further apart, however little the medians moved', () => {
    const wide = verdictOf(`${what}.faults: +5%`, { faults: twenty(5, 6, 6, 30) }, { faults: twenty(6, 7, 30, 40) });
    expect(wide).toMatchObject({ status: 'unchecked', unchecked: [{ reason: expect.stringContaining('not repeatable here') }] });
    expect(exitCode(wide)).toBe(3);
    expect(
      verdictOf(`${what}.instructions: +1%`, { runs: [400_000, 404_000, 420_000] }, { runs: [401_000, 410_000, 420_000] }).status,
    ).toBe('unchecked');
  });

  it('and is a breach where they do not, by a page or by an instruction', () => {
    expect(verdictOf(`${what}.faults: +5%`, { faults: twenty(7) }, { faults: twenty(8) }).status).toBe('fail');
    expect(verdictOf(`${what}.instructions: +0`, { runs: [9_299, 9_299, 9_299] }, { runs: [9_300, 9_300, 9_300] }).status).toBe('fail');
  });

  it('is no breach where a few runs that do not agree happen to lie above the others', () => {
    const head = { runs: [65_823, 67_898, 67_898, 65_845, 67_898] };
    expect(verdictOf(`${what}.instructions: +1%`, { runs: [64_692, 64_641, 64_692] }, head).status).toBe('pass');
    expect(verdictOf(`${what}.instructions: +1%`, { runs: [54_692, 54_641, 54_692] }, head).status).toBe('fail');
    expect(verdictOf(`${what}.instructions: +1%`, { runs: [64_692, 64_641, 64_692] }, { runs: [65_823, 65_845, 65_823] }).status).toBe(
      'fail',
    );
  });

  it('is unchecked at a maximum, which the team chose', () => {
    expect(verdictOf(`${what}.faults: 7`, { faults: twenty(5, 6, 6, 8) }, { faults: twenty(6, 7, 8, 8) }).status).toBe('unchecked');
  });
});

describe('nothing real passes', () => {
  const limits = constantFrom('+0', '+1%', '+5%', '+10% & +3', '+20');
  const allowedOf = (limit: string, base: number): number =>
    Math.max(
      ...limit
        .split(' & ')
        .map((bound) => base + (bound.endsWith('%') ? (base * Number(bound.slice(1, -1))) / 100 : Number(bound.slice(1)))),
    );

  function holds(
    limit: string,
    { apart: noise, proof }: (typeof NOISE)['init.faults'],
    status: Verdict['status'],
    { base, head }: Pair<Repeated | null>,
  ): void {
    if (base === null || head === null) throw new Error('not measured');
    const growth = head.median - base.median;
    const apart = Math.max(base.high, head.high) - Math.min(base.low, head.low);
    const [isOver, isProven] = [head.median > allowedOf(limit, base.median), head.low > allowedOf(limit, base.high)];
    // Growth beyond limit and noise is a breach, or not repeatable.
    if (isOver && growth > noise) expect(status).not.toBe('pass');
    // What spreads further than noise is not excused by it.
    if (isOver && apart > noise) expect(status).not.toBe('pass');
    // What the runs prove is a breach, within the noise too where they agree, and nothing else is.
    const isSure = apart > noise || proof === 'quartiles' || (isRepeatable(base) && isRepeatable(head));
    expect(status === 'fail').toBe(isOver && isProven && isSure);
    // Exit code 3 is for what lies apart.
    if (apart <= noise) expect(status).not.toBe('unchecked');
  }

  /** Runs around a middle, near to each other or far apart. */
  const around = (middles: readonly [number, number], apart: readonly number[], count: number) =>
    tuple(integer({ min: middles[0], max: middles[1] }), constantFrom(...apart)).chain(([middle, far]) =>
      array(integer({ min: Math.max(0, middle - far), max: middle + far }), { minLength: count, maxLength: count }),
    );

  it.each(METRICS)('of %s: pages', (what) => {
    const pages = around([0, 40], [0, 1, 3, 8, 30], 20);
    assert(
      property(limits, pages, pages, (limit, base, head) => {
        const { status } = verdictOf(`${what}.faults: ${limit}`, { faults: base }, { faults: head });
        holds(limit, NOISE[`${what}.faults`], status, { base: quartilesOf(base), head: quartilesOf(head) });
      }),
      { numRuns: 150 },
    );
  });

  it.each(METRICS)('of %s: instructions', (what) => {
    const runs = around([1, 120_000], [0, 5, 2_000, 6_000, 40_000], 5);
    assert(
      property(limits, runs, runs, (limit, base, head) => {
        const { status } = verdictOf(`${what}.instructions: ${limit}`, { runs: base }, { runs: head });
        holds(limit, NOISE[`${what}.instructions`], status, { base: extremesOf(looked(base)), head: extremesOf(looked(head)) });
      }),
      { numRuns: 150 },
    );
  });
});
