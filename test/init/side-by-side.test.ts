import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sideBySide } from '../../src/init/side-by-side.ts';

describe('jobs side by side', () => {
  it('are answered in their order, and never more at once than there are lanes', async () => {
    let [now, most] = [0, 0];
    const jobs = [5, 1, 4, 2, 3].map((value) => async () => {
      now += 1;
      most = Math.max(most, now);
      await sleep(value);
      now -= 1;
      return value;
    });
    expect(await sideBySide(jobs, 2)).toEqual([5, 1, 4, 2, 3]);
    expect(most).toBe(2);
  });

  it('are not begun any more once one says that it is enough', async () => {
    const begun: number[] = [];
    const jobs = [1, 2, 3, 4].map((value) => async () => {
      begun.push(value);
      return value;
    });
    expect(await sideBySide(jobs, 1, (value) => value === 2)).toEqual([1, 2]);
    expect(begun).toEqual([1, 2]);
  });

  it('throw what one throws, when those beside it are done', async () => {
    let isDone = false;
    const jobs = [
      async () => {
        throw new Error('no');
      },
      async () => {
        await sleep(20);
        isDone = true;
      },
      async () => {
        throw new Error('begun after all');
      },
    ];
    await expect(sideBySide<void>(jobs, 2)).rejects.toThrow(/^no$/);
    expect(isDone).toBe(true);
  });
});
