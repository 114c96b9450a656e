import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { sampleColdStarts, sweepColdStarts } from '../../src/cold-start/run.ts';
import { scratchName } from '../../src/cold-start/tags.ts';
import { coldStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import type { LambdaFault } from '../doubles/lambda.ts';
import { TestAccount } from './account.ts';
import { expectTrue, HARMLESS, initDurations, run } from './faulty.ts';

/** One of the first two functions of a run. */
const HEALTH = {
  ...{ prefix: 'coldgate-', key: 'main', run: '17234567890-1', function: 'health', arch: 'x86_64' },
  ...{ memory: 128, deployment: 0, slot: 'b' as const },
};

describe('is survived without a trace', () => {
  it.concurrent.each(HARMLESS.flatMap(([kind, actions]) => actions.map((action) => [kind, action] as const)))(
    '%s at %s',
    async (kind, action) => {
      await using account = await TestAccount.open({ initDurations });
      // A run lists once, and what is only late is not asked for again.
      const times = kind === 'slow' ? 1 : 2;
      const plan = account.double.faults.add({ kind, action, times, ...(action === 'Invoke' ? { after: 4 } : {}) });
      expect(expectTrue(await run(account))).toEqual([]);
      expect(plan.hits).toBe(times);
      expect(account.names).toEqual([]);
      // Eight pairs, as many starts after an upload, and what was lost of those.
      expect(account.calls.filter((call) => call === 'Invoke').length).toBeLessThanOrEqual(32 + 8);
    },
  );
});

describe('costs the function its cold starts, says what to do and leaves nothing', () => {
  const always = Number.POSITIVE_INFINITY;
  it.each<readonly [string, LambdaFault, RegExp]>([
    ['creation denied', { kind: 'access-denied', action: 'CreateFunction', times: always }, /does not allow lambda:CreateFunction on/],
    [
      'updates denied',
      { kind: 'access-denied', action: 'UpdateFunctionConfiguration', times: always },
      /lambda:UpdateFunctionConfiguration/,
    ],
    ['invocations denied', { kind: 'access-denied', action: 'Invoke', times: always }, /does not allow lambda:InvokeFunction on/],
    ['the role denied', { kind: 'pass-role-denied', times: always }, /does not allow iam:PassRole on arn:aws:iam::123456789012:role/],
    [
      'a role that stays new',
      { kind: 'role-not-assumable', times: always },
      /cannot assume the execution role .*CreateFunction.*cannot be assumed by Lambda.*trust policy/,
    ],
    [
      'throttled for good',
      { kind: 'throttled', action: 'UpdateFunctionConfiguration', times: always },
      /TooManyRequestsException.*run again later/,
    ],
    [
      'uploads denied',
      { kind: 'access-denied', action: 'UpdateFunctionCode', times: always },
      /does not allow lambda:UpdateFunctionCode on/,
    ],
    ['no activation', { kind: 'failed-activation', action: 'CreateFunction' }, /did not become active: .*Failed/],
    ['no update', { kind: 'failed-activation', action: 'UpdateFunctionConfiguration', times: always }, /did not become updated: .*Failed/],
    [
      'always warm',
      { kind: 'warm', action: 'Invoke', times: always, after: 6 },
      /5 invocations of (base|head) in coldgate-main-.*-a-.* and coldgate-main-.*-b-.* gave no sample.*warm/,
    ],
    ['never a report', { kind: 'no-report', action: 'Invoke', times: always }, /gave no sample.*let it log less/],
    ['answers always lost', { kind: 'cut', action: 'Invoke', times: always, after: 3 }, /its answer was lost/],
  ])('%s', async (_, fault, message) => {
    await using account = await TestAccount.open({ initDurations });
    account.double.faults.add(fault);
    const { functions } = await run(account);
    for (const side of [functions[0]?.base, functions[0]?.head])
      expect(coldStartMeasurement.parse(side)).toMatchObject({ kind: 'none', code: 'aws', reason: expect.stringMatching(message) });
    expect(account.names).toEqual([]);
  });

  it('one function after another: what cannot be sampled of one is no reason for the next', async () => {
    await using account = await TestAccount.open({ initDurations });
    account.double.faults.add({ kind: 'failed-activation', action: 'CreateFunction', functionName: new RegExp(scratchName(HEALTH)) });
    const options = account.options();
    const functions = ['health', 'orders'].flatMap((name) => options.functions.map((one) => ({ ...one, name })));
    const sampled = await sampleColdStarts({ ...options, functions }, account.host);
    expect(sampled.functions.map(({ name, head }) => [name, head.kind])).toEqual([
      ['health', 'none'],
      ['orders', 'sampled'],
    ]);
    expect(account.said.join('\n')).toMatch(/cold starts of health at 128 MB were not measured: .* did not become active/);
  });

  it('a list that is denied keeps the sweep from looking, and nothing from being sampled', async () => {
    await using account = await TestAccount.open({ initDurations });
    account.double.faults.add({ kind: 'access-denied', action: 'ListFunctions', times: always });
    expect(expectTrue(await run(account))).toEqual([]);
    expect(account.said.join('\n')).toMatch(/left was not looked for: AWS does not allow lambda:ListFunctions on/);
  });

  it('a denial is not asked about twice', async () => {
    await using account = await TestAccount.open({ initDurations });
    account.double.faults.add({ kind: 'access-denied', action: 'CreateFunction', times: always });
    await run(account);
    expect(account.calls.filter((call) => call === 'CreateFunction')).toHaveLength(2);
    expect(account.said.join()).not.toMatch(/could not be deleted/);
  });
});

describe('functions of others', () => {
  it('are never touched, whatever their name', async () => {
    await using account = await TestAccount.open({ initDurations, pageSize: 2 });
    using lambda = account.lambda();
    const expired = new Date(account.clock.now() - 1_000).toISOString();
    const made: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      'coldgate-without-tags': {},
      'coldgate-with-an-expiry': { 'coldgate:expires': expired },
      'coldgate-with-another-value': { coldgate: 'yes', 'coldgate:expires': expired },
      'coldgate-without-expiry': { coldgate: 'scratch' },
      'coldgate-expired': { coldgate: 'scratch', 'coldgate:expires': expired, 'coldgate:run': '1' },
      'other-expired': { coldgate: 'scratch', 'coldgate:expires': expired },
    };
    for (const [name, tags] of Object.entries(made)) {
      await lambda.create({ ...plain(name), Code: { ZipFile: await readFile(account.zip('base')) }, Tags: { ...tags } });
      await lambda.settle(name, 'active');
    }
    const swept = await sweepColdStarts({ prefix: 'coldgate-', clock: account.clock, aws: account.aws }, account.host);
    expect(swept.deleted).toEqual(['coldgate-expired']);
    expect(swept.kept.map(({ name }) => name)).toEqual([
      'coldgate-with-an-expiry',
      'coldgate-with-another-value',
      'coldgate-without-expiry',
      'coldgate-without-tags',
    ]);
    expect(account.names).not.toContain('coldgate-expired');
    expect(account.names).toHaveLength(5);
  });

  it('that have our name are left alone, and said', async () => {
    await using account = await TestAccount.open({ initDurations });
    using lambda = account.lambda();
    const name = scratchName(HEALTH);
    await lambda.create({ ...plain(name), Code: { ZipFile: await readFile(account.zip('head')) } });
    const { functions } = await run(account);
    expect(functions[0]?.head).toMatchObject({
      code: 'aws',
      reason: expect.stringMatching(/is there and does not carry this run's tags: choose another name prefix or key/),
    });
    expect(account.names).toEqual([name]);
  });

  it('that an earlier attempt of this run has left are taken over, with other code than theirs', async () => {
    await using account = await TestAccount.open({ initDurations });
    account.double.faults.add({ kind: 'access-denied', action: 'DeleteFunction', times: Number.POSITIVE_INFINITY });
    await run(account);
    account.double.faults.clear();
    // Of two looks.
    expect(account.names).toHaveLength(4);
    const [left] = account.double.functions();
    await copyFile(account.zip('head'), account.zip('base'));
    expect(expectTrue(await run(account))).toEqual([]);
    expect(left?.codeSha256).not.toBe(
      createHash('sha256')
        .update(await readFile(account.zip('base')))
        .digest('base64'),
    );
    expect(account.names).toEqual([]);
  });
});

function plain(name: string) {
  const role = 'arn:aws:iam::123456789012:role/the-role';
  return { FunctionName: name, Runtime: 'provided.al2023' as const, Handler: 'bootstrap', Role: role };
}
