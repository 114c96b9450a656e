import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace, systemClock } from '../../src/cold-start/clock.ts';
import { Cancelled } from '../../src/core/failures.ts';

describe('the pace', () => {
  it('lets a burst through, then one place after the other', () => {
    const pace = new Pace(10, 3);
    expect(Array.from({ length: 6 }, () => pace.take(5_000))).toEqual([0, 0, 0, 100, 200, 300]);
    expect(pace.take(60_000)).toBe(0);
  });

  it('is never more than so many in any second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 30, maxLength: 80 }), (gaps) => {
        const pace = new Pace(10, 3);
        let now = 0;
        const starts = gaps.map((gap) => {
          now += gap;
          return now + pace.take(now);
        });
        for (const start of starts) {
          const within = starts.filter((other) => other >= start && other < start + 1_000);
          expect(within.length).toBeLessThanOrEqual(13);
        }
      }),
    );
  });
});

it('a wait ends when the run is cancelled', async () => {
  const stop = new AbortController();
  const waiting = systemClock.sleep(60_000, stop.signal);
  stop.abort();
  await expect(waiting).rejects.toBeInstanceOf(Cancelled);
});
