import { expect, test } from 'vitest';
import { type Drawn, layoutOf, SMALLEST } from '../../../src/browser/page/layout.ts';
import { areaOf, placesOf } from '../../../src/browser/page/place.ts';
import { SIDES } from '../../../src/report/page/address.ts';
import { packageOf } from '../../report/page/synthetic.ts';

const ROOT = placesOf(packageOf({ symbols: 3_000, binary: 4_000_000, seed: 4 }));
const SIZE = { measure: 'binary', width: 900, height: 600 } as const;

function contains(outer: Drawn, inner: Drawn): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function overlap(one: Drawn, other: Drawn): boolean {
  const apart =
    one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
  return !apart;
}

test.each(SIDES)('of %s each box stands in the one that holds it, beside the others, and can be seen', (side) => {
  const drawn = layoutOf(ROOT, { ...SIZE, side });
  expect(drawn.length).toBeGreaterThan(50);
  const byPlace = new Map(drawn.map((box) => [box.place, box]));
  for (const box of drawn) {
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(SMALLEST);
    const outer = box.place.parent === null ? undefined : byPlace.get(box.place.parent);
    if (outer !== undefined) expect(contains(outer, box)).toBe(true);
  }
  const level = drawn.filter(({ depth }) => depth === 2);
  expect(level.flatMap((one, at) => level.slice(at + 1).filter((other) => overlap(one, other)))).toEqual([]);
});

test('is as large as what it weighs, beside the others in its box', () => {
  const binary = ROOT.children.find(({ box }) => box.kind === 'binary');
  if (binary === undefined) throw new Error('no binary');
  const drawn = layoutOf(binary, { ...SIZE, side: 'head' }).filter(({ depth }) => depth === 1);
  const [pixels, weight] = [SIZE.width * SIZE.height, areaOf(binary, 'binary', 'head')];
  for (const { place, width, height } of drawn.slice(0, 10)) {
    const share = (width * height) / pixels;
    // Whole pixels, and the line between two boxes.
    expect(Math.abs(share / (areaOf(place, 'binary', 'head') / weight) - 1)).toBeLessThan(0.06);
  }
});

test('of nothing, or in no room, is nothing', () => {
  expect(layoutOf(ROOT, { ...SIZE, width: 2, side: 'head' })).toEqual([]);
  const same = placesOf(packageOf({ symbols: 50, binary: 10_000, seed: 1 }));
  const [libc] = same.children.flatMap(({ children }) => children).filter(({ box }) => box.name === 'libc');
  if (libc === undefined) throw new Error('no libc');
  expect(layoutOf(libc, { ...SIZE, side: 'difference' })).toEqual([]);
});
