import type { Shipped, ShippedUnit, Shipping } from './shipped.ts';
import type { FunctionMeasurement, Lockfile, Snapshot } from './snapshot.ts';

/** More than a workspace compiles in all its calls; what is beyond is not known. */
export const MOST_UNITS = 60_000;

/** The units of a snapshot in the making: what several functions share stands there once. */
export class UnitPool {
  readonly units: ShippedUnit[] = [];
  readonly #places = new Map<string, number>();
  readonly #lockfile: Lockfile;

  constructor(lockfile: Lockfile) {
    this.#lockfile = lockfile;
  }

  /** What a function ships, as its snapshot holds it. */
  add(shipping: Shipping): Shipped {
    if (shipping.kind === 'unknown') return { kind: 'unknown', reason: shipping.reason.slice(0, 4_096) };
    const units = shipping.units.map((unit) => this.#placeOf(unit));
    return units.includes(-1) ? { kind: 'unknown', reason: `more than ${MOST_UNITS} units were compiled` } : { kind: 'known', units };
  }

  /** Functions of another snapshot, which counts by its own lock file: what this one does not have is not known. */
  carry(functions: readonly FunctionMeasurement[], from: Pick<Snapshot, 'units' | 'lockfile'>): readonly FunctionMeasurement[] {
    const places = new Map(this.#lockfile.packages.map((one, index) => [keyOf(one), index]));
    const moved = (from.lockfile?.packages ?? []).map((one) => places.get(keyOf(one)));
    return functions.map((fn) => {
      if (fn.shipped.kind === 'unknown') return fn;
      const units = fn.shipped.units.flatMap((at) => movedUnit(from.units[at], moved) ?? []);
      const isWhole = units.length === fn.shipped.units.length;
      const shipped = this.add(
        isWhole ? { kind: 'known', units } : { kind: 'unknown', reason: 'Cargo.lock is another than when it was built' },
      );
      return { ...fn, shipped, dependencies: shipped.kind === 'unknown' ? null : fn.dependencies };
    });
  }

  #placeOf(unit: ShippedUnit): number {
    const key = JSON.stringify([unit.package, unit.crate, unit.features, unit.dependencies]);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (this.units.length >= MOST_UNITS) return -1;
    this.#places.set(key, this.units.length);
    return this.units.push(unit) - 1;
  }
}

/** How many packages of a registry or of git a function ships: `null` where that is not known. */
export function countShipped(shipping: Shipping, lockfile: Lockfile): number | null {
  if (shipping.kind === 'unknown') return null;
  return shipping.units.filter((unit) => (lockfile.packages[unit.package]?.source ?? null) !== null).length;
}

function movedUnit(unit: ShippedUnit | undefined, moved: readonly (number | undefined)[]): ShippedUnit | null {
  const place = unit === undefined ? undefined : moved[unit.package];
  if (unit === undefined || place === undefined) return null;
  const dependencies = unit.dependencies.flatMap((to) => moved[to] ?? []);
  return dependencies.length < unit.dependencies.length
    ? null
    : { ...unit, package: place, dependencies: dependencies.toSorted((a, b) => a - b) };
}

function keyOf({ name, version, source }: Lockfile['packages'][number]): string {
  return JSON.stringify([name, version, source]);
}
