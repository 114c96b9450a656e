import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { type Loopback, openLoopback, readBody } from './loopback.ts';
import { acceptPost, fail, headerOf, hold, pathOf, send } from './messages.ts';
import { textField } from './reported-error.ts';

/** Lambda's limit for a synchronous response is 6 MB; the emulator AWS ships allows this much. Anything longer is answered with 413. */
const BODY_LIMIT = 6 * 1024 * 1024 + 100 * 1024;
/** As Lambda's: ten extensions a function. */
const EXTENSION_LIMIT = 10;

/** Which of the two a package has to start: a function's runtime, or (built with `--extension`) an extension alone. */
export type Awaits = 'runtime' | 'extension';

/** How init ended. `at` is `performance.now()` when the deciding request had been read. */
export type InitEnd =
  | { readonly kind: 'reached'; readonly at: number }
  | {
      readonly kind: 'init-error';
      readonly at: number;
      /** `runtime`, or the extension's name. */
      readonly by: string;
      readonly errorType: string | null;
      readonly message: string | null;
    };

/** What the runtime sent for an event: the body of `…/response` or `…/error`. */
export interface Answer {
  readonly kind: 'response' | 'error';
  readonly requestId: string;
  readonly body: string;
  /** `Lambda-Runtime-Function-Error-Type`, for errors. */
  readonly errorType: string | null;
}

export interface RuntimeApiOptions {
  readonly awaits?: Awaits;
  readonly functionName?: string;
  /** Given to the runtime with each event, as a deadline. */
  readonly invocationTimeout?: number;
}

interface Extension {
  readonly name: string;
  readonly events: readonly string[];
  asked: boolean;
  held: ServerResponse | null;
}

interface Invocation {
  readonly requestId: string;
  readonly event: string;
  readonly answer: (answer: Answer) => void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
  /** When the request had been read whole. */
  readonly at: number;
  /** What the path's pattern captured. */
  readonly id: string;
}

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: RegExp;
  readonly answer: (api: RuntimeApi, exchange: Exchange) => void;
}

/**
 * Lambda's Runtime API, Extensions API and telemetry subscription on a loopback port of its own, for one start.
 * `GET …/invocation/next` is held open until `invoke` hands an event over: 204 or 500 make lambda_runtime panic.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and …/runtimes-extensions-api.html.
 */
export class RuntimeApi implements AsyncDisposable {
  /** Settles once, and never rejects: the runtime and every registered extension asked for their next event, or one reported an error. */
  readonly init: Promise<InitEnd>;
  /** `host:port`, as `AWS_LAMBDA_RUNTIME_API` carries it. */
  readonly address: string;
  readonly #loopback: Loopback;
  readonly #awaits: Awaits;
  readonly #functionName: string;
  readonly #invocationTimeout: number;
  readonly #extensions = new Map<string, Extension>();
  readonly #waiting: Invocation[] = [];
  readonly #running = new Map<string, Invocation>();
  #settle: (end: InitEnd) => void = () => {};
  #ended = false;
  #runtimeAsked = false;
  #held: ServerResponse | null = null;

