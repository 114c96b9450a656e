import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf, ToolError } from '../../core/failures.ts';
import { fail } from './messages.ts';

const HEADER_LIMIT = 64 * 1024;

/** An HTTP server on a free port of 127.0.0.1, gone with all its connections when it is disposed of. */
export interface Loopback extends AsyncDisposable {
  readonly server: Server;
  readonly port: number;
}

/** Throws a ToolError where nothing can listen on 127.0.0.1. */
export async function openLoopback(): Promise<Loopback> {
  const sockets = new Set<Socket>();
  // The clients are functions' own HTTP stacks, down to hand-written ones: be liberal, and never close a connection that init may need.
  const server = createServer({
    insecureHTTPParser: true,
    requireHostHeader: false,
    maxHeaderSize: HEADER_LIMIT,
    keepAliveTimeout: 0,
    headersTimeout: 0,
    requestTimeout: 0,
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new ToolError(`the Runtime API could not listen on 127.0.0.1: ${messageOf(cause)}`, { cause })));
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new ToolError('the Runtime API has no port on 127.0.0.1');
  return {
    server,
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface BodyReader {
  /** In bytes. */
  readonly limit: number;
  readonly onBody: (body: string) => void;
  readonly onTooLong: () => void;
}

/** Hands over a request's whole body; one longer than the limit is answered with 413, and its connection closed. */
export function readBody(request: IncomingMessage, response: ServerResponse, { limit, onBody, onTooLong }: BodyReader): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let refused = false;
  request.on('error', () => response.destroy());
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (refused) return;
    if (size <= limit) {
      chunks.push(chunk);
      return;
    }
    refused = true;
    chunks.length = 0;
    response.setHeader('Connection', 'close');
    fail(response, 413, 'RequestEntityTooLarge', `the body is longer than ${limit} bytes`);
    response.once('finish', () => request.destroy());
    onTooLong();
  });
  request.on('end', () => {
    if (!refused) onBody(Buffer.concat(chunks).toString());
  });
}
