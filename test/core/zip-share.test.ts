import { expect, it } from 'vitest';
import { shareTolerance } from '../../src/core/zip-share.ts';

it('is 1 kB, and of large shares 2 %', () => {
  expect([0, 1, 50_000, 100_000, 1_000_000].map(shareTolerance)).toEqual([1_000, 1_000, 1_000, 2_000, 20_000]);
});

it.each([
  [6_941, 350, 'libunwind in axum with regex'],
  [64_456, 233, 'serde_json in axum with a table'],
  [131_491, 416, 'encoding_rs in axum with regex'],
  [132_590, 895, 'encoding_rs in health, from regex to none'],
])('holds a share of %i B that moved by %i B without a change: %s', (base, moved) => {
  expect(moved).toBeLessThan(shareTolerance(base));
});
