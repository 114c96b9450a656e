import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { readShape } from '../../core/shape.ts';
import { acceptPost, type Exchange, fail, headerOf, hold, send } from './messages.ts';

/** As Lambda's: ten extensions a function. */
const EXTENSION_LIMIT = 10;

interface Extension {
  readonly name: string;
  readonly events: readonly string[];
  asked: boolean;
  held: ServerResponse | null;
}

/** The extensions of one start, by the identifiers they were given. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html */
export class Extensions {
  readonly #functionName: string;
  readonly #registered = new Map<string, Extension>();

  constructor(functionName: string) {
    this.#functionName = functionName;
  }

  get count(): number {
    return this.#registered.size;
  }

  /** The names of those that have not asked for their next event yet. */
  waitingFor(): readonly string[] {
    return [...this.#registered.values()].filter(({ asked }) => !asked).map(({ name }) => name);
  }

  register({ request, response, body }: Exchange, { isClosed }: { readonly isClosed: boolean }): void {
    const name = headerOf(request, 'lambda-extension-name');
    if (name === null || name === '') {
      fail(response, 400, 'Extension.InvalidExtensionName', 'Lambda-Extension-Name is missing');
      return;
    }
    if (isClosed) {
      fail(response, 403, 'Extension.RegistrationClosed', 'init has ended: extensions register before it does');
      return;
    }
    if (this.#registered.size >= EXTENSION_LIMIT) {
      fail(response, 403, 'Extension.TooManyExtensions', `at most ${EXTENSION_LIMIT} extensions can register`);
      return;
    }
    const identifier = randomUUID();
    this.#registered.set(identifier, { name, events: eventsOf(body), asked: false, held: null });
    const description = { functionName: this.#functionName, functionVersion: '$LATEST', handler: 'bootstrap' };
    send(response, 200, description, { 'Lambda-Extension-Identifier': identifier });
  }

  /** Holds an extension's request for its next event; `false`: it was refused. */
  next(exchange: Exchange): boolean {
    const extension = this.#extensionOf(exchange);
    if (extension === null) return false;
    const { response } = exchange;
    extension.asked = true;
    extension.held = hold(response, () => {
      if (extension.held === response) extension.held = null;
    });
    return true;
  }

  /** Accepts an extension's report of an error, and answers its name; `null`: it was refused. */
  reporterOf(exchange: Exchange): string | null {
    const extension = this.#extensionOf(exchange);
    if (extension === null) return null;
    acceptPost(exchange.response);
    return extension.name;
  }

  /** Subscriptions are accepted and nothing is ever delivered: what arrives during init would be measured with it. */
  subscribe(exchange: Exchange): void {
    if (this.#extensionOf(exchange) !== null) exchange.response.writeHead(200, { 'Content-Type': 'text/plain' }).end('OK');
  }

  /** Tells those that registered for INVOKE and wait for their next event. */
  invoke(event: { readonly deadlineMs: number; readonly requestId: string; readonly invokedFunctionArn: string }): void {
    for (const extension of this.#registered.values()) {
      const held = extension.events.includes('INVOKE') ? extension.held : null;
      if (held === null) continue;
      extension.held = null;
      send(held, 200, { eventType: 'INVOKE', ...event });
    }
  }

  #extensionOf({ request, response }: Exchange): Extension | null {
    const identifier = headerOf(request, 'lambda-extension-identifier');
    const extension = identifier === null ? undefined : this.#registered.get(identifier);
    if (extension !== undefined) return extension;
    fail(response, 403, 'Extension.UnknownExtensionIdentifier', 'Lambda-Extension-Identifier is missing or unknown');
    return null;
  }
}

const registration = z.object({ events: z.array(z.unknown()) });

/** An extension that registers for nothing may send no body at all. */
function eventsOf(body: string): readonly string[] {
  return (readShape(registration, body)?.events ?? []).filter((event) => typeof event === 'string');
}
