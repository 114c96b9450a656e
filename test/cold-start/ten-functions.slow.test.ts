import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { sampleColdStarts } from '../../src/cold-start/run.ts';
import { randomOf } from '../doubles/lambda/random.ts';
import { VirtualTime } from '../doubles/virtual-time.ts';
import { TestAccount } from './account.ts';

it('ten functions at 60 pairs take less than a quarter of an hour, with AWS at its own delays and limits', async () => {
  const random = randomOf(5);
  const between = (least: number, most: number) => (): number => least + (most - least) * random();
  const settled = between(1_000, 5_000);
  let time: VirtualTime | undefined;
  const seconds = new Map([
    ['CreateFunction', 1],
    ['UpdateFunctionCode', 1],
    ['Invoke', 0.7],
  ]);
  const answering = async (action: string): Promise<void> => {
    await time?.rest(1_000 * (seconds.get(action) ?? 0.1));
  };
  await using account = await TestAccount.open({
    ...{ time: 'virtual', answering, delays: { create: settled, update: settled }, rateLimit: 15, concurrency: 1_000 },
    initDurations: () => 20 * (0.9 + 0.2 * random()),
  });
  time = new VirtualTime(account.double.clock);
  const clock = time;
  const inner = new LambdaClient({ region: 'us-east-1' }).config.requestHandler;
  const requestHandler = {
    ...{ metadata: inner.metadata, destroy: () => inner.destroy?.(), httpHandlerConfigs: () => ({}), updateHttpClientConfig: () => {} },
    handle: (...args: Parameters<typeof inner.handle>) => clock.working(() => inner.handle(...args)),
  };
  const options = account.options({ looks: [20, 40, 60], cap: 3_600_000, clock });
  const functions = Array.from({ length: 10 }, (_, place) =>
    options.functions.map((one) => ({ ...one, name: `function-${place}` })),
  ).flat();
  const aws = { config: { ...account.aws.config, requestHandler }, poll: 400 };
  const start = clock.now();
  const { functions: sampled, estimate } = await sampleColdStarts({ ...options, functions, aws }, account.host);
  const minutes = (clock.now() - start) / 60_000;
  for (const { head } of sampled) expect(head).toMatchObject({ kind: 'sampled', sizes: [{ looksTaken: 3 }] });
  expect(minutes).toBeLessThan(15);
  expect(minutes * 60_000).toBeLessThan(estimate.most * 1.15);
  expect(account.names).toEqual([]);
}, 900_000);
