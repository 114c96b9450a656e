import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type InitMeasurement, initMeasurement } from '../../../src/core/snapshot/init.ts';
import { millis } from '../../../src/core/units.ts';
import { parseInitEnv } from '../../../src/init/environment.ts';
import { httpEvent } from '../../../src/init/http/probe.ts';
import { measureInit } from '../../../src/init/session.ts';
import type { InitSide } from '../../../src/init/starter.ts';
import { findClocks } from '../../../src/tools/clocks.ts';
import { findTracers } from '../../../src/tools/toolbox.ts';
import { Functions, guard, processesIn } from '../functions.ts';
import { servingRoot } from '../serving-functions.ts';

const ENV = { PATH: process.env.PATH ?? '' };

let functions: Functions;
let side: InitSide;
let port: number;
beforeAll(async () => {
  functions = await Functions.compile();
  const twin = join(await servingRoot(functions), 'bootstrap');
  const stripped = join(functions.path, 'bootstrap');
  await promisify(execFile)('strip', ['-o', stripped, twin]);
  const package_ = join(functions.path, 'serving.zip');
  const zip = new AdmZip();
  zip.addLocalFile(stripped, '', 'bootstrap');
  for (const entry of zip.getEntries()) entry.attr = (0o100755 << 16) >>> 0;
  await zip.writeZipPromise(package_);
  side = { awaits: 'runtime', package: package_, entry: 'bootstrap', twin };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  port = typeof at === 'object' && at !== null ? at.port : 0;
  await new Promise((resolve) => server.close(resolve));
});
afterAll(() => functions[Symbol.asyncDispose]());

async function measured(mode: string, paths: string): Promise<readonly Extract<InitMeasurement, { readonly kind: 'measured' }>[]> {
  const options = {
    tools: findTracers(ENV),
    clocks: findClocks(ENV),
    env: parseInitEnv([`MODE=${mode}`, `PORT=${port}`], 'test'),
    event: httpEvent(`http ${port} ${paths}`, 'test'),
    timeout: millis(10_000),
    pairs: 20,
    scratch: functions.path,
    guard: guard(),
    onStep: () => {},
  };
  const { base, head } = await measureInit({ base: side, head: side }, options);
  expect(await processesIn(functions.path)).toEqual([]);
  return [base, head].map((init) => {
    const parsed = initMeasurement.parse(init);
    if (parsed.kind !== 'measured') throw new Error(JSON.stringify(parsed));
    return parsed;
  });
}

function totalOf(counted: { readonly kind: string }): number {
  if (!('total' in counted) || typeof counted.total !== 'number') throw new Error(JSON.stringify(counted));
  return counted.total;
}

it('is measured to ready and to its first response, by all that others are measured by', async () => {
  const [base, head] = await measured('work', '/ /work');
  if (base === undefined || head === undefined) throw new Error('two sides were started');
  for (const { instructions, timed, connects, firstResponse } of [base, head]) {
    // A million rounds before it listens; so many again in its first request.
    expect(totalOf(instructions)).toBeGreaterThan(5_000_000);
    expect(totalOf(instructions)).toBeLessThan(9_500_000);
    expect(timed.wall).toHaveLength(20);
    expect(connects).toEqual({ kind: 'traced', runs: [0], connections: [] });
    if (firstResponse?.kind !== 'measured') throw new Error(JSON.stringify(firstResponse));
    expect(firstResponse).toMatchObject({ by: { kind: 'http', port, path: '/work' }, answer: { kind: 'response', bytes: 5 } });
    expect(totalOf(firstResponse.instructions)).toBeGreaterThan(5_000_000);
    expect(totalOf(firstResponse.instructions)).toBeLessThan(9_000_000);
    expect(firstResponse.timed.wall).toHaveLength(20);
    expect(firstResponse.connects).toEqual({ kind: 'traced', runs: [0], connections: [] });
  }
  // What asks whether it is ready is in the figure, the same each time.
  expect(Math.abs(totalOf(base.instructions) - totalOf(head.instructions))).toBeLessThan(500);
});
