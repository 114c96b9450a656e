import { meaning, type NamedFunction } from '../function-names.ts';
import type { Base, Side } from '../model/base.ts';
import type { EventChange, FirstResponseComparison } from '../model/first-response.ts';
import type { DeclaredEvent } from '../snapshot/first-response.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Of lines that may each be for one function: its own before the one for all; `null`: none. */
export function lineOf<T extends { readonly function: string | null }>(fn: NamedFunction, lines: readonly T[]): T | null {
  const own = lines
    .flatMap((line) => (line.function === null ? [] : [{ line, exact: meaning(line.function, fn) }]))
    .filter(({ exact }) => exact !== null)
    .toSorted((a, b) => Number(b.exact) - Number(a.exact));
  return own[0]?.line ?? lines.find((line) => line.function === null) ?? null;
}

/** The event that a commit's manifests declare for a function: its package's own line before the workspace's. */
export function declaredFor(fn: NamedFunction, { events }: Pick<Snapshot, 'events'>): DeclaredEvent | null {
  const of = (owner: string | null): DeclaredEvent | null =>
    lineOf(
      fn,
      events.filter((one) => one.package === owner),
    );
  return of(fn.crate) ?? of(null);
}

type Compared = NamedFunction & { readonly formerly: NamedFunction | null; readonly firstResponse: Pick<FirstResponseComparison, 'event'> };

/** The functions that were handed what base declares, while this change declares another event for them, or none. */
export function eventChanges(base: Base, head: Side, functions: readonly Compared[]): readonly EventChange[] {
  if (base.kind === 'missing') return [];
  return functions.flatMap((fn) => {
    const before = declaredFor(fn.formerly ?? fn, base.snapshot);
    const after = declaredFor(fn, head.snapshot);
    if (before === null || before.text === after?.text || !isOf(before, fn.firstResponse.event)) return [];
    return [{ function: fn.name, base: before.name, head: after?.name ?? null, file: (after ?? before).file }];
  });
}

/** Whether a function was handed this one: an event that an option gives comes before all that is declared. */
function isOf({ name }: DeclaredEvent, asked: string | null): boolean {
  return asked === name || (name === 'http' && asked !== null && asked.startsWith('http://'));
}
