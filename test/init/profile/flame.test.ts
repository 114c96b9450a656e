import { expect, it } from 'vitest';
import { FIRST_RESPONSE } from '../../../src/core/flame.ts';
import { flameOf } from '../../../src/init/profile/flame.ts';
import type { CostGraph } from '../../../src/init/profile/graph.ts';

/** Functions that call nothing. */
const graphOf = (...costs: readonly (readonly [name: string, cost: number])[]): CostGraph => ({
  total: costs.reduce((sum, [, cost]) => sum + cost, 0),
  nodes: costs.map(([name, cost], cycle) => ({ crate: 'health', name, self: cost, inclusive: cost, cycle, calls: new Map() })),
});

it('the first response is one node beside what init did, and the root has both', () => {
  const tree = flameOf({
    base: { init: graphOf(['main', 900]), response: graphOf(['handle', 100]) },
    head: { init: graphOf(['main', 400]), response: graphOf(['handle', 600]) },
  });
  expect(tree).toMatchObject({
    base: 1_000,
    head: 1_000,
    children: [
      { name: FIRST_RESPONSE, crate: '', base: 100, head: 600, children: [{ name: 'handle', crate: 'health', base: 100, head: 600 }] },
      { name: 'main', base: 900, head: 400 },
    ],
  });
});

it('there is none where no event was handed over, and of base where base was not', () => {
  const init = graphOf(['main', 900]);
  expect(flameOf({ base: null, head: { init, response: null } }).children.map(({ name }) => name)).toEqual(['main']);
  expect(flameOf({ base: { init, response: null }, head: { init, response: graphOf(['handle', 50]) } }).children).toMatchObject([
    { name: 'main' },
    { name: FIRST_RESPONSE, base: 0, head: 50 },
  ]);
});
