import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/failures.ts';
import { millis } from '../../core/units.ts';
import { type Answered, type GivenAnswer, WRONG } from '../response/answering.ts';
import { textField } from '../runtime-api/reported-error.ts';
import type { InitEnd } from '../runtime-api/runtime-api.ts';
import type { HttpProbe } from './probe.ts';

const HOST = '127.0.0.1';
/** Until somebody listens: a connection that is refused is the kernel's answer, and the function knows nothing of it. */
const REFUSED_MS = 1;
/** Between two questions to one that answers and is not ready: https://github.com/awslabs/aws-lambda-web-adapter#readiness-check. */
const UNREADY_MS = 10;
const MESSAGE_LIMIT = 4_096;

/** Of a streamed response, as the Runtime API takes it: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html. */
const LENGTH_LIMIT = 200 * 1024 * 1024;
const TOO_LONG: GivenAnswer = {
  kind: 'error',
  errorType: 'Function.ResponseSizeTooLarge',
  message: 'the response is longer than Lambda takes',
};

interface Got {
  readonly status: number;
  /** The beginning of the body: what an error says. */
  readonly text: string;
  /** Of the whole body, or of what was read of one that is longer than Lambda takes. */
  readonly length: number;
  /** `performance.now()` just before the request was written, and when the answer had been read whole. */
  readonly asked: number;
  readonly at: number;
}

/**
 * What stands before a function that speaks HTTP itself, in the place of Lambda's Web Adapter: one connection, kept open, over which it asks
 * whether it is ready and then for the first response. Dispose of it before the function is ended: no port is left waiting then.
 */
export class HttpClient implements AsyncDisposable {
  readonly #probe: HttpProbe;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #sockets = new Set<Socket>();
  readonly #over = new AbortController();
  #status: number | null = null;

  constructor(probe: HttpProbe) {
    this.#probe = probe;
  }

  /** Why it is not ready yet. */
  get seen(): string {
    const { port, ready } = this.#probe;
    return this.#status === null
      ? `nothing answered on port ${port} of ${HOST}`
      : `it answered GET ${ready} on port ${port} with ${this.#status}`;
  }

  /** Asks until it is ready; never rejects, and never settles where it is disposed of before that. */
  async ready(): Promise<InitEnd> {
    try {
      for (;;) {
        const got = await this.#get(this.#probe.ready).catch(() => null);
        if (got !== null) this.#status = got.status;
        if (got !== null && got.status < WRONG) return { kind: 'reached', at: got.at };
        await sleep(got === null ? REFUSED_MS : UNREADY_MS, undefined, { signal: this.#over.signal });
      }
    } catch {
      return new Promise(() => {});
    }
  }

  /** Asks for the first response. A status of 500 and more is an error, in the words of its body's `errorMessage`, or of what it says. */
  async request(): Promise<Answered> {
    try {
      const { status, text, length, asked, at } = await this.#get(this.#probe.request);
      const wall = millis(at - asked);
      const accept = (): void => {};
      if (length > LENGTH_LIMIT) return { kind: 'answered', answer: TOO_LONG, wall, accept };
      if (status < WRONG) return { kind: 'answered', answer: { kind: 'response', bytes: length, status }, wall, accept };
      const message = textField(text, 'errorMessage') ?? (text.trim() === '' ? null : text.trim());
      return { kind: 'answered', answer: { kind: 'error', errorType: `HTTP ${status}`, message }, wall, accept };
    } catch (error) {
      return { kind: 'error', by: 'http', errorType: null, message: messageOf(error) };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#agent.destroy();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** A connection that was kept may have been closed meanwhile: nobody read the request then, and it goes over a new one, as any client's does. */
  async #get(path: string): Promise<Got> {
    const kept = { isClosed: false };
    return this.#try(path, kept).catch((error: unknown) => {
      if (kept.isClosed) return this.#try(path, kept);
      throw error;
    });
  }

  #try(path: string, kept: { isClosed: boolean }): Promise<Got> {
    return new Promise((resolve, reject) => {
      const asked = performance.now();
      const request = get({ host: HOST, port: this.#probe.port, path, agent: this.#agent, signal: this.#over.signal }, (response) => {
        const beginning: Buffer[] = [];
        let length = 0;
        const got = (): void => {
          const text = Buffer.concat(beginning).toString().slice(0, MESSAGE_LIMIT);
          resolve({ status: response.statusCode ?? 0, text, length, asked, at: performance.now() });
        };
        response.on('data', (chunk: Buffer) => {
          if (length < MESSAGE_LIMIT) beginning.push(chunk);
          length += chunk.length;
          if (length <= LENGTH_LIMIT) return;
          got();
          response.destroy();
        });
        response.once('error', reject);
        response.once('end', got);
      });
      request.once('error', (error: NodeJS.ErrnoException) => {
        kept.isClosed = request.reusedSocket && error.code === 'ECONNRESET';
        reject(error);
      });
      request.on('socket', (socket) => {
        if (this.#sockets.has(socket)) return;
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
      });
    });
  }
}

/** Whether somebody listens on a port of 127.0.0.1. */
export function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.once('connect', () => {
      socket.resetAndDestroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
