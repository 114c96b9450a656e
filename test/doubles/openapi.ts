import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cutDescription, type Description } from './description.ts';
import { startFront, type Violation } from './front.ts';
import type { GitHubDouble } from './github.ts';
import { ROUTES } from './routes.ts';

export type { Violation } from './front.ts';

const PRISM = fileURLToPath(new URL('../../node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url));
const START_TIMEOUT = 60_000;

/** GitHub's own OpenAPI description, as `@octokit/openapi` carries it: 13 MB. */
export async function readDescription(): Promise<Description> {
  return JSON.parse(await readFile(fileURLToPath(import.meta.resolve('@octokit/openapi/generated/api.github.com.json')), 'utf8'));
}

export interface Validated extends AsyncDisposable {
  /** GITHUB_API_URL for the client. */
  readonly url: string;
  readonly violations: readonly Violation[];
}

/**
 * Puts Prism between client and double, so that each request and each answer is checked against GitHub's own description.
 * Requests that will meet a fault, and artifact downloads (Prism would follow their redirect), go straight to the double.
 * Disposing it throws what broke the description.
 */
export async function startValidated(double: GitHubDouble): Promise<Validated> {
  await using disposables = new Disposables();
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-prism-'));
  disposables.add(() => rm(folder, { recursive: true, force: true }));
  const document = join(folder, 'github.json');
  await writeFile(document, JSON.stringify(cutDescription(await readDescription(), ROUTES)));
  const prism = await startPrism(document, double.url);
  disposables.add(prism.stop);
  const front = await startFront({ double, prism: prism.url });
  disposables.add(async () => front[Symbol.asyncDispose]());
  double.publicUrl = front.url;
  const held = disposables.move();
  return {
    url: front.url,
    violations: front.violations,
    async [Symbol.asyncDispose]() {
      await held[Symbol.asyncDispose]();
      double.publicUrl = double.url;
      if (front.violations.length > 0)
        throw new Error(`GitHub's description is broken:\n${front.violations.map(renderViolation).join('\n')}`);
    },
  };
}

function renderViolation({ method, path, detail }: Violation): string {
  return `${method} ${path}: ${detail}`;
}

async function startPrism(document: string, upstream: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [PRISM, 'proxy', document, upstream, '--host', '127.0.0.1', '--port', String(port), '--errors', '--multiprocess', 'false'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    },
  );
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = (): Promise<void> => {
    kill();
    process.off('exit', kill);
    return closed;
  };
  let said = '';
  const listening = new Promise<void>((resolve, reject) => {
    const listen = (text: string): void => {
      said += text;
      if (said.includes('Prism is listening')) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
    child.once('error', reject);
    void closed.then(() => reject(new Error(`prism ended:\n${said}`)));
    setTimeout(() => reject(new Error(`prism does not listen after ${START_TIMEOUT} ms:\n${said}`)), START_TIMEOUT).unref();
  });
  try {
    await listening;
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** Prism must be told its port. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** `AsyncDisposableStack`, which Node 20 lacks: ends what was started, last first. */
class Disposables implements AsyncDisposable {
  #ends: (() => Promise<void>)[] = [];

  add(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  move(): Disposables {
    const moved = new Disposables();
    moved.#ends = this.#ends;
    this.#ends = [];
    return moved;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends.toReversed()) await end();
  }
}
