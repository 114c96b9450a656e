import { declaredAt } from '../compare/declared-limits.ts';
import { meaning, type NamedFunction } from '../function-names.ts';
import type { Comparison } from '../model/comparison.ts';
import type { DeclaredLimit } from '../snapshot/snapshot.ts';
import { nearestOf } from '../text.ts';
import { lawOf } from './limit-scopes.ts';

/** A declared line for a function that stands at neither side: it judges nothing, and a name written wrong looks the same as one that is kept. */
export interface Misnamed {
  readonly line: DeclaredLimit;
  readonly function: string;
  /** What may be meant. */
  readonly nearest: string | null;
}

/**
 * The lines among those that base declares, or that head proposes, whose function no binary of either side is. Nobody is stopped by one: the
 * change may have removed the function, or brought the line for one to come. Empty where the binaries of a side are not known.
 */
export function misnamedLimits(lines: readonly DeclaredLimit[], { base, head }: Comparison): readonly Misnamed[] {
  const sides = [head.snapshot, ...(base.kind === 'measured' ? [base.snapshot] : [])];
  if ((base.kind === 'measured' ? base.insteadOf : base.why.sha) != null || sides.some(({ binaries }) => binaries.length === 0)) return [];
  const known: readonly NamedFunction[] = sides.flatMap(({ binaries, functions, notBuilt }) => [...binaries, ...functions, ...notBuilt]);
  return lines.flatMap((line): readonly Misnamed[] => {
    const [name] = lawOf([line]).flatMap(({ set }) => (set.kind === 'off' ? [] : set.limits.map((limit) => limit.function)));
    const among = known.filter(({ crate }) => line.package === null || crate === line.package);
    if (name == null || among.some((fn) => meaning(name, fn) !== null)) return [];
    return [{ line, function: name, nearest: nearestOf(name, [...new Set(among.map((fn) => fn.name))]) }];
  });
}

/** Those that base declares. */
export function misnamedAtBase(comparison: Comparison): readonly Misnamed[] {
  return misnamedLimits(declaredAt(comparison.base), comparison);
}
