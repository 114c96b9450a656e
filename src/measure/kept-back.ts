import type { MissingBase } from '../core/model/base.ts';
import { withoutQuotedValues, withoutValues } from '../core/redact.ts';
import type { FunctionMeasurement, Snapshot } from '../core/snapshot/snapshot.ts';
import { LONGEST_NOTE } from '../core/snapshot/snapshot.ts';
import type { Environment } from '../exec/run.ts';

interface Side {
  readonly snapshot: Snapshot;
}

interface Sides {
  readonly base: ({ readonly kind: 'measured'; readonly insteadOf?: MissingBase } & Side) | { readonly kind: 'missing' };
  readonly head: Side;
}

/**
 * Both sides without the values of `init-env` and `cold-start-env`, before anything of them is uploaded or shown. What functions say is without
 * them already; a build may have been told the same by another way, and tools are quoted where something failed.
 */
export function keepBack<T extends Sides>(both: T, secrets: Environment): T {
  if (Object.keys(secrets).length === 0) return both;
  const { base, head } = both;
  return {
    ...both,
    base: base.kind === 'missing' ? withoutQuotedValues(base, secrets) : ofBase(base, secrets),
    head: { ...head, snapshot: ofSnapshot(head.snapshot, secrets) },
  };
}

function ofBase<T extends Extract<Sides['base'], { readonly kind: 'measured' }>>(base: T, secrets: Environment): T {
  const standing = base.insteadOf === undefined ? {} : { insteadOf: withoutQuotedValues(base.insteadOf, secrets) };
  return { ...base, ...standing, snapshot: ofSnapshot(base.snapshot, secrets) };
}

function ofSnapshot(snapshot: Snapshot, secrets: Environment): Snapshot {
  const ofFunction = (fn: FunctionMeasurement): FunctionMeasurement =>
    fn.attribution.kind === 'none' ? { ...fn, attribution: withoutQuotedValues(fn.attribution, secrets) } : fn;
  return {
    ...snapshot,
    functions: snapshot.functions.map(ofFunction),
    notes: snapshot.notes.map((note) => ({ ...note, text: withoutValues(note.text, secrets).slice(0, LONGEST_NOTE) })),
  };
}
