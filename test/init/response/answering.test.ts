import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { millis } from '../../../src/core/units.ts';
import { parseInitEnv } from '../../../src/init/environment.ts';
import type { Answered } from '../../../src/init/response/answering.ts';
import { sampleResponse } from '../../../src/init/response/sample.ts';
import { type Start, startFunction } from '../../../src/init/start.ts';
import { answeringRoot } from '../answering-functions.ts';
import { Functions, INIT_TIMEOUT, processesIn } from '../functions.ts';

let functions: Functions;
let root: string;

beforeAll(async () => {
  functions = await Functions.compile();
  root = await answeringRoot(functions);
});
afterAll(() => functions[Symbol.asyncDispose]());

interface Asked {
  readonly init?: string;
  readonly timeout?: number;
  readonly text?: string;
}

function options(mode: string, { init = '', timeout = INIT_TIMEOUT }: Asked = {}) {
  return functions.options(root, { initEnv: parseInitEnv([`MODE=${mode}`, `INIT=${init}`], 'test'), timeout: millis(timeout) });
}

async function answered(mode: string, asked: Asked = {}): Promise<Start<Answered>> {
  const start = await startFunction(options(mode, asked), ({ answer }) => answer({ name: 'own', text: asked.text ?? '{"a":1}' }));
  expect(await processesIn(functions.path)).toEqual([]);
  return start;
}

describe('a function that is handed its first event', () => {
  it('answers it, and the answer is read whole', async () => {
    expect(await answered('plain')).toMatchObject({
      kind: 'reached',
      value: { kind: 'answered', answer: { kind: 'response', bytes: 6 }, wall: expect.any(Number) },
    });
  });

  it('gets the event as it is, with all its bytes', async () => {
    const text = JSON.stringify({ name: 'Zoë', filler: 'x'.repeat(20_000) });
    expect(await answered('echo', { text })).toMatchObject({ value: { answer: { kind: 'response', bytes: Buffer.byteLength(text) } } });
  });

  it('may answer with an error', async () => {
    expect(await answered('error')).toMatchObject({ value: { answer: { kind: 'error', errorType: 'Table', message: 'no table' } } });
    expect(await answered('words')).toMatchObject({ value: { answer: { kind: 'error', errorType: null, message: 'no table' } } });
  });

  it('may answer as API Gateway takes it, whose status is read, and is an error from 500 on', async () => {
    const missing = '{"statusCode":404,"headers":{},"body":"no such route"}';
    expect(await answered('echo', { text: missing })).toMatchObject({
      value: { answer: { kind: 'response', bytes: missing.length, status: 404 } },
    });
    expect(await answered('echo', { text: '{"statusCode":502,"body":"no table"}' })).toMatchObject({
      value: { answer: { kind: 'error', errorType: 'HTTP 502', message: 'no table' } },
    });
    expect(await answered('plain')).toMatchObject({ value: { answer: { kind: 'response', status: null } } });
  });

  it('may answer with more than Lambda takes, which is an error', async () => {
    expect(await answered('large')).toMatchObject({
      value: { answer: { kind: 'error', errorType: 'Function.ResponseSizeTooLarge', message: 'the response is longer than Lambda takes' } },
    });
  });

  it.each([
    ['panic', { kind: 'exited', code: 101, signal: null }, 'TABLE is not set'],
    ['exit', { kind: 'exited', code: 3, signal: null }, 'no table'],
  ])('may %s over it', async (mode, value, said) => {
    const start = await answered(mode);
    expect(start).toMatchObject({ kind: 'reached', value });
    expect(start.lastLines.join('\n')).toContain(said);
  });

  it('may never answer', async () => {
    expect(await answered('never', { timeout: 600 })).toMatchObject({ kind: 'reached', value: { kind: 'timed-out', after: 600 } });
  });

  it('has extensions that are told of it, and may report an error', async () => {
    const start = await answered('never', { init: 'extension' });
    expect(start).toMatchObject({ value: { kind: 'error', by: 'inner', errorType: 'Extension.Broke', message: null } });
    expect(start.lastLines.join('\n')).toContain('{"eventType":"INVOKE"');
  });
});

describe('what it used', () => {
  const sampled = async (mode: string) => {
    const start = await startFunction(options(mode), (running) => sampleResponse(running, { name: 'own', text: '{}' }, null));
    if (start.kind !== 'reached' || start.value.kind !== 'answered') throw new Error(JSON.stringify(start));
    return start.value;
  };

  it('is what was added to its init, up to the answer', async () => {
    const [plain, memory] = [await sampled('plain'), await sampled('memory')];
    // 8 MiB are 2,048 pages, fewer where the kernel hands out larger ones.
    expect(memory.peak - plain.peak).toBeGreaterThan(7_000_000);
    expect(memory.peak - plain.peak).toBeLessThan(10_000_000);
    expect(plain.minorFaults).toBeLessThan(60);
    expect(plain.minorFaults).toBeGreaterThanOrEqual(0);
    expect(memory.minorFaults).toBeGreaterThan(plain.minorFaults);
    expect(plain.wall).toBeGreaterThan(0);
  });

  it('is not told of one that ended', async () => {
    const start = await startFunction(options('exit'), (running) => sampleResponse(running, { name: 'own', text: '{}' }, null));
    expect(start).toMatchObject({ kind: 'reached', value: { kind: 'exited', code: 3 } });
  });
});
