import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type ColdStarts, sampleColdStarts } from '../../src/cold-start/run.ts';
import { coldStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import { ARCHITECTURE } from '../doubles/lambda/client.ts';
import { probeExtension } from '../doubles/lambda/probe-extension.ts';
import { TestAccount } from './account.ts';

/** Extensions that are really started, beside coldgate's own host, which is too. */
async function runReal(base: number, head: number): Promise<ColdStarts['functions'][number]> {
  await using account = await TestAccount.open({ mode: 'process' });
  await writeFile(account.zip('base'), await probeExtension(base));
  await writeFile(account.zip('head'), await probeExtension(head));
  const options = account.options({ looks: [4] });
  const functions = options.functions.map((fn) => ({
    ...fn,
    kind: 'extension' as const,
    base: fn.base === null ? null : { ...fn.base, arch: ARCHITECTURE },
    head: { ...fn.head, arch: ARCHITECTURE },
  }));
  const found = await sampleColdStarts({ ...options, functions, aws: { ...account.aws, patience: 60_000 } }, account.host);
  expect([account.names, account.double.layers()]).toEqual([[], []]);
  const [measured] = found.functions;
  if (measured === undefined) throw new Error('nothing was measured');
  return measured;
}

function sizeOf(side: unknown) {
  const measured = coldStartMeasurement.parse(side);
  if (measured.kind !== 'sampled' || measured.sizes[0] === undefined) throw new Error(JSON.stringify(measured));
  return measured.sizes[0];
}

describe('extensions that are really started', () => {
  it('make the cold start of their host longer by what they take, and the host alone is quick', async () => {
    const { base, head } = await runReal(300, 900);
    const [before, after] = [sizeOf(base), sizeOf(head)];
    expect(before.initDuration).toHaveLength(4);
    for (const init of before.initDuration) expect(init).toBeGreaterThan(300);
    for (const init of after.initDuration) expect(init).toBeGreaterThan(900);
    expect(after.host).toHaveLength(4);
    for (const init of after.host ?? []) expect(init).toBeLessThan(300);
    // The host answers every event.
    expect([before.functionErrors, after.functionErrors]).toEqual([0, 0]);
    expect(after.firstResponse.every((took) => took !== null && took > 0)).toBe(true);
  });

  it('that end before they ask for an event have failed, with their last words', async () => {
    const { head } = await runReal(50, 0);
    expect(head).toMatchObject({
      kind: 'failed',
      errorType: 'Extension.Crash',
      lastLines: expect.arrayContaining(['COLLECTOR is not set']),
    });
  });
});
