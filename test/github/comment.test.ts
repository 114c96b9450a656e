import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, openApi } from '../../src/github/api.ts';
import { type CommentRequest, type CommentResult, upsertComment } from '../../src/github/comment.ts';
import { renderMarker } from '../../src/github/marker.ts';
import { sha, startGitHub } from '../doubles/github.ts';

type GitHub = Awaited<ReturnType<typeof startGitHub>>;

const BOT = 'github-actions[bot]';
const REPOSITORY = 'octo/app';
const COMMENTS = /\/issues\/\d+\/comments$/;
const COMMENT = /\/issues\/comments\/\d+$/;

let github: GitHub;
beforeAll(async () => {
  github = await startGitHub();
  github.state.repository(REPOSITORY, { roles: { alice: 'write' } });
});
afterAll(() => github[Symbol.asyncDispose]());

/** A pull request of its own for each test. */
function aPull(): number {
  const head = sha(`head ${github.state.pulls.length}`);
  return github.state.pull(REPOSITORY, {
    author: 'alice',
    base: { ref: 'main', sha: sha('base') },
    head: { ref: `branch-${head}`, sha: head, repository: REPOSITORY },
  }).number;
}

function open(options: Parameters<GitHub['state']['token']>[1] = { permissions: { 'pull-requests': 'write' } }): Api {
  const token = github.state.token(REPOSITORY, options);
  return openApi({ token, baseUrl: github.url, owner: 'octo', repo: 'app', log: () => undefined, patience: { second: 5, timeout: 2_000 } });
}

function aRequest(number: number, id: number, overrides: Partial<CommentRequest> = {}): CommentRequest {
  return {
    ...{
      number,
      key: 'default',
      run: { id, at: null, attempt: 1, sha: sha(`${id}`) },
      body: `report of ${id}\n`,
      when: 'always',
      author: BOT,
    },
    state: { breached: false, changed: true },
    ...overrides,
  };
}

const upsert = (number: number, id: number, overrides: Partial<CommentRequest> = {}, api = open()): Promise<CommentResult> =>
  upsertComment(api, aRequest(number, id, overrides));

const bodies = (number: number): readonly string[] => github.state.comments(REPOSITORY, number).map(({ body }) => body);
const texts = (number: number): readonly string[] => bodies(number).map((body) => body.split('\n').slice(1).join('\n').trim());
const writes = (): number => github.requests.filter(({ method }) => method !== 'GET').length;

