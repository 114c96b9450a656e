import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Dimension, renderApart, renderBytes, renderDelta, renderInteger, renderMillis, renderRatio } from '../../src/core/units.ts';
import { line, medianRow } from '../../src/report/markdown/init-figures.ts';
import { dollarsApart, millisApart } from '../../src/report/text/cold-start.ts';
import { sampledText } from '../../src/report/text/cold-start-cell.ts';
import { changeText, growthText, signedInteger } from '../../src/report/text/figures.ts';
import { timesText } from '../../src/report/text/init-times.ts';

/** Whole bytes, counts with the halves that medians of an even number of samples have, times to the nanosecond; often close to each other. */
const whole = fc.integer({ min: 0, max: 3_000_000_000 });
const half = whole.map((twice) => twice / 2);
const time = fc.integer({ min: 1, max: 2_000_000_000 }).map((nanos) => nanos / 1e6);
const pairOf = (figure: fc.Arbitrary<number>, step: number) =>
  fc.oneof(
    fc.tuple(figure, figure),
    fc.tuple(figure, fc.integer({ min: -20, max: 20 })).map(([base, by]) => [base, Math.max(0, base + by * step)] as const),
  );
const figures: fc.Arbitrary<readonly [Dimension, number, number]> = fc.oneof(
  pairOf(whole, 1).map(([base, head]) => ['size', base, head] as const),
  pairOf(half, 0.5).map(([base, head]) => ['count', base, head] as const),
  pairOf(time, 1e-6).map(([base, head]) => ['time', base, head] as const),
);

/** A sign before what is nothing as it stands there. */
const SIGNED_ZERO = /[+−]0(?:\.0+)?(?![\d.,])/;
const RENDER = { size: renderBytes, count: renderInteger, time: renderMillis } as const;

function sidesIn(text: string): readonly string[] {
  return (/^(.+?) → ([^,(]+)/.exec(text) ?? []).slice(1).map((side) => side.trim());
}

function expectTold(text: string, base: number, head: number): void {
  expect(text).not.toMatch(SIGNED_ZERO);
  const [from, to] = sidesIn(text);
  if (base !== head && from !== undefined) expect(from, text).not.toBe(to);
}

describe('what a figure became', () => {
  it.each([
    ['9', '9.5', '+0.5 (+5.6 %)', 9, 9.5],
    ['9.5', '9', '−0.5 (−5.3 %)', 9.5, 9],
    ['9', '9.4', '+0.4 (+4.4 %)', 9, 9.4],
    ['1,000', '1,000', '0', 1_000, 1_000],
  ])('%s → %s is told as %s', (base, head, change, from, to) => {
    expect(line('page faults', { base: from, head: to }, renderInteger)).toEqual([`| page faults | ${base} | ${head} | ${change} |`]);
  });

  it.each([
    ['size', 919_012, 919_024, '919.01 kB → 919.02 kB, +12 B'],
    ['count', 9, 9.5, '9 → 9.50, +0.50 (+5.6 %)'],
    ['time', 3.1012, 3.1013, '3.1012 ms → 3.1013 ms, +0.0001 ms'],
  ] as const)('of a %s has as many digits as tell its sides apart', (dimension, base, head, text) => {
    expect(changeText({ base, head }, dimension)).toBe(text);
  });

  test('never stands as what it was, and nothing has no sign', () => {
    fc.assert(
      fc.property(figures, ([dimension, base, head]) => {
        const sides = { base: { median: base, p90: base }, head: { median: head, p90: head } };
        expectTold(changeText({ base, head }, dimension), base, head);
        expectTold(growthText(base, head, dimension), base, head);
        expectTold(renderDelta(head - base, dimension), base, head);
        expectTold(timesText(sides), base, head);
        expectTold(sampledText({ base: { ...sides.base, interval: { lower: 0, upper: 0 }, samples: 1 }, change: null }, head), base, head);
        expectTold(millisApart(base, head), base, head);
        expectTold(dollarsApart(base, head), base, head);
        const [row = ''] = line('x', { base, head }, RENDER[dimension]);
        const [, , from, to, change = ''] = row.split(' | ').map((cell) => cell.replaceAll('|', '').trim());
        expect(change).not.toMatch(SIGNED_ZERO);
        if (base !== head) expect(from, row).not.toBe(to);
        const [median = ''] = medianRow('x', { ...sides, change: null, verdict: null });
        expect(median).not.toMatch(SIGNED_ZERO);
      }),
      { numRuns: 2_000 },
    );
  });

  test('beyond what floating point can tell is nothing', () => {
    for (const [base, head] of [
      [0.3, 0.1 + 0.2],
      [0.1 + 0.2, 0.3],
    ] as const) {
      expect(renderDelta(head - base, 'time')).toBe('0');
      expect(changeText({ base, head }, 'time')).not.toMatch(SIGNED_ZERO);
    }
    for (const value of [-0, -0.001, -1e-17]) expect(renderMillis(value)).toBe(value === 0 ? '0 ms' : '0.00 ms');
    expect(renderApart(-0.001, 0.001, renderMillis)).toEqual(['−0.001 ms', '0.001 ms']);
  });

  test('to the byte has a sign where it is something', () => {
    fc.assert(
      fc.property(half, half, (base, head) => {
        expect(signedInteger(head - base)).not.toMatch(SIGNED_ZERO);
        expect(signedInteger(head - base) === '0').toBe(base === head);
      }),
    );
  });

  test('as a share is all of it only where nothing is left', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), (ratio) => {
        expect(renderRatio(ratio)).not.toMatch(SIGNED_ZERO);
        expect(/^−100(\.0+)? %$/.test(renderRatio(ratio))).toBe(ratio === 0);
      }),
    );
    expect(renderRatio(0.0004)).toBe('−99.9 %');
  });
});
