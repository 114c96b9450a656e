import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import AdmZip from 'adm-zip';
import { expect, it, vi } from 'vitest';
import { sweepColdStarts } from '../../src/cold-start/run.ts';
import { ScratchFunction, type ScratchPlan } from '../../src/cold-start/scratch-function.ts';
import { openMoto } from '../doubles/moto.ts';
import { TestAccount } from './account.ts';

it('the control plane as moto has it: made, found, changed, swept and deleted', async () => {
  await using moto = await openMoto();
  await using account = await TestAccount.open();
  const aws = { ...account.aws, config: { ...account.aws.config, endpoint: moto.address }, patience: 20_000 };
  using lambda = account.lambda(aws);
  const plan = {
    identity: { prefix: 'coldgate-', key: 'main', run: '1', function: 'health', arch: 'x86_64', side: 'base' },
    arch: 'x86_64',
    sha: 'a'.repeat(40),
    zip: account.zip('base'),
    memory: 128,
    expires: new Date(account.clock.now() - 1),
    settings: account.options({ role: await moto.role('scratch') }),
    signal: account.stop.signal,
    onRemains: (name: string, reason: string) => expect.unreachable(`${name}: ${reason}`),
  } as const;
  {
    await using scratch = await ScratchFunction.deploy(lambda, plan);
    await scratch.configure(256, 'one');
    const found = await lambda.find(scratch.name);
    const sha256 = createHash('sha256')
      .update(await readFile(plan.zip))
      .digest('base64');
    expect(found).toMatchObject({
      MemorySize: 256,
      CodeSha256: sha256,
      Environment: { Variables: { LEVEL: 'info', COLDGATE_NONCE: 'one' } },
    });
    expect(await lambda.tags(found?.FunctionArn ?? '')).toMatchObject({ coldgate: 'scratch', 'coldgate:run': '1' });
    // The same run again: its own function is taken over.
    await ScratchFunction.deploy(lambda, plan);
    expect((await lambda.list('coldgate-')).map(({ name }) => name)).toEqual([scratch.name]);
  }
  expect(await lambda.list('coldgate-')).toEqual([]);
  const left = await ScratchFunction.deploy(lambda, plan);
  expect((await sweepColdStarts({ prefix: 'coldgate-', clock: account.clock, aws }, account.host)).deleted).toEqual([left.name]);
  expect(await lambda.delete(left.name)).toBe('gone');
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
    const plan: ScratchPlan = {
      identity: { prefix: 'coldgate-', key: 'main', run: '1', function: 'health', arch: 'x86_64', side: 'head' },
      arch: 'x86_64',
      sha: 'a'.repeat(40),
      zip: account.zip('base'),
      memory: 128,
      expires: new Date(account.clock.now()),
      settings: account.options({ role: await moto.role('scratch'), bucket: 'shelf' }),
      signal: account.stop.signal,
      onRemains: (name, reason) => expect.unreachable(`${name}: ${reason}`),
    };
    await using scratch = await ScratchFunction.deploy(lambda, plan);
    expect(await lambda.find(scratch.name)).toMatchObject({ CodeSha256: createHash('sha256').update(large).digest('base64') });
    expect((await s3.send(new ListObjectsV2Command({ Bucket: 'shelf' }))).KeyCount).toBe(0);
    const elsewhere = { ...plan, identity: { ...plan.identity, run: '2' }, settings: { ...plan.settings, bucket: 'nowhere' } };
    await expect(ScratchFunction.deploy(lambda, elsewhere)).rejects.toThrow(
      /s3:PutObject on arn:aws:s3:::nowhere\/coldgate\/coldgate-main-/,
    );
  } finally {
    s3.destroy();
    vi.unstubAllEnvs();
  }
});