describe('the one comment', () => {
  it('is created once, then updated in place', async () => {
    const number = aPull();
    expect(await upsert(number, 1)).toMatchObject({ kind: 'created', hint: null, url: expect.stringContaining(`/pull/${number}#`) });
    expect(bodies(number)).toEqual([`${renderMarker('default', { id: 1, at: null, attempt: 1, sha: sha('1') })}\nreport of 1\n`]);
    expect(await upsert(number, 2)).toMatchObject({ kind: 'updated' });
    expect(texts(number)).toEqual(['report of 2']);
  });

  it('has the marker once, whether the body brings it or not', async () => {
    const number = aPull();
    const marker = renderMarker('default', { id: 1, at: null, attempt: 1, sha: sha('1') });
    await upsert(number, 1, { body: `${marker}\nreport` });
    expect(bodies(number)).toEqual([`${marker}\nreport`]);
  });

  it('is not written again with the same text', async () => {
    const number = aPull();
    await upsert(number, 1);
    const before = writes();
    expect(await upsert(number, 1)).toMatchObject({ kind: 'unchanged' });
    expect(writes()).toBe(before);
  });

  it('is one for each key', async () => {
    const number = aPull();
    await upsert(number, 1);
    expect(await upsert(number, 1, { key: 'arm64' })).toMatchObject({ kind: 'created' });
    expect(await upsert(number, 2, { key: 'arm64' })).toMatchObject({ kind: 'updated' });
    expect(texts(number)).toEqual(['report of 1', 'report of 2']);
  });

  it('is found behind 250 others', async () => {
    const number = aPull();
    await upsert(number, 1);
    for (let index = 0; index < 250; index += 1) github.state.comment(REPOSITORY, number, { author: 'mallory', body: 'me too' });
    const late = aPull();
    for (let index = 0; index < 150; index += 1) github.state.comment(REPOSITORY, late, { author: 'mallory', body: 'me too' });
    await upsert(late, 1);
    expect(await upsert(number, 2)).toMatchObject({ kind: 'updated' });
    expect(await upsert(late, 2)).toMatchObject({ kind: 'updated' });
    expect([bodies(number).length, bodies(late).length]).toEqual([251, 151]);
  });

  it('is not one that somebody else planted', async () => {
    const number = aPull();
    const planted = `${renderMarker('default', { id: 9_999_999, at: null, attempt: 1, sha: sha('x') })}\nall is well`;
    github.state.comment(REPOSITORY, number, { author: 'mallory', body: planted });
    expect(await upsert(number, 1)).toMatchObject({ kind: 'created' });
    expect(await upsert(number, 2)).toMatchObject({ kind: 'updated' });
    expect(bodies(number)[0]).toBe(planted);
    expect(texts(number)).toEqual(['all is well', 'report of 2']);
  });

  it('is the same for everybody where two runs have each written one', async () => {
    const number = aPull();
    for (const id of [1, 2])
      github.state.comment(REPOSITORY, number, {
        author: BOT,
        body: `${renderMarker('default', { id, at: null, attempt: 1, sha: sha('x') })}\nold ${id}`,
      });
    github.state.comment(REPOSITORY, number, { author: BOT, body: 'a comment of another tool' });
    const own = github.state.comments(REPOSITORY, number).filter(({ body }) => body.startsWith('<!--'));
    const kept = Math.min(...own.map(({ id }) => id));
    expect(await upsert(number, 3)).toMatchObject({ kind: 'updated', url: expect.stringContaining(`-${kept}`) });
    expect(bodies(number)).toHaveLength(2);
    expect(texts(number)).toContain('report of 3');
  });

  it('says what to set when the token writes under another name', async () => {
    const number = aPull();
    const api = open({ user: 'alice', permissions: { 'pull-requests': 'write' } });
    expect(await upsert(number, 1, {}, api)).toMatchObject({ kind: 'created', hint: expect.stringContaining('written by alice') });
    expect(await upsert(number, 2, { author: 'alice' }, api)).toMatchObject({ kind: 'updated' });
  });
});

describe('runs that end out of order', () => {
  /** Made in that minute; their ids grow the other way. */
  const made = (minute: number, attempt = 1): Partial<CommentRequest> => {
    return { run: { id: 1_000 - minute, at: `2026-03-02T09:0${minute}:00Z`, attempt, sha: sha('x') } };
  };

  it('an older run leaves the newer one’s report', async () => {
    const number = aPull();
    await upsert(number, 5, made(5));
    expect(await upsert(number, 4, made(4))).toMatchObject({ kind: 'newer-there', url: expect.stringContaining('#issuecomment-') });
    expect(texts(number)).toEqual(['report of 5']);
    expect(await upsert(number, 6, made(6))).toMatchObject({ kind: 'updated' });
  });

  it('an old run started again is still old; a run’s own next attempt is not', async () => {
    const number = aPull();
    await upsert(number, 5, made(5));
    const again = (minute: number, attempt: number): Promise<CommentResult> => upsert(number, minute, made(minute, attempt));
    expect(await again(4, 7)).toMatchObject({ kind: 'newer-there' });
    expect(await again(5, 2)).toMatchObject({ kind: 'updated' });
    expect(await again(5, 1)).toMatchObject({ kind: 'newer-there' });
  });
});

describe('quiet modes', () => {
  it.each([
    ['always', { breached: false, changed: false }, 'created'],
    ['on-change', { breached: false, changed: false }, 'skipped'],
    ['on-change', { breached: false, changed: true }, 'created'],
    ['on-breach', { breached: false, changed: true }, 'skipped'],
    ['on-breach', { breached: true, changed: true }, 'created'],
    ['never', { breached: true, changed: true }, 'skipped'],
  ] as const)('%s with %o is %s', async (when, state, kind) => {
    const number = aPull();
    expect(await upsert(number, 1, { when, state })).toMatchObject({ kind });
    expect(bodies(number)).toHaveLength(kind === 'created' ? 1 : 0);
  });

  it.each(['on-breach', 'on-change'] as const)('%s brings a red comment back to green', async (when) => {
    const number = aPull();
    await upsert(number, 1, { when, state: { breached: true, changed: true }, body: 'red' });
    expect(await upsert(number, 2, { when, state: { breached: false, changed: false }, body: 'green' })).toMatchObject({ kind: 'updated' });
    expect(texts(number)).toEqual(['green']);
  });

  it('never asks nothing', async () => {
    const before = github.requests.length;
    await upsert(aPull(), 1, { when: 'never' });
    expect(github.requests.length).toBe(before);
  });
});

