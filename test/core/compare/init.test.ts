import { describe, expect, it } from 'vitest';
import { NO_COLD_START } from '../../../src/core/compare/cold-start.ts';
import { NO_FIRST_RESPONSE } from '../../../src/core/compare/first-response.ts';
import { compareInits, NO_INIT } from '../../../src/core/compare/init.ts';
import { metricsOf } from '../../../src/core/compare/metrics.ts';
import { NO_SYMBOL } from '../../../src/core/crates.ts';
import { type InitMeasurement, initMeasurement } from '../../../src/core/snapshot/init.ts';
import { aFunction, aMapping } from '../builders.ts';

const WALL = Array.from({ length: 20 }, (_, place) => 3 + place / 100);

interface Shape {
  readonly session?: string;
  readonly runs?: readonly number[];
  readonly wall?: readonly number[];
  readonly connects?: readonly number[];
}

function measured({ session = 's', runs = [400_000, 400_010, 400_005], wall = WALL, connects = [0] }: Shape = {}): InitMeasurement {
  const total = runs.toSorted((a, b) => a - b)[1] ?? 0;
  const many = (value: number): number[] => wall.map(() => value);
  return initMeasurement.parse({
    kind: 'measured',
    session,
    instructions: {
      kind: 'counted',
      of: 'twin',
      runs,
      total,
      phases: { loading: 200_000, runtimeStart: 100_000, handlerInit: total - 300_000 },
      crates: [
        { name: 'std', instructions: 300_000 },
        { name: 'health', instructions: total - 310_000 },
      ],
      unattributed: 10_000,
      functions: [{ crate: 'health', name: 'health::main', self: 10, inclusive: total - 300_000 }],
      growth: null,
      leftOut: [],
      background: [],
    },
    timed: {
      ...{
        wall,
        cpu: wall,
        cpuOf: 'process',
        cLibrary: 'glibc 2.36',
        failedStarts: 0,
        minorFaults: many(150),
        majorFaults: many(1),
        peak: many(3_000_000),
        resident: many(1_000_000),
      },
      ...{ mappings: aMapping(), returned: 0 },
    },
    connects: { kind: 'traced', runs: connects, connections: [] },
    firstResponse: null,
  });
}

const exited: InitMeasurement = initMeasurement.parse({
  kind: 'failed',
  session: 's',
  failure: { kind: 'exited', code: 101, signal: null },
  lastLines: ['TABLE is not set'],
});
const off: InitMeasurement = { kind: 'none', code: 'off', reason: 'turned off' };

function one(base: InitMeasurement | null | 'new', head: InitMeasurement | null | 'removed') {
  const [compared] = compareInits([
    { base: base === 'new' ? null : { init: base }, head: head === 'removed' ? null : { init: head }, own: new Set(['health']) },
  ]);
  if (compared === undefined) throw new Error('nothing compared');
  return compared;
}

function metricsBetween(base: InitMeasurement, head: InitMeasurement) {
  return metricsOf({ base: aFunction({ init: base }), head: aFunction({ init: head }) }, one(base, head), NO_FIRST_RESPONSE, NO_COLD_START);
}

describe('the state of an init', () => {
  it.each([
    ['both reached their first request', measured(), measured(), { kind: 'measured' }],
    ['a new function', 'new', measured(), { kind: 'measured' }],
    ['head does not start any more', measured(), exited, { kind: 'broken', lastLines: ['TABLE is not set'] }],
    ['neither starts', exited, exited, { kind: 'not-measurable' }],
    ['a new function that does not start', 'new', exited, { kind: 'not-measurable' }],
    ['head starts again', exited, measured(), { kind: 'recovered' }],
    ['two sessions', measured({ session: 'other' }), measured(), { kind: 'none', code: 'apart' }],
    ['a broken head of another session', measured({ session: 'other' }), exited, { kind: 'not-measurable' }],
    ['not asked for', null, null, { kind: 'none', code: 'not-asked' }],
    ['turned off', off, off, { kind: 'none', code: 'off', reason: 'turned off' }],
    ['a removed function', measured(), 'removed', { kind: 'none', code: 'removed' }],
  ] as const)('%s', (_, base, head, state) => {
    expect(one(base, head).state).toMatchObject(state);
  });

  it('without a start is the one that says so', () => {
    expect(one(null, null)).toEqual(NO_INIT);
  });
});

describe('the figures of an init', () => {
  it('are medians with their spread', () => {
    const metrics = metricsBetween(measured(), measured({ runs: [25_000_000, 25_000_100, 25_000_200], connects: [1, 1, 2] }));
    expect(metrics['init.instructions']).toEqual({
      base: 400_005,
      head: 25_000_100,
      spread: {
        base: { median: 400_005, low: 400_000, high: 400_010, count: 3 },
        head: { median: 25_000_100, low: 25_000_000, high: 25_000_200, count: 3 },
      },
      reason: null,
    });
    expect(metrics['init.connects'].spread?.head).toEqual({ median: 1, low: 1, high: 2, count: 3 });
    expect(metrics['init.faults'].spread?.base).toEqual({ median: 151, low: 151, high: 151, count: 20 });
    expect(metrics['init.memory'].head).toBe(3_000_000);
  });

  it('are head’s alone where the sessions differ', () => {
    const metrics = metricsBetween(measured({ session: 'other' }), measured());
    const reason = 'init of two sessions is not compared: base and head were not started beside each other';
    expect(metrics['init.instructions']).toMatchObject({ base: null, head: 400_005, reason });
    expect(one(measured({ session: 'other' }), measured()).time?.change).toBeNull();
  });

  it('have phases and crates that add up to the same', () => {
    const { phases, crates } = one(measured(), measured({ runs: [500_000, 500_000, 500_000] }));
    const sum = (rows: readonly { readonly head: number | null }[]): number => rows.reduce((all, { head }) => all + (head ?? 0), 0);
    expect(sum(phases)).toBe(500_000);
    expect(sum(crates)).toBe(500_000);
    expect(crates.map(({ name }) => name)).toContain(NO_SYMBOL);
    expect(crates[0]).toEqual({ name: 'health', base: 90_005, head: 190_000 });
  });
});

describe('the time to the first request', () => {
  const slower = WALL.map((value) => value * 1.3);
  const shuffled = WALL.map((_, place) => WALL[(place * 7) % 20] ?? 3);

  it('is slower, faster or undecided', () => {
    expect(one(measured(), measured({ wall: slower })).time).toMatchObject({ verdict: 'slower', change: { pairs: 20 } });
    expect(one(measured({ wall: slower }), measured()).time?.verdict).toBe('faster');
    expect(one(measured(), measured({ wall: shuffled })).time?.verdict).toBe('undecided');
    expect(one('new', measured()).time?.verdict).toBeNull();
  });

  it('shares its risk among the functions of a run (Holm)', () => {
    // Of ten pairs nine larger: p = 0.0039 two-sided, enough alone and not enough among many.
    const base = Array.from({ length: 10 }, (_, place) => 3 + place);
    const head = base.map((value, place) => (place === 0 ? value * 0.999 : value * 1.1));
    const pair = { base: { init: measured({ wall: base }) }, head: { init: measured({ wall: head }) }, own: new Set<string>() };
    const same = { base: { init: measured() }, head: { init: measured({ wall: shuffled }) }, own: new Set<string>() };
    expect(compareInits([pair])[0]?.time?.verdict).toBe('slower');
    expect(compareInits([pair, same, same, same, same])[0]?.time?.verdict).toBe('undecided');
  });
});
