import { linkedBy } from '../../core/compare/linked.ts';
import type { FlameNode } from '../../core/flame.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { packageTreeOf } from '../../core/package-tree/package-tree.ts';
import { pairFunctions } from '../../core/pair.ts';
import { isReported, type LegReport } from '../text/legs.ts';
import { dependenciesOf } from './dependencies.ts';
import type { PageFunction, PageInput } from './input.ts';

/** Calls of the functions that were counted in this job. */
export type Flames = readonly { readonly function: string; readonly tree: FlameNode }[];

/** One check, and what its inits were counted to be. */
export function pageOf(outcome: Outcome, flames: Flames): PageInput {
  return { legs: [{ kind: 'reported', name: '', outcome, functions: functionsOf(outcome, flames) }] };
}

/** The legs of a matrix: which calls were counted is in no leg. */
export function pageOfLegs(legs: readonly LegReport[]): PageInput {
  return { legs: legs.map((leg) => (isReported(leg) ? { ...leg, functions: functionsOf(leg.outcome, []) } : leg)) };
}

function functionsOf({ comparison: { base, head, functions } }: Outcome, flames: Flames): readonly PageFunction[] {
  const before = base.kind === 'measured' ? base.snapshot : null;
  const after = head.snapshot;
  const [linkedBefore, linkedAfter] = [before === null ? () => null : linkedBy(before), linkedBy(after)];
  // As they were compared: in the same order.
  return pairFunctions(before?.functions ?? [], after.functions, after.renamed).flatMap((pair, at): readonly PageFunction[] => {
    const comparison = functions[at];
    if (comparison === undefined) return [];
    const tree = packageTreeOf(pair);
    const linked = { base: pair.base === null ? null : linkedBefore(pair.base), head: pair.head === null ? null : linkedAfter(pair.head) };
    const isKnown = (linked.base === null) === (pair.base === null) && (linked.head === null) === (pair.head === null);
    return [
      {
        comparison,
        measured: { base: pair.base, head: pair.head },
        tree,
        dependencies: isKnown ? dependenciesOf(linked, tree) : null,
        flame: flames.find((one) => one.function === comparison.name)?.tree ?? null,
      },
    ];
  });
}
