import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Extensions } from './extensions.ts';
import { acceptPost, type Exchange, fail, headerOf, hold } from './messages.ts';

/** What the runtime sent for an event: the body of `…/response` or `…/error`. */
export interface Answer {
  readonly kind: 'response' | 'error';
  readonly requestId: string;
  readonly body: string;
  /** `Lambda-Runtime-Function-Error-Type`, for errors. */
  readonly errorType: string | null;
}

interface Invocation {
  readonly requestId: string;
  readonly event: string;
  readonly answer: (answer: Answer) => void;
}

/** The events of one start: those that wait for the runtime, and those that it has and has not answered. */
export class Invocations {
  readonly #functionName: string;
  readonly #timeout: number;
  readonly #extensions: Extensions;
  readonly #waiting: Invocation[] = [];
  readonly #running = new Map<string, Invocation>();
  #asked = false;
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

  invoke(event: string): Promise<Answer> {
    return new Promise((answer) => {
      this.#waiting.push({ requestId: randomUUID(), event, answer });
      this.#dispatch();
    });
  }

  next({ response }: Exchange): void {
    this.#asked = true;
    this.#held = hold(response, () => {
      if (this.#held === response) this.#held = null;
    });
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

  #dispatch(): void {
    const response = this.#held;
    const invocation = response === null ? undefined : this.#waiting.shift();
    if (response === null || invocation === undefined) return;
    const { requestId, event } = invocation;
    const deadline = Date.now() + this.#timeout;
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
    this.#extensions.invoke({ deadlineMs: deadline, requestId, invokedFunctionArn: arn });
  }
}
