import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SamplesSoFar } from '../../src/cold-start/options.ts';
import { samplePairs } from '../../src/cold-start/pairs.ts';
import { ToolError } from '../../src/core/failures.ts';
import { pairPlan, type Script, ScriptedSubject, TestClock } from './scripted.ts';

const steady = (init: number) => new ScriptedSubject(`steady-${init}`, () => init);

function list(...scripts: readonly Script[]): (nth: number) => Script {
  return (nth) => scripts[nth] ?? 10;
}

describe('pairs', () => {
  it('are both made cold, then invoked one after the other, in random order', async () => {
    const calls: string[] = [];
    const [base, head] = [new ScriptedSubject('base', () => 10, calls), new ScriptedSubject('head', () => 20, calls)];
    const sampled = await samplePairs(base, head, pairPlan({ looks: [40] }));
    expect(sampled).toMatchObject({ end: 'planned', looksTaken: 1, baseFailure: null, headFailure: null });
    expect(sampled.base?.initDurations).toEqual(Array(40).fill(10));
    expect(sampled.head.initDurations).toEqual(Array(40).fill(20));
    expect(new Set([...base.nonces, ...head.nonces]).size).toBe(80);
    const orders = Array.from({ length: 40 }, (_, pair) => calls.slice(pair * 4, pair * 4 + 4));
    for (const order of orders) {
      expect(order.slice(0, 2).toSorted()).toEqual(['configure base', 'configure head']);
      expect(order.slice(2).toSorted()).toEqual(['invoke base', 'invoke head']);
    }
    const baseFirst = orders.filter((order) => order[2] === 'invoke base').length;
    expect(baseFirst).toBeGreaterThan(10);
    expect(baseFirst).toBeLessThan(30);
  });

  it('are looked at as planned, until that decides', async () => {
    const looks: SamplesSoFar[] = [];
    const decide = (look: SamplesSoFar): boolean => {
      looks.push(look);
      return look.taken === 2;
    };
    const sampled = await samplePairs(steady(10), steady(20), pairPlan({ decide }));
    expect(sampled).toMatchObject({ end: 'decided', looksTaken: 2 });
    expect(looks.map(({ base, head, taken, planned }) => [base?.length, head.length, taken, planned])).toEqual([
      [4, 4, 1, 3],
      [8, 8, 2, 3],
    ]);
    expect(sampled.head.pairs).toBe(8);
  });

  it('count only when both sides gave a sample', async () => {
    const base = new ScriptedSubject('base', list(11, 'warm', 13, 14, 'lost', 16));
    const head = new ScriptedSubject('head', list(21, 22, 23, 'function-error', 25, 26));
    const { base: baseTally, head: headTally } = await samplePairs(base, head, pairPlan({ looks: [4] }));
    expect(baseTally?.toSize(0, false)).toMatchObject({
      initDuration: [11, 13, 14, 16],
      discarded: [
        { reason: 'warm', count: 1 },
        { reason: 'its answer was lost', count: 1 },
      ],
      functionErrors: 0,
    });
    expect(headTally.toSize(0, false)).toMatchObject({
      initDuration: [21, 23, 15, 26],
      billedDuration: [10, 10, 10, 10],
      maxMemoryUsed: [20, 20, 20, 20],
      discarded: [{ reason: 'the other side of its pair gave no sample', count: 2 }],
      functionErrors: 1,
    });
    expect(headTally.spent).toEqual({ requests: 6, gbSeconds: expect.closeTo(6 * 0.01 * 0.125, 12) });
    // What was lost may have been billed, and nobody knows how much.
    expect(baseTally?.spent.gbSeconds).toBeCloseTo(5 * 0.01 * 0.125, 12);
  });

  it('place i of both sides is always of the same pair', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 0, max: 9 })), async (stream) => {
        const draws = [...stream.take(400)];
        const at =
          (side: number) =>
          (nth: number): Script =>
            (draws[nth * 2 + side] ?? 0) < 2 ? 'warm' : nth + 1;
        const plan = pairPlan({ looks: [10] });
        const sampled = await samplePairs(new ScriptedSubject('b', at(0)), new ScriptedSubject('h', at(1)), plan).catch(() => null);
        if (sampled !== null) expect(sampled.base?.initDurations).toEqual(sampled.head.initDurations);
      }),
    );
  });

  it('drop the first after an upload', async () => {
    const [base, head] = [new ScriptedSubject('base', list(900)), new ScriptedSubject('head', list('init-error'))];
    const sampled = await samplePairs(base, head, pairPlan({ looks: [3], isFresh: true }));
    expect(sampled.base?.toSize(0, false)).toMatchObject({
      initDuration: [10, 10, 10],
      discarded: [{ reason: 'the first after an upload', count: 1 }],
      spent: { requests: 4 },
    });
    expect(sampled.headFailure).toBeNull();
  });

  it('of a new function are head alone', async () => {
    const seen: unknown[] = [];
    const decide = ({ base, taken }: SamplesSoFar): boolean => {
      seen.push(base);
      return taken === 2;
    };
    const sampled = await samplePairs(null, steady(20), pairPlan({ decide }));
    expect(sampled).toMatchObject({ base: null, baseFailure: null, end: 'decided', looksTaken: 2 });
    expect(sampled.head.pairs).toBe(8);
    expect(seen).toEqual([null, null]);
  });
});

