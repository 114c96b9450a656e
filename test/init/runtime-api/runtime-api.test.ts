import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { textField } from '../../../src/init/runtime-api/reported-error.ts';
import { RuntimeApi } from '../../../src/init/runtime-api/runtime-api.ts';
import { PATIENCE } from '../../times.ts';

const NEXT = '/2018-06-01/runtime/invocation/next';
const REGISTER = '/2020-01-01/extension/register';
const EXTENSION_NEXT = '/2020-01-01/extension/event/next';

/** A function on a bare socket: what it writes is what goes over the wire. */
class Wire implements Disposable {
  #text = '';
  #closed = false;
  readonly #socket: Socket;

  constructor(api: RuntimeApi) {
    const [host = '', port = ''] = api.address.split(':');
    this.#socket = connect(Number(port), host);
    this.#socket.on('data', (chunk) => {
      this.#text += chunk.toString();
    });
    this.#socket.on('close', () => {
      this.#closed = true;
    });
    this.#socket.on('error', () => {});
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  async until(pattern: RegExp): Promise<string> {
    await vi.waitFor(() => expect(this.#text).toMatch(pattern), PATIENCE);
    return this.#text;
  }

  async closed(): Promise<boolean> {
    await vi.waitFor(() => expect(this.#closed).toBe(true), PATIENCE);
    return this.#closed;
  }

  get text(): string {
    return this.#text;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => false), pause(60).then(() => true)]);
}

function post(api: RuntimeApi, path: string, body: string, headers: Record<string, string> = {}, method = 'POST'): Promise<Response> {
  return fetch(`http://${api.address}${path}`, { method, body, headers });
}

async function registered(api: RuntimeApi, name: string, events: readonly string[] = []): Promise<string> {
  const answer = await post(api, REGISTER, JSON.stringify({ events }), { 'Lambda-Extension-Name': name });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ functionName: 'function', functionVersion: '$LATEST', handler: 'bootstrap' });
  return answer.headers.get('lambda-extension-identifier') ?? '';
}

describe('the runtime', () => {
  it('ends init with its first next, which is held open', async () => {
    await using api = await RuntimeApi.open();
    expect(api.waitingFor()).toEqual(['runtime']);
    const before = performance.now();
    using wire = new Wire(api);
    wire.write(`GET ${NEXT} HTTP/1.1\r\nHost: ${api.address}\r\n\r\n`);
    const end = await api.init;
    expect(end.kind).toBe('reached');
    expect(end.at).toBeGreaterThanOrEqual(before);
    expect(end.at).toBeLessThanOrEqual(performance.now());
    await pause(50);
    expect(wire.text).toBe('');
  });

  it.each([
    ['no Host', `GET ${NEXT} HTTP/1.1\r\n\r\n`],
    ['HTTP/1.0', `GET ${NEXT} HTTP/1.0\r\n\r\n`],
    ['an absolute target', `GET http://x:1${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a doubled slash', `GET /${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a query', `GET ${NEXT}?a=b HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['odd headers', `GET ${NEXT} HTTP/1.1\r\nhOsT:x\r\nX-Odd:\x01\xff \r\nUser-Agent: \r\nHost: y\r\n\r\n`],
    ['a header of 20 kB', `GET ${NEXT} HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`],
  ])('may write its request with %s', async (_name, text) => {
    await using api = await RuntimeApi.open();
    using wire = new Wire(api);
    wire.write(text);
    expect((await api.init).kind).toBe('reached');
  });

  it('may write it in pieces', async () => {
    await using api = await RuntimeApi.open();
    using wire = new Wire(api);
    for (const piece of `GET ${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`.match(/.{1,9}/gs) ?? []) {
      wire.write(piece);
      await pause(2);
    }
    expect((await api.init).kind).toBe('reached');
  });

  it('is handed events over one connection, and its answers come back', async () => {
    await using api = await RuntimeApi.open();
    using wire = new Wire(api);
    const first = api.invoke('{"n":1}');
    wire.write(`GET ${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const text = await wire.until(/\{"n":1\}$/);
    const id = /Lambda-Runtime-Aws-Request-Id: (\S+)/i.exec(text)?.[1] ?? '';
    expect(text).toMatch(/Lambda-Runtime-Deadline-Ms: \d{13}\r\n/i);
    expect(text).toMatch(/Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:/i);
    wire.write(`POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\ndone`);
    const answer = await first;
    expect(answer).toMatchObject({ kind: 'response', requestId: id, body: 'done', errorType: null });
    expect(answer.at).toBeGreaterThanOrEqual(answer.handed);
    answer.accept();
    await wire.until(/202 Accepted/);
    wire.write(`GET ${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const second = api.invoke('{"n":2}');
    const more = await wire.until(/\{"n":2\}$/);
    const other = /.*Lambda-Runtime-Aws-Request-Id: (\S+)/is.exec(more)?.[1] ?? '';
    expect(other).not.toBe(id);
    const chunked = 'Transfer-Encoding: chunked\r\nLambda-Runtime-Function-Error-Type: Odd\r\n\r\n2\r\nno\r\n0\r\n\r\n';
    wire.write(`POST /2018-06-01/runtime/invocation/${other}/error HTTP/1.1\r\nHost: x\r\n${chunked}`);
    expect(await second).toMatchObject({ kind: 'error', requestId: other, body: 'no', errorType: 'Odd' });
  });

  it('may stream its answer, and say at the end that it went wrong', async () => {
    await using api = await RuntimeApi.open();
    using wire = new Wire(api);
    const answer = api.invoke('{}');
    wire.write(`GET ${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const id = /Lambda-Runtime-Aws-Request-Id: (\S+)/i.exec(await wire.until(/\{\}$/))?.[1] ?? '';
    const head =
      'Lambda-Runtime-Function-Response-Mode: streaming\r\nTrailer: Lambda-Runtime-Function-Error-Type\r\nTransfer-Encoding: chunked';
    const body = '3\r\nhal\r\n0\r\nLambda-Runtime-Function-Error-Type: Broke\r\n\r\n';
    wire.write(`POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n${body}`);
    expect(await answer).toMatchObject({ kind: 'error', body: 'hal', errorType: 'Broke' });
  });

  it('is told that it answers what was never asked', async () => {
    await using api = await RuntimeApi.open();
    const answer = await post(api, '/2018-06-01/runtime/invocation/none/response', '');
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { errorMessage: 'no such request is running', errorType: 'InvalidRequestID' },
    ]);
  });

  it('is seen to answer another request than its own, and to ask for more before it answers', async () => {
    await using api = await RuntimeApi.open();
    using wire = new Wire(api);
    void api.invoke('{}');
    wire.write(`GET ${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await wire.until(/\{\}$/);
    expect(api.seen).toBeNull();
    await post(api, '/2018-06-01/runtime/invocation/none/response', '');
    expect(api.seen).toBe('it answered with the id of another request');
    wire.write(`GET ${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await vi.waitFor(() => expect(api.seen).toBe('it asked for its next event and had not answered this one'));
  });

  it('may report an init error', async () => {
    await using api = await RuntimeApi.open();
    const body = JSON.stringify({ errorType: 'Config.Missing', errorMessage: 'no TABLE', stackTrace: [] });
    const answer = await post(api, '/2018-06-01/runtime/init/error', body);
    expect([answer.status, await answer.json()]).toEqual([202, { status: 'OK' }]);
    expect(await api.init).toMatchObject({ kind: 'init-error', by: 'runtime', errorType: 'Config.Missing', message: 'no TABLE' });
  });

  it('may report it with a header and no body', async () => {
    await using api = await RuntimeApi.open();
    await post(api, '/2018-06-01/runtime/init/error', '', { 'Lambda-Runtime-Function-Error-Type': 'Runtime.X' });
    expect(await api.init).toMatchObject({ errorType: 'Runtime.X', message: null });
  });
});

describe('extensions', () => {
  it('hold init up until each has asked for its next event, whoever is last', async () => {
    await using api = await RuntimeApi.open();
    const one = await registered(api, 'one');
    const two = await registered(api, 'two', ['INVOKE', 'SHUTDOWN']);
    expect(one).toMatch(/^[0-9a-f-]{36}$/);
    const held = new AbortController();
    const ask = (path: string, headers: Record<string, string> = {}): Promise<unknown> =>
      fetch(`http://${api.address}${path}`, { headers, signal: held.signal }).catch(() => null);
    const asked = [ask(EXTENSION_NEXT, { 'Lambda-Extension-Identifier': one }), ask(NEXT)];
    expect(await isPending(api.init)).toBe(true);
    expect(api.waitingFor()).toEqual(['two']);
    const event = fetch(`http://${api.address}${EXTENSION_NEXT}`, { headers: { 'Lambda-Extension-Identifier': two } });
    expect((await api.init).kind).toBe('reached');
    void api.invoke('{}');
    expect(await (await event).json()).toMatchObject({ eventType: 'INVOKE' });
    held.abort();
    await Promise.all(asked);
  });

  it('may be all that there is', async () => {
    await using api = await RuntimeApi.open({ awaits: 'extension' });
    expect(api.waitingFor()).toEqual(['extension']);
    const identifier = await registered(api, 'alone');
    expect(api.waitingFor()).toEqual(['alone']);
    using wire = new Wire(api);
    wire.write(`GET ${EXTENSION_NEXT} HTTP/1.1\r\nLambda-Extension-Identifier: ${identifier}\r\n\r\n`);
    expect((await api.init).kind).toBe('reached');
  });

  it.each(['init', 'exit'])('may report an %s error', async (phase) => {
    await using api = await RuntimeApi.open();
    const identifier = await registered(api, 'broken');
    const headers = { 'Lambda-Extension-Identifier': identifier, 'Lambda-Extension-Function-Error-Type': 'Extension.Broke' };
    expect((await post(api, `/2020-01-01/extension/${phase}/error`, '', headers)).status).toBe(202);
    expect(await api.init).toMatchObject({ kind: 'init-error', by: 'broken', errorType: 'Extension.Broke', message: null });
  });

  it.each(['/2022-07-01/telemetry', '/2020-08-15/logs'])('subscribe with PUT %s', async (path) => {
    await using api = await RuntimeApi.open();
    const identifier = await registered(api, 'listener');
    const answer = await post(api, path, '{}', { 'Lambda-Extension-Identifier': identifier }, 'PUT');
    expect([answer.status, await answer.text()]).toEqual([200, 'OK']);
    expect((await post(api, path, '{}', {}, 'PUT')).status).toBe(403);
  });

  it('are refused without a name, after init, beyond ten, and with an identifier nobody gave', async () => {
    await using api = await RuntimeApi.open();
    expect((await post(api, REGISTER, '{}')).status).toBe(400);
    const stranger = await fetch(`http://${api.address}${EXTENSION_NEXT}`, { headers: { 'Lambda-Extension-Identifier': 'x' } });
    expect(stranger.status).toBe(403);
    using wire = new Wire(api);
    wire.write(`GET ${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await api.init;
    expect((await post(api, REGISTER, '{}', { 'Lambda-Extension-Name': 'late' })).status).toBe(403);
    await using other = await RuntimeApi.open();
    for (let index = 0; index < 10; index += 1) await registered(other, `extension-${index}`);
    expect((await post(other, REGISTER, '{}', { 'Lambda-Extension-Name': 'eleventh' })).status).toBe(403);
  });
});

describe('the server', () => {
  it('refuses bodies longer than Lambda takes', async () => {
    await using api = await RuntimeApi.open();
    using wire = new Wire(api);
    wire.write('POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n');
    // One byte more than is taken and nothing after it: what a server leaves unread resets the connection before its answer is there.
    wire.write('x'.repeat(6 * 1024 * 1024 + 100 * 1024 + 1));
    await wire.until(/413 Payload Too Large/);
    expect(await wire.closed()).toBe(true);
    expect(await isPending(api.init)).toBe(true);
  });

  it('answers 404 to other paths and methods, and survives what is no HTTP', async () => {
    await using api = await RuntimeApi.open();
    expect((await fetch(`http://${api.address}/`)).status).toBe(404);
    expect((await post(api, NEXT, '')).status).toBe(404);
    using wire = new Wire(api);
    wire.write('\x00\x01nonsense\r\n\r\n');
    await wire.until(/400 Bad Request/);
    expect((await fetch(`http://${api.address}/`)).status).toBe(404);
  });

  it('is gone with its connections when it is disposed of', async () => {
    const api = await RuntimeApi.open();
    using wire = new Wire(api);
    wire.write(`GET ${NEXT} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await api.init;
    await api[Symbol.asyncDispose]();
    expect(await wire.closed()).toBe(true);
    await expect(fetch(`http://${api.address}/`)).rejects.toThrow();
  });

  it('listens on loopback alone, each on a port of its own', async () => {
    await using one = await RuntimeApi.open();
    await using two = await RuntimeApi.open();
    expect(one.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(two.address).not.toBe(one.address);
  });
});

describe('a reported error', () => {
  it('gives its text whatever stands beside it', () => {
    fc.assert(fc.property(fc.string(), (text) => textField(JSON.stringify({ errorType: text, more: [text] }), 'errorType') === text));
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const found = textField(body, 'errorMessage');
        return found === null || found.length <= 2_000;
      }),
    );
    expect(textField(JSON.stringify({ errorMessage: 'x'.repeat(9_999) }), 'errorMessage')).toHaveLength(2_000);
  });
});
