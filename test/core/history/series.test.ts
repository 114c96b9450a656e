import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesIn } from '../../../src/core/history/series.ts';
import { aLine, lines } from './lines.ts';

const sha = (digit: string): string => digit.repeat(40);
const commitsOf = (some: Parameters<typeof seriesIn>[0]) => seriesIn(some).map(({ points }) => points.map(({ line }) => line.commit));

describe('a series', () => {
  it('has commits of one second, and of a clock that went back, after those that they were compared with', () => {
    const [first, second, third] = [
      aLine({ commit: sha('f'), base: null }),
      aLine({ commit: sha('e'), base: sha('f') }),
      aLine({ commit: sha('d'), base: sha('e'), time: '2026-11-27T11:00:00Z' }),
    ];
    expect(commitsOf([third, second, first])).toEqual([[sha('f'), sha('e'), sha('d')]]);
  });

  it('is by time without such a word, also where two name each other', () => {
    const some = [
      aLine({ commit: sha('a'), base: sha('b'), time: '2026-11-27T12:00:01Z' }),
      aLine({ commit: sha('b'), base: sha('a'), time: '2026-11-27T12:00:02Z' }),
      aLine({ commit: sha('9'), base: null, time: '2026-11-27T12:00:00Z' }),
    ];
    expect(commitsOf(some).flat().toSorted()).toEqual([sha('9'), sha('a'), sha('b')]);
    expect(commitsOf(some)[0]?.[0]).toBe(sha('9'));
  });

  it('has each line once, whatever the lines are', () => {
    fc.assert(
      fc.property(lines, (some) => {
        const points = seriesIn(some).flatMap((one) => one.points);
        expect(
          new Set(
            points.map(({ line }) => `${line.commit} ${JSON.stringify([line.function, line.crate, line.leg, line.arch, line.profile])}`),
          ).size,
        ).toBe(points.length);
      }),
    );
  });
});
