import { expect, it } from 'vitest';
import type { ColdStartPlan } from '../../src/cold-start/options.ts';
import { sampleColdStarts } from '../../src/cold-start/run.ts';
import { compareColdStarts, NO_COLD_START } from '../../src/core/compare/cold-start.ts';
import { coldStartBreachOf } from '../../src/core/judge/cold-start.ts';
import { coldStartMeasurement } from '../../src/core/snapshot/cold-start.ts';

import type { FunctionSnapshot, ScriptedFailure } from '../doubles/lambda/options.ts';
import type { LambdaFault } from '../doubles/lambda.ts';
import { aRowFunction } from '../report/builders.ts';
import { TestAccount } from './account.ts';

const CRASH: ScriptedFailure = { kind: 'error', duration: 5, errorType: 'Runtime.ExitError' };
const HANG: ScriptedFailure = { kind: 'timeout' };
type Start = number | ScriptedFailure;

/** Both sides sampled on the double, compared and judged; nothing limits them. */
async function judged(base: (nth: number) => Start, head: (nth: number) => Start, fault?: LambdaFault, plan: Partial<ColdStartPlan> = {}) {
  // Each code counts the starts of its own, from 1: it runs on several functions in turn, and one right after an upload is none of them.
  let [bases, heads] = [0, 0];
  const forced = new Set<string | undefined>(['created']);
  const play = (_: string, __: number, { environment: { COLDGATE_NONCE: nonce }, description }: FunctionSnapshot): Start => {
    if (forced.has(nonce)) return 14;
    forced.add(nonce);
    const isBase = /holds base/.test(description);
    bases += isBase ? 1 : 0;
    heads += isBase ? 0 : 1;
    return isBase ? base(bases) : head(heads);
  };
  await using account = await TestAccount.open({ initDurations: play });
  if (fault !== undefined) account.double.faults.add(fault);
  const { functions } = await sampleColdStarts(account.options({ looks: [10, 20], decide: () => true, ...plan }), account.host);
  const [before, after] = [functions[0]?.base, functions[0]?.head].map((side) => coldStartMeasurement.parse(side));
  const pair = { base: { coldStart: before ?? null, arch: 'x86_64' }, head: { coldStart: after ?? null, arch: 'x86_64' } } as const;
  const [coldStart = NO_COLD_START] = compareColdStarts([pair]);
  return { coldStart, breaches: coldStartBreachOf(aRowFunction('health', {}, { coldStart })) };
}

const good = (): Start => 14;
const every =
  (nth: number, failure: ScriptedFailure) =>
  (start: number): Start =>
    start % nth === 0 ? failure : 15;

it('a head whose init crashes in every second start is a breach', async () => {
  const { coldStart, breaches } = await judged(good, every(2, CRASH));
  expect(breaches).toEqual([
    {
      ...{ kind: 'cold-start', function: 'health', status: 'error', errorType: 'Runtime.ExitError', lastLines: expect.any(Array) },
      counts: { base: { attempted: 39, failed: 0, timedOut: 0 }, head: { attempted: 39, failed: 19, timedOut: 0 } },
    },
  ]);
  // What started is compared all the same.
  expect(coldStart.sizes[0]?.change?.pairs).toBe(20);
});

it('one whose init runs out of time in every third start is, too', async () => {
  const { breaches } = await judged(good, every(3, HANG));
  expect(breaches).toMatchObject([{ status: 'timeout', counts: { head: { timedOut: 9, failed: 9 } } }]);
});

it('one that fails as often as base is none, and the counts are told', async () => {
  const { coldStart, breaches } = await judged(every(2, CRASH), (nth) => every(2, CRASH)(nth + 1));
  expect(breaches).toEqual([]);
  expect(coldStart.failing).toMatchObject({ proven: false, errorType: 'Runtime.ExitError' });
});

