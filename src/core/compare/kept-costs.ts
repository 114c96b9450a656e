import type { Pair } from '../model.ts';
import type { CountedInstructions, InitMeasurement } from '../snapshot/init.ts';
import type { FunctionMeasurement } from '../snapshot/snapshot.ts';
import { besideHead, costsOf, countedOf } from './init.ts';

/**
 * A function at both sides with the costs of its init alone that a comparison shows: those that changed most of 2,000, which of fifty functions
 * would take 12 MB a side.
 */
export function keepShownCosts({ base, head }: Pair<FunctionMeasurement>): Pair<FunctionMeasurement> {
  const after = countedIn(head?.init);
  const measured = head?.init?.kind === 'measured' ? head.init : null;
  const beside = measured === null ? null : besideHead(base?.init ?? null, measured);
  const shown = new Set(costsOf({ base: countedOf(beside), head: after }).map(keyOf));
  // Of another session than head's it is compared with nothing.
  const own = beside === null ? new Set(costsOf({ base: null, head: countedIn(base?.init) }).map(keyOf)) : shown;
  return { base: base === null ? null : withCosts(base, own), head: head === null ? null : withCosts(head, shown) };
}

function withCosts(fn: FunctionMeasurement, shown: ReadonlySet<string>): FunctionMeasurement {
  const { init } = fn;
  if (init?.kind !== 'measured' || init.instructions.kind !== 'counted') return fn;
  const functions = init.instructions.functions.filter((cost) => shown.has(keyOf(cost)));
  return { ...fn, init: { ...init, instructions: { ...init.instructions, functions } } };
}

function countedIn(init: InitMeasurement | null | undefined): CountedInstructions | null {
  return init?.kind === 'measured' ? countedOf(init) : null;
}

function keyOf({ crate, name }: { readonly crate: string; readonly name: string }): string {
  return `${crate}\0${name}`;
}
