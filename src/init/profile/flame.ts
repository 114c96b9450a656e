import { FIRST_RESPONSE, type FlameNode } from '../../core/flame.ts';
import type { Pair } from '../../core/rows.ts';
import { callTree } from './call-tree.ts';
import type { CostGraph } from './graph.ts';
import { foldProcessStart } from './process-start.ts';

/** What was done in each phase that was counted. */
interface CountedPhases {
  readonly init: CostGraph;
  /** `null`: no event was handed over, or what came of it was not counted. */
  readonly response: CostGraph | null;
}

/**
 * Both sides' calls as one tree: init's, and beside them one node that holds all of the first response. `null` at base: there is none. What the
 * root has is the sum of both.
 */
export function flameOf({ base, head }: { readonly base: CountedPhases | null; readonly head: CountedPhases }): FlameNode {
  const init = foldProcessStart(callTree(base?.init ?? null, head.init));
  const response = responseNode({ base: base?.response ?? null, head: head.response });
  if (response === null) return init;
  return {
    ...init,
    base: init.base + response.base,
    head: init.head + response.head,
    children: [...init.children, response].toSorted((a, b) => b.head - a.head || b.base - a.base),
  };
}

function responseNode({ base, head }: Pair<CostGraph>): FlameNode | null {
  if (head === null) return null;
  return { ...callTree(base, head), name: FIRST_RESPONSE, crate: '' };
}
