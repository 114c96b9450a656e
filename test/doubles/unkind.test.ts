import { getOctokit } from '@actions/github';
import { describe, expect, test } from 'vitest';
import { jobToken, pullRequestEvent, workflowRunEvent } from './events.ts';
import { type GitHubDouble, GitHubState, sha, startGitHub } from './github.ts';
import type { Conclusion } from './records.ts';

const at = { owner: 'octo', repo: 'app' };
const REPOSITORY = 'octo/app';

function given(state: GitHubState, fork = false) {
  state.repository(REPOSITORY, { roles: { alice: 'write' } });
  state.repository('mallory/app', { forkOf: REPOSITORY });
  const head = { ref: 'change', sha: sha('head'), repository: fork ? 'mallory/app' : REPOSITORY };
  return state.pull(REPOSITORY, { author: 'alice', base: { ref: 'main', sha: sha('base') }, head, mergeSha: sha('merge') });
}

function client({ state, url }: GitHubDouble) {
  const token = state.token(REPOSITORY, { permissions: { actions: 'read', 'pull-requests': 'read' } });
  return getOctokit(token, { baseUrl: url }).rest;
}

const ofHead = { event: 'pull_request', headBranch: 'change', headSha: sha('head') } as const;

test('ids tell nothing about what came first, and none comes twice', () => {
  const state = new GitHubState();
  const ids = Array.from({ length: 2_000 }, () => state.id());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.slice(0, 100).filter((id, index) => id < (ids[index + 1] ?? 0)).length).toBeGreaterThan(20);
  expect(ids.slice(0, 100).filter((id, index) => id > (ids[index + 1] ?? 0)).length).toBeGreaterThan(20);
});

describe('runs', () => {
  test('have ids that tell nothing about which came first', () => {
    const state = new GitHubState();
    given(state);
    const ids = Array.from({ length: 100 }, () => state.run(REPOSITORY, ofHead).id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id, index) => id > (ids[index + 1] ?? 0)).length).toBeGreaterThan(20);
  });

  test('stand in lists later than they are there', async () => {
    await using github = await startGitHub();
    given(github.state);
    const run = github.state.run(REPOSITORY, { ...ofHead, listedAt: '2026-03-02T09:00:30Z' });
    const rest = client(github);
    const listed = async () => (await rest.actions.listWorkflowRunsForRepo({ ...at, head_sha: sha('head') })).data.total_count;
    expect([(await rest.actions.getWorkflowRun({ ...at, run_id: run.id })).data.id, await listed()]).toEqual([run.id, 0]);
    github.clock.advance(30_000);
    expect(await listed()).toBe(1);
  });

  test('end in every way that GitHub knows', async () => {
    await using github = await startGitHub();
    given(github.state);
    const rest = client(github);
    const ends: readonly Conclusion[] = [
      ...(['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required'] as const),
      ...(['stale', 'startup_failure'] as const),
    ];
    for (const conclusion of ends) {
      const run = github.state.run(REPOSITORY, ofHead);
      github.state.end(run, conclusion);
      const { data } = await rest.actions.getWorkflowRun({ ...at, run_id: run.id });
      expect([data.status, data.conclusion]).toEqual(['completed', conclusion]);
    }
  });

  test('have jobs that end before them; a re-run of what failed keeps the others, under new ids', async () => {
    await using github = await startGitHub();
    given(github.state);
    const { state, clock } = github;
    const run = state.run(REPOSITORY, { ...ofHead, jobs: ['build', 'gate'] });
    clock.advance(60_000);
    state.endJob(run, 'build', 'success');
    const rest = client(github);
    const jobs = async (attempt: number) =>
      (await rest.actions.listJobsForWorkflowRunAttempt({ ...at, run_id: run.id, attempt_number: attempt })).data.jobs.map((job) => [
        job.name,
        job.conclusion,
        job.completed_at,
      ]);
    const built = ['build', 'success', '2026-03-02T09:01:00Z'];
    expect(await jobs(1)).toEqual([built, ['gate', null, null]]);
    clock.advance(60_000);
    state.end(run, 'failure');
    state.rerun(run, { only: 'failed', by: 'bob' });
    expect(await jobs(1)).toEqual([built, ['gate', 'failure', '2026-03-02T09:02:00Z']]);
    expect(await jobs(2)).toEqual([built, ['gate', null, null]]);
    const { data } = await rest.actions.getWorkflowRun({ ...at, run_id: run.id });
    expect([data.run_attempt, data.actor?.login, data.triggering_actor?.login]).toEqual([2, 'alice', 'bob']);
    const all = await rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.id, filter: 'all' });
    expect(new Set(all.data.jobs.map(({ id }) => id)).size).toBe(4);
    const first = await rest.actions.getWorkflowRunAttempt({ ...at, run_id: run.id, attempt_number: 1 });
    expect(first.data.conclusion).toBe('failure');
  });

  test('of a fork that is gone have no head repository', async () => {
    await using github = await startGitHub();
    const pull = given(github.state, true);
    const run = github.state.run(REPOSITORY, { ...ofHead, headRepository: 'mallory/app', conclusion: 'success' });
    github.state.deleteFork('mallory/app');
    const rest = client(github);
    expect((await rest.actions.getWorkflowRun({ ...at, run_id: run.id })).data.head_repository).toBeNull();
    expect((await rest.pulls.get({ ...at, pull_number: pull.number })).data.head.repo).toBeNull();
    const event = workflowRunEvent(github.state, { repository: REPOSITORY, runId: run.id });
    expect(event.payload).toMatchObject({ workflow_run: { head_repository: null } });
  });
});

