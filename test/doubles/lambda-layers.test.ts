import {
  CreateFunctionCommand,
  DeleteLayerVersionCommand,
  GetFunctionConfigurationCommand,
  InvalidParameterValueException,
  type LambdaClient,
  LambdaServiceException,
  PublishLayerVersionCommand,
  type PublishLayerVersionCommandInput,
  paginateListLayers,
  paginateListLayerVersions,
  ResourceNotFoundException,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { clientOf, creation } from './lambda/client.ts';
import { zipped } from './lambda/zipped.ts';
import { LambdaDouble } from './lambda.ts';

const ZIP = zipped('#!/bin/sh\n');
const [FIRST, SECOND] = [zipped('#!/bin/sh\n# 1\n'), zipped('#!/bin/sh\n# 2\n')];

const publish = (client: LambdaClient, LayerName: string, more: Partial<PublishLayerVersionCommandInput> = {}) =>
  client.send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: FIRST }, ...more }));

async function versionsOf(client: LambdaClient, LayerName: string): Promise<readonly (number | undefined)[]> {
  const found: (number | undefined)[] = [];
  for await (const { LayerVersions = [] } of paginateListLayerVersions({ client, pageSize: 1 }, { LayerName }))
    found.push(...LayerVersions.map(({ Version }) => Version));
  return found;
}

describe('layers, read by the SDK', () => {
  it('have versions that count up, newest first, and no number comes twice', async () => {
    await using double = await LambdaDouble.open({ mode: 'scripted' });
    const client = clientOf(double.address);
    const one = await publish(client, 'probe', { Description: 'the first', CompatibleArchitectures: ['arm64'] });
    expect(one).toMatchObject({
      Version: 1,
      LayerArn: 'arn:aws:lambda:us-east-1:123456789012:layer:probe',
      LayerVersionArn: 'arn:aws:lambda:us-east-1:123456789012:layer:probe:1',
      Description: 'the first',
      CompatibleArchitectures: ['arm64'],
    });
    await publish(client, 'probe', { Content: { ZipFile: SECOND } });
    expect(await versionsOf(client, 'probe')).toEqual([2, 1]);
    await client.send(new DeleteLayerVersionCommand({ LayerName: 'probe', VersionNumber: 2 }));
    expect((await publish(client, 'probe')).Version).toBe(3);
    expect(await versionsOf(client, 'probe')).toEqual([3, 1]);
    // What is not there is deleted as well as what is.
    await client.send(new DeleteLayerVersionCommand({ LayerName: 'probe', VersionNumber: 2 }));
  });

  it('are listed page by page with their newest version, until none is left', async () => {
    await using double = await LambdaDouble.open({ mode: 'scripted', pageSize: 2 });
    const client = clientOf(double.address);
    for (const name of ['c', 'a', 'b']) await publish(client, name, { Description: `of ${name}` });
    await publish(client, 'b', { Description: 'newer' });
    const seen: unknown[] = [];
    for await (const { Layers = [] } of paginateListLayers({ client }, {}))
      seen.push(Layers.map(({ LayerName, LatestMatchingVersion: latest }) => [LayerName, latest?.Version, latest?.Description]));
    expect(seen).toEqual([
      [
        ['a', 1, 'of a'],
        ['b', 2, 'newer'],
      ],
      [['c', 1, 'of c']],
    ]);
    await client.send(new DeleteLayerVersionCommand({ LayerName: 'a', VersionNumber: 1 }));
    await expect(versionsOf(client, 'a')).rejects.toThrow(ResourceNotFoundException);
    expect(double.layers().map(({ name, version }) => `${name}:${version}`)).toEqual(['b:1', 'b:2', 'c:1']);
  });

  it.each<readonly [string, string, Partial<PublishLayerVersionCommandInput>]>([
    ['a name of 141 characters', 'x'.repeat(141), {}],
    ['a name with a dot', 'a.b', {}],
    ['a description of 257 characters', 'a', { Description: 'x'.repeat(257) }],
    ['bytes that are no ZIP', 'a', { Content: { ZipFile: Buffer.from('no') } }],
  ])('are refused for %s', async (_, name, more) => {
    await using double = await LambdaDouble.open({ mode: 'scripted' });
    await expect(publish(clientOf(double.address), name, more)).rejects.toThrow(LambdaServiceException);
    expect(double.layers()).toEqual([]);
  });

  it('stay with the function that holds one that was deleted, and can be given to no other', async () => {
    await using double = await LambdaDouble.open({ mode: 'scripted', delays: { create: 0, update: 0 } });
    const client = clientOf(double.address);
    const arn = (await publish(client, 'probe')).LayerVersionArn ?? '';
    await client.send(new CreateFunctionCommand({ ...creation('one', ZIP).input, Layers: [arn] }));
    await client.send(new DeleteLayerVersionCommand({ LayerName: 'probe', VersionNumber: 1 }));
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'one', Timeout: 9 }));
    const held = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'one' }));
    expect(held.Layers?.map(({ Arn }) => Arn)).toEqual([arn]);
    expect(double.functions()[0]?.layerSha256).toHaveLength(1);
    const again = new UpdateFunctionConfigurationCommand({ FunctionName: 'one', Layers: [arn] });
    await expect(client.send(again)).rejects.toThrow(InvalidParameterValueException);
    await expect(client.send(new CreateFunctionCommand({ ...creation('two', ZIP).input, Layers: [arn] }))).rejects.toThrow(
      /does not exist/,
    );
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'one', Layers: [] }));
    expect(double.functions()[0]?.layerSha256).toEqual([]);
  });

  it('of one name come once', async () => {
    await using double = await LambdaDouble.open({ mode: 'scripted' });
    const client = clientOf(double.address);
    const arns = [(await publish(client, 'probe')).LayerVersionArn ?? '', (await publish(client, 'probe')).LayerVersionArn ?? ''];
    await expect(client.send(new CreateFunctionCommand({ ...creation('one', ZIP).input, Layers: arns }))).rejects.toThrow(/Two different/);
  });
});
