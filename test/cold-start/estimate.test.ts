import { describe, expect, it } from 'vitest';
import { estimateOf, estimateSentence } from '../../src/cold-start/estimate.ts';
import { lanesFor, sideBySide } from '../../src/cold-start/lanes.ts';

const PACKAGE = { zip: 'x.zip', arch: 'x86_64', sha: 'a'.repeat(40) } as const;
const ten = Array.from({ length: 10 }, (_, place) => ({
  ...{ kind: 'function' as const, name: `f${place}`, crate: 'f', base: PACKAGE, head: PACKAGE, settings: {} },
}));
const jobs = ten.map((wanted) => ({ wanted }));
const LOOKS = [20, 40, 60];

describe('the estimate', () => {
  it('of ten functions is under a quarter of an hour, where all have a lane', () => {
    const { sizes, least, most } = estimateOf(jobs, LOOKS, 24);
    expect(sizes).toBe(10);
    expect(least / 60_000).toBeCloseTo(4.1, 1);
    expect(most / 60_000).toBeLessThan(13);
  });

  it('grows with what has to wait for a lane', () => {
    const [one, two] = [estimateOf(jobs, LOOKS, 10), estimateOf(jobs, LOOKS, 5)];
    expect(two.most).toBeCloseTo(2 * one.most, -3);
    expect(estimateOf(jobs.slice(0, 1), LOOKS, 24).most).toBe(one.most);
    expect(estimateOf([{ wanted: { kind: 'function', base: null } }], LOOKS, 1).most).toBeLessThan(one.most / 2);
    expect(estimateOf([], LOOKS, 1).most).toBe(0);
  });

  it('is a sentence, with the cap where that is less', () => {
    const plan = { functions: ten, looks: LOOKS, cap: 900_000 };
    expect(estimateSentence(estimateOf([...jobs, ...jobs], LOOKS, 24), plan)).toBe(
      'cold starts: 10 functions, 20 memory sizes in all, up to 60 pairs each, 20 at once: 5 to 13 min expected',
    );
    expect(estimateSentence(estimateOf([...jobs, ...jobs], LOOKS, 2), plan)).toMatch(
      /, 2 at once: 41 to 123 min expected, and the cap is 15 min: what it leaves out is named$/,
    );
  });
});

describe('lanes', () => {
  it.each([
    [null, 2],
    [0, 1],
    [10, 1],
    [100, 10],
    [1_000, 24],
  ])('for a concurrency of %s: %d', (concurrency, lanes) => {
    expect(lanesFor(concurrency)).toBe(lanes);
  });

  it('never hold more jobs than there are, keep their order, and end with the first that throws', async () => {
    let [running, most] = [0, 0];
    const begun: number[] = [];
    const job = async (number: number): Promise<number> => {
      begun.push(number);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5 - number));
      running -= 1;
      if (number === 3) throw new Error('the third');
      return number * 10;
    };
    expect(await sideBySide([0, 1, 2], 2, job)).toEqual([0, 10, 20]);
    expect(most).toBe(2);
    begun.length = 0;
    await expect(sideBySide([3, 0, 1, 2], 2, job)).rejects.toThrow('the third');
    expect(begun).toEqual([3, 0]);
    expect(running).toBe(0);
  });
});
