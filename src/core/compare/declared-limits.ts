import type { LimitChange } from '../model.ts';
import type { DeclaredLimit, Snapshot } from '../snapshot/snapshot.ts';

/** The declared lines that only one of the sides has, by file and text; without a base head's, which are new then. */
export function limitChanges(base: Pick<Snapshot, 'limits'> | null, head: Pick<Snapshot, 'limits'>): readonly LimitChange[] {
  const before = base?.limits ?? [];
  const removed = without(before, head.limits).map(({ text, file }) => ({ kind: 'removed', text, file }) as const);
  const added = without(head.limits, before).map(({ text, file }) => ({ kind: 'added', text, file }) as const);
  return [...removed, ...added];
}

function without(these: readonly DeclaredLimit[], those: readonly DeclaredLimit[]): readonly DeclaredLimit[] {
  const keyOf = ({ text, package: name, file }: DeclaredLimit) => JSON.stringify([file, name, text.trim()]);
  const known = new Set(those.map(keyOf));
  return these.filter((limit) => !known.has(keyOf(limit)));
}
