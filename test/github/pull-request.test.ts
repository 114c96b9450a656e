import { describe, expect, it } from 'vitest';
import { openApi } from '../../src/github/api.ts';
import { parseEvent, type WorkflowEvent, type WorkflowRunEvent } from '../../src/github/event.ts';
import { contradictionOf, findPullRequest } from '../../src/github/pull-request.ts';
import { sha, startGitHub } from '../doubles/github.ts';

const HEAD = sha('head');
const BASE = sha('base');
const OPENED = { defaultBranch: 'main', createdAt: '2026-03-02T09:00:00Z' };

async function started() {
  const github = await startGitHub();
  const { state } = github;
  state.repository('octo/app', { roles: { alice: 'write' } });
  state.repository('mallory/app', { forkOf: 'octo/app' });
  const pull = (head: Partial<{ ref: string; sha: string; repository: string }> = {}, base = 'main') =>
    state.pull('octo/app', {
      author: 'mallory',
      base: { ref: base, sha: BASE },
      head: { ref: 'big', sha: HEAD, repository: 'mallory/app', ...head },
    });
  const token = state.token('octo/app', { permissions: { 'pull-requests': 'read' } });
  const api = openApi({ token, baseUrl: github.url, owner: 'octo', repo: 'app', log: () => undefined, patience: { second: 1 } });
  const find = (event: WorkflowEvent) => findPullRequest(api, event);
  return { github, state, pull, find, [Symbol.asyncDispose]: () => github[Symbol.asyncDispose]() };
}

function aRun(overrides: Partial<WorkflowRunEvent> = {}): WorkflowRunEvent {
  return {
    ...{
      kind: 'workflow-run',
      id: 501,
      attempt: 1,
      event: 'pull_request',
      conclusion: 'success',
      headSha: HEAD,
      defaultBranch: 'main',
      label: null,
    },
    ...{ headBranch: 'big', headRepository: 'mallory/app', pullRequestNumbers: [] },
    ...overrides,
  };
}

describe('of a workflow run', () => {
  it('is found by the head of a fork', async () => {
    await using test = await started();
    test.pull({ ref: 'small', sha: sha('other') });
    test.pull();
    expect(await test.find(aRun())).toEqual({
      kind: 'found',
      pull: {
        number: 2,
        open: true,
        headSha: HEAD,
        headRef: 'big',
        headRepository: 'mallory/app',
        baseSha: BASE,
        baseRef: 'main',
        ...OPENED,
      },
    });
  });

  it('that has moved on is stale', async () => {
    await using test = await started();
    test.state.update(test.pull(), { headSha: sha('newer') });
    const found = await test.find(aRun());
    expect(found).toMatchObject({
      kind: 'stale',
      sentence: expect.stringContaining(`moved on to ${sha('newer').slice(0, 12)}`),
    });
  });

  it('that is closed is none', async () => {
    await using test = await started();
    test.state.update(test.pull(), { state: 'closed' });
    expect(await test.find(aRun())).toEqual({ kind: 'none', reason: 'no open pull request has the head mallory/app:big' });
  });

  it('two of one head are ambiguous', async () => {
    await using test = await started();
    test.pull();
    test.pull({}, 'release');
    expect(await test.find(aRun())).toMatchObject({ kind: 'ambiguous', sentence: expect.stringContaining('#1 and #2') });
  });

  it('of another repository with a branch of that name is not this one', async () => {
    await using test = await started();
    test.state.repository('mallory/copy', { forkOf: 'octo/app' });
    test.pull({ repository: 'mallory/copy' });
    test.pull({ repository: 'octo/app' });
    expect(await test.find(aRun())).toMatchObject({ kind: 'none' });
  });

  it.each([
    ['push', aRun({ event: 'push' }), 'was started by push'],
    ['a deleted fork without an open one', aRun({ headRepository: null }), 'no open pull request'],
    ['a branch without a name', aRun({ headBranch: null }), 'is of no branch'],
    ['a branch named as a merge queue’s', aRun({ headBranch: `gh-readonly-queue/main/pr-1-${BASE}` }), 'no open pull request'],
    ['a queue branch without a number', aRun({ event: 'merge_group', headBranch: 'queue' }), 'names no pull request'],
  ])('none: %s', async (_name, event, reason) => {
    await using test = await started();
    test.pull();
    expect(await test.find(event)).toMatchObject({ kind: 'none', reason: expect.stringContaining(reason) });
  });

  it('of a merge queue is found by number', async () => {
    await using test = await started();
    test.pull();
    const run = aRun({ event: 'merge_group', headBranch: `gh-readonly-queue/main/pr-1-${BASE}`, headRepository: 'octo/app' });
    expect(await test.find(run)).toMatchObject({ kind: 'found', pull: { number: 1 } });
  });

  it('is unknown where GitHub cannot be asked', async () => {
    await using test = await started();
    test.github.fail({ path: /\/pulls$/, status: 403 });
    expect(await test.find(aRun())).toMatchObject({ kind: 'unknown', sentence: expect.stringContaining('could not be looked up') });
  });
});

describe('of other events', () => {
  const event: WorkflowEvent = {
    ...{ kind: 'pull-request', name: 'pull_request', number: 1, headSha: HEAD, headRef: 'big', baseSha: BASE },
    ...{ baseRef: 'main', defaultBranch: 'main', label: null },
    ...{ fork: true, fromDependabot: false },
  };

  it('a pull request as it is now', async () => {
    await using test = await started();
    expect(await test.find(event)).toEqual({ kind: 'none', reason: 'there is no pull request #1' });
    const pull = test.pull();
    expect(await test.find(event)).toMatchObject({ kind: 'found', pull: { number: 1 } });
    test.state.update(pull, { headSha: sha('newer') });
    expect(await test.find(event)).toMatchObject({ kind: 'stale' });
    test.state.update(pull, { state: 'closed' });
    expect(await test.find(event)).toEqual({ kind: 'none', reason: 'pull request #1 is closed' });
  });

  it('a merge group by its number, pushes and the rest not at all', async () => {
    await using test = await started();
    test.pull();
    const group = {
      kind: 'merge-group',
      baseSha: BASE,
      headSha: sha('merge'),
      headRef: 'x',
      baseRef: 'main',
      defaultBranch: null,
      number: 1,
    } as const;
    expect(await test.find(group)).toMatchObject({ kind: 'found', pull: { number: 1 } });
    expect(await test.find({ ...group, number: null })).toMatchObject({ kind: 'none' });
    const push = { before: BASE, after: HEAD, ref: 'refs/heads/main', repository: { default_branch: 'main' } };
    expect(await test.find(parseEvent('push', push))).toEqual({ kind: 'none', reason: 'a push has no pull request' });
    expect(await test.find(parseEvent('schedule', {}))).toEqual({ kind: 'none', reason: 'schedule has no pull request' });
  });
});

describe('contradictionOf', () => {
  it('tells an artifact of another head from one of this', () => {
    expect(contradictionOf(HEAD, HEAD)).toBeNull();
    expect(contradictionOf(BASE, HEAD)).toMatch(/^the artifact says it measured .*, the run was for .*: it is not used$/);
  });
});
