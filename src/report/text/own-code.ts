import { normalizeCrate } from '../../core/crates.ts';
import type { Cause, FunctionComparison, Outcome } from '../../core/model.ts';
import type { Lockfile } from '../../core/snapshot/snapshot.ts';

/** What of two lock files tells a project's own crates from others'. */
export interface LockSides {
  /** The crates of workspace members and path dependencies, which no version tells apart; `null` without a lock file. */
  readonly before: ReadonlySet<string> | null;
  readonly after: ReadonlySet<string> | null;
  readonly sameRustc: boolean;
}

const known = new WeakMap<Outcome['comparison'], LockSides>();

export function sidesOfLock({ comparison }: Outcome): LockSides {
  const before = known.get(comparison);
  if (before !== undefined) return before;
  const { base, head } = comparison;
  const sides: LockSides = {
    before: base.kind === 'missing' ? null : pathCrates(base.snapshot.lockfile),
    after: pathCrates(head.snapshot.lockfile),
    sameRustc: base.kind === 'missing' || base.snapshot.invocation.rustc === head.snapshot.invocation.rustc,
  };
  known.set(comparison, sides);
  return sides;
}

function pathCrates(lock: Lockfile | null): ReadonlySet<string> | null {
  return lock === null ? null : new Set(lock.packages.filter(({ source }) => source === null).map(({ name }) => normalizeCrate(name)));
}

/** Why a crate changed that no line of the lock file speaks of: the function's own, the project's, or the same version built into other code. */
export function ownCodeText(cause: Pick<Cause, 'name'>, fn: FunctionComparison, sides: LockSides): string {
  return (
    projectsText(cause, fn, sides) ?? (sides.sameRustc ? 'same version, other code generated' : 'same version, built by another rustc')
  );
}

/** Of a crate of the project itself; `null` of others, whose version is the same, and where a lock file is missing. */
export function projectsText({ name: crate }: Pick<Cause, 'name'>, fn: FunctionComparison, { before, after }: LockSides): string | null {
  if (normalizeCrate(crate) === normalizeCrate(fn.crate)) return "the function's own code";
  if (before === null || after === null) return null;
  const name = normalizeCrate(crate.replace(/\?$/, ''));
  if (before.has(name)) return after.has(name) ? "the project's own code" : "the project's own crate, removed";
  return after.has(name) ? "the project's own crate, added" : null;
}
