import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Box } from '../../../src/core/package-tree/box.ts';
import { bytes } from '../../../src/core/units.ts';
import { FOLDED, foldedToFit } from '../../../src/report/page/folded.ts';
import { boxes } from './boxes.ts';
import { treeOf } from './pages.ts';
import { packageOf, sum } from './synthetic.ts';

function all(box: Box): readonly Box[] {
  return [box, ...box.children.flatMap(all)];
}

function rootOf(box: Box, most: number): Box {
  const [tree] = foldedToFit([treeOf(box)], most);
  if (tree?.kind !== 'tree') throw new Error('no tree');
  return tree.root;
}

/** Each box that holds others is what they are together. */
function wrongSums(box: Box): readonly string[] {
  return all(box)
    .filter(({ children }) => children.length > 0)
    .flatMap(({ name, base, head, children }) =>
      (['zip', 'binary', 'code'] as const).flatMap((measure) => {
        const sum = (side: 'base' | 'head'): number => children.reduce((total, child) => total + (child[side]?.[measure] ?? 0), 0);
        return sum('base') === (base?.[measure] ?? 0) && sum('head') === (head?.[measure] ?? 0) ? [] : [`${name} ${measure}`];
      }),
    );
}

test('a tree that fits stays as it is', () => {
  const box = packageOf({ symbols: 500, binary: 600_000, seed: 1 });
  expect(rootOf(box, 2_000)).toEqual(box);
});

test('one with too many boxes has its smallest joined where they stand, and every sum stays', () => {
  const box = packageOf({ symbols: 5_000, binary: 6_000_000, seed: 2 });
  const root = rootOf(box, 1_500);
  expect(all(root).length).toBeLessThanOrEqual(1_500);
  expect(all(root).some(({ name }) => name === FOLDED)).toBe(true);
  expect([root.base, root.head]).toEqual([box.base, box.head]);
  expect(wrongSums(root)).toEqual([]);
});

test('sums stay whatever is folded', () => {
  fc.assert(
    fc.property(boxes, fc.nat(20), (box, most) => {
      const root = rootOf(box, most);
      expect([root.base, root.head]).toEqual([box.base, box.head]);
      expect(wrongSums(root)).toEqual([]);
    }),
  );
});

test('of several functions all are folded alike', () => {
  const trees = [1, 2].map((seed) => treeOf(packageOf({ symbols: 2_000, binary: 2_000_000, seed })));
  const folded = foldedToFit(trees, 2_000);
  expect(folded.map((tree) => tree.kind === 'tree' && all(tree.root).length < 1_500)).toEqual([true, true]);
  expect(foldedToFit([{ kind: 'none', reason: 'why' }], 0)).toEqual([{ kind: 'none', reason: 'why' }]);
});

test('a crate that changed stays where others are small enough to be joined, and is joined where that is not enough', () => {
  const leaf = (name: string, base: number, head: number): Box => {
    const of = (size: number) => ({ zip: bytes(size), binary: bytes(size), code: bytes(size) });
    return { name, kind: 'crate', base: of(base), head: of(head), children: [] };
  };
  const crates = Array.from({ length: 40 }, (_, at) => leaf(`same_${at}`, 20, 20));
  const box = sum('health.zip', 'package', [...crates, leaf('grew', 20, 21)]);
  const names = (most: number): readonly string[] => rootOf(box, most).children.map(({ name }) => name);
  expect(names(10)).toEqual(['grew', FOLDED]);
  expect(names(2)).toEqual([FOLDED]);
});
