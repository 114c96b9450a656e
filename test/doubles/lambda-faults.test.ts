import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvalidParameterValueException,
  type LambdaClient,
  ListFunctionsCommand,
  ResourceConflictException,
  ServiceException,
  TooManyRequestsException,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { clientOf, creation, tell } from './lambda/client.ts';
import { zipped } from './lambda/zipped.ts';
import { type FaultKind, LambdaDouble, type LambdaDoubleOptions } from './lambda.ts';

const ZIP = zipped('#!/bin/sh\n');

async function scripted(options: LambdaDoubleOptions = {}): Promise<{ readonly double: LambdaDouble; readonly client: LambdaClient }> {
  const double = await LambdaDouble.open({ mode: 'scripted', delays: { create: 0, update: 0 }, ...options });
  return { double, client: clientOf(double.address) };
}

/** The error of a call, or null. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => null,
    (error: unknown) => error,
  );
}

const get = (client: LambdaClient, name = 'one') => client.send(new GetFunctionCommand({ FunctionName: name }));
const remove = (client: LambdaClient, name = 'one') => client.send(new DeleteFunctionCommand({ FunctionName: name }));
const configure = (client: LambdaClient, nonce: string) => {
  return client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'one', Environment: { Variables: { NONCE: nonce } } }));
};

describe('faults of the control plane', () => {
  it('has the classes and fields of AWS', async () => {
    const { double, client } = await scripted();
    await using _ = double;
    double.faults.add({ kind: 'role-not-assumable', times: 2 });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const error = await refusal(client.send(creation('one', ZIP)));
      expect(error).toBeInstanceOf(InvalidParameterValueException);
      expect(error).toMatchObject({ message: 'The role defined for the function cannot be assumed by Lambda.' });
    }
    expect(double.functions()).toEqual([]);
    await client.send(creation('one', ZIP));
    const throttle = double.faults.add({
      kind: 'throttled',
      action: 'GetFunction',
      retryAfter: 3,
      reason: 'FunctionInvocationRateLimitExceeded',
    });
    const throttled = await refusal(get(client));
    expect(throttled).toBeInstanceOf(TooManyRequestsException);
    expect(throttled).toMatchObject({ retryAfterSeconds: '3', Reason: 'FunctionInvocationRateLimitExceeded', message: 'Rate exceeded' });
    expect(throttle.hits).toBe(1);
    double.faults.add({ kind: 'service-error' });
    expect(await refusal(get(client))).toBeInstanceOf(ServiceException);
    double.faults.add({ kind: 'unavailable' });
    expect(await refusal(get(client))).toMatchObject({ $metadata: { httpStatusCode: 503 } });
    double.faults.add({ kind: 'conflict' });
    await get(client);
    expect(await refusal(configure(client, '1'))).toBeInstanceOf(ResourceConflictException);
    double.faults.add({ kind: 'not-found' });
    expect(await refusal(get(client))).toMatchObject({ name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } });
    double.faults.add({ kind: 'access-denied', action: 'ListFunctions', times: Number.POSITIVE_INFINITY });
    const denied = { name: 'AccessDeniedException', message: expect.stringContaining('not authorized to perform: lambda:ListFunctions') };
    expect(await refusal(client.send(new ListFunctionsCommand({})))).toMatchObject(denied);
    expect(await refusal(client.send(new ListFunctionsCommand({})))).toMatchObject(denied);
    double.faults.add({ kind: 'pass-role-denied' });
    expect(await refusal(client.send(creation('two', ZIP)))).toMatchObject({ message: expect.stringContaining('iam:PassRole') });
  });

  it('cuts connections before and after the effect', async () => {
    const { double, client } = await scripted();
    await using _ = double;
    double.faults.add({ kind: 'cut', action: 'CreateFunction', after: 1 });
    double.faults.add({ kind: 'lost', action: 'CreateFunction', after: 2 });
    await client.send(creation('first', ZIP));
    expect(await refusal(client.send(creation('cut', ZIP)))).not.toBeNull();
    expect(await refusal(client.send(creation('lost', ZIP)))).not.toBeNull();
    expect(double.functions().map(({ name }) => name)).toEqual(['first', 'lost']);
    expect(double.log.map(({ status, fault }) => [status, fault])).toEqual([
      [201, null],
      ['cut', 'cut'],
      ['lost', 'lost'],
    ]);
    double.faults.add({ kind: 'lost-delete', functionName: /first/ });
    expect((await remove(client, 'first')).$metadata.httpStatusCode).toBe(204);
    double.faults.add({ kind: 'lost', action: 'DeleteFunction' });
    expect(await refusal(remove(client, 'lost'))).not.toBeNull();
    expect(double.functions().map(({ name }) => name)).toEqual(['first']);
    double.faults.add({ kind: 'hang' });
    const hung = client.send(new GetFunctionCommand({ FunctionName: 'first' }), { abortSignal: AbortSignal.timeout(100) });
    expect(await refusal(hung)).toMatchObject({ name: 'AbortError' });
  });

  it('delays and fails activation', async () => {
    const { double, client } = await scripted({ faults: [{ kind: 'slow-activation', action: 'CreateFunction', delay: 5_000 }] });
    await using _ = double;
    expect((await client.send(creation('one', ZIP))).State).toBe('Pending');
    double.clock.advance(5_000);
    expect((await get(client)).Configuration?.State).toBe('Active');
    double.faults.add({ kind: 'failed-activation', action: 'UpdateFunctionConfiguration' });
    await configure(client, '1');
    expect((await get(client)).Configuration).toMatchObject({ LastUpdateStatus: 'Failed', LastUpdateStatusReasonCode: 'InternalError' });
  });

  it('throttles above the rate, the clock deciding', async () => {
    const { double, client } = await scripted({ rateLimit: 15 });
    await using _ = double;
    const lists = Array.from({ length: 20 }, () => refusal(client.send(new ListFunctionsCommand({}))));
    const errors = (await Promise.all(lists)).filter((error) => error !== null);
    expect(errors).toHaveLength(5);
    expect(errors[0]).toBeInstanceOf(TooManyRequestsException);
    double.clock.advance(1_000);
    await client.send(new ListFunctionsCommand({}));
  });
});

describe('faults of an invocation', () => {
  it.each<[FaultKind, RegExp]>([
    ['warm', /^START [^\n]+\nEND [^\n]+\nREPORT (?![^\n]*Init Duration)[^\n]+\n$/],
    ['no-init-duration', /^INIT_START[\s\S]+\nREPORT (?![^\n]*Init Duration)[^\n]+\n$/],
    ['no-report', /^x+\n$/],
    ['cut-report', /^(?!REPORT)[^\n]*Init Duration: 20.00 ms\t\nx+\n$/],
  ])('%s', async (kind, log) => {
    const { double, client } = await scripted({ faults: [{ kind }] });
    await using _ = double;
    await client.send(creation('one', ZIP));
    const told = await tell(client, 'one');
    expect(told.log).toMatch(log);
    expect(Buffer.byteLength(told.log ?? '')).toBeLessThanOrEqual(4096);
    await configure(client, '1');
    expect((await tell(client, 'one')).log).toContain('Init Duration');
  });

  it('repeats drawn faults for a seed', async () => {
    const story = async (seed: number): Promise<readonly (string | null)[]> => {
      const { double, client } = await scripted({
        randomFaults: { seed, rate: 0.5, kinds: ['conflict', 'throttled', 'lost-delete', 'warm'], limit: 8 },
      });
      await using _ = double;
      await refusal(client.send(creation('one', ZIP)));
      for (let round = 0; round < 12; round += 1) await refusal(round % 2 === 0 ? tell(client, 'one') : configure(client, String(round)));
      await refusal(remove(client));
      return double.log.map(({ fault }) => fault);
    };
    const first = await story(1);
    expect(await story(1)).toEqual(first);
    expect(await story(2)).not.toEqual(first);
    expect(first.filter((fault) => fault !== null).length).toBeGreaterThan(2);
    expect(first.filter((fault) => fault !== null).length).toBeLessThanOrEqual(8);
  });
});

describe('a scripted function', () => {
  it('tells the Init Durations that it is given, and answers', async () => {
    const { double, client } = await scripted({
      initDurations: (name, nth, { memorySize, coldStartsSinceUpload }) =>
        name.length * 10 + nth + memorySize / 1000 + coldStartsSinceUpload,
      answer: (_name, event) => ({ payload: event, functionError: 'Unhandled', lines: ['hello'], duration: 3, maxMemory: 31 }),
    });
    await using _ = double;
    await client.send(creation('one', ZIP));
    await tell(client, 'one');
    await configure(client, '1');
    const told = await tell(client, 'one', '[1]');
    expect(told).toMatchObject({ payload: '[1]', functionError: 'Unhandled' });
    expect(told.log).toMatch(
      /hello\nEND[^\n]+\nREPORT[^\n]+\tDuration: 3\.00 ms\tBilled Duration: 36 ms\tMemory Size: 128 MB\tMax Memory Used: 31 MB\tInit Duration: 32\.13 ms\t\n$/,
    );
  });

  it('fails its init as told', async () => {
    const { double, client } = await scripted({
      initDurations: (_name, nth) =>
        [{ kind: 'error', duration: 206.72 } as const, { kind: 'timeout' } as const, { kind: 'timeout', recovers: true } as const][nth] ??
        20,
    });
    await using _ = double;
    await client.send(creation('one', ZIP));
    const error = await tell(client, 'one');
    expect(error.functionError).toBe('Unhandled');
    expect(error.log).toContain('INIT_REPORT Init Duration: 206.72 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n');
    const timeout = await tell(client, 'one');
    expect(timeout.log).toContain('INIT_REPORT Init Duration: 10009.13 ms\tPhase: init\tStatus: timeout\n');
    expect(timeout.payload).toContain('timed out after 3.00 seconds');
    const recovered = await tell(client, 'one');
    expect(recovered.functionError).toBeNull();
    expect(recovered.log).toMatch(/INIT_REPORT[\s\S]+REPORT (?![^\n]*Init Duration)[^\n]+\n$/);
    expect((await tell(client, 'one')).log).not.toContain('INIT_REPORT');
  });
});
