import type { Pair } from '../../core/rows.ts';
import { foldName } from '../../core/rust-names.ts';
import { steadyName } from '../../core/symbol-names.ts';
import type { CostGraph } from './graph.ts';
import type { Named } from './names.ts';

/** A figure at base and at head; 0 where a side has nothing of it. */
export interface Both {
  base: number;
  head: number;
}

/** What one function calls of another. */
export interface JoinedCall {
  readonly inclusive: Both;
  readonly count: Both;
}

/** All instances of a function, at both sides. */
export interface JoinedNode extends Named {
  readonly self: Both;
  /** By the place of the callee; never of itself. */
  readonly calls: Map<number, JoinedCall>;
}

/** Base's and head's calls as one graph: functions are the same by crate and name, without what differs between instances and between builds. */
export function joinGraphs({ base, head }: { readonly [side in keyof Pair<unknown>]: CostGraph }): readonly JoinedNode[] {
  const nodes: JoinedNode[] = [];
  const places = new Map<string, number>();
  // Head first: its names are shown.
  for (const [side, graph] of [
    ['head', head],
    ['base', base],
  ] as const) {
    const placeOf = graph.nodes.map(({ crate, name, self }) => {
      const folded = foldName(name);
      const key = `${crate}\0${steadyName(folded)}`;
      const place = places.get(key) ?? nodes.push({ crate, name: folded, self: none(), calls: new Map() }) - 1;
      places.set(key, place);
      const node = nodes[place];
      if (node !== undefined) node.self[side] += self;
      return place;
    });
    for (const [from, { calls }] of graph.nodes.entries()) {
      const caller = placeOf[from];
      const node = caller === undefined ? undefined : nodes[caller];
      for (const [to, { count, inclusive }] of calls) {
        const callee = placeOf[to];
        if (node === undefined || callee === undefined || callee === caller) continue;
        const call = node.calls.get(callee) ?? { inclusive: none(), count: none() };
        call.inclusive[side] += inclusive;
        call.count[side] += count;
        node.calls.set(callee, call);
      }
    }
  }
  return nodes;
}

function none(): Both {
  return { base: 0, head: 0 };
}

export function deltaOf({ base, head }: Both): number {
  return head - base;
}
