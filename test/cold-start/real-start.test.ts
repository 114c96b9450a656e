import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ColdStarts, sampleColdStarts } from '../../src/cold-start/run.ts';
import { coldStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import { ARCHITECTURE } from '../doubles/lambda/client.ts';
import { probePackage } from '../doubles/lambda/probe-function.ts';
import type { LambdaDoubleOptions } from '../doubles/lambda.ts';
import { TestAccount } from './account.ts';

let packages: readonly [Buffer, Buffer];
beforeAll(async () => {
  packages = [await probePackage('base'), await probePackage('head')];
});

/** A run whose functions are really unpacked and started. */
async function runReal(mode: string, more: LambdaDoubleOptions = {}, timeout = 60): Promise<ColdStarts['functions'][number]> {
  await using account = await TestAccount.open({ mode: 'process', ...more });
  await writeFile(account.zip('base'), packages[0]);
  await writeFile(account.zip('head'), packages[1]);
  const options = account.options({ looks: [3], environment: { MODE: mode }, timeout });
  const onThis = <P extends object>(side: P) => ({ ...side, arch: ARCHITECTURE });
  const functions = options.functions.map(({ base, head, ...wanted }) => ({
    ...wanted,
    base: base === null ? null : onThis(base),
    head: onThis(head),
  }));
  const found = await sampleColdStarts({ ...options, functions, aws: { ...account.aws, patience: 60_000 } }, account.host);
  expect(account.names).toEqual([]);
  const [measured] = found.functions;
  if (measured === undefined) throw new Error('nothing was measured');
  return measured;
}

describe('functions that are really started', () => {
  it('give their Init Durations', async () => {
    const { base, head } = await runReal('slow-init');
    for (const side of [base, head]) {
      const measured = coldStartMeasurement.parse(side);
      if (measured.kind !== 'sampled') throw new Error(JSON.stringify(measured));
      const [size] = measured.sizes;
      expect(size?.initDuration).toHaveLength(3);
      for (const [index, init] of (size?.initDuration ?? []).entries()) {
        expect(init).toBeGreaterThan(80);
        expect(size?.billedDuration[index]).toBeGreaterThan(init);
        expect(size?.maxMemoryUsed[index]).toBeGreaterThan(0);
      }
    }
  });

  it.each(['crash', 'error'])('keep their samples when they %s after a good init, and have no first response', async (mode) => {
    expect((await runReal(mode)).head).toMatchObject({
      kind: 'sampled',
      sizes: [{ functionErrors: 3, firstResponse: [null, null, null] }],
    });
  });

  it('give the Duration of their first response beside it', async () => {
    const { base, head } = await runReal('slow-answer');
    for (const side of [base, head]) {
      const measured = coldStartMeasurement.parse(side);
      if (measured.kind !== 'sampled') throw new Error(JSON.stringify(measured));
      const [size] = measured.sizes;
      expect(size?.firstResponse).toHaveLength(3);
      // The answer alone sleeps, 60 ms: it is no part of init.
      for (const took of size?.firstResponse ?? []) expect(took).toBeGreaterThan(60);
    }
  });

  it('that exit before their first event have failed, with their last lines', async () => {
    const { base, head } = await runReal('exit');
    for (const side of [base, head]) {
      expect(coldStartMeasurement.parse(side)).toMatchObject({ kind: 'failed', status: 'error', errorType: 'Runtime.ExitError' });
    }
    expect(head).toMatchObject({ lastLines: expect.arrayContaining(['TABLE is not set']) });
  });

  it('that never ask for an event have failed by the limit', async () => {
    const { head } = await runReal('never', { initLimit: 100 }, 1);
    expect(head).toMatchObject({ kind: 'failed', status: 'timeout' });
  });

  it('may log more than the tail holds', async () => {
    expect((await runReal('chatty')).head).toMatchObject({ kind: 'sampled', sizes: [{ functionErrors: 0 }] });
  });
});
