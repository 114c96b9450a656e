import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/core/compare/compare.ts';
import { exitCode, judge } from '../../../src/core/judge/judge.ts';
import { effectiveLimits } from '../../../src/core/judge/limit-scopes.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { FunctionComparison } from '../../../src/core/model/comparison.ts';
import type { Verdict } from '../../../src/core/model/verdict.ts';
import type { InitMeasurement, TimedInit } from '../../../src/core/snapshot/init.ts';
import { millis } from '../../../src/core/units.ts';
import { aFunction, aMeasuredInit, anEntry, aSnapshot, aTimedInit } from '../builders.ts';

/** Twenty starts around a middle, each pair `apart` from the last: the same places at both sides lie apart by chance. */
function spent(middle: number, apart: number, seed: number): readonly number[] {
  return Array.from({ length: 20 }, (_, place) => middle * (1 + apart * Math.sin(seed + place * 2.4)));
}

function init(cpu: readonly number[] | null, overrides: Partial<TimedInit> = {}): InitMeasurement {
  return aMeasuredInit({ timed: { ...aTimedInit(3), cpu: cpu === null ? null : cpu.map(millis), ...overrides } });
}

function compared(sides: readonly (readonly [InitMeasurement | null, InitMeasurement])[]): readonly FunctionComparison[] {
  const named = (name: string, measured: InitMeasurement, more = {}) => ({ ...aFunction({ init: measured }, more), name });
  const changed = { entries: [anEntry('more.txt', 10)] };
  const base = aSnapshot({ functions: sides.flatMap(([one], place) => (one === null ? [] : [named(`f${place}`, one)])) });
  const head = aSnapshot({ functions: sides.map(([, one], place) => named(`f${place}`, one, changed)) });
  return compare({ kind: 'measured', snapshot: base, origin: 'built' }, { snapshot: head, origin: 'built' }).functions;
}

function verdictOf(line: string, base: InitMeasurement | null, head: InitMeasurement): Verdict {
  const named = (measured: InitMeasurement, more = {}) => aFunction({ init: measured }, more);
  const snapshots = {
    base: aSnapshot({ functions: base === null ? [] : [named(base)] }),
    head: aSnapshot({ functions: [named(head, { entries: [anEntry('more.txt', 10)] })] }),
  };
  const comparison = compare(
    { kind: 'measured', snapshot: snapshots.base, origin: 'built' },
    { snapshot: snapshots.head, origin: 'built' },
  );
  return judge(comparison, effectiveLimits(parseLimits([line], 'test'), [], comparison.functions), 'fail');
}

const BASE = init(spent(1.5, 0.05, 1));

describe('a limit on CPU time', () => {
  it('is breached where the lower end of the interval is beyond it', () => {
    const head = init(spent(10, 0.05, 2));
    expect(verdictOf('init.cpu: +10%', BASE, head)).toMatchObject({ status: 'fail', breaches: [{ limit: { metric: 'init.cpu' } }] });
    expect(verdictOf('init.cpu: +2 ms', BASE, head).status).toBe('fail');
    expect(verdictOf('init.cpu: 5 ms', BASE, head).status).toBe('fail');
    expect(verdictOf('init.cpu: 0.02 s', BASE, head).status).toBe('pass');
    expect(verdictOf('init.cpu: +10% & +20 ms', BASE, head).status).toBe('pass');
  });

  it('is kept by what did not change, however it moves', () => {
    for (const seed of [2, 3, 5, 8])
      expect(verdictOf('init.cpu: +10%', BASE, init(spent(1.5, 0.05, seed)))).toMatchObject({ unproven: [], status: 'pass' });
  });

  it('is a warning where it is more and the limit is not proven', () => {
    const verdict = verdictOf('init.cpu: +10%', BASE, init(spent(1.67, 0.05, 4)));
    expect(verdict).toMatchObject({ status: 'pass', breaches: [], unproven: [{ pairs: 20 }] });
    expect(verdict.unproven[0]?.detectable).toBeGreaterThan(1.1);
    expect(verdict.unproven[0]?.detectable).toBeLessThan(1.25);
  });

  it('binds a new function by its maximum alone', () => {
    expect(verdictOf('init.cpu: +10%', null, BASE).status).toBe('pass');
    expect(verdictOf('init.cpu: 1 ms', null, BASE).status).toBe('fail');
    expect(verdictOf('init.cpu: 2 ms', null, BASE).status).toBe('pass');
  });

  it('that base exceeds too is a warning', () => {
    expect(verdictOf('init.cpu: 1 ms', BASE, init(spent(1.5, 0.05, 3)))).toMatchObject({
      status: 'pass',
      warned: [{ because: 'base-exceeds' }],
    });
  });

  it('stands nowhere unless somebody writes it', () => {
    const [fn] = compared([[BASE, init(spent(10, 0.05, 2))]]);
    expect(fn?.metrics['init.cpu'].head).toBeCloseTo(10, 0);
    expect(verdictOf('zip: 5 MB', BASE, init(spent(10, 0.05, 2))).status).toBe('pass');
  });
});

describe('a limit that cannot be judged', () => {
  it.each([
    ['no account of the kernel', init(null), /perl or python3/],
    ['the threads alone', init(spent(1.5, 0.05, 3), { cpuOf: 'threads' }), /perl or python3/],
    ['five pairs', init(spent(1.6, 0.05, 3).slice(0, 5)), /5 pairs can never prove/],
  ] as const)('is not passed: %s', (_, head, reason) => {
    const base = init(
      head.kind === 'measured' ? (head.timed.cpu ?? null) : null,
      head.kind === 'measured' ? { cpuOf: head.timed.cpuOf } : {},
    );
    const verdict = verdictOf('init.cpu: +0%', base, head);
    expect(verdict).toMatchObject({ status: 'unchecked', unchecked: [{ reason: expect.stringMatching(reason) }] });
    expect(exitCode(verdict)).toBe(3);
    expect(exitCode(verdictOf('warn: init.cpu: +0%', base, head))).toBe(0);
  });

  it('of two clocks is not passed either', () => {
    const head = init(spent(1.5, 0.05, 3));
    expect(verdictOf('init.cpu: +10%', init(spent(1.5, 0.05, 3), { cpuOf: 'threads' }), head).status).toBe('unchecked');
  });
});

describe('the interval', () => {
  it('is wider the more functions a run compares', () => {
    const pair = [BASE, init(spent(1.6, 0.05, 4))] as const;
    const [alone] = compared([pair]);
    const [among] = compared(Array.from({ length: 50 }, () => pair));
    const width = (fn: FunctionComparison | undefined): number => {
      const { lower, upper } = fn?.init.cpu?.change?.interval ?? { lower: 0, upper: 0 };
      return upper / lower;
    };
    expect(width(among)).toBeGreaterThan(width(alone));
    expect(alone?.init.cpu).toMatchObject({ of: 'process', verdict: 'slower', head: { samples: 20 } });
  });
});
