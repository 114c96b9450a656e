import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CpuClock } from '../../src/init/cpu-clock.ts';
import { parseMappings } from '../../src/init/mappings.ts';
import { parseFaults, parsePeak, parseSchedstat } from '../../src/init/proc.ts';
import { type InitSample, sampleInit } from '../../src/init/usage.ts';
import { findClocks } from '../../src/tools/clocks.ts';
import { Functions } from './functions.ts';

let functions: Functions;
let root: string;
let clock: CpuClock | null;
beforeAll(async () => {
  functions = await Functions.compile();
  clock = await CpuClock.open(findClocks({ PATH: process.env.PATH ?? '' }), functions.path);
  root = await functions.root('sampled');
});
afterAll(async () => {
  await clock?.[Symbol.asyncDispose]();
  await functions[Symbol.asyncDispose]();
});

async function sample(mode: string): Promise<InitSample> {
  const result = await sampleInit(functions.options(root, { mode }), clock);
  if (result.kind !== 'reached' || result.value === null) throw new Error(JSON.stringify(result));
  return result.value;
}

describe('a sample', () => {
  it('holds what a start used', async () => {
    const before = performance.now();
    const found = await sample('plain');
    expect(found.wall).toBeGreaterThan(found.launch);
    expect(found.wall).toBeLessThan(performance.now() - before);
    expect(found.cpu).toBeGreaterThan(0);
    expect(found.minorFaults).toBeGreaterThan(20);
    expect(found.minorFaults).toBeLessThan(2_000);
    expect(found.peak).toBeGreaterThan(500_000);
    expect(found.peak).toBeLessThan(50_000_000);
    const { code, constants, relocated, data, bss, libraries, stacks } = found.mappings;
    const resident = code + constants + relocated + data;
    expect(Math.min(code, relocated, data, libraries, stacks)).toBeGreaterThan(0);
    const size = (await readFile(functions.binary)).length;
    expect(resident).toBeLessThan(size + 64 * 1024);
    expect(bss).toBeLessThan(64 * 1024);
    expect(Object.values(found.mappings).reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(found.peak);
  });

  it('sees 8 MB touched and work done', async () => {
    const plain = await sample('plain');
    const memory = await sample('memory');
    expect(memory.peak - plain.peak).toBeGreaterThan(7_500_000);
    expect(memory.peak - plain.peak).toBeLessThan(9_500_000);
    expect(memory.minorFaults).toBeGreaterThan(plain.minorFaults);
    // A hundred million steps take 30 ms or more, a plain start 2.
    expect((await sample('long')).cpu ?? 0).toBeGreaterThan((plain.cpu ?? 0) + 10);
  });

  it('holds what threads used that have ended, in the kernel too', async () => {
    const plain = await sample('plain');
    // A hundred million steps take 30 ms or more; four megabytes of the random device 8 in the kernel and next to no instruction.
    for (const [mode, least] of [
      ['joined', 10],
      ['kernel', 2],
    ] as const) {
      const { cpu, threadsCpu } = await sample(mode);
      expect(cpu ?? 0).toBeGreaterThan((plain.cpu ?? 0) + least);
      expect(threadsCpu ?? 0).toBeLessThan((plain.cpu ?? 0) + least);
    }
  });

  it('is one of a function whose threads end while it is read', async () => {
    for (let start = 0; start < 8; start += 1) {
      expect(await sample('relay')).toMatchObject({ cpu: expect.any(Number), threadsCpu: expect.any(Number) });
      const unclocked = await sampleInit(functions.options(root, { mode: 'relay' }), null);
      expect(unclocked).toMatchObject({ kind: 'reached', value: { cpu: null, threadsCpu: expect.any(Number) } });
    }
  });

  it('holds nothing of what runs before the function, and changes nothing of what it sees', async () => {
    const held = await sample('plain');
    const plain = await sampleInit(functions.options(root, { mode: 'plain' }), null);
    if (plain.kind !== 'reached' || plain.value === null) throw new Error(JSON.stringify(plain));
    expect(held.minorFaults).toBeLessThan(plain.value.minorFaults);
    expect(held.wall).toBeGreaterThan(held.launch);
    const variables = functions.options(root, { mode: 'variables' });
    const seen = async (by: CpuClock | null): Promise<readonly string[]> =>
      (await sampleInit(variables, by)).lastLines.map((line) => line.replace(/(?<=^(?:TMPDIR|AWS_LAMBDA_RUNTIME_API)=).*/, '…'));
    expect(await seen(clock)).toEqual(await seen(null));
    expect((await seen(clock)).length).toBeGreaterThan(10);
    for (const program of findClocks({ PATH: process.env.PATH ?? '' })) {
      await using own = await CpuClock.open([program], functions.path);
      expect(own).not.toBeNull();
      expect(await seen(own)).toEqual(await seen(null));
      expect(await sampleInit(functions.options(root, { mode: 'exit' }), own)).toMatchObject({ kind: 'exited', code: 3 });
      const started = await sampleInit(functions.options(root, { mode: 'plain' }), own);
      expect(started).toMatchObject({ kind: 'reached', value: { cpu: expect.any(Number) } });
    }
  });

  it('waits for an extension', async () => {
    const found = await sample('extension');
    expect(found.wall).toBeGreaterThan(150);
    // It slept, and the CPU did not.
    expect(found.cpu).toBeLessThan(150);
  });

  it('tells a failed start as it is', async () => {
    expect(await sampleInit(functions.options(root, { mode: 'exit' }), clock)).toMatchObject({ kind: 'exited', code: 3 });
  });
});

describe('/proc', () => {
  it('names may hold what they like', () => {
    const rest = 'S 1 2 3 0 -1 4194304 154 7 2 0 5 6';
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (name) => {
        const found = parseFaults(`12 (${name}) ${rest}`);
        return found?.minorFaults === 154 && found.majorFaults === 2;
      }),
    );
    expect(parseFaults('12 (x) S 1')).toBeNull();
  });

  it('is read or refused', () => {
    expect(parseSchedstat('2500000 31 4\n')).toBe(2_500_000);
    expect(parsePeak('Name:\tx\nVmHWM:\t    3072 kB\nVmRSS:\t 1 kB\n')).toBe(3_145_728);
    expect(parsePeak('Name:\tx\nState:\tZ (zombie)\n')).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseSchedstat(text);
        parseFaults(text);
        parsePeak(text);
        return Object.values(parseMappings(text, '/x')).every((size) => size === 0);
      }),
    );
  });
});