it('one that the REPORT alone tells of is a failed start, and no warm one', async () => {
  const starts = await judged(good, good, { kind: 'silent-crash', action: 'Invoke', description: /holds head/, after: 4, times: 24 });
  expect(starts.breaches).toMatchObject([{ errorType: 'Runtime.ExitError', counts: { base: { failed: 0 } } }]);
  // Half of them met starts that are thrown away.
  expect(starts.coldStart.failing?.counts.head.failed).toBeGreaterThanOrEqual(11);
});

it('an extension at head that prints its own trouble as Lambda does is no failed start, and no figure', async () => {
  const always = Number.POSITIVE_INFINITY;
  const { coldStart, breaches } = await judged(good, good, {
    ...{ kind: 'extension-report', action: 'Invoke', description: /holds head/, times: always },
  });
  expect(breaches).toEqual([]);
  expect(coldStart).toMatchObject({ state: { kind: 'measured' }, failing: null, sizes: [{ base: { median: 14 }, head: { median: 14 } }] });
});

it('one failure alone is none', async () => {
  const { coldStart, breaches } = await judged(good, (nth) => (nth === 7 ? CRASH : 15));
  expect(breaches).toEqual([]);
  expect(coldStart.failing).toMatchObject({ proven: false, counts: { base: { failed: 0 }, head: { attempted: 21, failed: 1 } } });
});

it('a head that never starts beside a base that does so now and then is a breach by its counts', async () => {
  const { breaches } = await judged(every(3, CRASH), () => CRASH);
  expect(breaches).toMatchObject([{ counts: { head: { attempted: 21, failed: 21 } } }]);
});

it('failed starts count where AWS ends the sampling before the first look', async () => {
  const denied = { kind: 'access-denied', action: 'UpdateFunctionCode', after: 22, times: Number.POSITIVE_INFINITY } as const;
  const { coldStart, breaches } = await judged(good, every(2, CRASH), denied, { looks: [60] });
  expect(coldStart.state).toMatchObject({ kind: 'none', code: 'aws', reason: expect.stringContaining('lambda:UpdateFunctionCode') });
  expect(coldStart.sizes).toEqual([]);
  expect(breaches).toEqual([]);
  expect(coldStart.failing).toMatchObject({ counts: { base: { failed: 0 }, head: { attempted: 12, failed: 6 } } });
});

it('after it what was sampled is kept and compared, as at the cap, with the reason', async () => {
  const denied = { kind: 'access-denied', action: 'UpdateFunctionCode', after: 50, times: Number.POSITIVE_INFINITY } as const;
  const { coldStart, breaches } = await judged(good, (nth) => 28 + nth / 100, denied, { looks: [10, 60], decide: () => false });
  expect(breaches).toEqual([]);
  expect(coldStart.state).toEqual({ kind: 'measured' });
  // Two looks' own first pairs need no upload.
  expect(coldStart.looks).toEqual({ taken: 2, planned: 2 });
  expect(coldStart.sizes[0]).toMatchObject({
    ...{ base: { samples: 27 }, head: { samples: 27 }, verdict: 'slower', stopped: false },
    cut: expect.stringMatching(/^AWS does not allow lambda:UpdateFunctionCode on /),
  });
});

it('after it failed starts are tested, too', async () => {
  const denied = { kind: 'access-denied', action: 'UpdateFunctionCode', after: 50, times: Number.POSITIVE_INFINITY } as const;
  const { coldStart, breaches } = await judged(good, every(2, CRASH), denied);
  expect(coldStart.sizes[0]?.cut).toMatch(/lambda:UpdateFunctionCode/);
  expect(breaches).toMatchObject([{ counts: { base: { failed: 0 }, head: { failed: 13 } } }]);
});

it('and where the time is up before the first look', async () => {
  let now = 0;
  // How often it is asked differs from run to run: time for far more starts than a breach needs, and far fewer than the look.
  const clock = { now: () => (now += 100), sleep: () => Promise.resolve() };
  const { coldStart, breaches } = await judged(good, every(2, CRASH), undefined, { looks: [200], clock, cap: 120_000 });
  expect(coldStart.state).toMatchObject({ kind: 'none', code: 'aws', reason: expect.stringContaining('the cap') });
  expect(breaches).toMatchObject([{ counts: { base: { failed: 0 } } }]);
});
