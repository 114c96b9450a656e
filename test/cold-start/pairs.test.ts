import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SamplesSoFar } from '../../src/cold-start/options.ts';
import { samplePairs } from '../../src/cold-start/pairs.ts';
import { ToolError } from '../../src/core/failures.ts';
import { pairPlan, type Script, ScriptedCode, TestClock } from './scripted.ts';

const steady = (init: number) => new ScriptedCode(`steady-${init}`, () => init);

const PLAIN = { looksTaken: 0, end: 'looks' } as const;

function list(...scripts: readonly Script[]): (nth: number) => Script {
  return (nth) => scripts[nth] ?? 10;
}

describe('pairs', () => {
  it('are both made cold, then invoked one after the other, in random order', async () => {
    const calls: string[] = [];
    const [base, head] = [new ScriptedCode('base', () => 10, calls), new ScriptedCode('head', () => 20, calls)];
    const sampled = await samplePairs(pairPlan(base, head, { looks: [40] }));
    expect(sampled).toMatchObject({ end: 'looks', looksTaken: 1, baseFailure: null, headFailure: null });
    expect(sampled.base?.initDurations).toEqual(Array(40).fill(10));
    expect(sampled.head.initDurations).toEqual(Array(40).fill(20));
    expect(new Set([...base.nonces, ...head.nonces]).size).toBe(80);
    const orders = Array.from({ length: 40 }, (_, pair) => calls.slice(pair * 4, pair * 4 + 4));
    for (const order of orders) {
      expect(order.slice(0, 2).toSorted()).toEqual(['configure base', 'configure head']);
      expect(order.slice(2).toSorted()).toEqual(['invoke base', 'invoke head']);
    }
    for (const [place, call] of [
      // The limiter lets one wait for the other: that, too, is a coin's.
      [0, 'configure base'],
      [2, 'invoke base'],
    ] as const) {
      const baseFirst = orders.filter((order) => order[place] === call).length;
      expect(baseFirst).toBeGreaterThan(10);
      expect(baseFirst).toBeLessThan(30);
    }
  });

  it('are looked at as planned, until that decides', async () => {
    const looks: SamplesSoFar[] = [];
    const decide = (look: SamplesSoFar): boolean => {
      looks.push(look);
      return look.taken === 2;
    };
    const sampled = await samplePairs(pairPlan(steady(10), steady(20), { decide }));
    expect(sampled).toMatchObject({ end: 'decided', looksTaken: 2 });
    expect(looks.map(({ base, head, taken, planned }) => [base?.length, head.length, taken, planned])).toEqual([
      [4, 4, 1, 3],
      [8, 8, 2, 3],
    ]);
    expect(sampled.head.pairs).toBe(8);
  });

  it('count only when both sides gave a sample', async () => {
    const base = new ScriptedCode('base', list(11, 'warm', 13, 14, 'lost', 16));
    const head = new ScriptedCode('head', list(21, 22, 23, 'function-error', 25, 26));
    const { base: baseTally, head: headTally } = await samplePairs(pairPlan(base, head, { looks: [4] }));
    expect(baseTally?.toSize(PLAIN, false)).toMatchObject({
      initDuration: [11, 13, 14, 16],
      discarded: [
        { reason: 'warm', count: 1 },
        { reason: 'its answer was lost', count: 1 },
      ],
      functionErrors: 0,
    });
    expect(headTally.toSize(PLAIN, false)).toMatchObject({
      initDuration: [21, 23, 15, 26],
      billedDuration: [10, 10, 10, 10],
      maxMemoryUsed: [20, 20, 20, 20],
      discarded: [{ reason: 'the other side of its pair gave no sample', count: 2 }],
      functionErrors: 1,
    });
    expect(headTally.spent).toEqual({ requests: 12, gbSeconds: expect.closeTo(12 * 0.01 * 0.125, 12) });
    // What was lost may have been billed, and nobody knows how much.
    expect(baseTally?.spent.gbSeconds).toBeCloseTo(11 * 0.01 * 0.125, 12);
  });

  it('place i of both sides is always of the same pair', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 0, max: 9 })), async (stream) => {
        const draws = [...stream.take(400)];
        const at =
          (side: number) =>
          (nth: number): Script =>
            (draws[nth * 2 + side] ?? 0) < 2 ? 'warm' : nth + 1;
        const plan = pairPlan(new ScriptedCode('b', at(0)), new ScriptedCode('h', at(1)), { looks: [10] });
        const sampled = await samplePairs(plan).catch(() => null);
        if (sampled !== null) expect(sampled.base?.initDurations).toEqual(sampled.head.initDurations);
      }),
    );
  });

  it('are taken on two functions that hold the codes in turn, by a coin: half of a look each way, and made anew at each look', async () => {
    const uploads: string[] = [];
    const sampled = await samplePairs(pairPlan(steady(10), steady(20), { looks: [20, 41] }, uploads));
    const { places } = sampled.head;
    expect(sampled.base?.places).toEqual(places);
    const exchanged = (deployment: number): number => places.filter((place) => place.deployment === deployment && place.exchanged).length;
    expect(places).toHaveLength(41);
    expect(exchanged(0)).toBe(10);
    expect([10, 11]).toContain(exchanged(1));
    // In no order that the hosts could be in step with.
    const order = places
      .slice(0, 20)
      .map((place) => (place.exchanged ? 'x' : '-'))
      .join('');
    expect(order).toMatch(/--|xx/);
    // Each pair but a look's first begins with an upload to both, also where the coin said the same again.
    expect(uploads.filter((line) => line.startsWith('upload'))).toHaveLength(2 * (19 + 20));
    expect(uploads.filter((line) => /made|deleted/.test(line))).toEqual(['made 0', 'deleted 0', 'made 1', 'deleted 1']);
  });

  it('throw the first start after an upload away, and pay for it', async () => {
    const head = new ScriptedCode('head', list('init-error'));
    const sampled = await samplePairs(pairPlan(steady(10), head, { looks: [3] }));
    expect(sampled.base?.toSize(PLAIN, false)).toMatchObject({
      initDuration: [10, 10, 10],
      discarded: [{ reason: 'the other side of its pair gave no sample', count: 1 }],
      spent: { requests: 8 },
    });
    expect(sampled.headFailure).toBeNull();
  });

  it('of a new function are head alone', async () => {
    const seen: unknown[] = [];
    const decide = ({ base, taken }: SamplesSoFar): boolean => {
      seen.push(base);
      return taken === 2;
    };
    const sampled = await samplePairs(pairPlan(null, steady(20), { decide }));
    expect(sampled).toMatchObject({ base: null, baseFailure: null, end: 'decided', looksTaken: 2 });
    expect(sampled.head.pairs).toBe(8);
    expect(seen).toEqual([null, null]);
  });
});

