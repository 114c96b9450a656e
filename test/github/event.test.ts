import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/failures.ts';
import { numberOfQueueRef, parseEvent } from '../../src/github/event.ts';
import { mergeGroupEvent, pullRequestEvent, pushEvent, workflowRunEvent } from '../doubles/events.ts';
import { GitHubState, sha } from '../doubles/github.ts';

const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);
const ZEROS = '0'.repeat(40);

const app = { full_name: 'octo/app', clone_url: 'https://github.com/octo/app.git', default_branch: 'main' };
const fork = { full_name: 'mallory/app', clone_url: 'https://github.com/mallory/app.git' };

function pullRequest(changes: { readonly repo?: object | null; readonly user?: object | null; readonly sender?: object } = {}): object {
  const { repo = app, user = { login: 'alice' }, sender = { login: 'alice' } } = changes;
  return {
    action: 'synchronize',
    number: 7,
    pull_request: { number: 7, draft: true, user, head: { sha: HEAD, ref: 'big', repo }, base: { sha: BASE, ref: 'main', repo: app } },
    repository: app,
    sender,
  };
}

const run = {
  id: 501,
  run_attempt: 2,
  event: 'pull_request',
  conclusion: 'success',
  head_sha: HEAD,
  head_branch: 'big',
  head_repository: { full_name: 'mallory/app' },
  pull_requests: [],
};

