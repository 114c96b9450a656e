import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/core/compare/compare.ts';
import { breachesOf, exitCode, judge } from '../../../src/core/judge/judge.ts';
import { effectiveLimits } from '../../../src/core/judge/limit-scopes.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { Verdict } from '../../../src/core/model/verdict.ts';
import { type InitMeasurement, initMeasurement, MAPPED } from '../../../src/core/snapshot/init.ts';
import { aFunction, anEntry, aSnapshot } from '../builders.ts';

interface Shape {
  readonly runs?: readonly number[];
  readonly faults?: readonly number[];
  readonly connects?: readonly number[];
}

const NOTHING_MAPPED = Object.fromEntries(MAPPED.map((part) => [part, 0]));

function measured({ runs = [400_000, 400_000, 400_000], faults = [150], connects = [0] }: Shape = {}): InitMeasurement {
  const many = (values: readonly number[]): number[] => Array.from({ length: 20 }, (_, place) => values[place % values.length] ?? 0);
  return initMeasurement.parse({
    kind: 'measured',
    session: 's',
    instructions: {
      kind: 'counted',
      of: 'twin',
      runs,
      total: runs[0],
      phases: null,
      crates: [],
      unattributed: runs[0],
      functions: [],
      growth: null,
      leftOut: [],
      background: [],
    },
    timed: {
      wall: many([3]),
      cpu: null,
      cpuOf: 'process',
      cLibrary: 'glibc 2.36',
      failedStarts: 0,
      minorFaults: many(faults),
      majorFaults: many([0]),
      peak: many([3_000_000]),
      resident: many([0]),
      mappings: NOTHING_MAPPED,
      returned: 0,
    },
    connects: { kind: 'traced', runs: connects, connections: [] },
    firstResponse: null,
  });
}

const PANICKED: InitMeasurement = initMeasurement.parse({
  kind: 'failed',
  session: 's',
  failure: { kind: 'exited', code: 101, signal: null },
  lastLines: ['TABLE is not set'],
});
const UNCOUNTED: InitMeasurement = { ...measured(), instructions: { kind: 'none', reason: 'valgrind is not on PATH' } } as InitMeasurement;

function verdictOf(lines: readonly string[], base: InitMeasurement | null, head: InitMeasurement | null): Verdict {
  const changed = { entries: [anEntry('more.txt', 10)] };
  const sides = {
    base: aSnapshot({ functions: [aFunction({ init: base })] }),
    head: aSnapshot({ functions: [aFunction({ init: head }, changed)] }),
  };
  const comparison = compare({ kind: 'measured', snapshot: sides.base, origin: 'built' }, { snapshot: sides.head, origin: 'built' });
  return judge(comparison, effectiveLimits(parseLimits(lines, 'test'), [], comparison.functions), 'fail');
}

function metricsOf(verdict: Verdict): readonly string[] {
  return breachesOf(verdict, 'limit').map(({ limit }) => limit.metric);
}

