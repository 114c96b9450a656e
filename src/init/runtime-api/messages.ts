import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that was read whole, and the answer to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
  /** When the request had been read whole. */
  readonly at: number;
  /** What the path's pattern captured. */
  readonly id: string;
}

/** A request target may be absolute (`GET http://127.0.0.1:9001/…`), double its first slash (a base address that ends in one) or carry a query. */
export function pathOf(target: string): string {
  return target
    .replace(/^http:\/\/[^/]*/i, '')
    .replace(/\?.*$/s, '')
    .replace(/^\/+/, '/');
}

export function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

export function hold(response: ServerResponse, onGone: () => void): ServerResponse {
  response.once('close', onGone);
  return response;
}

export function acceptPost(response: ServerResponse): void {
  send(response, 202, { status: 'OK' });
}

export function fail(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  send(response, status, { errorMessage, errorType });
}

export function send(response: ServerResponse, status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
