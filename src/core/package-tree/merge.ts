import { compareText } from '../pair.ts';
import type { Pair } from '../rows.ts';
import type { Box } from './box.ts';
import { isNothing, keyOf, leaf, type SideBox } from './side-box.ts';

/** What a box has at a side at which nobody tells it apart, while the other side's is. */
const WHOLE = '[not told apart]';

/** Both sides as one, the largest first. `null`: neither has it. */
export function merged({ base, head }: Pair<SideBox>): Box | null {
  const one = head ?? base;
  if (one === null) return null;
  const [before, after] = [childrenOf(base, head), childrenOf(head, base)];
  const children = [...new Set([...after.keys(), ...before.keys()])].flatMap(
    (key) => merged({ base: before.get(key) ?? null, head: after.get(key) ?? null }) ?? [],
  );
  return {
    name: one.name,
    kind: one.kind,
    base: base?.weights ?? null,
    head: head?.weights ?? null,
    children: children.toSorted((a, b) => largestOf(b) - largestOf(a) || compareText(a.name, b.name)),
  };
}

/** By key. A leaf that the other side tells apart has one child, which is all of it, so that children add up at both. */
function childrenOf(box: SideBox | null, other: SideBox | null): ReadonlyMap<string, SideBox> {
  if (box === null) return new Map();
  const isLeaf = box.children.length === 0 && other !== null && other.children.length > 0 && !isNothing(box.weights);
  const children = isLeaf ? [leaf('rest', WHOLE, box.weights)] : box.children;
  return new Map(children.map((child) => [keyOf(child), child]));
}

function largestOf({ base, head }: Box): number {
  return Math.max(base?.zip ?? 0, head?.zip ?? 0);
}
