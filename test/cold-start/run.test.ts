import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ColdStartPlan } from '../../src/cold-start/options.ts';
import { cleanUp, sampleColdStarts, sweepColdStarts } from '../../src/cold-start/run.ts';
import { Cancelled } from '../../src/core/failures.ts';
import { coldStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import type { FunctionSnapshot } from '../doubles/lambda.ts';
import { TestAccount } from './account.ts';

const isBase = ({ description }: FunctionSnapshot): boolean => /holds base/.test(description);
const byCode = (_: string, __: number, config: FunctionSnapshot): number => (isBase(config) ? 14 : 21);

async function failure(promise: Promise<unknown>): Promise<Error> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof Error) return thrown;
  throw new Error('it did not fail');
}

describe('a run', () => {
  it('samples base and head, and leaves nothing', async () => {
    await using account = await TestAccount.open({ initDurations: (name, nth, config) => byCode(name, nth, config) + nth / 100 });
    const found = await sampleColdStarts(account.options(), account.host);
    const [health] = found.functions;
    const base = coldStartMeasurement.parse(health?.base);
    const head = coldStartMeasurement.parse(health?.head);
    if (base.kind !== 'sampled' || head.kind !== 'sampled') throw new Error(JSON.stringify(health));
    expect(base.session).toBe(head.session);
    expect(head).toMatchObject({ region: 'us-east-1', plannedLooks: 2, sizes: [{ looksTaken: 2 }] });
    const [before, after] = [base.sizes[0], head.sizes[0]];
    expect(before?.initDuration.map(Math.floor)).toEqual(Array(8).fill(14));
    expect(after?.initDuration.map(Math.floor)).toEqual(Array(8).fill(21));
    expect(before?.places).toEqual(after?.places);
    expect(after?.places.map(({ deployment }) => deployment)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(after?.places.filter(({ exchanged }) => exchanged)).toHaveLength(4);
    expect(head.sizes[0]).toMatchObject({
      memory: 128,
      discarded: [],
      functionErrors: 0,
      spent: { requests: 16 },
    });
    expect(found.spent.requests).toBe(32);
    expect(found.spent.dollars).toBeGreaterThan(32 * 0.2e-6);
    expect(found).toMatchObject({ remaining: [], swept: { deleted: [], kept: [], failed: [], withoutLayers: null } });
    expect(account.names).toEqual([]);
    expect(account.calls.slice(0, 4)).toEqual(['ListFunctions', 'ListLayers', 'GetAccountSettings', 'CreateFunction']);
    expect(account.calls.filter((call) => call === 'CreateFunction')).toHaveLength(4);
  });

  it('makes functions as they were asked for', async () => {
    const seen: FunctionSnapshot[] = [];
    await using account = await TestAccount.open({
      initDurations: (_, __, config) => {
        seen.push(config);
        return 10;
      },
    });
    const asked: unknown[] = [];
    const decide: ColdStartPlan['decide'] = ({ function: name, memory, taken, planned }) => {
      asked.push([name, memory, taken, planned]);
      return true;
    };
    await sampleColdStarts(account.options({ memories: [128, 1024], looks: [2, 4], decide }), account.host);
    expect(asked.toSorted()).toEqual([
      ['health', 1024, 1, 2],
      ['health', 128, 1, 2],
    ]);
    // Both sizes are sampled beside each other.
    const first = seen.find(({ memorySize }) => memorySize === 128);
    expect(first).toMatchObject({
      architecture: 'x86_64',
      runtime: 'provided.al2023',
      timeout: 3,
      memorySize: 128,
      role: 'arn:aws:iam::123456789012:role/the-role',
      environment: { LEVEL: 'info', COLDGATE_NONCE: expect.any(String) },
      tags: { coldgate: 'scratch', 'coldgate:run': '17234567890-1', 'coldgate:function': 'health', 'coldgate:expires': expect.any(String) },
    });
    // Each size has functions of its own.
    expect(new Set(seen.map(({ name, memorySize }) => `${name} ${memorySize}`)).size).toBe(4);
  });

  it('takes several sizes and several functions', async () => {
    await using account = await TestAccount.open({ initDurations: byCode });
    const options = account.options({ memories: [128, 512, 1024], looks: [2] });
    const [health] = options.functions;
    if (health === undefined) throw new Error('no function');
    const functions = [health, { ...health, name: 'fresh', base: null }];
    const found = await sampleColdStarts({ ...options, functions }, account.host);
    expect(found.functions.map(({ name, base }) => [name, base?.kind ?? null])).toEqual([
      ['health', 'sampled'],
      ['fresh', null],
    ]);
    for (const { head } of found.functions) {
      if (head.kind !== 'sampled') throw new Error(head.kind);
      expect(head.sizes.map(({ memory, initDuration }) => [memory, initDuration])).toEqual([
        [128, [21, 21]],
        [512, [21, 21]],
        [1024, [21, 21]],
      ]);
    }
    expect(account.names).toEqual([]);
  });

  it('tells an init that fails at head', async () => {
    await using account = await TestAccount.open({
      initDurations: (_, __, config) => (isBase(config) ? 14 : { kind: 'error', duration: 5, errorType: 'Runtime.ExitError' }),
    });
    const { functions } = await sampleColdStarts(account.options(), account.host);
    expect(coldStartMeasurement.parse(functions[0]?.head)).toMatchObject({
      kind: 'failed',
      status: 'error',
      errorType: 'Runtime.ExitError',
    });
    expect(coldStartMeasurement.parse(functions[0]?.base)).toMatchObject({ kind: 'sampled', sizes: [{ looksTaken: 0 }] });
    expect(account.names).toEqual([]);
  });

  it('tells an init that runs into the limit, also where the second attempt succeeds', async () => {
    await using account = await TestAccount.open({
      initDurations: (_, __, config) => (isBase(config) ? 14 : { kind: 'timeout', recovers: true }),
    });
    const { functions } = await sampleColdStarts(account.options(), account.host);
    expect(coldStartMeasurement.parse(functions[0]?.head)).toMatchObject({ kind: 'failed', status: 'timeout', errorType: null });
  });

  it('keeps the samples of a function that answers with errors', async () => {
    await using account = await TestAccount.open({
      initDurations: byCode,
      answer: () => ({ functionError: 'Unhandled', payload: '{"errorType":"MyError"}' }),
    });
    const { functions } = await sampleColdStarts(account.options(), account.host);
    expect(functions[0]?.head).toMatchObject({ kind: 'sampled', sizes: [{ functionErrors: 8 }] });
  });
});

describe('what is not sent to AWS', () => {
  it('a package that is too large, or not there', async () => {
    await using account = await TestAccount.open();
    const options = account.options();
    const reasonOf = async (plan: ColdStartPlan): Promise<unknown> => (await sampleColdStarts(plan, account.host)).functions[0]?.head;
    await writeFile(account.zip('head'), Buffer.alloc(50 * 1024 * 1024 + 1));
    expect(await reasonOf(options)).toMatchObject({
      code: 'aws',
      reason: expect.stringMatching(/package of health has 52.4 MB: Lambda takes at most 50 MB/),
    });
    const [health] = options.functions;
    if (health === undefined) throw new Error('no function');
    const functions = [{ ...health, head: { ...health.head, zip: account.zip('none') } }];
    expect(await reasonOf({ ...options, functions })).toMatchObject({ code: 'aws', reason: expect.stringMatching(/cannot be read at/) });
    expect(account.calls.filter((call) => !/^List(Functions|Layers)|^GetAccountSettings/.test(call))).toEqual([]);
  });
});

describe('the end', () => {
  it('of a cancelled run deletes what it made', async () => {
    let starts = 0;
    await using account = await TestAccount.open({
      initDurations: () => {
        starts += 1;
        if (starts === 7) account.stop.abort();
        return 10;
      },
    });
    expect(await failure(sampleColdStarts(account.options(), account.host))).toBeInstanceOf(Cancelled);
    expect(account.names).toEqual([]);
  });

  it('comes with the time: what there is, and before the first look the reason', async () => {
    const advancing = (by: number) => (): number => {
      account.double.clock.advance(by);
      return 10;
    };
    let play = advancing(10_000);
    await using account = await TestAccount.open({ initDurations: () => play() });
    const none = (await sampleColdStarts(account.options({ cap: 70_000 }), account.host)).functions[0];
    expect(none?.head).toEqual(none?.base);
    expect(none?.head).toMatchObject({
      kind: 'none',
      reason: expect.stringMatching(/^the cap of 2 min was reached \(it was expected .*\) after 2 of 4 pairs$/),
    });
    play = advancing(1_000);
    const { functions } = await sampleColdStarts(account.options({ cap: 22_500 }), account.host);
    expect(functions[0]?.head).toMatchObject({ kind: 'sampled', plannedLooks: 2, sizes: [{ looksTaken: 2 }] });
    expect(functions[0]?.head.kind === 'sampled' && functions[0].head.sizes[0]?.initDuration.length).toBe(7);
    expect(account.names).toEqual([]);
  });

  it('says how to clear away what it leaves, before it makes anything', async () => {
    await using account = await TestAccount.open({ initDurations: byCode });
    account.double.faults.add({ kind: 'access-denied', action: 'CreateFunction', times: Number.POSITIVE_INFINITY });
    await sampleColdStarts(account.options(), account.host);
    expect(account.said).toContain('should this run be killed, `coldgate sweep --run 17234567890-1` deletes what it leaves');
  });

  it('says what could not be deleted, and the next sweep takes it', async () => {
    await using account = await TestAccount.open({ initDurations: byCode });
    account.double.faults.add({ kind: 'access-denied', action: 'DeleteFunction', times: Number.POSITIVE_INFINITY });
    const { remaining } = await sampleColdStarts(account.options(), account.host);
    expect(remaining.map(({ name }) => name).toSorted()).toEqual(account.names);
    expect(remaining).toHaveLength(4);
    expect(account.said.join('\n')).toMatch(
      /could not be deleted \(AWS does not allow lambda:DeleteFunction.*after 20.*`coldgate sweep --run 17234567890-1` deletes it at once/,
    );
    account.double.faults.clear();

    const options = { prefix: 'coldgate-', clock: account.clock, aws: account.aws };
    expect((await sweepColdStarts(options, account.host)).kept).toHaveLength(4);
    account.double.clock.advance(3_600_000);
    expect((await sweepColdStarts(options, account.host)).deleted).toHaveLength(4);
    expect(account.names).toEqual([]);
  });

  it('is made up for by the step after it', async () => {
    await using account = await TestAccount.open({ initDurations: byCode });
    account.double.faults.add({ kind: 'access-denied', action: 'DeleteFunction', times: Number.POSITIVE_INFINITY });
    await sampleColdStarts(account.options(), account.host);
    account.double.faults.clear();
    const options = { prefix: 'coldgate-', clock: account.clock, aws: account.aws };
    expect((await cleanUp({ ...options, run: 'another' }, account.host)).kept).toHaveLength(4);
    expect((await cleanUp({ ...options, run: '17234567890-1' }, account.host)).deleted).toHaveLength(4);
    expect(account.names).toEqual([]);
  });
});
