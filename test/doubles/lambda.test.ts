import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvalidParameterValueException,
  type LambdaClient,
  ListTagsCommand,
  paginateListFunctions,
  ResourceConflictException,
  ResourceNotFoundException,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { clientOf, creation, tell } from './lambda/client.ts';
import { zipped } from './lambda/zipped.ts';
import { LambdaDouble } from './lambda.ts';

const ZIP = zipped('#!/bin/sh\n');
const OTHER = zipped('#!/bin/sh\n# other\n');

async function active(client: LambdaClient, name: string): Promise<void> {
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { FunctionName: name });
}

async function updated(client: LambdaClient, name: string): Promise<void> {
  await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { FunctionName: name });
}

describe('the control plane, read by the SDK', () => {
  it('creates, waits, shows, updates, tags, lists and deletes', async () => {
    await using double = await LambdaDouble.open({ mode: 'scripted', delays: { create: 300, update: 300 } });
    const client = clientOf(double.address);
    const LoggingConfig = { LogFormat: 'JSON' as const, LogGroup: 'coldgate', SystemLogLevel: 'INFO' as const };
    const Layers = ['arn:aws:lambda:us-east-1:210987654321:layer:table:3'];
    const created = await client.send(
      creation('one', ZIP, {
        Tags: { run: '7' },
        MemorySize: 256,
        Timeout: 10,
        Environment: { Variables: { NONCE: '1' } },
        LoggingConfig,
        Layers,
      }),
    );
    expect(created).toMatchObject({ State: 'Pending', StateReasonCode: 'Creating', MemorySize: 256, Timeout: 10, CodeSize: ZIP.length });
    expect(created.LastUpdateStatus).toBeUndefined();
    await active(client, 'one');
    const got = await client.send(new GetFunctionCommand({ FunctionName: 'one' }));
    expect(got.Tags).toEqual({ run: '7' });
    expect(got.Configuration).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'Successful',
      LoggingConfig,
      Layers: [{ Arn: Layers[0] }],
    });
    expect(got.Configuration?.Environment).toEqual({ Variables: { NONCE: '1' } });

    const changed = await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'one', MemorySize: 512, Environment: { Variables: {} } }),
    );
    expect(changed).toMatchObject({ State: 'Active', LastUpdateStatus: 'InProgress', MemorySize: 512 });
    expect(changed.Environment).toBeUndefined();
    await updated(client, 'one');
    const recoded = await client.send(new UpdateFunctionCodeCommand({ FunctionName: 'one', ZipFile: OTHER }));
    expect(recoded.LastUpdateStatus).toBe('InProgress');
    expect(recoded.CodeSha256).not.toBe(created.CodeSha256);
    await updated(client, 'one');
    const configuration = await client.send(new GetFunctionConfigurationCommand({ FunctionName: created.FunctionArn }));
    expect(configuration).toMatchObject({
      FunctionName: 'one',
      LastUpdateStatus: 'Successful',
      MemorySize: 512,
      CodeSha256: recoded.CodeSha256,
    });

    await client.send(new TagResourceCommand({ Resource: created.FunctionArn, Tags: { expires: '2026' } }));
    const { Tags } = await client.send(new ListTagsCommand({ Resource: created.FunctionArn }));
    expect(Tags).toEqual({ run: '7', expires: '2026' });
    expect((await client.send(new DeleteFunctionCommand({ FunctionName: 'one' }))).$metadata.httpStatusCode).toBe(204);
    await expect(client.send(new GetFunctionCommand({ FunctionName: 'one' }))).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect(double.functions()).toEqual([]);
    expect(double.log[0]).toMatchObject({ action: 'CreateFunction', functionName: 'one', status: 201, error: null });
    expect(double.log.at(-1)).toMatchObject({ action: 'GetFunction', status: 404, error: 'ResourceNotFoundException' });
  });

  it('lists by pages, without the fields that a list leaves out', async () => {
    await using double = await LambdaDouble.open({ mode: 'scripted', pageSize: 2 });
    const client = clientOf(double.address);
    for (const name of ['c', 'a', 'e', 'b', 'd']) await client.send(creation(name, ZIP, { Tags: { name } }));
    const pages: (string | undefined)[][] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
      pages.push(Functions.map(({ FunctionName }) => FunctionName));
      expect(Functions.every(({ State, LastUpdateStatus }) => State === undefined && LastUpdateStatus === undefined)).toBe(true);
    }
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('refuses what comes too early, and lets time pass by its clock', async () => {
    await using double = await LambdaDouble.open({ mode: 'scripted', delays: { create: 60_000, update: 60_000 } });
    const client = clientOf(double.address);
    await client.send(creation('one', ZIP));
    const configure = (value: string) => {
      return client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'one', Environment: { Variables: { NONCE: value } } }));
    };
    await expect(tell(client, 'one')).rejects.toThrow(/following state: Pending/);
    await expect(configure('1')).rejects.toBeInstanceOf(ResourceConflictException);
    await expect(client.send(new DeleteFunctionCommand({ FunctionName: 'one' }))).rejects.toBeInstanceOf(ResourceConflictException);
    await expect(client.send(creation('one', ZIP))).rejects.toMatchObject({ name: 'ResourceConflictException', Type: 'User' });
    double.clock.advance(60_000);
    expect((await tell(client, 'one')).log).toContain('Init Duration: 20.00 ms');
    await configure('1');
    await expect(configure('2')).rejects.toThrow(/An update is in progress/);
    // AWS serves the version before the update until it is done: no cold start for whoever does not wait.
    expect((await tell(client, 'one')).log).not.toContain('Init Duration');
    double.clock.advance(60_000);
    expect((await tell(client, 'one')).log).toContain('Init Duration');
    expect((await tell(client, 'one')).log).not.toContain('Init Duration');
  });

  it('refuses what AWS refuses', async () => {
    await using double = await LambdaDouble.open({ mode: 'scripted', zipLimit: 20_000 });
    const client = clientOf(double.address);
    const refused = (more: Parameters<typeof creation>[2], zip: Uint8Array = ZIP) =>
      expect(client.send(creation('one', zip, more))).rejects;
    await refused({}, Buffer.alloc(30_000)).toMatchObject({ name: 'RequestEntityTooLargeException', $metadata: { httpStatusCode: 413 } });
    await refused({}, Buffer.from('no zip')).toBeInstanceOf(InvalidParameterValueException);
    await refused({ Environment: { Variables: { AWS_REGION: 'x' } } }).toThrow(/reserved keys.*AWS_REGION/);
    await refused({ Environment: { Variables: { LONG: 'x'.repeat(5000) } } }).toThrow(/exceeded the 4KB limit/);
    await refused({ Role: 'role' }).toMatchObject({ name: 'ValidationException' });
    await refused({ MemorySize: 64 }).toMatchObject({ name: 'ValidationException' });
    await refused({ Tags: { 'aws:x': '' } }).toBeInstanceOf(InvalidParameterValueException);
    await refused({ LoggingConfig: { LogFormat: 'Text', SystemLogLevel: 'INFO' } }).toBeInstanceOf(InvalidParameterValueException);
    await refused({ Code: { S3Bucket: 'bucket', S3Key: 'key' } }).toThrow(/NoSuchKey/);
    double.objects.set('bucket/key', ZIP);
    await client.send(creation('two', ZIP, { Code: { S3Bucket: 'bucket', S3Key: 'key' } }));
    expect(double.functions().map(({ name, codeSize }) => [name, codeSize])).toEqual([['two', ZIP.length]]);
  });
});
