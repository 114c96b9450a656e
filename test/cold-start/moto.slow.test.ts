import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import AdmZip from 'adm-zip';
import { expect, it, vi } from 'vitest';
import { deploy, stageCodes } from '../../src/cold-start/deployment.ts';
import { sweepColdStarts } from '../../src/cold-start/run.ts';
import { packageCode } from '../../src/cold-start/scratch-code.ts';
import { ScratchFunction } from '../../src/cold-start/scratch-function.ts';
import { publishLayer } from '../../src/cold-start/scratch-layer.ts';
import { openMoto } from '../doubles/moto.ts';
import { TestAccount } from './account.ts';

it('the control plane as moto has it: made, found, changed, swept and deleted', async () => {
  await using moto = await openMoto();
  await using account = await TestAccount.open();
  const aws = { ...account.aws, config: { ...account.aws.config, endpoint: moto.address }, patience: 20_000 };
  using lambda = account.lambda(aws);
  const plan = {
    identity: { prefix: 'coldgate-', key: 'main', run: '1', function: 'health', arch: 'x86_64', memory: 128, deployment: 0, slot: 'a' },
    sha: 'a'.repeat(40),
    codes: {
      base: packageCode(account.zip('base'), { arch: 'x86_64', staged: null, layers: [] }),
      head: packageCode(account.zip('head'), { arch: 'x86_64', staged: null, layers: [] }),
      host: null,
    },
    expires: new Date(account.clock.now() - 1),
    settings: account.options({ role: await moto.role('scratch') }),
    onRemains: (name: string, reason: string) => expect.unreachable(`${name}: ${reason}`),
  } as const;
  {
    await using scratch = await ScratchFunction.deploy(lambda, plan, 'base');
    await scratch.upload('head');
    await scratch.configure('head', 'one');
    const found = await lambda.find(scratch.name);
    const sha256 = createHash('sha256')
      .update(await readFile(account.zip('head')))
      .digest('base64');
    expect(found).toMatchObject({
      MemorySize: 128,
      CodeSha256: sha256,
      Environment: { Variables: { LEVEL: 'info', COLDGATE_NONCE: 'one' } },
    });
    expect(await lambda.tags(found?.FunctionArn ?? '')).toMatchObject({ coldgate: 'scratch', 'coldgate:run': '1' });
    // The same run again: its own function is taken over.
    await ScratchFunction.deploy(lambda, plan, 'base');
    expect((await lambda.list('coldgate-')).map(({ name }) => name)).toEqual([scratch.name]);
  }
  expect(await lambda.list('coldgate-')).toEqual([]);
  const left = await ScratchFunction.deploy(lambda, plan, 'base');
  expect((await sweepColdStarts({ prefix: 'coldgate-', clock: account.clock, aws }, account.host)).deleted).toEqual([left.name]);
  expect(await lambda.delete(left.name)).toBe('gone');
});

it('layers as moto has them: published, found by their description, swept and deleted', async () => {
  await using moto = await openMoto();
  await using account = await TestAccount.open();
  const aws = { ...account.aws, config: { ...account.aws.config, endpoint: moto.address }, patience: 20_000 };
  using lambda = account.lambda(aws);
  const content = { ZipFile: await readFile(account.zip('head')) };
  const identity = {
    prefix: 'coldgate-',
    key: 'main',
    run: '1',
    function: 'probe',
    arch: 'x86_64',
    memory: 128,
    deployment: 0,
    slot: 'head',
  } as const;
  const plan = { identity, content, arch: 'x86_64', expires: new Date(account.clock.now() - 1) } as const;
  const onRemains = (name: string, reason: string) => expect.unreachable(`${name}: ${reason}`);
  {
    await using layer = await publishLayer(lambda, { ...plan, onRemains });
    expect(layer.arn).toMatch(/:layer:coldgate-main-1-head-[0-9a-f]{12}:1$/);
    expect(await lambda.layers.list('coldgate-')).toHaveLength(1);
  }
  expect(await lambda.layers.list('coldgate-')).toEqual([]);
  await publishLayer(lambda, { ...plan, onRemains });
  const { deleted } = await sweepColdStarts({ prefix: 'coldgate-', clock: account.clock, aws }, account.host);
  expect(deleted).toEqual([expect.stringMatching(/^layer coldgate-main-1-head-[0-9a-f]{12}:\d$/)]);
});

it('a package above 50 MB goes through a bucket, which is empty afterwards', async () => {
  await using moto = await openMoto();
  await using account = await TestAccount.open();
  using lambda = account.lambda({ ...account.aws, config: { ...account.aws.config, endpoint: moto.address }, patience: 60_000 });
  const zip = new AdmZip();
  zip.addFile('bootstrap', randomBytes(53_000_000), '', 0o755);
  const large = zip.toBuffer();
  await writeFile(account.zip('base'), large);
  // The bucket's client finds everything by the SDK's own chain.
  for (const [name, value] of Object.entries({ AWS_ENDPOINT_URL_S3: moto.address, AWS_REGION: 'us-east-1' })) vi.stubEnv(name, value);
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'test');
  const s3 = new S3Client({});
  try {
    await s3.send(new CreateBucketCommand({ Bucket: 'shelf' }));
    const options = account.options({ role: await moto.role('scratch'), bucket: 'shelf' });
    const [wanted] = options.functions;
    if (wanted === undefined) throw new Error('no function');
    const onRemains = (name: string, reason: string): void => expect.unreachable(`${name}: ${reason}`);
    const context = { lambda, expires: new Date(account.clock.now()), signal: account.stop.signal, onRemains };
    const where = { memory: 128, deployment: 0, exchanged: false };
    const names = async (): Promise<number | undefined> => (await s3.send(new ListObjectsV2Command({ Bucket: 'shelf' }))).KeyCount;
    {
      await using codes = await stageCodes(wanted, 128, options, context);
      await using deployed = await deploy(wanted, where, codes, options, context);
      const sha256 = createHash('sha256').update(large).digest('base64');
      expect(await lambda.find(deployed.slots[0].name)).toMatchObject({ CodeSha256: sha256 });
      // It stays for the next exchange; what is small goes directly.
      expect(await names()).toBe(1);
      await deployed.slots[1]?.upload('base');
      expect(await lambda.find(deployed.slots[1]?.name ?? '')).toMatchObject({ CodeSha256: sha256 });
    }
    expect(await names()).toBe(0);
    await expect(stageCodes(wanted, 128, { ...options, bucket: 'nowhere' }, context)).rejects.toThrow(
      /s3:PutObject on arn:aws:s3:::nowhere\/coldgate\/coldgate-main-/,
    );
  } finally {
    s3.destroy();
    vi.unstubAllEnvs();
  }
});