  private constructor(loopback: Loopback, options: RuntimeApiOptions) {
    this.#loopback = loopback;
    this.address = `127.0.0.1:${loopback.port}`;
    this.#awaits = options.awaits ?? 'runtime';
    this.#functionName = options.functionName ?? 'function';
    this.#invocationTimeout = options.invocationTimeout ?? 3_000;
    this.init = new Promise((resolve) => {
      this.#settle = resolve;
    });
    loopback.server.on('request', (request, response) =>
      readBody(request, response, BODY_LIMIT, (body) => this.#route(request, response, body)),
    );
  }

  /** Listens on a free port of 127.0.0.1. Throws a ToolError where there is none. */
  static async open(options: RuntimeApiOptions = {}): Promise<RuntimeApi> {
    return new RuntimeApi(await openLoopback(), options);
  }

  /** Who has not asked for its next event yet: `runtime` and the names of registered extensions. */
  waitingFor(): readonly string[] {
    const runtime = this.#awaits === 'runtime' && !this.#runtimeAsked ? ['runtime'] : [];
    const extensions = [...this.#extensions.values()].filter((extension) => !extension.asked).map((extension) => extension.name);
    const unregistered = this.#awaits === 'extension' && this.#extensions.size === 0 ? ['extension'] : [];
    return [...runtime, ...unregistered, ...extensions];
  }

  /**
   * Hands an event (JSON text) to the runtime's held or next `…/next`, and to the extensions that registered for INVOKE.
   * Resolves with what the runtime posts for it; a runtime that ends first never answers, so race this with its end.
   */
  invoke(event: string): Promise<Answer> {
    return new Promise((answer) => {
      this.#waiting.push({ requestId: randomUUID(), event, answer });
      this.#dispatch();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loopback[Symbol.asyncDispose]();
  }

  #route(request: IncomingMessage, response: ServerResponse, body: string): void {
    const at = performance.now();
    const path = pathOf(request.url ?? '');
    for (const route of ROUTES) {
      const match = route.method === request.method ? route.path.exec(path) : null;
      if (match === null) continue;
      route.answer(this, { request, response, body, at, id: match[1] ?? '' });
      return;
    }
    fail(response, 404, 'NotFound', `there is no ${request.method} ${path} in the Runtime API`);
  }

  runtimeNext({ response, at }: Exchange): void {
    this.#runtimeAsked = true;
    this.#held = hold(response, () => {
      if (this.#held === response) this.#held = null;
    });
    this.#askIfEnded(at);
    this.#dispatch();
  }

  answered(kind: Answer['kind'], { request, response, body, id }: Exchange): void {
    const invocation = this.#running.get(id);
    if (invocation === undefined) {
      fail(response, 400, 'InvalidRequestID', 'no such request is running');
      return;
    }
    this.#running.delete(id);
    acceptPost(response);
    invocation.answer({ kind, requestId: id, body, errorType: headerOf(request, 'lambda-runtime-function-error-type') });
  }

  runtimeInitError(exchange: Exchange): void {
    acceptPost(exchange.response);
    this.#fail('runtime', 'lambda-runtime-function-error-type', exchange);
  }

  register({ request, response, body }: Exchange): void {
    const name = headerOf(request, 'lambda-extension-name');
    if (name === null || name === '') {
      fail(response, 400, 'Extension.InvalidExtensionName', 'Lambda-Extension-Name is missing');
      return;
    }
    if (this.#ended) {
      fail(response, 403, 'Extension.RegistrationClosed', 'init has ended: extensions register before it does');
      return;
    }
    if (this.#extensions.size >= EXTENSION_LIMIT) {
      fail(response, 403, 'Extension.TooManyExtensions', `at most ${EXTENSION_LIMIT} extensions can register`);
      return;
    }
    const identifier = randomUUID();
    this.#extensions.set(identifier, { name, events: eventsOf(body), asked: false, held: null });
    send(
      response,
      200,
      { functionName: this.#functionName, functionVersion: '$LATEST', handler: 'bootstrap' },
      {
        'Lambda-Extension-Identifier': identifier,
      },
    );
  }

  extensionNext({ request, response, at }: Exchange): void {
    const extension = this.#extensionOf(request, response);
    if (extension === null) return;
    extension.asked = true;
    extension.held = hold(response, () => {
      if (extension.held === response) extension.held = null;
    });
    this.#askIfEnded(at);
  }

  extensionError(exchange: Exchange): void {
    const extension = this.#extensionOf(exchange.request, exchange.response);
    if (extension === null) return;
    acceptPost(exchange.response);
    this.#fail(extension.name, 'lambda-extension-function-error-type', exchange);
  }

  /** Subscriptions are accepted and nothing is ever delivered: what arrives during init would be measured with it. */
  subscribe({ request, response }: Exchange): void {
    if (this.#extensionOf(request, response) !== null) response.writeHead(200, { 'Content-Type': 'text/plain' }).end('OK');
  }

  #extensionOf(request: IncomingMessage, response: ServerResponse): Extension | null {
    const identifier = headerOf(request, 'lambda-extension-identifier');
    const extension = identifier === null ? undefined : this.#extensions.get(identifier);
    if (extension !== undefined) return extension;
    fail(response, 403, 'Extension.UnknownExtensionIdentifier', 'Lambda-Extension-Identifier is missing or unknown');
    return null;
  }

  #askIfEnded(at: number): void {
    if (this.waitingFor().length === 0) this.#end({ kind: 'reached', at });
  }

  #fail(by: string, header: string, { request, body, at }: Exchange): void {
    const errorType = headerOf(request, header) ?? textField(body, 'errorType');
    this.#end({ kind: 'init-error', at, by, errorType, message: textField(body, 'errorMessage') });
  }

  #end(end: InitEnd): void {
    this.#ended = true;
    this.#settle(end);
  }

  #dispatch(): void {
    const response = this.#held;
    const invocation = response === null ? undefined : this.#waiting.shift();
    if (response === null || invocation === undefined) return;
    const { requestId, event } = invocation;
    const deadline = Date.now() + this.#invocationTimeout;
    const arn = `arn:aws:lambda:us-east-1:123456789012:function:${this.#functionName}`;
    this.#held = null;
    this.#running.set(requestId, invocation);
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(event),
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadline),
      'Lambda-Runtime-Invoked-Function-Arn': arn,
      'Lambda-Runtime-Trace-Id': 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
    });
    response.end(event);
    for (const extension of this.#extensions.values()) {
      const held = extension.events.includes('INVOKE') ? extension.held : null;
      if (held === null) continue;
      extension.held = null;
      send(held, 200, { eventType: 'INVOKE', deadlineMs: deadline, requestId, invokedFunctionArn: arn });
    }
  }
}

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/2018-06-01\/runtime\/invocation\/next$/, answer: (api, exchange) => api.runtimeNext(exchange) },
  {
    method: 'POST',
    path: /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/response$/,
    answer: (api, exchange) => api.answered('response', exchange),
  },
  {
    method: 'POST',
    path: /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/error$/,
    answer: (api, exchange) => api.answered('error', exchange),
  },
  { method: 'POST', path: /^\/2018-06-01\/runtime\/init\/error$/, answer: (api, exchange) => api.runtimeInitError(exchange) },
  { method: 'POST', path: /^\/2020-01-01\/extension\/register$/, answer: (api, exchange) => api.register(exchange) },
  { method: 'GET', path: /^\/2020-01-01\/extension\/event\/next$/, answer: (api, exchange) => api.extensionNext(exchange) },
  { method: 'POST', path: /^\/2020-01-01\/extension\/(?:init|exit)\/error$/, answer: (api, exchange) => api.extensionError(exchange) },
  { method: 'PUT', path: /^\/(?:2022-07-01\/telemetry|2020-08-15\/logs)$/, answer: (api, exchange) => api.subscribe(exchange) },
];

function eventsOf(body: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('events' in value) || !Array.isArray(value.events)) return [];
    return value.events.filter((event): event is string => typeof event === 'string');
  } catch {
    // An extension that registers for nothing may send no body at all.
    return [];
  }
}
