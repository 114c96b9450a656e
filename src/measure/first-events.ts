import { declaredFor } from '../core/compare/declared-events.ts';
import type { NamedFunction } from '../core/function-names.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import type { GivenEvent } from '../init/events/read-events.ts';
import { eventOf } from '../init/events/written-events.ts';
import type { FirstEvent } from '../init/response/answering.ts';

/** What a function is handed when its init has ended, and so is its base: the options' event, else what base declares for it, else what head does. */
export function firstEventFor(
  sides: {
    readonly base: { readonly fn: NamedFunction; readonly snapshot: Snapshot } | null;
    readonly head: { readonly fn: NamedFunction; readonly snapshot: Snapshot };
  },
  given: readonly GivenEvent[],
): FirstEvent | null {
  const { base, head } = sides;
  return eventOf(head.fn, given) ?? (base === null ? null : declaredFor(base.fn, base.snapshot)) ?? declaredFor(head.fn, head.snapshot);
}
