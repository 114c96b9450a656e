import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FirstResponse } from '../../../src/core/snapshot/first-response.ts';
import { type InitMeasurement, initMeasurement } from '../../../src/core/snapshot/init.ts';
import { millis } from '../../../src/core/units.ts';
import { parseInitEnv } from '../../../src/init/environment.ts';
import { measureInit } from '../../../src/init/session.ts';
import type { InitSide } from '../../../src/init/starter.ts';
import { findClocks } from '../../../src/tools/clocks.ts';
import { findTracers } from '../../../src/tools/toolbox.ts';
import { answeringRoot } from '../answering-functions.ts';
import { Functions, guard, processesIn } from '../functions.ts';

const TRACERS = findTracers({ PATH: process.env.PATH ?? '' });
/** A million turns of eight instructions; the rest is the length of the variables that ask for it. */
const PLANTED = 8_000_000;
const REST = 1_000;
const EVENT = { name: 'own', text: '{"a":1}' };

let functions: Functions;
let side: InitSide;
let peer: Server;
let address: string;

beforeAll(async () => {
  functions = await Functions.compile();
  const twin = join(await answeringRoot(functions), 'bootstrap');
  const stripped = join(functions.path, 'bootstrap');
  await promisify(execFile)('strip', ['-o', stripped, twin]);
  const package_ = join(functions.path, 'answering.zip');
  const zip = new AdmZip();
  zip.addLocalFile(stripped, '', 'bootstrap');
  for (const entry of zip.getEntries()) entry.attr = (0o100755 << 16) >>> 0;
  await zip.writeZipPromise(package_);
  side = { awaits: 'runtime', package: package_, entry: 'bootstrap', twin };
  peer = createServer((socket) => socket.once('data', () => socket.end('hello')));
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  const at = peer.address();
  address = typeof at === 'object' && at !== null ? `127.0.0.1:${at.port}` : '';
});
afterAll(async () => {
  peer.close();
  await functions[Symbol.asyncDispose]();
});

interface Asked {
  readonly mode?: string;
  readonly init?: string;
  readonly timeout?: number;
  readonly event?: typeof EVENT | null;
}

async function measured({ mode = 'plain', init = '', timeout = 10_000, event = EVENT }: Asked = {}): Promise<InitMeasurement> {
  const env = parseInitEnv([`MODE=${mode}`, `INIT=${init}`, `PEER=${address}`], 'test');
  const options = {
    tools: TRACERS,
    clocks: findClocks({ PATH: process.env.PATH ?? '' }),
    env,
    event,
    timeout: millis(timeout),
    pairs: 20,
    scratch: functions.path,
    guard: guard(),
    onStep: () => {},
  };
  const { head } = await measureInit({ base: null, head: side }, options);
  expect(await processesIn(functions.path)).toEqual([]);
  return initMeasurement.parse(head);
}

function responseOf(init: InitMeasurement): FirstResponse | null {
  if (init.kind !== 'measured') throw new Error(JSON.stringify(init));
  return init.firstResponse;
}

function measuredResponse(init: InitMeasurement) {
  const response = responseOf(init);
  if (response?.kind !== 'measured') throw new Error(JSON.stringify(response));
  return response;
}

describe('the first response in a session', () => {
  it('is measured as init is', async () => {
    const response = measuredResponse(await measured());
    expect(response).toMatchObject({ by: { kind: 'event', name: 'own' }, answer: { kind: 'response', bytes: 6 } });
    expect(response.connects).toEqual({ kind: 'traced', runs: [0], connections: [] });
    expect(response.instructions).toMatchObject({ kind: 'counted', of: 'twin', phases: null, leftOut: [] });
    const { wall, cpu, minorFaults, majorFaults, peak } = response.timed;
    expect([wall, cpu ?? [], minorFaults, majorFaults, peak].map(({ length }) => length)).toEqual([20, 20, 20, 20, 20]);
  });

  it('connects to what the handler connects to, beside what init did', async () => {
    const init = await measured({ mode: 'connect' });
    expect(measuredResponse(init).connects).toEqual({ kind: 'traced', runs: [1], connections: [{ kind: 'connect', address }] });
    expect(init).toMatchObject({ connects: { kind: 'traced', runs: [0], connections: [] } });
  });

  it('may be an error', async () => {
    expect(measuredResponse(await measured({ mode: 'error' }))).toMatchObject({
      answer: { kind: 'error', errorType: 'Table', message: 'no table' },
    });
  });

  it('fails where the function ends over it, and init is measured all the same', async () => {
    const init = await measured({ mode: 'exit' });
    expect(responseOf(init)).toMatchObject({ kind: 'failed', failure: { kind: 'exited', code: 3, signal: null }, lastLines: ['no table'] });
    expect(init).toMatchObject({ kind: 'measured', instructions: { kind: 'counted' } });
  });

  it('fails where it never comes', async () => {
    expect(responseOf(await measured({ mode: 'never', timeout: 1_000 }))).toMatchObject({
      kind: 'failed',
      failure: { kind: 'timed-out', after: 1_000 },
    });
  });

  it('is not asked for where no event was given', async () => {
    expect(responseOf(await measured({ event: null }))).toBeNull();
  });

  it('counts exactly what the handler does, and leaves init as it is', async () => {
    const [plain, work, none] = [await measured(), await measured({ mode: 'work' }), await measured({ event: null })];
    expect(Math.abs(instructionsOf(measuredResponse(work)) - instructionsOf(measuredResponse(plain)) - PLANTED)).toBeLessThan(REST);
    expect(Math.abs(initOf(work) - initOf(plain))).toBeLessThan(REST);
    expect(initOf(plain)).toBe(initOf(none));
  });

  it('has what moves from init into the handler', async () => {
    const [before, after] = [await measured({ init: 'work' }), await measured({ mode: 'work' })];
    expect(Math.abs(initOf(before) - initOf(after) - PLANTED)).toBeLessThan(REST);
    expect(Math.abs(instructionsOf(measuredResponse(after)) - instructionsOf(measuredResponse(before)) - PLANTED)).toBeLessThan(REST);
  });

  it('names the function that did it', async () => {
    const { instructions } = measuredResponse(await measured({ mode: 'work' }));
    if (instructions.kind !== 'counted') throw new Error(instructions.reason);
    const share = instructions.functions.find(({ name }) => name.endsWith('::build_table'))?.inclusive ?? 0;
    expect(share).toBeGreaterThan(PLANTED * 0.99);
  });

  it('counts a thread that the handler waits for', async () => {
    const [plain, thread] = [await measured(), await measured({ mode: 'thread' })];
    const grown = instructionsOf(measuredResponse(thread)) - instructionsOf(measuredResponse(plain));
    expect(grown).toBeGreaterThan(PLANTED - REST);
    expect(grown).toBeLessThan(PLANTED + 100_000);
  });

  it('says what a handler asked for that has no network', async () => {
    expect(measuredResponse(await measured({ mode: 'lookup' })).connects).toMatchObject({
      connections: expect.arrayContaining([{ kind: 'lookup', address: 'dynamodb.us-east-1.amazonaws.com' }]),
    });
  });
});

function instructionsOf({ instructions }: Pick<ReturnType<typeof measuredResponse>, 'instructions'>): number {
  if (instructions.kind !== 'counted') throw new Error(instructions.reason);
  return instructions.total;
}

function initOf(init: InitMeasurement): number {
  if (init.kind !== 'measured') throw new Error(JSON.stringify(init));
  return instructionsOf(init);
}
