import { randomUUID } from 'node:crypto';
import { messageOf } from '../core/failures.ts';
import type { Environment } from '../exec/run.ts';
import { stagePackage } from './bucket.ts';
import { systemClock } from './clock.ts';
import { Lambda } from './lambda.ts';
import { tryLayerRights } from './layer-rights.ts';
import type { AwsOptions, ColdStartOptions } from './options.ts';
import { checkAws } from './ready.ts';
import type { ColdStartHost } from './run.ts';
import { scratchTags } from './tags.ts';
import { ALLOWED, outcomeOf, type Tried } from './tried.ts';

/** `#!/bin/sh` and `exit 1`: its init fails, which is all the same to whoever may invoke it. */
const BOOTSTRAP =
  'UEsDBBQAAAgIAAAAIVyjt17aEwAAABEAAAAJAAAAYm9vdHN0cmFwU1bUT8rM0y/O4EqtyCxRMOQCAFBLAQIUAxQAAAgIAAAAIVyjt17aEwAAABEAAAAJAAAAAAAAAAAAAADtgQAAAABib290c3RyYXBQSwUGAAAAAAEAAQA3AAAAOgAAAAAA';
const WITHOUT_SETTINGS = { state: 'optional', said: 'without it few functions are sampled side by side' } as const;
/** After so long a sweep takes what was left, should this be killed. */
const EXPIRY = 10 * 60_000;
const PATIENCE = 30_000;

/**
 * Tries each right that sampling needs, with a function that is made for it and deleted again. Where it may not be made, the other rights are
 * tried on its name: AWS refuses what is not allowed before it says that there is no such function. A ToolError where there are no credentials.
 */
export async function tryRights(
  options: ColdStartOptions,
  host: ColdStartHost & { readonly env: Environment },
  aws: AwsOptions = {},
): Promise<readonly Tried[]> {
  await checkAws(host, aws);
  using lambda = new Lambda({ ...aws, signal: host.signal, clock: systemClock, rng: Math.random });
  const name = `${options.prefix}doctor-${randomUUID().slice(0, 13)}`;
  const [, partition = 'aws', account = ''] = /^arn:([^:]+):iam::(\d{12}):/.exec(options.role) ?? [];
  const here = `arn:${partition}:lambda:${await lambda.region()}:${account}`;
  const arn = `${here}:function:${name}`;
  const zip = Buffer.from(BOOTSTRAP, 'base64');
  const expires = new Date(Date.now() + EXPIRY);
  const tried: Tried[] = [];
  const note = async (action: string, resource: string, run: () => Promise<unknown>): Promise<boolean> => {
    const outcome = await outcomeOf({ action, resource }, run);
    // Of an action that needs others AWS names the one that is missing.
    for (const one of outcome) if (!tried.some((other) => other.action === one.action)) tried.push(one);
    return outcome.every(({ state }) => state === 'allowed');
  };
  await note('lambda:ListFunctions', '*', () => lambda.list(name));
  const isAsked = (await lambda.concurrency().catch(() => null)) !== null;
  tried.push({ action: 'lambda:GetAccountSettings', resource: '*', ...(isAsked ? ALLOWED : WITHOUT_SETTINGS) });
  const isMade = await note('lambda:CreateFunction', arn, () => create(lambda, name, options));
  try {
    if (isMade) for (const action of ['lambda:TagResource', 'iam:PassRole']) await note(action, options.role, () => Promise.resolve());
    // The waiters take a refusal for "not yet".
    const isSeen = (await note('lambda:GetFunction', arn, () => lambda.find(name))) && isMade;
    if (isSeen) await lambda.settle(name, 'active').catch(() => null);
    await note('lambda:ListTags', arn, () => lambda.tags(arn));
    await note('lambda:UpdateFunctionConfiguration', arn, () => lambda.configure({ FunctionName: name, Timeout: 2 }));
    if (isSeen) await lambda.settle(name, 'updated').catch(() => null);
    await note('lambda:UpdateFunctionCode', arn, () => lambda.upload({ FunctionName: name, ZipFile: zip }));
    if (isSeen) await lambda.settle(name, 'updated').catch(() => null);
    await note('lambda:InvokeFunction', arn, () => lambda.invoke(name, '{}', PATIENCE));
    const onRemains = (left: string): void => tellLeft(left, host);
    tried.push(...(await tryLayerRights(lambda, { name, zip, expires, on: isMade ? name : null, account: here, onRemains })));
  } finally {
    const cleaning = lambda.withSignal(AbortSignal.timeout(PATIENCE));
    await note('lambda:DeleteFunction', arn, () => cleaning.delete(name));
    if (isMade) await tellRemains(cleaning, name, host);
  }
  for (const deployed of new Set(options.like?.deployed.values())) {
    await note('lambda:GetFunctionConfiguration', deployed, () => lambda.configuration(deployed));
  }
  if (options.bucket !== null) tried.push(...(await tryBucket(options.bucket, name, host)));
  return tried;
}

async function create(lambda: Lambda, name: string, { role, layers, logGroup, tags, prefix }: ColdStartOptions): Promise<unknown> {
  const identity = { prefix, key: 'doctor', run: name, function: 'doctor', arch: 'x86_64', memory: 128, deployment: 1, slot: 'a' } as const;
  return await lambda.create({
    FunctionName: name,
    Description: 'made by coldgate doctor, which deletes it itself',
    Runtime: 'provided.al2023',
    Handler: 'bootstrap',
    Role: role,
    Code: { ZipFile: Buffer.from(BOOTSTRAP, 'base64') },
    Timeout: 1,
    Layers: [...layers],
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroup },
    Tags: { ...tags, ...scratchTags(identity, 'doctor', new Date(Date.now() + EXPIRY)) },
  });
}

/** Putting and deleting; that Lambda may read it needs `s3:GetObject`, which only a function made of it would show. */
async function tryBucket(bucket: string, name: string, { signal }: ColdStartHost): Promise<readonly Tried[]> {
  const resource = `arn:aws:s3:::${bucket}/coldgate/*`;
  const remains: string[] = [];
  const put = await outcomeOf({ action: 's3:PutObject', resource }, async () => {
    const onRemains = (_: string, reason: string): void => void remains.push(reason);
    await using _ = await stagePackage({ bucket, name, zip: Buffer.from(BOOTSTRAP, 'base64'), signal, onRemains });
  });
  if (put.some(({ state }) => state !== 'allowed')) return put;
  const [reason] = remains;
  return [...put, { action: 's3:DeleteObject', resource, state: reason === undefined ? 'allowed' : 'missing', said: reason ?? '' }];
}

async function tellRemains(lambda: Lambda, name: string, host: ColdStartHost): Promise<void> {
  const left = await lambda.find(name).catch((error: unknown) => messageOf(error));
  if (left !== null) tellLeft(name, host);
}

function tellLeft(name: string, { progress }: ColdStartHost): void {
  progress.step(`${name} may still be there: delete it, or run \`coldgate sweep\` in ten minutes`);
}