describe('failures are values', () => {
  it('a token that may not', async () => {
    const number = aPull();
    const result = await upsert(number, 1, {}, open({ permissions: { 'pull-requests': 'read' } }));
    expect(result).toMatchObject({ kind: 'forbidden', reason: expect.stringContaining('Resource not accessible by integration') });
  });

  it.each([
    ['POST', 403, 'forbidden'],
    ['POST', 404, 'forbidden'],
    ['POST', 422, 'failed'],
    ['GET', 403, 'forbidden'],
    ['GET', 409, 'failed'],
    ['GET', 503, 'failed'],
  ] as const)('%s answered with %i for good is %s', async (method, status, kind) => {
    const number = aPull();
    const planned = github.fail({ method, path: new RegExp(`/issues/${number}/comments$`), status, times: 4 });
    expect(await upsert(number, 1)).toMatchObject({ kind, reason: expect.stringContaining(String(status)) });
    expect(planned.hits).toBe(status === 503 ? 4 : 1);
    expect(bodies(number)).toEqual([]);
  });

  it('PATCH answered with 403 or 422', async () => {
    const number = aPull();
    await upsert(number, 1);
    github.fail({ method: 'PATCH', path: COMMENT, status: 403 });
    expect(await upsert(number, 2)).toMatchObject({ kind: 'forbidden' });
    github.fail({ method: 'PATCH', path: COMMENT, status: 422 });
    expect(await upsert(number, 3)).toMatchObject({ kind: 'failed' });
    expect(texts(number)).toEqual(['report of 1']);
  });

  it('a body that is too long', async () => {
    expect(await upsert(aPull(), 1, { body: 'x'.repeat(70_000) })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('too long'),
    });
  });

  it.each(['lost', 'cut', 502, 409] as const)('one comment, though its creation met %s', async (status) => {
    const number = aPull();
    github.fail({ method: 'POST', path: COMMENTS, status });
    expect(['created', 'unchanged']).toContain((await upsert(number, 1)).kind);
    expect(texts(number)).toEqual(['report of 1']);
  });

  it.each(['lost', 'cut', 503, 409] as const)('an update that met %s', async (status) => {
    const number = aPull();
    await upsert(number, 1);
    github.fail({ method: 'PATCH', path: COMMENT, status });
    expect(['updated', 'unchanged']).toContain((await upsert(number, 2)).kind);
    expect(texts(number)).toEqual(['report of 2']);
  });

  it('429 with retry-after', async () => {
    const number = aPull();
    const planned = github.fail({ method: 'POST', path: COMMENTS, status: 429, headers: { 'retry-after': '1' } });
    expect(await upsert(number, 1)).toMatchObject({ kind: 'created' });
    expect(planned.hits).toBe(1);
  });

  it('a creation that never succeeds', async () => {
    const number = aPull();
    const planned = github.fail({ method: 'POST', path: COMMENTS, status: 502, times: 3 });
    expect(await upsert(number, 1)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('502') });
    expect(planned.hits).toBe(3);
  });

  it('a comment deleted between list and update is created anew, if the mode would', async () => {
    const number = aPull();
    await upsert(number, 1);
    github.fail({ method: 'PATCH', path: COMMENT, status: 404 });
    expect(await upsert(number, 2)).toMatchObject({ kind: 'created' });
    const quiet = aPull();
    await upsert(quiet, 1);
    github.fail({ method: 'PATCH', path: COMMENT, status: 404 });
    expect(await upsert(quiet, 2, { when: 'on-breach' })).toMatchObject({ kind: 'skipped' });
  });

  it('duplicates that cannot be deleted do not lose the update', async () => {
    const number = aPull();
    for (const id of [1, 2])
      github.state.comment(REPOSITORY, number, { author: BOT, body: renderMarker('default', { id, at: null, attempt: 1, sha: sha('x') }) });
    github.fail({ method: 'DELETE', path: COMMENT, status: 403 });
    expect(await upsert(number, 3)).toMatchObject({ kind: 'updated' });
  });

  it('but a defect is thrown', async () => {
    const broken: Api = { ...open(), comments: () => Promise.reject(new TypeError('a defect')) };
    await expect(upsert(aPull(), 1, {}, broken)).rejects.toThrow('a defect');
  });
});
