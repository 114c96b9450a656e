import type { Base } from '../model/base.ts';
import type { LimitChange } from '../model/limits.ts';
import type { DeclaredLimit } from '../snapshot/snapshot.ts';

/** What the commit declares that head was to be compared with, measured or not: one that stands in for it lends its figures alone. */
export function declaredAt(base: Base): readonly DeclaredLimit[] {
  return base.kind === 'missing' ? base.why.limits : (base.insteadOf ?? base.snapshot).limits;
}

/** The declared lines that only one of the sides has, by package and text: a manifest that was moved alters nothing. */
export function limitChanges(before: readonly DeclaredLimit[], after: readonly DeclaredLimit[]): readonly LimitChange[] {
  const removed = without(before, after).map(({ text, file }) => ({ kind: 'removed', text, file }) as const);
  const added = without(after, before).map(({ text, file }) => ({ kind: 'added', text, file }) as const);
  return [...removed, ...added];
}

function without(these: readonly DeclaredLimit[], those: readonly DeclaredLimit[]): readonly DeclaredLimit[] {
  const keyOf = ({ text, package: name }: DeclaredLimit) => JSON.stringify([name, text.trim()]);
  const known = new Set(those.map(keyOf));
  return these.filter((limit) => !known.has(keyOf(limit)));
}
