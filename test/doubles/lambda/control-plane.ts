import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaServiceException,
  ListFunctionsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { clientOf, creation } from './client.ts';
import { zipped } from './zipped.ts';

/** What one call came to. */
export interface Answered {
  readonly call: string;
  readonly status: number | undefined;
  /** The error's class, as the SDK read it, or null. */
  readonly error: string | null;
  /** Each field of the answer with its value; lists by their first item. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The life of a function, call by call, through the SDK: the same against any stand-in for AWS. */
export async function controlPlane(address: string, role: string): Promise<readonly Answered[]> {
  const client = clientOf(address);
  const FunctionName = 'one';
  const first = zipped('#!/bin/sh\n');
  const Resource = `arn:aws:lambda:us-east-1:123456789012:function:${FunctionName}`;
  const create = creation(FunctionName, first, {
    Architectures: ['arm64'],
    Environment: { Variables: { NONCE: '1' } },
    LoggingConfig: { LogFormat: 'Text', LogGroup: 'coldgate' },
    MemorySize: 256,
    Role: role,
    Tags: { run: '7' },
    Timeout: 10,
  });
  const configure = new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 512, Environment: { Variables: { NONCE: '2' } } });
  const recode = new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipped('#!/bin/sh\n# other\n') });
  const unknown = { FunctionName: 'nobody' };
  const calls: readonly (readonly [string, () => Promise<object>])[] = [
    ['create', () => client.send(create)],
    ['create twice', () => client.send(create)],
    ['get', () => client.send(new GetFunctionCommand({ FunctionName }))],
    ['update configuration', () => client.send(configure)],
    ['update code', () => client.send(recode)],
    ['get configuration', () => client.send(new GetFunctionConfigurationCommand({ FunctionName }))],
    ['list', () => client.send(new ListFunctionsCommand({}))],
    ['tag', () => client.send(new TagResourceCommand({ Resource, Tags: { expires: '2026' } }))],
    ['list tags', () => client.send(new ListTagsCommand({ Resource }))],
    ['delete', () => client.send(new DeleteFunctionCommand({ FunctionName }))],
    ['get what is deleted', () => client.send(new GetFunctionCommand({ FunctionName }))],
    ['list tags of what is deleted', () => client.send(new ListTagsCommand({ Resource }))],
    ['delete an unknown name', () => client.send(new DeleteFunctionCommand(unknown))],
    ['update configuration of an unknown name', () => client.send(new UpdateFunctionConfigurationCommand({ ...unknown, Timeout: 1 }))],
    ['update code of an unknown name', () => client.send(new UpdateFunctionCodeCommand({ ...unknown, ZipFile: first }))],
    ['create with a role that is none', () => client.send(creation('two', first, { Role: 'role' }))],
    ['create with an unknown role', () => client.send(creation('two', first, { Role: `${role}-unknown` }))],
    ['list nothing', () => client.send(new ListFunctionsCommand({}))],
  ];
  const answers: Answered[] = [];
  for (const [call, send] of calls) answers.push(await answered(call, send));
  return answers;
}

async function answered(call: string, send: () => Promise<object>): Promise<Answered> {
  try {
    const { $metadata: metadata, ...answer } = { $metadata: { httpStatusCode: 0 }, ...(await send()) };
    return { call, status: metadata.httpStatusCode, error: null, fields: fieldsOf(answer) };
  } catch (error) {
    if (!(error instanceof LambdaServiceException)) throw error;
    return { call, status: error.$metadata.httpStatusCode, error: error.name, fields: {} };
  }
}

/** Names with dots; what the service leaves out is left out here. */
function fieldsOf(value: unknown, path = ''): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') return { [path]: value };
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(value) ? [['0', value[0]]] : Object.entries(value);
  if (entries.length === 0) return { [path]: '(empty)' };
  return Object.assign({}, ...entries.map(([key, inner]) => fieldsOf(inner, path === '' ? key : `${path}.${key}`)));
}
