import { describe, expect, test } from 'vitest';
import type { Lockfile } from '../../src/core/snapshot/snapshot.ts';
import { countShipped, UnitPool } from '../../src/core/snapshot/units.ts';
import { aFunction, aPackage, aUnit } from './builders.ts';

const lock = (...names: readonly string[]): Lockfile => ({
  packages: names.map((name) => aPackage(name, '1.0.0', name === 'health' ? { source: null } : {})),
});

describe('the units of a snapshot', () => {
  test('stand there once, whoever shares them', () => {
    const pool = new UnitPool(lock('health', 'orders', 'serde'));
    const [health, orders, serde] = [aUnit(0, { dependencies: [2] }), aUnit(1, { dependencies: [2] }), aUnit(2, { features: ['std'] })];
    expect(pool.add({ kind: 'known', units: [health, serde] })).toEqual({ kind: 'known', units: [0, 1] });
    expect(pool.add({ kind: 'known', units: [orders, { ...serde }] })).toEqual({ kind: 'known', units: [2, 1] });
    expect(pool.add({ kind: 'known', units: [orders, { ...serde, features: [] }] })).toEqual({ kind: 'known', units: [2, 3] });
    expect(pool.add({ kind: 'unknown', reason: 'x'.repeat(5_000) })).toEqual({ kind: 'unknown', reason: 'x'.repeat(4_096) });
    expect(pool.units).toEqual([health, serde, orders, { ...serde, features: [] }]);
  });

  test('of a function that was measured before count by the lock file that is there now', () => {
    const [before, after] = [lock('health', 'serde', 'gone'), lock('added', 'serde', 'health')];
    const units = [aUnit(0, { dependencies: [1] }), aUnit(1), aUnit(2)];
    const fn = aFunction({ dependencies: 1, shipped: { kind: 'known', units: [0, 1] } });
    const pool = new UnitPool(after);
    pool.add({ kind: 'known', units: [aUnit(0)] });
    expect(pool.carry([fn], { units, lockfile: before })).toEqual([{ ...fn, shipped: { kind: 'known', units: [1, 2] } }]);
    expect(pool.units).toEqual([aUnit(0), { ...aUnit(2), crate: 'crate_0', dependencies: [1] }, { ...aUnit(1) }]);
  });

  test('that the lock file does not have, or that are not there, are not known, and not counted', () => {
    const pool = new UnitPool(lock('health'));
    const from = { units: [aUnit(0), aUnit(1)], lockfile: lock('health', 'serde') };
    const unknown = { kind: 'unknown', reason: 'Cargo.lock is another than when it was built' };
    for (const places of [
      [0, 1],
      [0, 7],
    ]) {
      const fn = aFunction({ dependencies: 1, shipped: { kind: 'known', units: places } });
      expect(pool.carry([fn], from)).toMatchObject([{ dependencies: null, shipped: unknown }]);
    }
    const blind = aFunction({ dependencies: null, shipped: { kind: 'unknown', reason: 'cargo does not say' } });
    expect(pool.carry([blind], { ...from, lockfile: null })).toEqual([blind]);
  });

  test('are counted where they are of a registry or of git', () => {
    expect(countShipped({ kind: 'known', units: [aUnit(0), aUnit(1), aUnit(9)] }, lock('health', 'serde'))).toBe(1);
    expect(countShipped({ kind: 'unknown', reason: '' }, lock())).toBeNull();
  });
});
