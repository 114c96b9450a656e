/**
 * Tarjan's strongly connected components of a graph, given by what each node leads to: a number for each node, alike for those that lead to each
 * other. A component's number is greater than those of all that it leads to. With a stack of its own: call chains may be longer than JavaScript's.
 */
export function componentsOf(callees: readonly { keys(): Iterator<number, undefined> }[]): readonly number[] {
  const order = new Map<number, number>();
  const low: number[] = [];
  const components: number[] = [];
  const open: number[] = [];
  let number = 0;
  for (const start of callees.keys()) {
    if (order.has(start)) continue;
    const stack = [enter(start)];
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const { place, left } = frame;
      const next = left.next();
      if (next.done !== true) {
        const seen = order.get(next.value);
        if (seen === undefined) stack.push(enter(next.value));
        else if (components[next.value] === undefined) low[place] = Math.min(low[place] ?? seen, seen);
        continue;
      }
      stack.pop();
      const caller = stack.at(-1)?.place;
      if (caller !== undefined) low[caller] = Math.min(low[caller] ?? 0, low[place] ?? 0);
      if (low[place] === order.get(place)) close(place);
    }
  }
  return components;

  function enter(place: number): { readonly place: number; readonly left: Iterator<number, undefined> } {
    low[place] = order.size;
    order.set(place, order.size);
    open.push(place);
    return { place, left: (callees[place] ?? new Map<number, never>()).keys() };
  }

  function close(root: number): void {
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      components[place] = number;
      if (place === root) break;
    }
    number += 1;
  }
}
