import { componentsOf } from './components.ts';
import { deltaOf, type JoinedCall, type JoinedNode } from './joined.ts';

interface Edge extends JoinedCall {
  readonly from: number;
  readonly to: number;
}

/** What every function's growth comes to for those that call it. */
export class Flow {
  readonly componentOf: readonly number[];
  /** By component: its nodes, and its growth with what it calls. */
  readonly members: ReadonlyMap<number, readonly number[]>;
  readonly grown: readonly number[];
  readonly #entering: ReadonlyMap<number, readonly Edge[]>;
  /** By node: its own growth and what came to it from outside of its component. */
  readonly #own: readonly number[];
  /** By node: what of its component's growth went to its callers outside. */
  readonly #entered: readonly number[];

  constructor(nodes: readonly JoinedNode[]) {
    this.componentOf = componentsOf(nodes.map(({ calls }) => calls));
    const members = new Map<number, number[]>();
    for (const [place, component] of this.componentOf.entries()) members.set(component, [...(members.get(component) ?? []), place]);
    this.members = members;
    this.#entering = this.#edgesInto(nodes);
    const own = nodes.map(({ self }) => deltaOf(self));
    const entered = nodes.map(() => 0);
    const grown: number[] = [];
    // A component's number is above those of all it calls: what they grew has come to it already.
    for (let component = 0; component < members.size; component += 1) {
      const growth = (members.get(component) ?? []).reduce((sum, place) => sum + (own[place] ?? 0), 0);
      grown[component] = growth;
      const edges = this.#entering.get(component) ?? [];
      for (const [{ from, to }, share] of sharesOf(edges, growth)) {
        own[from] = (own[from] ?? 0) + growth * share;
        entered[to] = (entered[to] ?? 0) + growth * share;
      }
    }
    this.#own = own;
    this.#entered = entered;
    this.grown = grown;
  }

  /** Of those given the one that calls none of them; of several the one that grew most. */
  lowestOf(components: readonly number[]): number | null {
    const above = new Set(components.flatMap((component) => [...this.callersOf(component)]));
    const lowest = components.filter((component) => !above.has(component));
    return lowest.reduce<number | null>(
      (best, one) => (best === null || (this.grown[one] ?? 0) > (this.grown[best] ?? 0) ? one : best),
      null,
    );
  }

  /** Everything that leads to a component. */
  callersOf(component: number): ReadonlySet<number> {
    const found = new Set<number>();
    const open = [component];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      for (const { from, inclusive } of this.#entering.get(one) ?? []) {
        const caller = this.componentOf[from];
        if (caller === undefined || inclusive.head <= 0 || found.has(caller)) continue;
        found.add(caller);
        open.push(caller);
      }
    }
    return found;
  }

  /** The nodes of a component to be told: one that holds most by itself, else those through which it was entered. */
  told(component: number, isMost: (grown: number) => boolean): readonly number[] {
    const members = this.members.get(component) ?? [];
    if (members.length === 1) return members;
    const largest = (of: readonly number[]) => (a: number, b: number) => (of[b] ?? 0) - (of[a] ?? 0) || a - b;
    const holding = members.filter((place) => isMost(this.#own[place] ?? 0)).toSorted(largest(this.#own));
    const entries = members.filter((place) => (this.#entered[place] ?? 0) > 0 && !holding.includes(place)).toSorted(largest(this.#entered));
    return [...holding, ...entries];
  }

  #edgesInto(nodes: readonly JoinedNode[]): ReadonlyMap<number, readonly Edge[]> {
    const entering = new Map<number, Edge[]>();
    for (const [from, { calls }] of nodes.entries()) {
      for (const [to, call] of calls) {
        const component = this.componentOf[to];
        if (component === undefined || component === this.componentOf[from]) continue;
        const edges = entering.get(component) ?? [];
        edges.push({ from, to, ...call });
        entering.set(component, edges);
      }
    }
    return entering;
  }
}

/** How a growth divides among those that call what grew: by what each calls more (or less, where it shrank), else by what each calls. */
function sharesOf(edges: readonly Edge[], growth: number): readonly (readonly [Edge, number])[] {
  const sign = Math.sign(growth);
  const by = (weight: (edge: Edge) => number): readonly (readonly [Edge, number])[] | null => {
    const sum = edges.reduce((all, edge) => all + weight(edge), 0);
    return sum > 0 ? edges.map((edge) => [edge, weight(edge) / sum] as const) : null;
  };
  return (
    by(({ inclusive }) => Math.max(0, sign * deltaOf(inclusive))) ??
    by(({ inclusive }) => (sign > 0 ? inclusive.head : inclusive.base)) ??
    []
  );
}
