import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROCESS_START } from '../../src/core/flame.ts';
import { type InitMeasurement, initMeasurement, type MeasuredInit } from '../../src/core/snapshot/init.ts';
import { millis } from '../../src/core/units.ts';
import { parseInitEnv } from '../../src/init/environment.ts';
import { type MeasuredPair, measureInit } from '../../src/init/session.ts';
import type { InitSide, InitTools } from '../../src/init/starter.ts';
import { findClocks } from '../../src/tools/clocks.ts';
import { findTracers } from '../../src/tools/toolbox.ts';
import { Functions, guard, processesIn } from './functions.ts';

const TRACERS = findTracers({ PATH: process.env.PATH ?? '' });
const CLOCKS = findClocks({ PATH: process.env.PATH ?? '' });
const NONE: InitTools = { valgrind: { kind: 'missing', reason: 'no valgrind' }, strace: { kind: 'missing', reason: 'no strace' } };

let functions: Functions;
let package_: string;
let side: InitSide;

beforeAll(async () => {
  functions = await Functions.compile();
  const stripped = join(functions.path, 'bootstrap');
  await promisify(execFile)('strip', ['-o', stripped, functions.binary]);
  package_ = join(functions.path, 'function.zip');
  const zip = new AdmZip();
  zip.addLocalFile(stripped, '', 'bootstrap');
  for (const entry of zip.getEntries()) entry.attr = (0o100755 << 16) >>> 0;
  await zip.writeZipPromise(package_);
  side = { awaits: 'runtime', package: package_, entry: 'bootstrap', twin: functions.binary };
});
afterAll(() => functions[Symbol.asyncDispose]());

interface Asked {
  readonly mode?: string;
  readonly timeout?: number;
  readonly pairs?: number;
  readonly tools?: InitTools;
  readonly clocks?: typeof CLOCKS;
  readonly base?: InitSide | null;
}

async function measured({
  mode = 'plain',
  timeout = 10_000,
  pairs = 20,
  tools = TRACERS,
  clocks = CLOCKS,
  base = side,
}: Asked = {}): Promise<MeasuredPair> {
  const env = parseInitEnv([`MODE=${mode}`], 'test');
  const options = {
    tools,
    clocks,
    env,
    timeout: millis(timeout),
    pairs,
    scratch: functions.path,
    guard: guard(),
    event: null,
    onStep: () => {},
  };
  const pair = await measureInit({ base, head: side }, options);
  for (const init of [pair.base, pair.head]) if (init !== null) initMeasurement.parse(init);
  expect(await processesIn(functions.path)).toEqual([]);
  return pair;
}

function reached(init: InitMeasurement | null): MeasuredInit {
  if (init?.kind !== 'measured') throw new Error(JSON.stringify(init));
  return init;
}

describe('base and head beside each other', () => {
  it('are counted, timed in pairs and traced, and nothing is left', async () => {
    const { base, head, flame } = await measured();
    const [before, after] = [reached(base), reached(head)];
    expect(after.session).toBe(before.session);
    // The same program does the same work, and what grew is said at head alone.
    expect(before.instructions).toMatchObject({ growth: null });
    expect(after.instructions).toMatchObject({ growth: { starters: [] } });
    for (const { instructions, timed, connects } of [before, after]) {
      if (instructions.kind !== 'counted') throw new Error(instructions.reason);
      expect(instructions.of).toBe('twin');
      expect(instructions.runs.length).toBeGreaterThanOrEqual(3);
      const { loading, runtimeStart, handlerInit } = instructions.phases ?? { loading: 0, runtimeStart: 0, handlerInit: 0 };
      expect(loading + runtimeStart + handlerInit).toBe(instructions.total);
      const crates = instructions.crates.reduce((sum, crate) => sum + crate.instructions, 0);
      expect(crates + instructions.unattributed).toBe(instructions.total);
      expect(timed.wall).toHaveLength(20);
      expect(timed).toMatchObject({ cpuOf: 'process', cLibrary: expect.stringMatching(/^glibc 2\.\d+$/) });
      for (const list of [timed.cpu ?? [], timed.minorFaults, timed.majorFaults, timed.peak, timed.resident]) expect(list).toHaveLength(20);
      expect(connects).toMatchObject({ kind: 'traced', connections: [] });
    }
    expect(flame?.head).toBeGreaterThan(100_000);
    // What the graph folds is what the phases call loading and runtime start.
    const phases = after.instructions.kind === 'counted' ? after.instructions.phases : null;
    const start = flame?.children.find(({ name, crate }) => name === PROCESS_START && crate === '');
    expect((start?.head ?? 0) / ((phases?.loading ?? 0) + (phases?.runtimeStart ?? 0))).toBeCloseTo(1, 1);
  });

  it('do without the tools that are not there, and say so', async () => {
    const { head, flame } = await measured({ tools: NONE, clocks: [] });
    expect(reached(head).instructions).toEqual({ kind: 'none', reason: 'no valgrind' });
    expect(reached(head).connects).toEqual({ kind: 'none', reason: 'no strace' });
    expect(reached(head).timed).toMatchObject({ cpuOf: 'threads', cpu: { length: 20 } });
    expect(flame).toBeNull();
  });

  it('are counted as they ship where a twin is missing', async () => {
    const { head } = await measured({ base: { ...side, twin: null } });
    expect(reached(head).instructions).toMatchObject({ kind: 'counted', of: 'binary', phases: null });
  });

  it('is head alone where there is no base', async () => {
    const { base, head } = await measured({ base: null });
    expect(base).toBeNull();
    expect(reached(head).timed.wall).toHaveLength(20);
  });
});