describe('the host of an extension', () => {
  it('is sampled alone right after each pair of the first look, and both functions take theirs anew', async () => {
    const uploads: string[] = [];
    const host = new ScriptedCode('host', () => 3);
    const sampled = await samplePairs(pairPlan(steady(10), steady(20), { looks: [4, 6] }, uploads, host));
    expect(sampled.host?.initDurations).toEqual([3, 3, 3, 3]);
    expect([sampled.base?.pairs, sampled.head.pairs]).toEqual([6, 6]);
    // Half of them on each function.
    expect(uploads.filter((line) => /^upload host/.test(line))).toEqual(
      expect.arrayContaining(['upload host to a0', 'upload host to b0', 'upload host to a0', 'upload host to b0']),
    );
    expect(uploads.filter((line) => /^upload (base|head)/.test(line))).toHaveLength(2 * (3 + 1));
    expect(sampled.host?.spent.requests).toBe(8);
  });

  it('that never starts alone blames no side', async () => {
    const host = new ScriptedCode('host', () => 'init-error');
    const sampled = await samplePairs(pairPlan(steady(10), steady(20), { looks: [6] }, [], host));
    expect(sampled).toMatchObject({ end: 'looks', baseFailure: null, headFailure: null });
    expect(sampled.host?.initDurations).toEqual([]);
  });

  it('of a new one is sampled too, and the extension comes back with a start that is thrown away', async () => {
    const uploads: string[] = [];
    const sampled = await samplePairs(pairPlan(null, steady(20), { looks: [3] }, uploads, new ScriptedCode('host', () => 3)));
    expect(sampled.host?.initDurations).toEqual([3, 3, 3]);
    expect(sampled.head.initDurations).toEqual([20, 20, 20]);
    expect(uploads.filter((line) => /^upload/.test(line))).toEqual([
      ...['upload host to a0', 'upload head to a0', 'upload host to a0', 'upload head to a0', 'upload host to a0'],
    ]);
    expect(sampled.head.spent.requests).toBe(6);
  });
});

