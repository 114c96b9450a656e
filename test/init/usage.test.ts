import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InitSample, parseFaults, parsePeak, parseResident, parseSchedstat, sampleInit } from '../../src/init/usage.ts';
import { Functions } from './functions.ts';

let functions: Functions;
let root: string;
beforeAll(async () => {
  functions = await Functions.compile();
  root = await functions.root('sampled');
});
afterAll(() => functions[Symbol.asyncDispose]());

async function sample(mode: string): Promise<InitSample> {
  const result = await sampleInit(functions.options(root, { mode }));
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
    expect(found.resident).toBeGreaterThan(0);
    const size = (await readFile(functions.binary)).length;
    expect(found.resident).toBeLessThan(size + 64 * 1024);
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

  it('waits for an extension', async () => {
    const found = await sample('extension');
    expect(found.wall).toBeGreaterThan(150);
    // It slept, and the CPU did not.
    expect(found.cpu).toBeLessThan(150);
  });

  it('tells a failed start as it is', async () => {
    expect(await sampleInit(functions.options(root, { mode: 'exit' }))).toMatchObject({ kind: 'exited', code: 3 });
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
        return parseResident(text, '/x') === 0;
      }),
    );
  });

  it('mappings of other files do not count', () => {
    const text = [
      '559000000000-559000002000 r--p 00000000 00:1f 12   /a/boot strap',
      'Size:                  8 kB',
      'Rss:                   4 kB',
      '559000002000-559000003000 rw-p 00002000 00:1f 12   /a/boot strap',
      'Rss:                   4 kB',
      '7f0000000000-7f0000001000 r--p 00000000 00:1f 13   /a/boot strap.so',
      'Rss:                   4 kB',
      '7ffc00000000-7ffc00001000 rw-p 00000000 00:00 0    [stack]',
      'Rss:                   4 kB',
      '7f1000000000-7f1000001000 rw-p 00000000 00:00 0 ',
      'Rss:                   4 kB',
    ].join('\n');
    expect(parseResident(text, '/a/boot strap')).toBe(8_192);
  });
});
