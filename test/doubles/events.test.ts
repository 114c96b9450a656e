import { Ajv } from 'ajv';
import { beforeAll, expect, test } from 'vitest';
import { type Description, webhookSchema } from './description.ts';
import {
  mergeGroupEvent,
  pullRequestEvent,
  pullRequestTargetEvent,
  pushEvent,
  scheduleEvent,
  workflowDispatchEvent,
  workflowRunEvent,
} from './events.ts';
import { readDescription } from './openapi.ts';
import { sha } from './records.ts';
import { GitHubState } from './state.ts';

let description: Description;
beforeAll(async () => {
  description = await readDescription();
});

function given() {
  const state = new GitHubState();
  state.repository('octo/app', { roles: { alice: 'write' } });
  state.repository('mallory/app', { forkOf: 'octo/app' });
  const base = { ref: 'main', sha: sha('base') };
  const own = state.pull('octo/app', { base, head: { ref: 'small', sha: sha('own'), repository: 'octo/app' }, mergeSha: sha('merge') });
  const head = { ref: 'big', sha: sha('fork'), repository: 'mallory/app' };
  const fork = state.pull('octo/app', { author: 'mallory', base, head, mergeSha: sha('merge of fork') });
  return { state, own, fork };
}

function violations(webhook: string, ...payloads: readonly unknown[]): readonly string[] {
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(webhookSchema(description, webhook));
  return payloads.flatMap((payload) =>
    validate(payload) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`),
  );
}

const repository = 'octo/app';

test.for([
  ['pull-request-opened', { action: 'opened' }],
  ['pull-request-synchronize', { action: 'synchronize' }],
  ['pull-request-reopened', { action: 'reopened' }],
  ['pull-request-labeled', { action: 'labeled', label: 'coldgate: accepted', sender: 'alice' }],
  ['pull-request-unlabeled', { action: 'unlabeled', label: 'coldgate: accepted', sender: 'alice' }],
  ['pull-request-closed', { action: 'closed' }],
  ['pull-request-edited', { action: 'edited', baseBefore: { ref: 'next', sha: sha('next') } }],
] as const)('%s is as GitHub describes it, from the repository and from a fork', ([webhook, options]) => {
  const { state, own, fork } = given();
  for (const pull of [own, fork]) {
    if (options.action === 'closed') state.update(pull, { state: 'closed' });
  }
  const events = [own, fork].flatMap(({ number }) => [
    pullRequestEvent(state, { repository, number, ...options }),
    pullRequestTargetEvent(state, { repository, number, ...options }),
  ]);
  const payloads = events.map((event) => event.payload);
  expect(violations(webhook, ...payloads)).toEqual([]);
  const { number: _, ...incomplete } = { ...payloads[0] };
  expect(violations(webhook, incomplete)).toEqual([" must have required property 'number'"]);
});

test('push, merge_group and workflow_dispatch are as GitHub describes them', () => {
  const { state } = given();
  expect(violations('push', pushEvent(state, { repository, ref: 'refs/heads/main', after: sha('new') }).payload)).toEqual([]);
  const group = mergeGroupEvent(state, { repository, number: 1, baseSha: sha('base'), headSha: sha('queue') });
  expect(violations('merge-group-checks-requested', group.payload)).toEqual([]);
  const dispatch = workflowDispatchEvent(state, { repository, ref: 'refs/heads/main', sha: sha('base') });
  expect(violations('workflow-dispatch', dispatch.payload)).toEqual([]);
});

test('workflow_run is as GitHub describes it; a fork is not among its pull requests', () => {
  const { state, own, fork } = given();
  const payload = (pull: typeof own) => {
    const { ref: headBranch, sha: headSha, repository: headRepository } = pull.head;
    const run = state.run(repository, {
      event: 'pull_request',
      headBranch,
      headSha,
      headRepository,
      actor: pull.author,
      conclusion: 'success',
    });
    return workflowRunEvent(state, { repository, runId: run.id });
  };
  const [ofOwn, ofFork] = [payload(own), payload(fork)];
  expect(violations('workflow-run-completed', ofOwn.payload, ofFork.payload)).toEqual([]);
  state.deleteFork('mallory/app');
  expect(violations('workflow-run-completed', payload(fork).payload)).toEqual([]);
  expect(ofFork.payload).toMatchObject({ workflow_run: { pull_requests: [], head_repository: { full_name: 'mallory/app' } } });
  expect(ofOwn.payload).toMatchObject({ workflow_run: { pull_requests: [{ number: own.number }] } });
  expect([ofOwn.caches, ofFork.caches].map((caches) => caches.map((cache) => cache.permission))).toEqual([[3], [1]]);
});

test('a run gets the ref, the commit and the caches that GitHub gives it', () => {
  const { state, own } = given();
  expect(pullRequestEvent(state, { repository, number: own.number })).toMatchObject({
    sha: sha('merge'),
    ref: 'refs/pull/1/merge',
    headRef: 'small',
    baseRef: 'main',
    caches: [
      { scope: 'refs/pull/1/merge', permission: 3 },
      { scope: 'refs/heads/main', permission: 1 },
    ],
  });
  expect(pullRequestTargetEvent(state, { repository, number: own.number })).toMatchObject({ sha: sha('base'), ref: 'refs/heads/main' });
  expect(scheduleEvent(state, { repository, sha: sha('base') })).toMatchObject({
    ref: 'refs/heads/main',
    payload: { schedule: '17 3 * * *' },
  });
  const group = mergeGroupEvent(state, { repository, number: 104, baseSha: sha('base'), headSha: sha('queue') });
  expect(group.ref).toBe(`refs/heads/gh-readonly-queue/main/pr-104-${sha('base')}`);
});
