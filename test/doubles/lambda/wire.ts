import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes back: `json` as JSON, `payload` as it stands, or no body. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly payload?: string;
}

/** One request, read whole. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

export type ErrorName =
  | 'AccessDeniedException'
  | 'InvalidParameterValueException'
  | 'InvalidRequestContentException'
  | 'RequestEntityTooLargeException'
  | 'RequestTooLargeException'
  | 'ResourceConflictException'
  | 'ResourceNotFoundException'
  | 'ServiceException'
  | 'TooManyRequestsException'
  | 'ValidationException';

interface Shape {
  readonly status: number;
  /** Who is to blame, in AWS's word; errors from in front of the service have none. */
  readonly type: 'User' | 'Service' | null;
  /** The model spells the message's field in two ways. */
  readonly field: 'message' | 'Message';
}

const SHAPES: Readonly<Record<ErrorName, Shape>> = {
  AccessDeniedException: { status: 403, type: null, field: 'Message' },
  InvalidParameterValueException: { status: 400, type: 'User', field: 'message' },
  InvalidRequestContentException: { status: 400, type: 'User', field: 'message' },
  RequestEntityTooLargeException: { status: 413, type: 'User', field: 'Message' },
  RequestTooLargeException: { status: 413, type: 'User', field: 'message' },
  ResourceConflictException: { status: 409, type: 'User', field: 'message' },
  ResourceNotFoundException: { status: 404, type: 'User', field: 'Message' },
  ServiceException: { status: 500, type: 'Service', field: 'Message' },
  TooManyRequestsException: { status: 429, type: 'User', field: 'message' },
  ValidationException: { status: 400, type: null, field: 'message' },
};

/** An error in AWS's wire form: the class travels in `x-amzn-errortype`, the rest in JSON. */
export class AwsError extends Error {
  readonly errorName: ErrorName;
  readonly reply: Reply;

  constructor(errorName: ErrorName, message: string, more: { readonly reason?: string; readonly headers?: Reply['headers'] } = {}) {
    super(message);
    this.errorName = errorName;
    const { status, type, field } = SHAPES[errorName];
    this.reply = {
      status,
      headers: { 'x-amzn-errortype': errorName, ...more.headers },
      json: {
        ...(more.reason === undefined ? {} : { Reason: more.reason }),
        ...(type === null ? {} : { Type: type }),
        [field]: message,
      },
    };
  }
}

export async function receive(message: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  const url = new URL(message.url ?? '/', 'http://double');
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)])),
    bytes: Buffer.concat(chunks),
  };
}

export function send(response: ServerResponse, reply: Reply, more: Readonly<Record<string, string>>): void {
  const body = reply.payload ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
  const type = body === '' ? {} : { 'content-type': 'application/json' };
  const length = reply.status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(reply.status, { ...type, ...length, ...more, ...reply.headers }).end(body);
}
