import type { Pair } from '../rows.ts';
import type { CountedInstructions } from '../snapshot/counted.ts';
import type { MeasuredInit } from '../snapshot/init.ts';
import type { FunctionMeasurement } from '../snapshot/snapshot.ts';
import { besideHead, costsOf, countedOf } from './init.ts';

type Keys = ReadonlySet<string>;
/** Those of init and of the first response. */
interface Shown {
  readonly init: Keys;
  readonly response: Keys;
}

/**
 * A function at both sides with the costs of its init and first response alone that a comparison shows: those that changed most of 2,000, which of
 * fifty functions would take 12 MB a side.
 */
export function keepShownCosts({ base, head }: Pair<FunctionMeasurement>): Pair<FunctionMeasurement> {
  const [before, after] = [measuredIn(base), measuredIn(head)];
  const beside = after === null ? null : besideHead(before, after);
  const keysOf = (sides: Pair<MeasuredInit>): Shown => ({
    init: keysAmong({ base: countedOf(sides.base), head: countedOf(sides.head) }),
    response: keysAmong({ base: responseOf(sides.base), head: responseOf(sides.head) }),
  });
  const shown = keysOf({ base: beside, head: after });
  // Of another session than head's it is compared with nothing.
  const own = beside === null ? keysOf({ base: null, head: before }) : shown;
  return { base: base === null ? null : withCosts(base, own), head: head === null ? null : withCosts(head, shown) };
}

function keysAmong(counted: Pair<CountedInstructions>): Keys {
  return new Set(costsOf(counted).map(keyOf));
}

function withCosts(fn: FunctionMeasurement, { init: shown, response: answering }: Shown): FunctionMeasurement {
  const init = measuredIn(fn);
  if (init === null) return fn;
  const { firstResponse } = init;
  const response = firstResponse?.kind === 'measured' ? { ...firstResponse, ...withKeys(firstResponse, answering) } : firstResponse;
  return { ...fn, init: { ...init, ...withKeys(init, shown), firstResponse: response } };
}

function withKeys({ instructions }: Pick<MeasuredInit, 'instructions'>, shown: Keys): Pick<MeasuredInit, 'instructions'> {
  if (instructions.kind !== 'counted') return { instructions };
  return { instructions: { ...instructions, functions: instructions.functions.filter((cost) => shown.has(keyOf(cost))) } };
}

function measuredIn(fn: FunctionMeasurement | null): MeasuredInit | null {
  return fn?.init?.kind === 'measured' ? fn.init : null;
}

function responseOf(init: MeasuredInit | null): CountedInstructions | null {
  return init?.firstResponse?.kind === 'measured' ? countedOf(init.firstResponse) : null;
}

function keyOf({ crate, name }: { readonly crate: string; readonly name: string }): string {
  return `${crate}\0${name}`;
}
