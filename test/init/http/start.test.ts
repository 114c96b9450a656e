import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { millis } from '../../../src/core/units.ts';
import { parseInitEnv } from '../../../src/init/environment.ts';
import { lookAt } from '../../../src/init/only-listens.ts';
import type { Answered } from '../../../src/init/response/answering.ts';
import { startFunction } from '../../../src/init/start.ts';
import { Functions, processesIn } from '../functions.ts';
import { servingRoot } from '../serving-functions.ts';

let functions: Functions;
let root: string;
let port: number;
beforeAll(async () => {
  functions = await Functions.compile();
  root = await servingRoot(functions);
  port = await freePort();
});
afterAll(() => functions[Symbol.asyncDispose]());
afterEach(async () => expect(await processesIn(functions.path)).toEqual([]));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function start(mode: string, { ready = '/', request = '/', timeout = 30_000 } = {}) {
  const initEnv = parseInitEnv([`MODE=${mode}`, `PORT=${port}`], 'test');
  const options = functions.options(root, { initEnv, timeout: millis(timeout), http: { port, ready, request } });
  return startFunction<Answered>(options, async (running) => {
    expect(lookAt(running.pid)?.ports).toEqual([port]);
    return running.answer({ name: 'http', text: '' });
  });
}

describe('a function that speaks HTTP itself', () => {
  it.each(['serve', 'late'])('is ready when it answers (%s), and answers a request', async (mode) => {
    expect(await start(mode)).toMatchObject({
      kind: 'reached',
      value: { kind: 'answered', answer: { kind: 'response', bytes: 5 }, wall: expect.any(Number) },
    });
  });

  it('has the status that it answered with', async () => {
    expect(await start('serve', { request: '/missing' })).toMatchObject({ value: { answer: { kind: 'response', status: 404 } } });
    expect(await start('serve')).toMatchObject({ value: { answer: { kind: 'response', status: 200 } } });
  });

  it('has an error of 500 and more in its own words', async () => {
    const answer = { kind: 'error', errorType: 'HTTP 503', message: 'hello' };
    expect(await start('serve', { request: '/broken' })).toMatchObject({ kind: 'reached', value: { kind: 'answered', answer } });
  });

  it('that ends in place of an answer, or never answers, is told so', async () => {
    expect(await start('serve', { request: '/exit' })).toMatchObject({ value: { kind: 'exited', code: 4, signal: null } });
    expect(await start('serve', { request: '/never', timeout: 1_000 })).toMatchObject({ value: { kind: 'timed-out', after: 1_000 } });
  });

  it('is asked over another connection where it closed the one that was kept', async () => {
    expect(await start('serve', { ready: '/bye' })).toMatchObject({ value: { kind: 'answered', answer: { kind: 'response', bytes: 5 } } });
  });

  it('has an error where its response is longer than Lambda takes', async () => {
    expect(await start('serve', { request: '/endless' })).toMatchObject({
      value: { kind: 'answered', answer: { kind: 'error', errorType: 'Function.ResponseSizeTooLarge' } },
    });
  });

  it('that is never ready takes its time', async () => {
    expect(await start('serve', { ready: '/broken', timeout: 1_000 })).toMatchObject({
      kind: 'timed-out',
      after: 1_000,
      seen: expect.stringMatching(/^it answered GET \/broken on port \d+ with 503$/),
    });
  });

  it('starts again and again on its port, one after the other', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => start('serve')));
    expect(all.map(({ kind }) => kind)).toEqual(['reached', 'reached', 'reached', 'reached']);
  });

  it('cannot be started where another process has its port', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    try {
      expect(await start('serve')).toMatchObject({ kind: 'cannot-run', reason: { kind: 'port-taken', port } });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
