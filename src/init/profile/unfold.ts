import type { CostGraph, CostNode, Edge } from './graph.ts';

/** A function as called from one place. */
export interface Frame {
  /** The caller's place among the nodes; -1 where a thread begins. */
  readonly caller: number;
  readonly place: number;
  readonly node: CostNode;
  /** What this call costs, with everything below. */
  readonly cost: number;
}

const ROOT = -1;

/**
 * Unfolds a call graph, which knows who called whom but not on behalf of whom, into frames: a function's callees are shared among its callers
 * in proportion to what each caused, as gprof does. Except a single call that cost more than all callers but one caused: it is that one's.
 */
export class Unfolding {
  readonly #graph: CostGraph;
  readonly #callers: readonly ReadonlyMap<number, number>[];
  readonly #owned = new Map<number, ReadonlyMap<number, number>>();

  constructor(graph: CostGraph) {
    this.#graph = graph;
    const callers = graph.nodes.map(() => new Map<number, number>());
    for (const [caller, node] of graph.nodes.entries()) {
      for (const [callee, { inclusive }] of node.calls) callers[callee]?.set(caller, inclusive);
    }
    for (const [place, cost] of rootCosts(graph)) callers[place]?.set(ROOT, cost);
    this.#callers = callers;
  }

  /** Where threads begin: what nobody called, and what a function costs beyond its calls (`clone`, in the new thread). */
  roots(): readonly Frame[] {
    const costs = [...rootCosts(this.#graph)].map(([place, cost]) => ({ place, cost }));
    return this.#frames(ROOT, fitted(costs, this.#graph.total));
  }

  /** Together they cost no more than their caller. */
  callees({ caller, place, node, cost }: Frame): readonly Frame[] {
    const caused = this.#callers[place]?.get(caller) ?? 0;
    if (caused <= 0) return [];
    const owned = this.#ownedBy(place, node);
    let [mine, all] = [0, 0];
    for (const [callee, owner] of owned) {
      const { inclusive } = node.calls.get(callee) ?? { inclusive: 0 };
      all += inclusive;
      if (owner === caller) mine += inclusive;
    }
    const rest = node.inclusive - all;
    const share = rest > 0 ? Math.min(1, Math.max(0, caused - mine) / rest) : 0;
    const scale = cost / caused;
    const [outward, cyclic]: [{ place: number; cost: number }[], { place: number; cost: number }[]] = [[], []];
    for (const [callee, { inclusive }] of node.calls) {
      const owner = owned.get(callee);
      const part = owner === undefined ? share : owner === caller ? 1 : 0;
      const list = this.#graph.nodes[callee]?.cycle === node.cycle ? cyclic : outward;
      list.push({ place: callee, cost: Math.min(inclusive * part * scale, cost) });
    }
    const left = cost - node.self * share * scale;
    const first = fitted(outward, left);
    // What goes round in a cycle is in its members' costs several times over; it gets what the straight calls leave.
    const second = fitted(cyclic, left - sum(first));
    return this.#frames(place, [...first, ...second]);
  }

  /** Calls that happened once, and for one caller, by callee. */
  #ownedBy(place: number, node: CostNode): ReadonlyMap<number, number> {
    const known = this.#owned.get(place);
    if (known !== undefined) return known;
    const callers = [...(this.#callers[place] ?? new Map<number, number>())];
    const owned = new Map<number, number>();
    for (const [callee, edge] of node.calls) {
      if (edge.count !== 1 || this.#graph.nodes[callee]?.cycle === node.cycle) continue;
      const able = callers.filter(([, caused]) => caused >= edge.inclusive);
      const [only] = able;
      if (only !== undefined && able.length === 1) owned.set(callee, only[0]);
    }
    this.#owned.set(place, owned);
    return owned;
  }

  #frames(caller: number, costs: readonly { readonly place: number; readonly cost: number }[]): readonly Frame[] {
    return costs.flatMap(({ place, cost }) => {
      const node = this.#graph.nodes[place];
      return node === undefined || cost < 1 ? [] : [{ caller, place, node, cost: Math.floor(cost) }];
    });
  }
}

/** By place: what a cycle of functions (mostly: one function) costs beyond what its callers caused. */
function rootCosts({ nodes }: CostGraph): ReadonlyMap<number, number> {
  const excess = new Map<number, number>();
  const heads = new Map<number, { readonly place: number; readonly cost: number }>();
  const change = (cycle: number, by: number): void => void excess.set(cycle, (excess.get(cycle) ?? 0) + by);
  const called = new Map<number, number>();
  for (const node of nodes) {
    change(node.cycle, node.self);
    for (const [callee, { inclusive }] of node.calls) {
      called.set(callee, (called.get(callee) ?? 0) + inclusive);
      const cycle = nodes[callee]?.cycle ?? node.cycle;
      if (cycle === node.cycle) continue;
      change(node.cycle, inclusive);
      change(cycle, -inclusive);
    }
  }
  for (const [place, node] of nodes.entries()) {
    const cost = node.self + outgoing(node.calls) - (called.get(place) ?? 0);
    const head = heads.get(node.cycle);
    if (head === undefined || cost > head.cost) heads.set(node.cycle, { place, cost });
  }
  return new Map(
    [...heads].flatMap(([cycle, { place }]) => {
      const cost = excess.get(cycle) ?? 0;
      return cost > 0 ? [[place, cost] as const] : [];
    }),
  );
}

function outgoing(calls: ReadonlyMap<number, Edge>): number {
  return [...calls.values()].reduce((all, { inclusive }) => all + inclusive, 0);
}

/** Scaled down where they cost more than there is. */
function fitted<T extends { readonly cost: number }>(frames: readonly T[], most: number): readonly T[] {
  const wanted = sum(frames);
  const factor = wanted > 0 && wanted > most ? Math.max(0, most) / wanted : 1;
  return factor === 1 ? frames : frames.map((frame) => ({ ...frame, cost: frame.cost * factor }));
}

function sum(frames: readonly { readonly cost: number }[]): number {
  return frames.reduce((all, { cost }) => all + cost, 0);
}
