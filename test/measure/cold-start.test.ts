import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { exitCode } from '../../src/core/judge/judge.ts';
import { parseLimits } from '../../src/core/judge/limits.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { outcomeOf } from '../../src/core/outcome.ts';
import type { FunctionMeasurement, Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { measureColdStarts } from '../../src/measure/cold-start.ts';
import { coldStartOptions } from '../../src/options/cold-start.ts';
import { flagName, OptionValues } from '../../src/options/values.ts';
import { renderMarkdown } from '../../src/report/markdown/markdown.ts';
import { aBaseSnapshot, aFunction, aSnapshot } from '../core/builders.ts';
import { zipped } from '../doubles/lambda/zipped.ts';
import { LambdaDouble } from '../doubles/lambda.ts';
import { unseen } from '../doubles/progress.ts';

let double: LambdaDouble;
let folder: string;
const said: string[] = [];

beforeEach(async () => {
  double = await LambdaDouble.open({ mode: 'scripted' });
  folder = await mkdtemp(join(tmpdir(), 'coldgate-measure-'));
  said.length = 0;
  for (const [name, value] of Object.entries({
    ...{ AWS_ENDPOINT_URL_LAMBDA: double.address, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
  }))
    vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await double[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Scripted functions of which head's code takes so long to answer, and base's 2 ms. */
async function answering(head: number, functionError?: string): Promise<void> {
  await double[Symbol.asyncDispose]();
  let nth = 0;
  double = await LambdaDouble.open({
    mode: 'scripted',
    answer: (_, __, { codeSha256 }) => {
      nth += 1;
      const isBase =
        codeSha256 ===
        createHash('sha256')
          .update(zipped(Buffer.from('base')))
          .digest('base64');
      return { duration: (isBase ? 2 : head) + (nth % 7) / 100, ...(functionError === undefined || isBase ? {} : { functionError }) };
    },
  });
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', double.address);
}

/** Cold starts of one changed function, measured against the double with these options, and judged by this limit. */
async function judged(
  limit: string,
  given: Readonly<Record<string, readonly string[]>> = {},
  kinds: readonly [base: FunctionMeasurement['kind'], head: FunctionMeasurement['kind']] = ['function', 'function'],
): Promise<Outcome> {
  const stored = async (side: string, snapshot: Snapshot) => {
    const [fn] = snapshot.functions;
    if (fn === undefined) throw new Error('no function');
    const path = join(folder, side, fn.package.file);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, zipped(Buffer.from(side)));
    return { folder: join(folder, side), snapshot };
  };
  const head = await stored('head', aSnapshot({ functions: [aFunction({ kind: kinds[1] }, { compressed: 918_999 })] }));
  const before = aBaseSnapshot();
  const base = await stored('base', { ...before, functions: before.functions.map((fn) => ({ ...fn, kind: kinds[0] })) });
  const asked = { 'cold-start': [], 'cold-start-role': ['arn:aws:iam::123456789012:role/scratch'], ...given };
  const options = coldStartOptions(new OptionValues(new Map(Object.entries(asked)), flagName));
  if (options === null) throw new Error('no cold starts');
  const limits = parseLimits([limit], '--limit');
  const host = { signal: new AbortController().signal, progress: unseen((text) => void said.push(text)), nameOf: flagName };
  const sampled = await measureColdStarts({ base, head }, options, { limits, declared: [] }, { key: 'cli', run: '1', beside: 0 }, host);
  if (sampled.base === null) throw new Error('no base');
  const run = { timings: {}, command: 'coldgate check', baseReason: null };
  const measured = { kind: 'measured', snapshot: sampled.base, origin: 'built' } as const;
  return outcomeOf(measured, { snapshot: sampled.head, origin: 'built' }, { limits, gate: 'fail', judgedAs: 'change' }, run);
}

test.each<readonly [string, () => void, RegExp]>([
  [
    'no right to create',
    () => double.faults.add({ kind: 'access-denied', action: 'CreateFunction', times: Number.POSITIVE_INFINITY }),
    /does not allow lambda:CreateFunction/,
  ],
  [
    'a role that may not be passed',
    () => double.faults.add({ kind: 'pass-role-denied', times: Number.POSITIVE_INFINITY }),
    /does not allow iam:PassRole/,
  ],
  ['an endpoint that is none', () => vi.stubEnv('AWS_REGION', ''), /region/],
])('%s costs the cold starts alone: the report has the rest, a written limit ends with 3, another with 0', async (_, spoil, reason) => {
  spoil();
  const limited = await judged('cold-start.p50: +10%');
  expect(exitCode(limited.verdict)).toBe(3);
  expect(limited.verdict.unchecked).toMatchObject([{ code: 'unmeasured', reason: expect.stringMatching(reason) }]);
  const free = await judged('zip: 5 MB');
  expect(exitCode(free.verdict)).toBe(0);
  expect(renderMarkdown(free)).toMatch(/cold starts of `\w+` were not measured: /);
  expect(double.functions()).toEqual([]);
});

test('looks that cannot prove anything of so many sizes are said after the builds, too', async () => {
  const outcome = await judged('cold-start.p50: +10%', {
    'cold-start-samples': ['9'],
    'cold-start-settings': ['health: memory=128,256,512'],
  });
  expect(outcome.verdict.unchecked).toMatchObject([{ reason: expect.stringMatching(/9 pairs can never prove a limit breached/) }]);
});

test('a function that is to be like one that is not there is not sampled', async () => {
  const outcome = await judged('cold-start.p50: +10%', {
    'cold-start-like': ['prod-health'],
    'cold-start-settings': ['orders: memory=256'],
  });
  expect(outcome.verdict.unchecked).toMatchObject([{ reason: 'there is no function prod-health in this account and region to be like' }]);
  expect(said).toContain('--cold-start-settings: no function that is sampled has the name orders');
});

test('a first response that is proven slower on AWS breaches its limit, though init is what it was', async () => {
  await answering(3);
  const outcome = await judged('cold-start.first-response.p50: +20%');
  expect(exitCode(outcome.verdict)).toBe(1);
  expect(outcome.verdict.breaches).toMatchObject([{ kind: 'limit', limit: { metric: 'cold-start.first-response.p50' } }]);
  const [size] = outcome.comparison.functions[0]?.coldStart.sizes ?? [];
  // The first look proves it.
  expect(size).toMatchObject({ stopped: true, verdict: 'undecided', firstResponse: { verdict: 'slower', head: { samples: 20 } } });
  expect(renderMarkdown(outcome)).toContain('answers its first request slower on AWS');
  expect(exitCode((await judged('cold-start.first-response.p50: +80%')).verdict)).toBe(0);
});

test('a first event that ends in an error is no first response: a limit on it ends with 3, one on init is judged', async () => {
  await answering(3, 'Unhandled');
  const outcome = await judged('cold-start.first-response.p50: +20%');
  expect(exitCode(outcome.verdict)).toBe(3);
  expect(outcome.verdict.unchecked).toMatchObject([{ reason: expect.stringMatching(/each ended in a function error; cold-start-event/) }]);
  expect(exitCode((await judged('cold-start.p50: +20%')).verdict)).toBe(0);
});

/** Scripted hosts of 12 ms; base's extension adds 30 ms, head's as much as this. */
async function extending(head: number): Promise<void> {
  await double[Symbol.asyncDispose]();
  const of = (side: string): string =>
    createHash('sha256')
      .update(zipped(Buffer.from(side)))
      .digest('base64');
  double = await LambdaDouble.open({
    mode: 'scripted',
    delays: { create: 1, update: 1 },
    initDurations: (_, nth, { layerSha256: [layer] }) =>
      12 + (layer === of('head') ? head : layer === of('base') ? 30 : 0) + (nth % 7) / 100,
  });
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', double.address);
}

test.each<readonly [number, number]>([
  [30, 0],
  [50, 1],
])('an extension that adds %d ms is held by the limits on cold starts, on its host: exit %d', async (head, exit) => {
  await extending(head);
  const outcome = await judged('cold-start.p50: +10%', { 'cold-start-samples': ['10'] }, ['extension', 'extension']);
  expect(outcome.verdict.unchecked).toEqual([]);
  expect(exitCode(outcome.verdict)).toBe(exit);
  const [size] = outcome.comparison.functions[0]?.coldStart.sizes ?? [];
  expect(size?.extensionOverhead).toMatchObject({
    samples: 10,
    host: expect.closeTo(12, 0),
    base: expect.closeTo(30, 0),
    head: expect.closeTo(head, 0),
  });
  const said = new RegExp(
    `the extension adds ${head}(\\.\\d)? ms to a cold start, 30(\\.\\d)? ms at base \\(host alone 12(\\.\\d)? ms, the median of 10\\)`,
  );
  expect(renderMarkdown(outcome)).toMatch(said);
  expect(double.functions()).toEqual([]);
  expect(double.layers()).toEqual([]);
});

test('what could not be deleted is named in the report, with the command that does it', async () => {
  double.faults.add({ kind: 'access-denied', action: 'DeleteFunction', times: Number.POSITIVE_INFINITY });
  const outcome = await judged('zip: 5 MB', { 'cold-start-samples': ['10'] });
  const [first, second] = double.functions().map(({ name }) => name);
  expect(outcome.comparison.notes).toMatchObject([
    {
      code: 'left-on-aws',
      text: expect.stringMatching(/^not deleted: coldgate-cli-1-[ab]-\w+, coldgate-cli-1-[ab]-\w+; coldgate sweep --run 1 deletes/),
    },
  ]);
  expect(outcome.comparison.notes[0]?.text).toContain(first);
  expect(outcome.comparison.notes[0]?.text).toContain(second);
  expect(renderMarkdown(outcome)).toMatch(/left-on-aws: .*coldgate sweep --run 1/);
});

test('an extension that was a function at base is not sampled', async () => {
  const outcome = await judged('zip: 5 MB', {}, ['function', 'extension']);
  const [fn] = outcome.comparison.functions;
  expect(fn?.coldStart.state).toMatchObject({ kind: 'none', reason: 'it is an extension, and at base it was a function' });
});