/** A package of one shell script. */
async function scripted(text: string): Promise<InitSide> {
  const file = join(functions.path, 'scripted.zip');
  const zip = new AdmZip();
  zip.addFile('bootstrap', Buffer.from(text));
  for (const entry of zip.getEntries()) entry.attr = (0o100755 << 16) >>> 0;
  await zip.writeZipPromise(file);
  return { ...side, package: file, twin: null };
}

it('one that changes what is started beside it is found out', async () => {
  const hostile = await scripted(
    '#!/bin/sh\nfor one in "$LAMBDA_TASK_ROOT"/../coldgate-root-*/bootstrap; do chmod +w "$one"; echo >>"$one"; done\n',
  );
  await expect(measured({ base: hostile, tools: NONE, pairs: 5 })).rejects.toThrow(/bootstrap of .* was changed while it was measured/);
});

describe('a function that is not simple', () => {
  it.each([
    ['an internal extension', 'extension'],
    ['one that forks', 'fork'],
    ['a daemon of its own session', 'daemon'],
    ['sleeping threads', 'threads'],
  ])('%s reaches its first request', async (_, mode) => {
    expect(reached((await measured({ mode, tools: NONE, pairs: 5 })).head).timed.wall).toHaveLength(5);
  });

  it.each([
    ['never asks', 'never', { kind: 'timed-out', after: 2_000, waitingFor: ['runtime'] }],
    ['floods standard error', 'flood', { kind: 'timed-out', after: 2_000 }],
    ['exits', 'exit', { kind: 'exited', code: 3, signal: null }],
    ['panics', 'panic', { kind: 'exited', code: 101 }],
    ['aborts', 'abort', { kind: 'exited', signal: 'SIGABRT' }],
    ['reports an init error', 'init-error', { kind: 'init-error', errorType: 'Broken' }],
  ])('one that %s is a failure with its last words', async (_, mode, failure) => {
    const { base, head } = await measured({ mode, timeout: 2_000 });
    expect(base).toMatchObject({ kind: 'failed', failure });
    expect(head).toMatchObject({ kind: 'failed', failure });
  });

  it('of another architecture is not for this machine', async () => {
    const zip = new AdmZip();
    // An ELF header of machine 183, aarch64.
    const header = Buffer.alloc(64);
    header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    header.writeUInt16LE(183, 18);
    zip.addFile('bootstrap', header, '', (0o100755 << 16) >>> 0);
    const foreign = join(functions.path, 'foreign.zip');
    await writeFile(foreign, zip.toBuffer());
    const options = {
      tools: NONE,
      clocks: CLOCKS,
      env: {},
      timeout: millis(2_000),
      pairs: 5,
      scratch: functions.path,
      guard: guard(),
      event: null,
      onStep: () => {},
    };
    const { head } = await measureInit({ base: null, head: { ...side, package: foreign, twin: null } }, options);
    expect(head).toMatchObject({ kind: 'none', code: 'not-here', reason: expect.stringContaining('aarch64') });
  });
});
