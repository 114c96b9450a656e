import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitHubDouble } from './github.ts';

/** A request or an answer that is not as GitHub describes it. */
export interface Violation {
  readonly method: string;
  readonly path: string;
  readonly detail: string;
}

export interface Front extends AsyncDisposable {
  readonly url: string;
  readonly violations: readonly Violation[];
}

const DOWNLOAD = /\/actions\/artifacts\/\d+\/zip$/;
const PRISM_ERROR = /stoplight\.io\/prism\/errors/;

/** Sends each request through Prism, or straight to the double where Prism would spoil it, and keeps what Prism complains about. */
export async function startFront(options: { double: GitHubDouble; prism: string }): Promise<Front> {
  const { double, prism } = options;
  const violations: Violation[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming;
    const path = url.replace(/\?.*/, '');
    const direct = DOWNLOAD.test(path) || path === '/graphql' || double.willFail(method, path);
    pass(incoming, outgoing, direct ? double.url : prism, (body) => {
      if (!direct && PRISM_ERROR.test(body)) violations.push({ method, path: url, detail: body });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    violations,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A connection that is lost behind is lost in front. */
function pass(incoming: IncomingMessage, outgoing: ServerResponse, target: string, look: (body: string) => void): void {
  const lose = (): void => void incoming.socket.destroy();
  const onward = request(`${target}${incoming.url}`, {
    method: incoming.method,
    headers: { ...incoming.headers, host: new URL(target).host },
  });
  onward.on('error', lose).on('response', (answer) => {
    const chunks: Buffer[] = [];
    answer.on('error', lose);
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const body = Buffer.concat(chunks);
      look(body.toString('utf8'));
      const { 'transfer-encoding': _, ...headers } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': body.length }).end(body);
    });
  });
  incoming.pipe(onward);
}
