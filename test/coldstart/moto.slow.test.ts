import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { sweepColdStarts } from '../../src/coldstart/cold-start.ts';
import { ScratchFunction } from '../../src/coldstart/scratch-function.ts';
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
