import { access } from 'node:fs/promises';
import { DeleteFunctionCommand, UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { processesIn } from '../init/functions.ts';
import { ARCHITECTURE, clientOf, creation, type Told, tell } from './lambda/client.ts';
import { probePackage } from './lambda/probe-function.ts';
import { zipped } from './lambda/zipped.ts';
import { LambdaDouble, type LambdaDoubleOptions } from './lambda.ts';

let probe: Buffer;
let other: Buffer;
beforeAll(async () => {
  probe = await probePackage('base');
  other = await probePackage('head');
});

const INSTANT = { create: 0, update: 0 };
/** Of what ends by its timeout. */
const BRIEF = { Timeout: 1 };
const ID = '[0-9a-f-]{36}';

/** One invocation of a function of its own. */
async function once(
  mode: string,
  options: LambdaDoubleOptions = {},
  more: Parameters<typeof creation>[2] = {},
  zip = probe,
): Promise<Told> {
  await using double = await LambdaDouble.open({ delays: INSTANT, ...options });
  const client = clientOf(double.address);
  await client.send(creation('one', zip, { Timeout: 60, ...more, Environment: { Variables: { MODE: mode } } }));
  return await tell(client, 'one', '{"a":1}');
}

const linesOf = ({ log }: Told): readonly string[] => (log ?? '').split('\n');

describe('an invocation of a real function', () => {
  it('is cold, then warm, and cold again after a change of configuration or code', async () => {
    await using double = await LambdaDouble.open({ delays: INSTANT });
    const client = clientOf(double.address);
    await client.send(creation('one', probe, { MemorySize: 256, Environment: { Variables: { MODE: 'slow-init' } } }));
    const cold = await tell(client, 'one', '{"a":1}');
    expect(cold).toMatchObject({ payload: '{"a":1}', functionError: null });
    const [initStart, started, start, answers, end, report, rest] = linesOf(cold);
    expect(initStart).toMatch(/^INIT_START Runtime Version: provided:al2023\.v\d+\tRuntime Version ARN: arn:/);
    expect([started, answers, rest]).toEqual(['base starts as "slow-init"', 'base answers {"a":1}', '']);
    expect(start).toMatch(new RegExp(`^START RequestId: ${ID} Version: \\$LATEST$`));
    expect(end).toMatch(new RegExp(`^END RequestId: ${ID}$`));
    const shape = new RegExp(
      `^REPORT RequestId: ${ID}\tDuration: [\\d.]+ ms\tBilled Duration: (\\d+) ms\tMemory Size: 256 MB\tMax Memory Used: [1-9]\\d* MB\tInit Duration: ([\\d.]+) ms\t$`,
    );
    const [, billed, init] = shape.exec(report ?? '') ?? [];
    expect(Number(init)).toBeGreaterThan(80);
    expect(Number(billed)).toBeGreaterThan(Number(init));

    const warm = await tell(client, 'one', '{"a":2}');
    expect(warm.log).toMatch(/^START [^\n]+\nbase answers {"a":2}\nEND [^\n]+\nREPORT [^\n]+\tMax Memory Used: \d+ MB\t\n$/);

    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'one', Environment: { Variables: { NONCE: '1' } } }));
    expect((await tell(client, 'one')).log).toContain('Init Duration');
    await client.send(new UpdateFunctionCodeCommand({ FunctionName: 'one', ZipFile: other }));
    const recoded = await tell(client, 'one');
    expect(recoded.log).toMatch(/head starts[\s\S]+Init Duration/);
    expect((await tell(client, 'one')).log).not.toContain('Init Duration');
    expect(double.functions()).toMatchObject([{ coldStarts: 3, coldStartsSinceUpload: 1, invocations: 5 }]);
  });

  it('keeps a measured init when the handler fails', async () => {
    const error = await once('error');
    expect(error).toMatchObject({ payload: '{"errorType":"Refused","errorMessage":"no"}', functionError: 'Unhandled' });
    expect(error.log).toMatch(/Init Duration: [\d.]+ ms\t\n$/);
    const crash = await once('crash');
    expect(crash.functionError).toBe('Unhandled');
    expect(crash.payload).toContain('Runtime exited with error: exit status 7');
    expect(crash.log).toMatch(/Init Duration: [\d.]+ ms\tStatus: error\tError Type: Runtime\.ExitError\n$/);
    const hang = await once('hang', {}, BRIEF);
    expect(hang.payload).toContain('Task timed out after 1.00 seconds');
    expect(hang.log).toMatch(/\tDuration: 1000\.00 ms\t[^\n]+\tInit Duration: [\d.]+ ms\tStatus: timeout\n$/);
  });

  it.each([
    ['exit', 'Runtime.ExitError'],
    ['init-error', 'Broken'],
  ])('tells of an init that fails twice: %s', async (mode, errorType) => {
    const told = await once(mode);
    expect(told.functionError).toBe('Unhandled');
    expect(told.payload).toContain(errorType);
    const reports = linesOf(told).filter((line) => line.startsWith('INIT_REPORT'));
    const shape = (phase: string) =>
      new RegExp(`^INIT_REPORT Init Duration: [\\d.]+ ms\tPhase: ${phase}\tStatus: error\tError Type: ${errorType}$`);
    expect(reports).toEqual([expect.stringMatching(shape('init')), expect.stringMatching(shape('invoke'))]);
    expect(linesOf(told).at(-2)).toMatch(/^REPORT (?!.*Init Duration)/);
  });

  it('tries again at the invoke, where the first init failed or was too slow', async () => {
    const failed = await once('once');
    expect(failed).toMatchObject({ payload: '{"a":1}', functionError: null });
    expect(failed.log).toMatch(/Phase: init\tStatus: error/);
    expect(linesOf(failed).at(-2)).not.toContain('Init Duration');
    const slow = await once('slow-init', { initLimit: 40 });
    expect(slow).toMatchObject({ payload: '{"a":1}', functionError: null });
    expect(slow.log).toMatch(/INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: timeout\n/);
    expect(linesOf(slow).at(-2)).not.toContain('Init Duration');
    const never = await once('never', { initLimit: 40 }, BRIEF);
    expect(never.payload).toContain('Task timed out');
    expect(never.log).toMatch(/Phase: init\tStatus: timeout\n[\s\S]+Phase: invoke\tStatus: timeout\n/);
  });

  it('speaks JSON where that was asked for', async () => {
    const LoggingConfig = { LogFormat: 'JSON' as const };
    const events = linesOf(await once('', {}, { LoggingConfig })).flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
    expect(events.map(({ type }) => type)).toEqual(['platform.initStart', 'platform.start', 'platform.report']);
    expect(events.at(-1)?.record).toMatchObject({ status: 'success', metrics: { initDurationMs: expect.any(Number), memorySizeMB: 128 } });
    const quiet = await once('', {}, { LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' } });
    expect(quiet.log).not.toContain('platform');
    const broken = await once('exit', {}, { LoggingConfig });
    expect(broken.log).toContain('"type":"platform.initReport"');
  });

  it('cuts the tail to its last 4 KB', async () => {
    const told = await once('chatty');
    expect(Buffer.byteLength(told.log ?? '')).toBe(4096);
    expect(told.log).not.toContain('START');
    expect(told.log).toMatch(/REPORT RequestId[^\n]+Init Duration[^\n]+\n$/);
  });

  it('cannot start what is no bootstrap of that architecture', async () => {
    const foreign = await once('', {}, { Architectures: [ARCHITECTURE === 'arm64' ? 'x86_64' : 'arm64'] });
    expect(foreign.payload).toContain('exec format error');
    expect(foreign.log).toContain('Error Type: Runtime.InvalidEntrypoint');
    const locked = await once('', {}, {}, zipped('#!/bin/sh\n', 0o644));
    expect(locked.log).toContain('Error Type: Runtime.InvalidEntrypoint');
  });

  it('leaves no process and no folder', async () => {
    const folders: string[] = [];
    {
      await using double = await LambdaDouble.open({ delays: INSTANT, initDurations: (_name, nth) => 100 + nth });
      const client = clientOf(double.address);
      await client.send(creation('one', probe, { Environment: { Variables: { MODE: 'fork' } } }));
      const both = await Promise.all([tell(client, 'one'), tell(client, 'one')]);
      expect(both.map(({ log }) => /Init Duration: ([\d.]+)/.exec(log ?? '')?.[1]).sort()).toEqual(['100.00', '101.00']);
      folders.push(double.folder ?? '');
      expect((await processesIn(folders[0] ?? '')).length).toBeGreaterThanOrEqual(4);
    }
    expect(await processesIn(folders[0] ?? 'none')).toEqual([]);
  });

  it('ends whatever runs when it is disposed of, also in the middle of an init', async () => {
    const double = await LambdaDouble.open({ delays: INSTANT });
    const client = clientOf(double.address);
    await client.send(creation('one', probe, { Environment: { Variables: { MODE: 'never' } } }));
    const cut = tell(client, 'one').catch((error: unknown) => error);
    while ((await processesIn(double.folder ?? '')).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await double[Symbol.asyncDispose]();
    expect(await cut).toBeInstanceOf(Error);
    expect(await processesIn(double.folder ?? '')).toEqual([]);
    await expect(access(double.folder ?? '')).rejects.toThrow('ENOENT');
  });

  it('lets a function be deleted while it runs', async () => {
    await using double = await LambdaDouble.open({ delays: INSTANT });
    const client = clientOf(double.address);
    await client.send(creation('one', probe, { Environment: { Variables: { MODE: 'slow-init' } } }));
    const told = tell(client, 'one');
    while ((await processesIn(double.folder ?? '')).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.send(new DeleteFunctionCommand({ FunctionName: 'one' }));
    expect((await told).functionError).toBeNull();
    expect(await processesIn(double.folder ?? '')).toEqual([]);
  });
});
