import type { FlameNode } from '../../core/flame.ts';
import { compareText } from '../../core/pair.ts';
import { type CostGraph, keyOf } from './graph.ts';
import { type Frame, Unfolding } from './unfold.ts';

/** What costs less of the total, at base and at head, is part of its caller. */
const LEAST_SHARE = 0.001;
const MOST_DEPTH = 64;
const MOST_NODES = 2_000;

/** One function at one place of the tree, at both sides. */
interface Joined {
  readonly base: Frame | null;
  readonly head: Frame | null;
}

/**
 * What init did as a tree of calls, base and head joined by crate and name. The root is "all" with the totals; children cost no more than
 * their parent, the largest at head first. Recursion is cut, and so is what costs less than 0.1 % of both totals.
 */
export function callTree(base: CostGraph | null, head: CostGraph): FlameNode {
  const sides = { base: base === null ? null : new Unfolding(base), head: new Unfolding(head) };
  const totals = { base: base?.total ?? 0, head: head.total };
  const roots = join(sides.base?.roots() ?? [], sides.head.roots());
  // Few small functions make no difference to the picture: where there are too many, only larger ones are shown.
  for (let share = LEAST_SHARE; ; share *= 2) {
    let left = MOST_NODES;
    const children = grow(roots, new Set(), 1);
    if (left >= 0) return { name: 'all', crate: '', ...totals, children };

    function grow(joined: readonly Joined[], path: ReadonlySet<string>, depth: number): readonly FlameNode[] {
      if (depth > MOST_DEPTH || left < 0) return [];
      return joined
        .flatMap((one) => {
          const node = (one.head ?? one.base)?.node;
          const costs = { base: one.base?.cost ?? 0, head: one.head?.cost ?? 0 };
          if (node === undefined || path.has(keyOf(node))) return [];
          if (isSmall(costs.base, share * totals.base) && isSmall(costs.head, share * totals.head)) return [];
          left -= 1;
          const below = join(callees(sides.base, one.base), callees(sides.head, one.head));
          return [{ name: node.name, crate: node.crate, ...costs, children: grow(below, new Set([...path, keyOf(node)]), depth + 1) }];
        })
        .sort((a, b) => b.head - a.head || b.base - a.base || compareText(keyOf(a), keyOf(b)));
    }
  }
}

function isSmall(cost: number, least: number): boolean {
  return cost === 0 || cost < least;
}

function callees(side: Unfolding | null, frame: Frame | null): readonly Frame[] {
  return side === null || frame === null ? [] : side.callees(frame);
}

function join(base: readonly Frame[], head: readonly Frame[]): readonly Joined[] {
  const joined = new Map<string, Joined>(head.map((frame) => [keyOf(frame.node), { base: null, head: frame }]));
  for (const frame of base) joined.set(keyOf(frame.node), { base: frame, head: joined.get(keyOf(frame.node))?.head ?? null });
  return [...joined.values()];
}