describe('a limit on init', () => {
  it('by default needs 10 % and half a million', () => {
    const runs = (count: number) => measured({ runs: [count, count, count] });
    expect(verdictOf([], measured(), runs(800_000)).status).toBe('pass');
    expect(verdictOf([], measured(), runs(900_001))).toMatchObject({
      status: 'fail',
      breaches: [{ figures: { base: 400_000, head: 900_001 } }],
    });
    expect(verdictOf([], runs(50_000_000), runs(52_000_000)).status).toBe('pass');
  });

  it('is breached by medians only where the runs do not explain it', () => {
    const noisy = measured({ runs: [390_000, 430_000, 470_000] });
    expect(metricsOf(verdictOf(['init.instructions: +5%'], measured(), noisy))).toEqual([]);
    expect(verdictOf(['init.instructions: +5%'], measured(), noisy)).toMatchObject({
      status: 'unchecked',
      unchecked: [{ reason: 'not repeatable here: base 400 k to 400 k in 3 runs, head 390 k to 470 k in 3 runs' }],
    });
    expect(exitCode(verdictOf(['init.instructions: +5%'], measured(), noisy))).toBe(3);
    expect(verdictOf(['init.instructions: +5%'], measured(), measured({ runs: [430_000, 440_000, 470_000] })).status).toBe('fail');
  });

  it('is not breached either where the runs of base explain it', () => {
    const noisy = measured({ runs: [400_000, 390_000, 420_000] });
    const head = (count: number): InitMeasurement => measured({ runs: [count, count, count] });
    expect(verdictOf(['init.instructions: +5%'], noisy, head(430_000))).toMatchObject({
      ...{ status: 'unchecked', breaches: [] },
      unchecked: [{ reason: 'not repeatable here: base 390 k to 420 k in 3 runs, head 430 k to 430 k in 3 runs' }],
    });
    expect(verdictOf(['init.instructions: +5%'], noisy, head(450_000)).status).toBe('fail');
  });

  it('of faults looks at the middle half of the pairs', () => {
    const straggler = measured({ faults: [160, 160, 160, 160, 900] });
    expect(metricsOf(verdictOf(['init.faults: +5'], measured(), straggler))).toEqual(['init.faults']);
    expect(verdictOf(['init.faults: +10'], measured(), straggler).status).toBe('pass');
  });

  it('of connections counts each', () => {
    expect(metricsOf(verdictOf(['init.connects: +0'], measured(), measured({ connects: [1, 1, 1] })))).toEqual(['init.connects']);
    expect(verdictOf(['init.connects: +0'], measured(), measured()).status).toBe('pass');
    expect(metricsOf(verdictOf(['init.connects: 0'], measured(), measured({ connects: [2] })))).toEqual(['init.connects']);
  });

  it('that could not be measured is not checked, by default too, with the reason', () => {
    const reason = 'valgrind is not on PATH';
    expect(verdictOf([], UNCOUNTED, UNCOUNTED)).toMatchObject({ status: 'pass', unchecked: [{ reason }] });
    expect(exitCode(verdictOf([], UNCOUNTED, UNCOUNTED))).toBe(0);
    expect(exitCode(verdictOf(['init.instructions: 1M'], UNCOUNTED, UNCOUNTED))).toBe(3);
    expect(verdictOf(['init.faults: +1%'], UNCOUNTED, UNCOUNTED).unchecked).toEqual([]);
  });

  it('of a function that speaks HTTP itself names the input that measures it', () => {
    const serving: InitMeasurement = { kind: 'failed', session: 'session', failure: { kind: 'listens', ports: [8080] }, lastLines: [] };
    const reason = 'it speaks HTTP itself and asks for no event: init-event http 8080 / measures it';
    expect(verdictOf([], serving, serving)).toMatchObject({ status: 'pass', unchecked: [{ reason }] });
    expect(exitCode(verdictOf(['init.instructions: 1M'], serving, serving))).toBe(3);
  });

  it('says nothing of what was not started on purpose', () => {
    const off: InitMeasurement = { kind: 'none', code: 'off', reason: 'turned off' };
    const same: InitMeasurement = { kind: 'none', code: 'unchanged', reason: 'byte-identical' };
    expect(verdictOf([], off, off).unchecked).toEqual([]);
    expect(verdictOf([], null, null).unchecked).toEqual([]);
    expect(exitCode(verdictOf(['init.instructions: 1M'], off, off))).toBe(3);
    expect(verdictOf(['init.instructions: 1M'], same, same).unchecked).toEqual([]);
  });
});

describe('a function that does not start', () => {
  it('is a breach where base does, whatever the limits', () => {
    for (const lines of [[], ['zip: 5 MB'], ['init.instructions: +1%']]) {
      const verdict = verdictOf(lines, measured(), PANICKED);
      expect(verdict).toMatchObject({ status: 'fail', unchecked: [] });
      expect(verdict.breaches).toMatchObject([
        { kind: 'init', function: 'health', failure: { code: 101 }, lastLines: ['TABLE is not set'] },
      ]);
      expect(exitCode(verdict)).toBe(1);
    }
    expect(verdictOf(['none'], measured(), PANICKED)).toMatchObject({ status: 'off', breaches: [] });
  });

  it('is not measurable where base does not either', () => {
    const verdict = verdictOf([], PANICKED, PANICKED);
    expect(verdict).toMatchObject({
      status: 'pass',
      unchecked: [{ reason: expect.stringContaining('not measurable here') }],
    });
    expect(exitCode(verdictOf(['init.faults: +1'], PANICKED, PANICKED))).toBe(3);
  });

  it('and starts again has no growth', () => {
    expect(verdictOf(['init.instructions: 1M'], PANICKED, measured()).status).toBe('pass');
    expect(exitCode(verdictOf(['init.instructions: +1%'], PANICKED, measured()))).toBe(3);
  });
});
