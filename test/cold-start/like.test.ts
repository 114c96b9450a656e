import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { settingsLike } from '../../src/cold-start/like.ts';
import { checkAws } from '../../src/cold-start/ready.ts';
import { sampleColdStarts } from '../../src/cold-start/run.ts';
import { UsageError } from '../../src/core/failures.ts';
import type { FunctionSnapshot } from '../doubles/lambda/options.ts';
import { TestAccount } from './account.ts';

const LAYER = 'arn:aws:lambda:us-east-1:210987654321:layer:wrapper:7';

/** An account with a function that is deployed, in a VPC, with a secret. */
async function deployed(): Promise<TestAccount> {
  const account = await TestAccount.open();
  using lambda = account.lambda();
  await lambda.create({
    FunctionName: 'prod-health',
    ...{ Runtime: 'provided.al2023', Handler: 'bootstrap', Role: 'arn:aws:iam::123456789012:role/prod', MemorySize: 512, Timeout: 30 },
    Environment: { Variables: { DATABASE_URL: 'postgres://me:secret@db/1', LEVEL: 'warn', TABLE: 'orders' } },
    Layers: [LAYER],
    EphemeralStorage: { Size: 1_024 },
    VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
    Code: { ZipFile: await readFile(account.zip('base')) },
  });
  await lambda.settle('prod-health', 'active');
  return account;
}

describe('a deployed function that the scratch functions are to be like', () => {
  it('gives its memory, timeout, layers, storage and the names of its variables, and no value that is not listed', async () => {
    await using account = await deployed();
    const like = { deployed: new Map([[null, 'prod-health']]), values: ['TABLE'] };
    const copied = await settingsLike(like, ['health', 'orders'], account.host, account.aws);
    const settings = {
      ...{ memories: [512], timeout: 30, storage: 1_024, layers: [LAYER] },
      environment: { DATABASE_URL: 'x', LEVEL: 'x', TABLE: 'orders' },
    };
    expect(copied.get('health')).toEqual({ kind: 'copied', settings });
    expect(copied.get('orders')).toEqual({ kind: 'copied', settings });
    expect(account.said).toContain('prod-health is in a VPC: its scratch functions are in none');
    // Both are like one, which is asked for once; its code is nobody's business.
    expect(account.double.log.filter(({ functionName }) => functionName === 'prod-health').map(({ action }) => action)).toEqual([
      'CreateFunction',
      'GetFunction',
      'GetFunctionConfiguration',
    ]);
  });

  it('is looked for before anything is built, and may be one that nobody may read', async () => {
    await using account = await deployed();
    const check = (...names: string[]) => checkAws({ ...account.host, env: {} }, account.aws, names);
    await check('prod-health', 'prod-health');
    await expect(check('prod-health', 'prod-haelth')).rejects.toThrow(
      new UsageError('there is no function prod-haelth in this account and region that scratch functions could be like'),
    );
    account.double.faults.add({ kind: 'access-denied', action: 'GetFunctionConfiguration' });
    await check('prod-health');
  });

  it('is of one function alone where it is so given', async () => {
    await using account = await deployed();
    const like = { deployed: new Map([['health', 'prod-health']]), values: [] };
    expect([...(await settingsLike(like, ['health', 'orders'], account.host, account.aws)).keys()]).toEqual(['health']);
  });

  it('that is not there, or may not be read, is a reason', async () => {
    await using account = await deployed();
    const like = { deployed: new Map([[null, 'prod-haelth']]), values: [] };
    expect((await settingsLike(like, ['health'], account.host, account.aws)).get('health')).toEqual({
      kind: 'lost',
      reason: 'there is no function prod-haelth in this account and region to be like',
    });
    account.double.faults.add({ kind: 'access-denied', action: 'GetFunctionConfiguration' });
    const denied = { deployed: new Map([[null, 'prod-health']]), values: [] };
    expect((await settingsLike(denied, ['health'], account.host, account.aws)).get('health')).toMatchObject({
      kind: 'lost',
      reason: expect.stringMatching(/does not allow lambda:GetFunctionConfiguration on/),
    });
  });
});

describe('what a scratch function is made with', () => {
  it("is its side's architecture, its function's own settings and the person's tags", async () => {
    const seen: FunctionSnapshot[] = [];
    await using account = await TestAccount.open({
      initDurations: (_, __, config) => {
        seen.push(config);
        return config.architecture === 'arm64' ? 12 : 15;
      },
    });
    const options = account.options({ looks: [4], tags: { 'cost-center': '42' } });
    const functions = options.functions.map((one) => ({
      ...one,
      head: { ...one.head, arch: 'arm64' as const },
      settings: { memories: [256], timeout: 30, storage: 1_024, environment: { TABLE: 'orders' } },
    }));
    const { functions: sampled, spent } = await sampleColdStarts({ ...options, functions }, account.host);
    expect(sampled[0]).toMatchObject({
      base: { kind: 'sampled', sizes: [{ memory: 256, initDuration: [15, 15, 15, 15] }] },
      head: { kind: 'sampled', sizes: [{ memory: 256, initDuration: [12, 12, 12, 12] }] },
    });
    expect(new Set(seen.map(({ architecture }) => architecture))).toEqual(new Set(['x86_64', 'arm64']));
    for (const { environment, ...config } of seen) {
      expect(config).toMatchObject({ memorySize: 256, timeout: 30, storage: 1_024, tags: { 'cost-center': '42', coldgate: 'scratch' } });
      expect(environment).toEqual({ TABLE: 'orders', COLDGATE_NONCE: expect.any(String) });
    }
    // Four starts that count of 17 ms on x86_64 and of 14 ms on arm64, at a quarter of a GB each; as many thrown away, some of them warm.
    expect(spent.requests).toBe(16);
    const counting = 0.25 * (4 * 0.017 * 0.0000166667 + 4 * 0.014 * 0.0000133334);
    expect(spent.dollars - 16 * 2e-7).toBeGreaterThan(counting);
    expect(spent.dollars - 16 * 2e-7).toBeLessThan(2 * counting + 1e-12);
  });
});
