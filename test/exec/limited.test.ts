import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { limited } from '../../src/exec/limited.ts';

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
};

it('a limited signal aborts when its time is over, whatever was collected meanwhile', async () => {
  using limit = limited(new AbortController().signal, 300);
  const { signal } = limit;
  let heard = false;
  signal.addEventListener('abort', () => {
    heard = true;
  });
  collectGarbage();
  expect([signal.aborted, limit.isOver()]).toEqual([false, false]);
  await sleep(500);
  expect([heard, signal.aborted, limit.isOver()]).toEqual([true, true, true]);
});

it('and when the one does that it comes from, which is not its time', async () => {
  const outer = new AbortController();
  using limit = limited(outer.signal, 10_000);
  outer.abort();
  expect([limit.signal.aborted, limit.isOver()]).toEqual([true, false]);
});
