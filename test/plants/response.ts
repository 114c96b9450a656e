import { readFile } from 'node:fs/promises';
import { createServer } from 'node:tls';
import type { FirstResponseMetric } from '../../src/core/metrics.ts';
import { ownEvent } from '../../src/init/events/written-events.ts';
import type { SessionOptions } from '../../src/init/starter.ts';
import { ofTree, type Sides, writtenOn } from './built.ts';
import { firstReason } from './measured.ts';
import type { Plant } from './plant.ts';

type Row = readonly [metric: FirstResponseMetric, name: string, what: string, expected: RegExp];

/** Work between the first event and its answer, on `std` alone: a file of `init/` for each. */
const ON_STD: readonly Row[] = [
  ['first-response.instructions', 'response_table', 'a `LazyLock` that the handler forces', /^plant::load_prices runs/],
  ['first-response.instructions', 'response_moved', 'a table moves from `main` into the handler', /^[\d.]+ M instructions moved/],
  ['first-response.connects', 'response_connection', 'a connection of the handler', /^.* now waits for 1 more connection: 127\.0\.0\.1:9$/],
];
/** A client of rustls, and a server beside the function. */
const TLS: Row = [
  'first-response.instructions',
  'tls_handshake',
  'a lazy TLS client, and its handshake with a local server',
  /^(?:rustls|webpki|ring)\w*::.*, called by tls_handshake::ask_upstream, runs/,
];

export const RESPONSE_PLANTS: readonly Plant[] = [
  ...ON_STD.map((row) => plantOf(row, writtenOn, ['plant'])),
  plantOf(TLS, ofTree, ['tls_handshake', 'tree', 'shared']),
];

function plantOf(
  [metric, name, what, expected]: Row,
  build: (name: string, scratch: string) => Promise<Sides>,
  own: readonly string[],
): Plant {
  const tell = async (scratch: string): Promise<string> => {
    const sides = await build(name, scratch);
    await using peer = await listen();
    // Awaited, or the server is gone before the function asks.
    return await firstReason(metric, sides, scratch, own, answeringTo(peer.address));
  };
  return { name, what, metric, expected, tell };
}

function answeringTo(peer: string): Partial<SessionOptions> {
  return { event: ownEvent('{}', 'the plants'), env: { PEER: peer } };
}

/** A TLS server on this machine: it answers whatever it hears. */
async function listen(): Promise<AsyncDisposable & { readonly address: string }> {
  const read = (name: string): Promise<Buffer> => readFile(new URL(`init/tls/${name}.pem`, import.meta.url));
  const server = createServer({ key: await read('key'), cert: await read('cert') }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end('hello'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: `127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
