import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { shell } from '../e2e/project.ts';

/** A bare copy of a repository that gives out any commit it has, as GitHub does. */
export class GitRemote implements AsyncDisposable {
  readonly path: string;
  private constructor(path: string) {
    this.path = path;
  }

  static async of(repository: string): Promise<GitRemote> {
    const path = join(await mkdtemp(join(tmpdir(), 'coldgate-remote-')), 'app.git');
    await shell(
      `git clone --quiet --bare "${repository}" "${path}" && git -C "${path}" config uploadpack.allowAnySHA1InWant true`,
      tmpdir(),
    );
    return new GitRemote(path);
  }

  get url(): string {
    return `file://${this.path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(dirname(this.path), { recursive: true, force: true });
  }
}

export interface PrivateServer extends AsyncDisposable {
  /** As GITHUB_SERVER_URL. */
  readonly server: string;
  readonly url: string;
  /** Requests turned away for want of the token. */
  readonly refused: () => number;
}

/** Serves a remote over HTTP to those who show the token as actions/checkout does. */
export async function servePrivately(remote: GitRemote, token: string): Promise<PrivateServer> {
  const expected = `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`.toLowerCase();
  let refused = 0;
  const http = createServer((request, response) => {
    const shown = request.headersDistinct.authorization ?? [];
    if (shown.length !== 1 || shown[0]?.toLowerCase() !== expected) {
      refused += 1;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...{ PATH: process.env.PATH ?? '', GIT_PROJECT_ROOT: dirname(remote.path), GIT_HTTP_EXPORT_ALL: '1', REMOTE_USER: 'x' },
        ...{ PATH_INFO: pathname, QUERY_STRING: search.slice(1), REQUEST_METHOD: request.method ?? 'GET' },
        ...{ CONTENT_TYPE: request.headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '' },
        ...{ GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''), CONTENT_LENGTH: request.headers['content-length'] ?? '' },
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(backend.stdin);
    const chunks: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    backend.once('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      const fields = answer
        .subarray(0, end)
        .toString()
        .split('\r\n')
        .map((line) => line.split(': ', 2));
      const headers = Object.fromEntries(fields.filter(([name]) => name !== 'Status'));
      const status = Number.parseInt(fields.find(([name]) => name === 'Status')?.[1] ?? '200', 10);
      response.writeHead(status, headers).end(answer.subarray(end + 4));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server = `http://127.0.0.1:${port}`;
  return {
    server,
    url: `${server}/app.git`,
    refused: () => refused,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

/** A runner's clone, made as actions/checkout makes it: one ref, with the depth that is asked for (0: the whole history), whole or `partial`. */
export async function checkOut(
  address: string,
  commit: string,
  depth = 1,
  config: readonly string[] = [],
  partial: { readonly filter?: string; readonly sparse?: string } = {},
): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'coldgate-workspace-'));
  const extra = config.map((setting) => `-c '${setting}'`).join(' ');
  const depthOption = depth === 0 ? '' : `--depth=${depth}`;
  const whole = depth === 0 ? "'+refs/heads/*:refs/remotes/origin/*'" : '';
  const { filter, sparse } = partial;
  const filtering =
    filter === undefined ? [] : ['git config remote.origin.promisor true', `git config remote.origin.partialclonefilter ${filter}`];
  await shell(
    [
      'git init --quiet --initial-branch=none --template= .',
      `git remote add origin "${address}"`,
      ...filtering,
      `git ${extra} fetch --quiet --no-tags ${filter === undefined ? '' : `--filter=${filter}`} ${depthOption} origin ${whole} ${commit}`,
      ...(sparse === undefined ? [] : [`git sparse-checkout set ${sparse}`]),
      `git ${extra} checkout --quiet --detach ${commit}`,
    ].join(' && '),
    path,
  );
  return path;
}
