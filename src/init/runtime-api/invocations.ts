import type { ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Extensions } from './extensions.ts';
import { acceptPost, type Exchange, fail, headerOf, hold } from './messages.ts';

/** What the runtime sent for an event: the body of `…/response` or `…/error`. */
export interface Answer {
  readonly kind: 'response' | 'error';
  readonly requestId: string;
  readonly body: string;
  /** `Lambda-Runtime-Function-Error-Type`, for errors. */
  readonly errorType: string | null;
  /** `performance.now()` just before the event was written, and when the answer had been read whole. */
  readonly handed: number;
  readonly at: number;
  /** Tells the runtime that its answer has arrived. Until then it waits, so that nothing of what comes after the answer is measured with it. */
  readonly accept: () => void;
}

interface Invocation {
  readonly requestId: string;
  readonly event: string;
  handed: number;
  readonly answer: (answer: Answer) => void;
}

/** The events of one start: those that wait for the runtime, and those that it has and has not answered. */
export class Invocations {
  readonly #functionName: string;
  readonly #timeout: number;
  readonly #extensions: Extensions;
  readonly #waiting: Invocation[] = [];
  readonly #running = new Map<string, Invocation>();
  #count = 0;
  #asked = false;
  #seen: string | null = null;
  #held: ServerResponse | null = null;

  constructor(functionName: string, timeout: number, extensions: Extensions) {
    this.#functionName = functionName;
    this.#timeout = timeout;
    this.#extensions = extensions;
  }

  /** Whether the runtime has asked for an event. */
  get asked(): boolean {
    return this.#asked;
  }

  /** What the runtime did with an event in place of answering it, as the end of a sentence that begins with "it". */
  get seen(): string | null {
    return this.#seen;
  }

  invoke(event: string): Promise<Answer> {
    return new Promise((answer) => {
      this.#count += 1;
      this.#waiting.push({ requestId: requestId(this.#count), event, handed: 0, answer });
      this.#dispatch();
    });
  }

  next({ response }: Exchange): void {
    this.#asked = true;
    if (this.#running.size > 0) this.#seen = 'it asked for its next event and had not answered this one';
    this.#held = hold(response, () => {
      if (this.#held === response) this.#held = null;
    });
    this.#dispatch();
  }

  answered(kind: Answer['kind'], { request, response, body, id, at }: Exchange): void {
    const invocation = this.#running.get(id);
    if (invocation === undefined) {
      this.#seen = 'it answered with the id of another request';
      fail(response, 400, 'InvalidRequestID', 'no such request is running');
      return;
    }
    this.#running.delete(id);
    // A response that is streamed ends with trailers where something went wrong on the way.
    const trailer = request.trailers['lambda-runtime-function-error-type'];
    const errorType = headerOf(request, 'lambda-runtime-function-error-type') ?? trailer ?? null;
    const accept = (): void => acceptPost(response);
    invocation.answer({
      ...{ kind: trailer === undefined ? kind : 'error', requestId: id, body, errorType },
      ...{ handed: invocation.handed, at, accept },
    });
  }

  /** A response that is longer than Lambda takes: it has refused it already. */
  refused(id: string, at: number): void {
    const invocation = this.#running.get(id);
    if (invocation === undefined) return;
    this.#running.delete(id);
    const body = JSON.stringify({ errorMessage: 'the response is longer than Lambda takes' });
    invocation.answer({
      ...{ kind: 'error', requestId: id, body, errorType: 'Function.ResponseSizeTooLarge' },
      ...{ handed: invocation.handed, at, accept: () => {} },
    });
  }

  #dispatch(): void {
    const response = this.#held;
    const invocation = response === null ? undefined : this.#waiting.shift();
    if (response === null || invocation === undefined) return;
    const { requestId, event } = invocation;
    const deadline = Date.now() + this.#timeout;
    const arn = `arn:aws:lambda:us-east-1:123456789012:function:${this.#functionName}`;
    this.#held = null;
    this.#running.set(requestId, invocation);
    invocation.handed = performance.now();
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(event),
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadline),
      'Lambda-Runtime-Invoked-Function-Arn': arn,
      'Lambda-Runtime-Trace-Id': 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
    });
    response.end(event);
    this.#extensions.invoke({ deadlineMs: deadline, requestId, invokedFunctionArn: arn });
  }
}

/** The same in every start: what a function makes of a random one (a hash, a log line) would be counted. */
function requestId(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
}