describe('parseEvent', () => {
  it('reads a pull request of the same repository', () => {
    expect(parseEvent('pull_request', pullRequest())).toEqual({
      baseRef: 'main',
      defaultBranch: 'main',
      label: null,
      kind: 'pull-request',
      name: 'pull_request',
      number: 7,
      headSha: HEAD,
      headRef: 'big',
      baseSha: BASE,
      fork: false,
      fromDependabot: false,
    });
  });

  it.each([
    ['a fork', pullRequest({ repo: fork }), { fork: true }],
    ['a deleted fork', pullRequest({ repo: null }), { fork: true }],
    ['a deleted account', pullRequest({ user: null }), { fromDependabot: false }],
    // `github.actor` decides, which is no part of the payload.
    ["Dependabot's, pushed by a person", pullRequest({ user: { login: 'dependabot[bot]' } }), { fromDependabot: false }],
  ])('reads a pull request of %s', (_name, payload, expected) => {
    expect(parseEvent('pull_request_target', payload)).toMatchObject({ name: 'pull_request_target', ...expected });
  });

  it.each([
    ['the default branch', { ref: 'refs/heads/main', before: BASE, after: HEAD }, { before: BASE, onDefaultBranch: true }],
    ['a new branch', { ref: 'refs/heads/big', before: ZEROS, after: HEAD }, { before: null, onDefaultBranch: false }],
    ['a tag named as the branch', { ref: 'refs/tags/main', before: ZEROS, after: HEAD }, { before: null, onDefaultBranch: false }],
  ])('reads a push to %s', (_name, push, expected) => {
    expect(parseEvent('push', { ...push, repository: app })).toMatchObject({
      kind: 'push',
      after: HEAD,
      defaultBranch: 'main',
      ...expected,
    });
  });

  it('takes the deletion of a branch for an event without commits', () => {
    const deleted = { ref: 'refs/heads/big', before: BASE, after: ZEROS, repository: app };
    expect(parseEvent('push', deleted)).toEqual({ kind: 'other', name: 'push' });
  });

  it('reads a merge group and the number in its ref', () => {
    const headRef = `refs/heads/gh-readonly-queue/main/pr-104-${BASE}`;
    const payload = { merge_group: { base_sha: BASE, head_sha: HEAD, head_ref: headRef, base_ref: 'refs/heads/main' } };
    expect(parseEvent('merge_group', payload)).toEqual({
      ...{ kind: 'merge-group', baseSha: BASE, headSha: HEAD, headRef, baseRef: 'main', defaultBranch: null, number: 104 },
    });
  });

  it('reads a workflow run', () => {
    const expected = { kind: 'workflow-run', id: 501, attempt: 2, event: 'pull_request', conclusion: 'success', headSha: HEAD };
    expect(parseEvent('workflow_run', { workflow_run: run })).toEqual({
      ...expected,
      headBranch: 'big',
      headRepository: 'mallory/app',
      defaultBranch: null,
    });
    const gone = { ...run, head_branch: null, head_repository: null };
    expect(parseEvent('workflow_run', { workflow_run: gone })).toMatchObject({
      headBranch: null,
      headRepository: null,
    });
  });

  it.each(['workflow_dispatch', 'schedule', 'issue_comment'])('needs nothing of %s', (name) => {
    expect(parseEvent(name, null)).toEqual({ kind: 'other', name });
  });

  it.each([
    ['pull_request', {}, 'event pull_request: pull_request: '],
    ['pull_request', { pull_request: { ...Object(pullRequest()).pull_request, number: '7' } }, 'event pull_request: pull_request.number: '],
    ['push', { ref: 'refs/heads/main', before: BASE, after: 'HEAD', repository: app }, 'event push: after: '],
    ['merge_group', { merge_group: { base_sha: BASE, head_sha: HEAD } }, 'event merge_group: merge_group.head_ref: '],
    ['workflow_run', { workflow_run: { ...run, id: undefined } }, 'event workflow_run: workflow_run.id: '],
    ['push', 'text', 'event push: the payload: '],
  ])('names event and field of a malformed payload: %s', (name, payload, start) => {
    const parse = (): unknown => parseEvent(name, payload);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(start);
  });

  it('answers or refuses whatever it is given', () => {
    fc.assert(
      fc.property(fc.constantFrom('pull_request', 'push', 'merge_group', 'workflow_run', 'schedule'), fc.jsonValue(), (name, payload) => {
        try {
          parseEvent(name, payload);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

describe('numberOfQueueRef', () => {
  it.each([
    [`gh-readonly-queue/main/pr-7-${BASE}`, 7],
    [`refs/heads/gh-readonly-queue/release/1.0/pr-12-${BASE}`, 12],
    [`gh-readonly-queue/main/pr-0-${BASE}`, null],
    ['gh-readonly-queue/main/pr-7-short', null],
    [`feature/pr-7-${BASE}`, null],
  ])('%s', (ref, number) => {
    expect(numberOfQueueRef(ref)).toBe(number);
  });
});

describe('the payloads of the double', () => {
  const state = new GitHubState();
  state.repository('octo/app', { roles: { alice: 'write' } });
  state.repository('mallory/app', { forkOf: 'octo/app' });
  const head = { ref: 'big', sha: sha('head'), repository: 'mallory/app' };
  const pull = state.pull('octo/app', { author: 'mallory', base: { ref: 'main', sha: sha('base') }, head, mergeSha: sha('merge') });
  const { id: runId } = state.run('octo/app', {
    event: 'pull_request',
    headBranch: 'big',
    headSha: head.sha,
    headRepository: 'mallory/app',
  });
  const repository = 'octo/app';

  it.each([
    ['pull_request', pullRequestEvent(state, { repository, number: pull.number }), { kind: 'pull-request', fork: true, headSha: head.sha }],
    ['workflow_run', workflowRunEvent(state, { repository, runId }), { kind: 'workflow-run', id: runId, headRepository: 'mallory/app' }],
    [
      'push',
      pushEvent(state, { repository, ref: 'refs/heads/main', before: sha('base'), after: sha('new') }),
      { kind: 'push', onDefaultBranch: true },
    ],
    [
      'merge_group',
      mergeGroupEvent(state, { repository, number: pull.number, baseSha: sha('base'), headSha: sha('queue'), baseRef: 'main' }),
      { kind: 'merge-group', number: pull.number },
    ],
  ] as const)('%s', (_name, { name, payload }, expected) => {
    expect(parseEvent(name, payload)).toMatchObject(expected);
  });
});
