import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Api, openApi } from '../../src/github/api.ts';
import { ApiFailure } from '../../src/github/api-failure.ts';
import type { Patience } from '../../src/github/connection.ts';
import { SECONDARY_RATE_LIMIT, sha, startGitHub } from '../doubles/github.ts';

type GitHub = Awaited<ReturnType<typeof startGitHub>>;

async function started(): Promise<GitHub> {
  const github = await startGitHub();
  github.state.repository('octo/app', { roles: { alice: 'write' } });
  github.state.pull('octo/app', {
    author: 'alice',
    base: { ref: 'main', sha: sha('base') },
    head: { ref: 'big', sha: sha('head'), repository: 'octo/app' },
  });
  return github;
}

function open(github: GitHub, patience: Partial<Patience> = {}, log: string[] = []): Api {
  const token = github.state.token('octo/app', { permissions: { issues: 'write', statuses: 'write', 'pull-requests': 'write' } });
  const quick = { second: 5, timeout: 2_000, budget: 10_000, ...patience };
  return openApi({ token, baseUrl: github.url, owner: 'octo', repo: 'app', log: (line) => log.push(line), patience: quick });
}

async function failureFrom(promise: Promise<unknown>): Promise<ApiFailure> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiFailure)) throw new Error(`not an ApiFailure: ${String(error)}`);
  return error;
}

const COMMENTS = /\/issues\/1\/comments$/;

describe('what passes by itself is retried', () => {
  it.each([
    ['502', { status: 502 }],
    ['503', { status: 503 }],
    ['a lost connection', { status: 'cut' }],
    ['429 with retry-after and no word of a limit', { status: 429, headers: { 'retry-after': '1' }, body: { message: 'slow down' } }],
    ['a secondary rate limit', { status: 403, headers: { 'retry-after': '2' }, body: SECONDARY_RATE_LIMIT }],
    ['429 of a secondary rate limit', { status: 429, headers: { 'retry-after': '1' }, body: SECONDARY_RATE_LIMIT }],
    ['a primary rate limit that is over soon', { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' } }],
  ] as const)('%s', async (_name, fault) => {
    await using github = await started();
    const planned = github.fail({ path: COMMENTS, times: 2, ...fault });
    const log: string[] = [];
    expect(await open(github, {}, log).comments(1)).toEqual([]);
    expect(planned.hits).toBe(2);
    expect(log).toHaveLength(2);
    expect(log[0]).toMatch(/^GitHub: .+; asking again in \d+ s$/);
  });

  it('an answer that does not come', async () => {
    await using github = await started();
    github.fail({ path: COMMENTS, status: 'hang' });
    expect(await open(github, { timeout: 100 }).comments(1)).toEqual([]);
  });

  it('an answer that is cut short in its body', async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      if (asked === 1) response.write('[{"name": ', () => response.destroy());
      else response.end('[{"name":"coldgate: accepted"}]'.padEnd(100));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const api = openApi({
      ...{ token: 't', baseUrl: `http://127.0.0.1:${port}`, owner: 'octo', repo: 'app', log: () => undefined },
      // The default budget would be 60 ms of them: less than a busy machine takes to answer.
      patience: { second: 1, budget: 60_000 },
    });
    expect(await api.labels(1)).toEqual(['coldgate: accepted']);
    expect(asked).toBe(2);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('but not for ever', async () => {
    await using github = await started();
    const planned = github.fail({ path: COMMENTS, status: 503, times: Number.POSITIVE_INFINITY });
    expect(await failureFrom(open(github).comments(1))).toMatchObject({ kind: 'unavailable' });
    expect(planned.hits).toBe(4);
  });

  it('nor beyond the budget of the connection', async () => {
    await using github = await started();
    const planned = github.fail({ path: COMMENTS, status: 503, times: Number.POSITIVE_INFINITY });
    const api = open(github, { budget: 6 });
    await failureFrom(api.comments(1));
    expect(planned.hits).toBe(3);
    await failureFrom(api.comments(1));
    expect(planned.hits).toBeLessThanOrEqual(5);
  });

  it('nor where GitHub asks for more than a minute', async () => {
    await using github = await started();
    const planned = github.fail({ path: COMMENTS, status: 429, headers: { 'retry-after': '3600' }, times: 9 });
    const failure = await failureFrom(open(github, { budget: 60 }).comments(1));
    expect(failure.kind).toBe('unavailable');
    expect(failure.message).toMatch(/^GitHub answered 429 to GET \/repos\/\{owner\}.*secondary rate limit/);
    expect(planned.hits).toBe(1);
  });
});

describe('what does not pass', () => {
  it.each([
    [401, 'forbidden'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'conflict'],
    [422, 'invalid'],
  ] as const)('%i is not retried and not taken for an empty list', async (status, kind) => {
    await using github = await started();
    const planned = github.fail({ path: COMMENTS, status, times: 9 });
    expect(await failureFrom(open(github).comments(1))).toMatchObject({ kind });
    expect(planned.hits).toBe(1);
  });

  it('a comment is not written twice for a lost answer', async () => {
    await using github = await started();
    github.fail({ method: 'POST', path: COMMENTS, status: 'lost' });
    await failureFrom(open(github).createComment(1, 'text'));
    expect(github.state.comments('octo/app', 1)).toHaveLength(1);
  });

  it('an answer of another shape names its field', async () => {
    await using github = await started();
    github.fail({ path: COMMENTS, status: 200, body: [{ id: 1, created_at: '2026-03-02T09:00:00Z' }] });
    expect((await failureFrom(open(github).comments(1))).message).toContain(
      "GitHub's answer to GET /repos/{owner}/{repo}/issues/{issue_number}/comments has no usable 0.user",
    );
  });

  it('a server that is not there', async () => {
    const github = await started();
    const api = open(github);
    await github[Symbol.asyncDispose]();
    expect((await failureFrom(api.comments(1))).message).toMatch(/^GitHub did not answer GET .*ECONNREFUSED/);
  });
});

describe('lists', () => {
  it('are read over all pages', async () => {
    await using github = await started();
    for (let index = 0; index < 250; index += 1) github.state.comment('octo/app', 1, { author: 'mallory', body: `comment ${index}` });
    const bodies = new Set((await open(github).comments(1)).map(({ body }) => body));
    expect(bodies).toEqual(new Set(Array.from({ length: 250 }, (_, index) => `comment ${index}`)));
    expect(github.requests.filter(({ method }) => method === 'GET')).toHaveLength(3);
  });
});
