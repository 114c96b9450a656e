import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ColdStartPlan } from '../../src/cold-start/options.ts';
import { cleanUp, sampleColdStarts, sweepColdStarts } from '../../src/cold-start/run.ts';
import { Cancelled, ToolError } from '../../src/core/failures.ts';
import { coldStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import { TestAccount } from './account.ts';

const byName = (name: string): number => (name.includes('-base-') ? 14 : 21);

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
    await using account = await TestAccount.open({ initDurations: (name, nth) => byName(name) + nth / 100 });
    const found = await sampleColdStarts(account.options(), account.host);
    const [health] = found.functions;
    const base = coldStartMeasurement.parse(health?.base);
    const head = coldStartMeasurement.parse(health?.head);
    if (base.kind !== 'sampled' || head.kind !== 'sampled') throw new Error(JSON.stringify(health));
    expect(base.session).toBe(head.session);
    expect(head).toMatchObject({ region: 'us-east-1', plannedLooks: 2, sizes: [{ looksTaken: 2 }] });
    // The first after the upload is not among them.
    expect(base.sizes[0]?.initDuration).toEqual([14.01, 14.02, 14.03, 14.04, 14.05, 14.06, 14.07, 14.08]);
    expect(head.sizes[0]?.initDuration[0]).toBe(21.01);
    expect(head.sizes[0]).toMatchObject({
      memory: 128,
      discarded: [{ reason: 'the first after an upload', count: 1 }],
      functionErrors: 0,
      spent: { requests: 9 },
    });
    expect(found.spent.requests).toBe(18);
    expect(found.spent.dollars).toBeGreaterThan(18 * 0.2e-6);
    expect(found).toMatchObject({ remaining: [], swept: { deleted: [], kept: [], failed: [] } });
    expect(account.names).toEqual([]);
    expect(account.calls.slice(0, 3)).toEqual(['ListFunctions', 'CreateFunction', 'CreateFunction']);
  });

  it('makes functions as they were asked for', async () => {
    const seen: unknown[] = [];
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
    expect(asked).toEqual([
      ['health', 128, 1, 2],
      ['health', 1024, 1, 2],
    ]);
    expect(seen[0]).toMatchObject({
      architecture: 'x86_64',
      runtime: 'provided.al2023',
      timeout: 3,
      memorySize: 128,
      role: 'arn:aws:iam::123456789012:role/the-role',
      environment: { LEVEL: 'info', COLDGATE_NONCE: expect.any(String) },
      tags: { coldgate: 'scratch', 'coldgate:run': '17234567890-1', 'coldgate:function': 'health', 'coldgate:expires': expect.any(String) },
    });
    expect(seen.at(-1)).toMatchObject({ memorySize: 1024, coldStartsSinceUpload: 4 });
  });

  it('takes several sizes and several functions', async () => {
    await using account = await TestAccount.open({ initDurations: byName });
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
      initDurations: (name) => (name.includes('-base-') ? 14 : { kind: 'error', duration: 5, errorType: 'Runtime.ExitError' }),
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
      initDurations: (name) => (name.includes('-base-') ? 14 : { kind: 'timeout', recovers: true }),
    });
    const { functions } = await sampleColdStarts(account.options(), account.host);
    expect(coldStartMeasurement.parse(functions[0]?.head)).toMatchObject({ kind: 'failed', status: 'timeout', errorType: null });
  });

  it('keeps the samples of a function that answers with errors', async () => {
    await using account = await TestAccount.open({
      initDurations: byName,
      answer: () => ({ functionError: 'Unhandled', payload: '{"errorType":"MyError"}' }),
    });
    const { functions } = await sampleColdStarts(account.options(), account.host);
    expect(functions[0]?.head).toMatchObject({ kind: 'sampled', sizes: [{ functionErrors: 8 }] });
  });
});

describe('what is refused before AWS is asked', () => {
  it('a package that is too large, or not there', async () => {
    await using account = await TestAccount.open();
    const options = account.options();
    await writeFile(account.zip('head'), Buffer.alloc(50 * 1024 * 1024 + 1));
    expect((await failure(sampleColdStarts(options, account.host))).message).toMatch(
      /package of health has 52.4 MB: Lambda takes at most 50 MB/,
    );
    const [health] = options.functions;
    if (health === undefined) throw new Error('no function');
    const functions = [{ ...health, head: { ...health.head, zip: account.zip('none') } }];
    expect(await failure(sampleColdStarts({ ...options, functions }, account.host))).toBeInstanceOf(ToolError);
    expect(account.double.log).toEqual([]);
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

  it('comes with the time: an error before the first look, else what there is', async () => {
    const advancing = (by: number) => (): number => {
      account.double.clock.advance(by);
      return 10;
    };
    let play = advancing(10_000);
    await using account = await TestAccount.open({ initDurations: () => play() });
    const error = await failure(sampleColdStarts(account.options({ cap: 50_000 }), account.host));
    expect(error.message).toMatch(/time for cold starts was up after 2 of 4 pairs of health at 128 MB: give more time/);
    play = advancing(1_000);
    const { functions } = await sampleColdStarts(account.options({ cap: 13_500 }), account.host);
    expect(functions[0]?.head).toMatchObject({ kind: 'sampled', plannedLooks: 2, sizes: [{ looksTaken: 2 }] });
    expect(functions[0]?.head.kind === 'sampled' && functions[0].head.sizes[0]?.initDuration).toHaveLength(6);
    expect(account.names).toEqual([]);
  });

  it('says what could not be deleted, and the next sweep takes it', async () => {
    await using account = await TestAccount.open({ initDurations: byName });
    account.double.faults.add({ kind: 'access-denied', action: 'DeleteFunction', times: Number.POSITIVE_INFINITY });
    const { remaining } = await sampleColdStarts(account.options(), account.host);
    expect(remaining.map(({ name }) => name).toSorted()).toEqual(account.names);
    expect(remaining).toHaveLength(2);
    expect(account.said.join('\n')).toMatch(/could not be deleted \(AWS does not allow lambda:DeleteFunction.*a sweep deletes it after 20/);
    account.double.faults.clear();

    const options = { prefix: 'coldgate-', clock: account.clock, aws: account.aws };
    expect((await sweepColdStarts(options, account.host)).kept).toHaveLength(2);
    account.double.clock.advance(3_600_000);
    expect((await sweepColdStarts(options, account.host)).deleted).toHaveLength(2);
    expect(account.names).toEqual([]);
  });

  it('is made up for by the step after it', async () => {
    await using account = await TestAccount.open({ initDurations: byName });
    account.double.faults.add({ kind: 'access-denied', action: 'DeleteFunction', times: Number.POSITIVE_INFINITY });
    await sampleColdStarts(account.options(), account.host);
    account.double.faults.clear();
    const options = { prefix: 'coldgate-', clock: account.clock, aws: account.aws };
    expect((await cleanUp({ ...options, run: 'another' }, account.host)).kept).toHaveLength(2);
    expect((await cleanUp({ ...options, run: '17234567890-1' }, account.host)).deleted).toHaveLength(2);
    expect(account.names).toEqual([]);
  });
});
