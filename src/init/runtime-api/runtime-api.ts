import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { Extensions } from './extensions.ts';
import { type Answer, Invocations } from './invocations.ts';
import { type Loopback, openLoopback, readBody } from './loopback.ts';
import { acceptPost, type Exchange, fail, headerOf, pathOf } from './messages.ts';
import { textField } from './reported-error.ts';

/** Lambda's limit for a synchronous response is 6 MB; the emulator AWS ships allows this much. Anything longer is answered with 413. */
const BODY_LIMIT = 6 * 1024 * 1024 + 100 * 1024;
/** Of a streamed response: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html. */
const STREAM_LIMIT = 200 * 1024 * 1024;
const RESPONSE = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/response$/;

/** Which of the two a package has to start: a function's runtime, or (built with `--extension`) an extension alone. */
export type Awaits = 'runtime' | 'extension';

/** How init ended. `at` is `performance.now()` when the deciding request had been read. */
export type InitEnd = { readonly kind: 'reached'; readonly at: number } | ReportedError;

/** What a runtime says of its init, or an extension of its init or its end. */
export interface ReportedError {
  readonly kind: 'init-error';
  readonly at: number;
  /** `runtime`, or the extension's name. */
  readonly by: string;
  readonly errorType: string | null;
  readonly message: string | null;
}

interface RuntimeApiOptions {
  readonly awaits?: Awaits;
  readonly functionName?: string;
  /** Given to the runtime with each event, as a deadline. */
  readonly invocationTimeout?: number;
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
  /** The first error that anybody reported, whether during init or later; never settles where there is none. */
  readonly reported: Promise<ReportedError>;
  /** `host:port`, as `AWS_LAMBDA_RUNTIME_API` carries it. */
  readonly address: string;
  readonly #loopback: Loopback;
  readonly #awaits: Awaits;
  readonly #extensions: Extensions;
  readonly #invocations: Invocations;
  #settle: (end: InitEnd) => void = () => {};
  #report: (error: ReportedError) => void = () => {};
  #ended = false;
  #wasAsked = false;

  private constructor(loopback: Loopback, options: RuntimeApiOptions) {
    this.#loopback = loopback;
    this.address = `127.0.0.1:${loopback.port}`;
    this.#awaits = options.awaits ?? 'runtime';
    const { functionName = 'function', invocationTimeout = 3_000 } = options;
    this.#extensions = new Extensions(functionName);
    this.#invocations = new Invocations(functionName, invocationTimeout, this.#extensions);
    this.init = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.reported = new Promise((resolve) => {
      this.#report = resolve;
    });
    loopback.server.on('request', (request, response) =>
      readBody(request, response, {
        limit: headerOf(request, 'lambda-runtime-function-response-mode') === 'streaming' ? STREAM_LIMIT : BODY_LIMIT,
        onBody: (body) => this.#route(request, response, body),
        onTooLong: () => this.#refuse(request),
      }),
    );
  }

  /** Listens on a free port of 127.0.0.1. Throws a ToolError where there is none. */
  static async open(options: RuntimeApiOptions = {}): Promise<RuntimeApi> {
    return new RuntimeApi(await openLoopback(), options);
  }

  /** Who has not asked for its next event yet: `runtime` and the names of registered extensions. */
  waitingFor(): readonly string[] {
    const runtime = this.#awaits === 'runtime' && !this.#invocations.asked ? ['runtime'] : [];
    const unregistered = this.#awaits === 'extension' && this.#extensions.count === 0 ? ['extension'] : [];
    return [...runtime, ...unregistered, ...this.#extensions.waitingFor()];
  }

  /** How many extensions have registered. */
  get extensions(): number {
    return this.#extensions.count;
  }

  /** Whether anything has asked it for anything. */
  get wasAsked(): boolean {
    return this.#wasAsked;
  }

  /** What the runtime did with its event in place of answering it; `null`: nothing that is known. */
  get seen(): string | null {
    return this.#invocations.seen;
  }

  /**
   * Hands an event (JSON text) to the runtime's held or next `…/next`, and to the extensions that registered for INVOKE.
   * Resolves with what the runtime posts for it; a runtime that ends first never answers, so race this with its end.
   */
  invoke(event: string): Promise<Answer> {
    return this.#invocations.invoke(event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loopback[Symbol.asyncDispose]();
  }

  #route(request: IncomingMessage, response: ServerResponse, body: string): void {
    const at = performance.now();
    this.#wasAsked = true;
    const path = pathOf(request.url ?? '');
    for (const route of ROUTES) {
      const match = route.method === request.method ? route.path.exec(path) : null;
      if (match === null) continue;
      route.answer(this, { request, response, body, at, id: match[1] ?? '' });
      return;
    }
    fail(response, 404, 'NotFound', `there is no ${request.method} ${path} in the Runtime API`);
  }

  /** What Lambda does not take is an error to whoever waits for it. */
  #refuse(request: IncomingMessage): void {
    const [, id] = RESPONSE.exec(pathOf(request.url ?? '')) ?? [];
    if (id !== undefined) this.#invocations.refused(id, performance.now());
  }

  runtimeNext(exchange: Exchange): void {
    this.#invocations.next(exchange);
    this.#askIfEnded(exchange.at);
  }

  answered(kind: Answer['kind'], exchange: Exchange): void {
    this.#invocations.answered(kind, exchange);
  }

  runtimeInitError(exchange: Exchange): void {
    acceptPost(exchange.response);
    this.#fail('runtime', 'lambda-runtime-function-error-type', exchange);
  }

  register(exchange: Exchange): void {
    this.#extensions.register(exchange, { isClosed: this.#ended });
  }

  extensionNext(exchange: Exchange): void {
    if (this.#extensions.next(exchange)) this.#askIfEnded(exchange.at);
  }

  extensionError(exchange: Exchange): void {
    const name = this.#extensions.reporterOf(exchange);
    if (name !== null) this.#fail(name, 'lambda-extension-function-error-type', exchange);
  }

  subscribe(exchange: Exchange): void {
    this.#extensions.subscribe(exchange);
  }

  #askIfEnded(at: number): void {
    if (this.waitingFor().length === 0) this.#end({ kind: 'reached', at });
  }

  #fail(by: string, header: string, { request, body, at }: Exchange): void {
    const errorType = headerOf(request, header) ?? textField(body, 'errorType');
    const error: ReportedError = { kind: 'init-error', at, by, errorType, message: textField(body, 'errorMessage') };
    this.#report(error);
    this.#end(error);
  }

  #end(end: InitEnd): void {
    this.#ended = true;
    this.#settle(end);
  }
}

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/2018-06-01\/runtime\/invocation\/next$/, answer: (api, exchange) => api.runtimeNext(exchange) },
  {
    method: 'POST',
    path: RESPONSE,
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
