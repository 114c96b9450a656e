import { expect, test } from 'vitest';
import { nearest } from '../../../src/browser/page/geometry.ts';

const box = (name: string, x: number, y: number, width: number, height: number, depth = 1) => ({ name, x, y, width, height, depth });
/** One large on the left, three below each other on the right, and one inside of the large one. */
const BOXES = [
  box('large', 0, 0, 100, 90),
  box('top', 101, 0, 50, 30),
  box('middle', 101, 31, 50, 28),
  box('low', 101, 60, 50, 30),
  box('in', 10, 10, 20, 20, 2),
];
const [LARGE, TOP, MIDDLE] = BOXES;

test('an arrow leads to the next box of the same depth on that side', () => {
  if (LARGE === undefined || TOP === undefined || MIDDLE === undefined) throw new Error('three boxes');
  const name = (from: typeof LARGE, direction: Parameters<typeof nearest>[2]): string | null =>
    nearest(from, BOXES, direction)?.name ?? null;
  expect([name(LARGE, 'right'), name(LARGE, 'left'), name(LARGE, 'up'), name(LARGE, 'down')]).toEqual(['top', null, null, null]);
  expect([name(TOP, 'left'), name(TOP, 'down'), name(TOP, 'up')]).toEqual(['large', 'middle', null]);
  expect([name(MIDDLE, 'down'), name(MIDDLE, 'up'), name(MIDDLE, 'left'), name(MIDDLE, 'right')]).toEqual(['low', 'top', 'large', null]);
});