describe('an init that fails', () => {
  it('thrice without a good start between is a failure of that side', async () => {
    const head = new ScriptedSubject('head', list(20, 'init-error', 'warm', 'init-error', 'init-timeout'));
    const sampled = await samplePairs(steady(10), head, pairPlan());
    expect(sampled).toMatchObject({ end: 'failed', baseFailure: null });
    expect(sampled.headFailure).toEqual({ status: 'timeout', errorType: null, lastLines: ['boom'] });
    // Nothing to pair with: every good start of base is shown.
    expect(sampled.base?.toSize(0, true)).toMatchObject({ initDuration: [10, 10, 10, 10, 10], discarded: [] });
  });

  it('now and then is counted, and no failure', async () => {
    const head = new ScriptedSubject('head', (nth) => (nth % 2 === 1 ? 20 : 'init-error'));
    const sampled = await samplePairs(steady(10), head, pairPlan({ looks: [8] }));
    expect(sampled.end).toBe('planned');
    expect(sampled.head.toSize(0, false).discarded).toEqual([{ reason: 'init failed: Runtime.ExitError', count: 8 }]);
  });

  it('at both sides is a failure of both', async () => {
    const failing = (name: string) => new ScriptedSubject(name, () => 'init-error');
    const sampled = await samplePairs(failing('base'), failing('head'), pairPlan());
    expect(sampled.baseFailure).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' });
    expect(sampled.headFailure).toEqual(sampled.baseFailure);
  });

  it('at head is asked for until base is known', async () => {
    const base = new ScriptedSubject('base', list('lost', 'lost', 'warm', 12));
    const sampled = await samplePairs(base, new ScriptedSubject('head', () => 'init-error'), pairPlan());
    expect(sampled).toMatchObject({ end: 'failed', baseFailure: null });
    expect(sampled.base?.toSize(0, true).initDuration).toEqual([12]);
  });
});

describe('the end', () => {
  it('comes after five discards in a row, with the reasons', async () => {
    const head = new ScriptedSubject('the-head', list(20, 'warm', 'lost', 'warm', 'warm', 'warm'));
    const error = await samplePairs(steady(10), head, pairPlan()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolError);
    expect(String(error)).toMatch(/5 invocations of the-head gave no sample.*4 × warm; 1 × its answer was lost/);
  });

  it('comes when more pairs are lost than were planned', async () => {
    const head = new ScriptedSubject('the-head', (nth) => (nth % 4 === 3 ? 20 : 'warm'));
    await expect(samplePairs(steady(10), head, pairPlan())).rejects.toThrow(/13 pairs gave no sample.*the-head: 13 × warm/);
  });

  it('comes with the time, and what came by then is looked at', async () => {
    const clock = new TestClock();
    const slow = new ScriptedSubject('head', () => {
      clock.time += 1_000;
      return 20;
    });
    const looks: number[] = [];
    const decide = ({ taken }: SamplesSoFar): boolean => {
      looks.push(taken);
      return false;
    };
    const plan = pairPlan({ clock, decide, deadline: clock.time + 6_000 });
    const sampled = await samplePairs(steady(10), slow, plan);
    expect(sampled).toMatchObject({ end: 'time', looksTaken: 2 });
    expect(sampled.head.pairs).toBe(6);
    expect(looks).toEqual([1]);
  });
});
