import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { extensionHost } from '../../src/cold-start/extension-host.ts';
import type { ColdStartPlan } from '../../src/cold-start/options.ts';
import { cleanUp, sampleColdStarts, sweepColdStarts } from '../../src/cold-start/run.ts';
import { coldStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import type { FunctionSnapshot, LambdaDoubleOptions } from '../doubles/lambda.ts';
import { TestAccount } from './account.ts';

const always = Number.POSITIVE_INFINITY;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

/** An account in which what a function holds is told by its layers alone: a host of 12 ms, base's extension adds 30 ms, head's 34 ms. */
async function withExtension(more: LambdaDoubleOptions = {}): Promise<TestAccount> {
  const held: Record<string, number> = {};
  const account = await TestAccount.open({
    initDurations: (_, nth, { codeSha256, layerSha256 }) => {
      if (codeSha256 !== sha256(extensionHost())) throw new Error('it is no host');
      return 12 + (layerSha256.length === 0 ? 0 : (held[layerSha256[0] ?? ''] ?? Number.NaN)) + nth / 1_000;
    },
    ...more,
  });
  held[sha256(await readFile(account.zip('base')))] = 30;
  held[sha256(await readFile(account.zip('head')))] = 34;
  return account;
}

function probe(account: TestAccount, more: Partial<ColdStartPlan> = {}, isNew = false): ColdStartPlan {
  const options = account.options(more);
  const functions = options.functions.map((fn) => ({ ...fn, kind: 'extension' as const, name: 'probe', ...(isNew ? { base: null } : {}) }));
  return { ...options, functions };
}

function sizeOf(measured: unknown) {
  const parsed = coldStartMeasurement.parse(measured);
  if (parsed.kind !== 'sampled' || parsed.sizes[0] === undefined) throw new Error(JSON.stringify(parsed));
  return parsed.sizes[0];
}

describe('an extension', () => {
  it('is sampled as a layer of a small function, base beside head, and that function alone in the first look', async () => {
    await using account = await withExtension();
    const { functions, remaining, spent } = await sampleColdStarts(probe(account), account.host);
    const [base, head] = [sizeOf(functions[0]?.base), sizeOf(functions[0]?.head)];
    expect(base.initDuration.map(Math.floor)).toEqual(Array(8).fill(42));
    expect(head.initDuration.map(Math.floor)).toEqual(Array(8).fill(46));
    expect(head.host?.map(Math.floor)).toEqual(Array(4).fill(12));
    expect(base.host).toBeUndefined();
    expect(head.places.filter(({ exchanged }) => exchanged)).toHaveLength(4);
    // 8 pairs and 4 starts of the host, each after one that is thrown away.
    expect(spent.requests).toBe(2 * 2 * 8 + 2 * 4);
    expect([base, head].map((size) => size.spent.requests)).toEqual([16, 16 + 8]);
    expect(remaining).toEqual([]);
    expect([account.names, account.double.layers()]).toEqual([[], []]);
  });

  it('has its host alone on both functions of a look, whatever the coin says', async () => {
    const hosts: string[] = [];
    await using account = await withExtension();
    const options = probe(account, { looks: [6], decide: () => true });
    await sampleColdStarts(options, account.host);
    for (const { action, functionName, body } of account.double.log)
      if (
        action === 'UpdateFunctionConfiguration' &&
        JSON.stringify(body).includes('host alone') &&
        JSON.stringify(body).includes('"Layers":[]')
      )
        hosts.push(functionName ?? '');
    expect(hosts).toHaveLength(6);
    const each = [...new Set(hosts)].map((name) => hosts.filter((host) => host === name).length);
    expect(each).toEqual([3, 3]);
  });

  it('that is new is sampled with and without it', async () => {
    await using account = await withExtension();
    const { functions } = await sampleColdStarts(probe(account, {}, true), account.host);
    expect(functions[0]?.base).toBeNull();
    const head = sizeOf(functions[0]?.head);
    expect(head.initDuration.map(Math.floor)).toEqual(Array(8).fill(46));
    expect(head.host?.map(Math.floor)).toEqual(Array(4).fill(12));
    expect(account.double.layers()).toEqual([]);
  });

  it('keeps the other layers that it is sampled with, in all three', async () => {
    const layers = ['arn:aws:lambda:us-east-1:210987654321:layer:tracing:4'];
    const seen = new Map<boolean, Set<number>>();
    await using account = await TestAccount.open({
      initDurations: (_, __, { description, layers: given }: FunctionSnapshot) => {
        const isAlone = /host alone/.test(description);
        seen.set(isAlone, (seen.get(isAlone) ?? new Set()).add(given.length));
        return given.at(-1) === layers[0] ? 10 : Number.NaN;
      },
    });
    await sampleColdStarts(probe(account, { looks: [4], layers }), account.host);
    expect(seen).toEqual(
      new Map([
        [false, new Set([2])],
        [true, new Set([1])],
      ]),
    );
  });

  it('beside five other layers costs itself alone', async () => {
    await using account = await withExtension();
    const layers = Array.from({ length: 5 }, (_, place) => `arn:aws:lambda:us-east-1:210987654321:layer:l${place}:1`);
    const { functions } = await sampleColdStarts(probe(account, { layers }), account.host);
    expect(functions[0]?.head).toMatchObject({ kind: 'none', reason: expect.stringContaining('5 others are more than Lambda takes') });
    expect(account.double.layers()).toEqual([]);
  });

  it('that crashes its host at head alone no longer starts', async () => {
    let head = '';
    await using account = await TestAccount.open({
      initDurations: (_, __, { layerSha256 }) =>
        layerSha256[0] === head ? { kind: 'error', duration: 5, errorType: 'Extension.Crash' } : 12,
    });
    head = sha256(await readFile(account.zip('head')));
    const { functions } = await sampleColdStarts(probe(account, { looks: [10] }), account.host);
    expect(functions[0]?.base).toMatchObject({ kind: 'sampled' });
    expect(functions[0]?.head).toMatchObject({ kind: 'failed', errorType: 'Extension.Crash' });
    expect([account.names, account.double.layers()]).toEqual([[], []]);
  });
});

describe('the layers of extensions', () => {
  it('are all deleted, also one more of which the answer was lost', async () => {
    await using account = await withExtension();
    account.double.faults.add({ kind: 'lost', action: 'PublishLayerVersion' });
    const { functions, remaining } = await sampleColdStarts(probe(account), account.host);
    expect(sizeOf(functions[0]?.head).initDuration).toHaveLength(8);
    expect(account.double.log.filter(({ action }) => action === 'PublishLayerVersion')).toHaveLength(3);
    expect([account.double.layers(), remaining]).toEqual([[], []]);
  });

  it('are deleted once more where a deletion was answered and not carried out', async () => {
    await using account = await withExtension();
    account.double.faults.add({ kind: 'lost-delete', action: 'DeleteLayerVersion' });
    const { remaining } = await sampleColdStarts(probe(account), account.host);
    expect([account.double.layers(), remaining]).toEqual([[], []]);
  });

  it.each(['PublishLayerVersion', 'CreateFunction', 'UpdateFunctionConfiguration', 'Invoke'] as const)(
    'are deleted where the run is cancelled in %s, whose answer never comes',
    async (action) => {
      await using account = await withExtension();
      account.double.faults.add({ kind: 'hang', action, after: 1 });
      setTimeout(() => account.stop.abort(), 1_000);
      await expect(sampleColdStarts(probe(account), account.host)).rejects.toThrow(/cancelled/);
      expect([account.names, account.double.layers()]).toEqual([[], []]);
    },
  );

  it('of which one was published before the right was taken away is deleted', async () => {
    await using account = await withExtension();
    account.double.faults.add({ kind: 'lost', action: 'PublishLayerVersion' });
    account.double.faults.add({ kind: 'access-denied', action: 'PublishLayerVersion', after: 1, times: always });
    const { remaining } = await sampleColdStarts(probe(account), account.host);
    expect([account.double.layers(), remaining]).toEqual([[], []]);
  });

  it('that may neither be published nor looked for are not said to be left', async () => {
    await using account = await withExtension();
    for (const action of ['PublishLayerVersion', 'ListLayerVersions'] as const)
      account.double.faults.add({ kind: 'access-denied', action, times: always });
    expect((await sampleColdStarts(probe(account), account.host)).remaining).toEqual([]);
  });

  it('that may not be published cost the extension alone, and name the right', async () => {
    await using account = await withExtension();
    account.double.faults.add({ kind: 'access-denied', action: 'PublishLayerVersion', times: always });
    const { functions } = await sampleColdStarts(probe(account), account.host);
    expect(functions[0]?.head).toMatchObject({
      kind: 'none',
      reason: expect.stringMatching(
        /AWS does not allow lambda:PublishLayerVersion on arn:aws:lambda:us-east-1:123456789012:layer:coldgate-main-/,
      ),
    });
    expect(account.double.log.filter(({ action }) => action === 'CreateFunction')).toEqual([]);
  });

  it('that may not be deleted are told, and are there for the sweep of their run, and of others after the expiry', async () => {
    await using account = await withExtension();
    const denied = account.double.faults.add({ kind: 'access-denied', action: 'DeleteLayerVersion', times: 2 });
    const { remaining } = await sampleColdStarts(probe(account), account.host);
    expect(denied.hits).toBe(2);
    expect(remaining.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^layer coldgate-main-17234567890-1-(base|head)-[0-9a-f]{12}$/),
      expect.stringMatching(/^layer coldgate-main-17234567890-1-(base|head)-[0-9a-f]{12}$/),
    ]);
    using lambda = account.lambda();
    const content = { ZipFile: await readFile(account.zip('head')) };
    // Somebody's own, of such a name.
    await lambda.layers.publish({ LayerName: 'coldgate-mine', Description: 'a table', Content: content }, 1_000);
    const sweep = { prefix: 'coldgate-', clock: account.clock, aws: account.aws };
    const others = await cleanUp({ ...sweep, run: 'another' }, account.host);
    expect([others.deleted, others.kept.map(({ reason }) => reason).toSorted()]).toEqual([
      [],
      ['its description is not of coldgate', 'of another run', 'of another run'],
    ]);
    expect((await sweepColdStarts(sweep, account.host)).kept.filter(({ reason }) => /^in use until/.test(reason))).toHaveLength(2);
    expect(account.double.layers()).toHaveLength(3);
    expect((await cleanUp({ ...sweep, run: '17234567890-1' }, account.host)).deleted).toHaveLength(2);
    expect(account.double.layers().map(({ name }) => name)).toEqual(['coldgate-mine']);
  });

  it('that expired are swept, page by page', async () => {
    await using account = await withExtension({ pageSize: 1 });
    account.double.faults.add({ kind: 'access-denied', action: 'DeleteLayerVersion', times: 2 });
    await sampleColdStarts(probe(account, { looks: [4] }), account.host);
    expect(account.double.layers()).toHaveLength(2);
    account.double.clock.advance(2 * 3_600_000);
    const { deleted } = await sweepColdStarts({ prefix: 'coldgate-', clock: account.clock, aws: account.aws }, account.host);
    expect(deleted).toHaveLength(2);
    expect(account.double.layers()).toEqual([]);
  });

  it.each([
    ['ListLayers', [/^layers$/]],
    ['ListLayerVersions', [/^layer coldgate-main-.*-base-/, /^layer coldgate-main-.*-head-/]],
  ] as const)('that cannot be listed (%s) fail alone: what was deleted by then is told', async (action, names) => {
    await using account = await withExtension();
    account.double.faults.add({ kind: 'access-denied', action: 'DeleteLayerVersion', times: 2 });
    account.double.faults.add({ kind: 'access-denied', action: 'DeleteFunction', times: 2 });
    await sampleColdStarts(probe(account, { looks: [4] }), account.host);
    expect(account.names).toHaveLength(2);
    account.double.faults.add({ kind: 'service-error', action, times: always });
    const swept = await cleanUp({ prefix: 'coldgate-', run: '17234567890-1', clock: account.clock, aws: account.aws }, account.host);
    expect(swept.deleted).toHaveLength(2);
    expect(account.names).toEqual([]);
    expect(swept.failed).toEqual(
      names.map((name) => ({ name: expect.stringMatching(name), reason: expect.stringContaining(`did not carry out lambda:${action}`) })),
    );
  });

  it('are not looked for where that is not allowed, which only a run with extensions says', async () => {
    await using account = await withExtension();
    account.double.faults.add({ kind: 'access-denied', action: 'ListLayers', times: always });
    const { swept } = await sampleColdStarts(probe(account, { looks: [4] }), account.host);
    expect(swept.withoutLayers).toMatch(/does not allow lambda:ListLayers/);
    expect(account.said.join('\n')).toMatch(/layers of earlier runs were not looked for: AWS does not allow lambda:ListLayers/);
    await using plain = await TestAccount.open({ initDurations: () => 10 });
    plain.double.faults.add({ kind: 'access-denied', action: 'ListLayers', times: always });
    await sampleColdStarts(plain.options(), plain.host);
    expect(plain.said.join('\n')).not.toMatch(/layers/);
  });
});
