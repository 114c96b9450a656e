import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request, as a handler and a test see it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** The parsed JSON, or undefined where the body is none. */
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes as they are; everything else as JSON. */
  readonly body?: unknown;
}

/** What was asked and what the client saw: `cut` and `lost` connections and those left hanging have no status. */
export interface Recorded extends Received {
  readonly status: number | 'cut' | 'lost' | 'hang';
}

export interface Fault {
  readonly method?: string;
  readonly path: RegExp;
  /** `cut`: nothing happens and the connection is lost. `lost`: it is done, but the answer is lost. `hang`: no answer comes. */
  readonly status: number | 'cut' | 'lost' | 'hang';
  /** How many requests fail: 1 unless given. */
  readonly times?: number;
  /** How many matching requests are let through first. */
  readonly after?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A fault that was asked for, with the number of requests that met it. */
export interface Planned {
  readonly fault: Fault;
  readonly hits: number;
}

class Plan implements Planned {
  readonly fault: Fault;
  #seen = 0;
  hits = 0;

  constructor(fault: Fault) {
    this.fault = fault;
  }

  meets(method: string, path: string): boolean {
    return (
      (this.fault.method === undefined || this.fault.method === method) &&
      this.fault.path.test(path) &&
      this.hits < (this.fault.times ?? 1) &&
      this.#seen >= (this.fault.after ?? 0)
    );
  }

  see(method: string, path: string): void {
    if ((this.fault.method === undefined || this.fault.method === method) && this.fault.path.test(path)) this.#seen += 1;
  }
}

/** Wording of a failure in the words of the service: used where a fault brings no body. */
export type FailureBody = (status: number) => unknown;

/**
 * A server on a port of its own that answers through one function, records every request and fails those a test asks it to.
 * An exception of the handler is a defect of the double: it is answered with 500 and thrown again when the server is disposed.
 */
export class Listening implements AsyncDisposable {
  readonly requests: Recorded[] = [];
  readonly url: string;
  readonly #server: ReturnType<typeof createServer>;
  readonly #sockets: ReadonlySet<Socket>;
  readonly #plans: Plan[];
  readonly #defects: unknown[];

  private constructor(server: ReturnType<typeof createServer>, sockets: ReadonlySet<Socket>, plans: Plan[], defects: unknown[]) {
    this.#server = server;
    this.#sockets = sockets;
    this.#plans = plans;
    this.#defects = defects;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(answer: (request: Received) => Answer | Promise<Answer>, failureBody: FailureBody): Promise<Listening> {
    const plans: Plan[] = [];
    const defects: unknown[] = [];
    const sockets = new Set<Socket>();
    const server = createServer(async (message, response) => {
      try {
        const request = await receive(message);
        const { method, path } = request;
        const plan = plans.find((candidate) => candidate.meets(method, path));
        for (const each of plans) each.see(method, path);
        if (plan === undefined) {
          const given = await answer(request);
          listening.requests.push({ ...request, status: given.status });
          send(response, given, method);
          return;
        }
        plan.hits += 1;
        const { status, headers, body } = plan.fault;
        listening.requests.push({ ...request, status });
        if (status === 'hang') return;
        if (status === 'lost') await answer(request);
        if (typeof status === 'string') message.socket.destroy();
        else send(response, { status, body: body ?? failureBody(status), ...(headers === undefined ? {} : { headers }) }, method);
      } catch (error) {
        defects.push(error);
        send(response, { status: 500, body: { message: `the double failed: ${String(error)}` } }, 'GET');
      }
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    const listening = new Listening(server, sockets, plans, defects);
    return listening;
  }

  /** Makes requests fail; faults asked for earlier come first. */
  fail(fault: Fault): Planned {
    const plan = new Plan(fault);
    this.#plans.push(plan);
    return plan;
  }

  /** Whether the next such request will meet a fault. */
  willFail(method: string, path: string): boolean {
    return this.#plans.some((plan) => plan.meets(method, path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    if (this.#defects.length > 0) throw new AggregateError(this.#defects, 'the double met requests that it could not answer');
  }
}

async function receive(message: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const url = new URL(message.url ?? '/', 'http://double');
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
  return { method: message.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, bytes, body: parsed(bytes) };
}

/** Judged by its first character: blobs are not parsed, and clients are careless about content types. */
function parsed(bytes: Buffer): unknown {
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer, method: string): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const [bytes, type] = Buffer.isBuffer(body)
    ? [body, 'application/octet-stream']
    : [Buffer.from(JSON.stringify(body)), 'application/json; charset=utf-8'];
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...headers });
  response.end(method === 'HEAD' ? undefined : bytes);
}
