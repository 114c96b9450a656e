import { componentsOf } from './components.ts';
import { type IsProgram, type Named, nameOf } from './names.ts';
import type { Profile } from './profile.ts';

export interface Edge {
  readonly count: number;
  readonly inclusive: number;
}

/** All functions of one name in one crate (instantiations, levels of recursion). */
export interface CostNode extends Named {
  readonly self: number;
  /** Recursion counts once: never more than the whole cycle costs, nor than the total. */
  readonly inclusive: number;
  /** Nodes that call each other in a cycle have the same number. */
  readonly cycle: number;
  /** By the place of the callee among the nodes; a node's calls of itself are left out. */
  readonly calls: ReadonlyMap<number, Edge>;
}

/** The own costs of the nodes add up to `total`. */
export interface CostGraph {
  readonly total: number;
  readonly nodes: readonly CostNode[];
}

interface Building extends Named {
  self: number;
  readonly calls: Map<number, { count: number; inclusive: number }>;
}

/** Merges a profile's functions by name. Takes time in proportion to functions and calls. */
export function costGraph(profile: Profile, isProgram: IsProgram): CostGraph {
  const merged: Building[] = [];
  const places = new Map<string, number>();
  const placeOf = profile.functions.map((found) => {
    const named = nameOf(found, isProgram);
    const key = keyOf(named);
    const place = places.get(key) ?? merged.push({ ...named, self: 0, calls: new Map() }) - 1;
    places.set(key, place);
    const node = merged[place];
    if (node !== undefined) node.self += found.self;
    return place;
  });
  for (const call of profile.calls) {
    const [caller, callee] = [placeOf[call.caller], placeOf[call.callee]];
    const node = caller === undefined ? undefined : merged[caller];
    if (node === undefined || callee === undefined || callee === caller) continue;
    const edge = node.calls.get(callee) ?? { count: 0, inclusive: 0 };
    edge.count += call.count;
    edge.inclusive += call.inclusive;
    node.calls.set(callee, edge);
  }
  detachThreads(merged);
  const cycles = componentsOf(merged.map(({ calls }) => calls));
  const costs = cycleCosts(merged, cycles);
  const nodes = merged.map((node, place): CostNode => {
    const cycle = cycles[place] ?? 0;
    const called = [...node.calls.values()].reduce((sum, { inclusive }) => sum + inclusive, 0);
    return { ...node, cycle, inclusive: Math.min(profile.total, costs.get(cycle) ?? 0, node.self + called) };
  });
  return { total: profile.total, nodes };
}

export function keyOf({ crate, name }: Named): string {
  return `${crate}\0${name}`;
}

/**
 * Removes calls that cost more than all callers of their caller caused: `clone` to `start_thread`, which runs in the new thread. Left in, main
 * would stand below the threads that it started.
 */
function detachThreads(nodes: readonly Building[]): void {
  const caused = nodes.map(() => 0);
  for (const { calls } of nodes) for (const [callee, { inclusive }] of calls) caused[callee] = (caused[callee] ?? 0) + inclusive;
  for (const [place, { calls }] of nodes.entries()) {
    const most = caused[place] ?? 0;
    if (most > 0) for (const [callee, { inclusive }] of calls) if (inclusive > most) calls.delete(callee);
  }
}

/** What a cycle costs: its nodes' own instructions and what they call outside of it. */
function cycleCosts(nodes: readonly Building[], cycles: readonly number[]): ReadonlyMap<number, number> {
  const costs = new Map<number, number>();
  for (const [place, node] of nodes.entries()) {
    const cycle = cycles[place] ?? 0;
    let cost = (costs.get(cycle) ?? 0) + node.self;
    for (const [callee, { inclusive }] of node.calls) if (cycles[callee] !== cycle) cost += inclusive;
    costs.set(cycle, cost);
  }
  return costs;
}