describe('an init that fails', () => {
  it('as often as it takes to prove it, where the other side never fails, is that of a side that never starts', async () => {
    const head = new ScriptedCode('head', list('init-error', 'init-error', 'warm', 'init-error', 'init-error', 'init-timeout'));
    const sampled = await samplePairs(pairPlan(steady(10), head));
    expect(sampled).toMatchObject({ end: 'never', baseFailure: null });
    expect(sampled.headFailure).toEqual({ status: 'timeout', errorType: null, lastLines: ['boom'] });
    // Nothing to pair with: every good start of base is shown.
    expect(sampled.base?.toSize(PLAIN, true)).toMatchObject({ initDuration: [10, 10, 10, 10, 10, 10], discarded: [] });
  });

  it('now and then is counted, and keeps the looks from ending the sampling', async () => {
    const head = new ScriptedCode('head', (nth) => (nth % 2 === 1 ? 20 : nth % 4 === 0 ? 'init-error' : 'init-timeout'));
    const decide = (): boolean => true;
    const sampled = await samplePairs(pairPlan(steady(10), head, { looks: [4, 8], decide }));
    expect(sampled).toMatchObject({ end: 'looks', looksTaken: 2, headFailure: null });
    expect(sampled.head.toSize(PLAIN, false)).toMatchObject({
      starts: { attempted: 16, failed: 8, timedOut: 4, failure: { status: 'timeout' } },
      discarded: [
        { reason: 'init failed: Runtime.ExitError', count: 4 },
        { reason: 'init failed: timeout', count: 4 },
      ],
    });
    expect(sampled.base?.toSize(PLAIN, false).starts).toEqual({ attempted: 16, failed: 0, timedOut: 0, failure: null });
  });

  it('more often than pairs were planned ends the sampling with what there is', async () => {
    const head = new ScriptedCode('head', (nth) => (nth % 6 === 2 ? 20 : 'init-error'));
    const sampled = await samplePairs(pairPlan(steady(10), head, { looks: [4, 12] }));
    expect(sampled).toMatchObject({ end: 'failures', looksTaken: 1, headFailure: null });
    expect(sampled.head.starts).toMatchObject({ attempted: 16, failed: 13 });
  });

  it('from the first at head, and now and then at base, is asked to the end: three in a row are no proof', async () => {
    const base = new ScriptedCode('base', (nth) => (nth % 2 === 1 ? 10 : 'init-error'));
    const head = new ScriptedCode('head', list(...Array.from({ length: 6 }, () => 'init-error' as const)));
    const sampled = await samplePairs(pairPlan(base, head, { looks: [8] }));
    expect(sampled).toMatchObject({ end: 'failures', headFailure: null });
  });

  it('at both sides is a failure of both', async () => {
    const failing = (name: string) => new ScriptedCode(name, () => 'init-error');
    const sampled = await samplePairs(pairPlan(failing('base'), failing('head')));
    expect(sampled.baseFailure).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' });
    expect(sampled.headFailure).toEqual(sampled.baseFailure);
  });

  it('at head is asked for until base is known', async () => {
    const base = new ScriptedCode('base', list('lost', 'lost', 'warm', 12, 12, 12, 12, 12));
    const sampled = await samplePairs(pairPlan(base, new ScriptedCode('head', () => 'init-error')));
    expect(sampled).toMatchObject({ end: 'never', baseFailure: null });
    expect(sampled.base?.toSize(PLAIN, true).initDuration).toEqual([12, 12, 12, 12, 12]);
  });
});

describe('the end', () => {
  it('comes after five discards in a row, with the reasons', async () => {
    const head = new ScriptedCode('the-head', list(20, 'warm', 'lost', 'warm', 'warm', 'warm'));
    const error = await samplePairs(pairPlan(steady(10), head)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolError);
    expect(String(error)).toMatch(/5 invocations of head in a0 and b0 gave no sample.*4 × warm; 1 × its answer was lost/);
  });

  it('comes when more pairs are lost than were planned', async () => {
    const head = new ScriptedCode('the-head', (nth) => (nth % 4 === 3 ? 20 : 'warm'));
    await expect(samplePairs(pairPlan(steady(10), head))).rejects.toThrow(/13 pairs gave no sample.*head: 13 × warm/);
  });

  it('comes with the time, and what came by then is looked at', async () => {
    const clock = new TestClock();
    const slow = new ScriptedCode('head', () => {
      clock.time += 1_000;
      return 20;
    });
    const looks: number[] = [];
    const decide = ({ taken }: SamplesSoFar): boolean => {
      looks.push(taken);
      return false;
    };
    const plan = pairPlan(steady(10), slow, { clock, decide, deadline: clock.time + 6_000 });
    const sampled = await samplePairs(plan);
    expect(sampled).toMatchObject({ end: 'time', looksTaken: 2 });
    expect(sampled.head.pairs).toBe(6);
    expect(looks).toEqual([1]);
  });
});