test('artifacts are of an attempt: after a partial re-run two have one name, after a whole one the old ones are gone from the list', async () => {
  await using github = await startGitHub();
  given(github.state);
  const run = github.state.run(REPOSITORY, { ...ofHead, conclusion: 'failure' });
  const upload = (text: string) => github.state.artifact(REPOSITORY, run.id, { name: 'leg', zip: Buffer.from(text) }).id;
  const rest = client(github);
  const listed = async () => (await rest.actions.listWorkflowRunArtifacts({ ...at, run_id: run.id })).data.artifacts.map(({ id }) => id);
  const first = upload('one');
  github.state.rerun(run, { only: 'failed' });
  const second = upload('two');
  expect((await listed()).toSorted()).toEqual([first, second].toSorted());
  github.state.rerun(run);
  expect(await listed()).toEqual([]);
  const third = upload('three');
  expect(await listed()).toEqual([third]);
});

describe('pull requests', () => {
  test('a push moves all of one branch; with force it is an event of each, and so is a new base', async () => {
    await using github = await startGitHub();
    const { state, clock } = github;
    const one = given(state);
    const two = state.pull(REPOSITORY, { base: { ref: 'next', sha: sha('next') }, head: one.head });
    state.update(one, { headSha: sha('second') });
    expect(two.head.sha).toBe(sha('second'));
    state.update(two, { headSha: sha('third'), forcedBy: 'mallory' });
    clock.advance(1_000);
    state.retarget(one, { ref: 'next', sha: sha('next') }, 'alice');
    clock.advance(1_000);
    state.retarget(one, { ref: 'main', sha: sha('base') }, 'alice', true);
    const rest = client(github);
    const events = async (issue_number: number) =>
      (await rest.issues.listEvents({ ...at, issue_number })).data.map(({ event, actor }) => `${event} ${actor?.login}`);
    const forced = 'head_ref_force_pushed mallory';
    expect(await events(one.number)).toEqual([forced, 'base_ref_changed alice', 'automatic_base_change_succeeded alice']);
    expect(await events(two.number)).toEqual([forced]);
    expect(one.head.sha).toBe(sha('third'));
  });
});

describe('the token of a job', () => {
  const asked = { 'pull-requests': 'write', actions: 'read' } as const;
  const rightsOf = (state: GitHubState, event: Parameters<typeof jobToken>[1]) =>
    state.findToken(jobToken(state, event, asked))?.permissions;
  const reads = { 'pull-requests': 'read', actions: 'read' };

  test.for([
    ['of a pull request', false, 'alice', asked],
    ["of a fork's", true, 'mallory', reads],
    ["of Dependabot's", false, 'dependabot[bot]', reads],
  ] as const)('%s', ([, fork, sender, rights]) => {
    const state = new GitHubState();
    const { number } = given(state, fork);
    expect(rightsOf(state, pullRequestEvent(state, { repository: REPOSITORY, number, sender }))).toEqual(rights);
    const run = state.run(REPOSITORY, {
      ...ofHead,
      headRepository: fork ? 'mallory/app' : REPOSITORY,
      actor: sender,
      conclusion: 'success',
    });
    expect(rightsOf(state, workflowRunEvent(state, { repository: REPOSITORY, runId: run.id }))).toEqual(asked);
  });

  test("of a fork's writes where a private repository sends write tokens", () => {
    const state = new GitHubState();
    state.repository(REPOSITORY, { private: true, writeTokensToForks: true });
    state.repository('mallory/app', { forkOf: REPOSITORY });
    const head = { ref: 'change', sha: sha('head'), repository: 'mallory/app' };
    const { number } = state.pull(REPOSITORY, { base: { ref: 'main', sha: sha('base') }, head, mergeSha: sha('merge') });
    expect(rightsOf(state, pullRequestEvent(state, { repository: REPOSITORY, number }))).toEqual(asked);
  });
});
