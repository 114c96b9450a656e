import { getOctokit } from '@actions/github';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Project } from '../e2e/project.ts';
import { type GitHubDouble, sha, startGitHub } from './github.ts';
import { startValidated, type Validated } from './openapi.ts';
import { ROUTES } from './routes.ts';

const ENDS = ['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required', 'stale', 'startup_failure'] as const;

const at = { owner: 'octo', repo: 'app' };

describe("every operation, checked against GitHub's own description", () => {
  let github: GitHubDouble;
  let validated: Validated;

  beforeAll(async () => {
    github = await startGitHub();
    validated = await startValidated(github);
  });
  afterAll(async () => {
    await validated[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
  });

  test('requests and answers of all routes are as described', async () => {
    const { state } = github;
    await using project = await Project.create({ 'Cargo.toml': '[workspace]\n' });
    state.repository('octo/app', { private: true, roles: { alice: 'maintain' } });
    state.repository('mallory/app', { forkOf: 'octo/app' });
    const head = { ref: 'small', sha: sha('own'), repository: 'octo/app' };
    const pull = state.pull('octo/app', { base: { ref: 'main', sha: sha('base') }, head, mergeSha: sha('merge') });
    const fork = state.pull('octo/app', { base: pull.base, head: { ref: 'big', sha: sha('fork'), repository: 'mallory/app' } });
    state.update(fork, { forkDeleted: true });
    state.label('octo/app', pull.number, 'coldgate: accepted', 'alice');
    state.unlabel('octo/app', pull.number, 'coldgate: accepted', 'alice');
    state.update(pull, { headSha: sha('forced'), forcedBy: 'alice' });
    state.retarget(pull, { ref: 'next', sha: sha('next') }, 'alice');
    state.retarget(pull, { ref: 'main', sha: sha('base') }, 'alice', true);
    const ofFork = { event: 'pull_request', headBranch: 'big', headRepository: 'mallory/app' } as const;
    const run = state.run('octo/app', { event: 'pull_request', headBranch: 'small', headSha: pull.head.sha, conclusion: 'success' });
    const gone = state.run('octo/app', { ...ofFork, headSha: fork.head.sha, conclusion: 'startup_failure' });
    state.deleteFork('mallory/app');
    for (const conclusion of ENDS) state.run('octo/app', { ...ofFork, headRepository: 'octo/app', headSha: pull.head.sha, conclusion });
    const artifact = state.artifact('octo/app', run.id, { name: 'leg', zip: Buffer.from('PK') });
    for (let index = 0; index < 150; index += 1) state.comment('octo/app', pull.number, { author: 'alice', body: String(index) });
    const all = { issues: 'write', 'pull-requests': 'write', statuses: 'write', actions: 'write', contents: 'write' } as const;
    const octokit = getOctokit(state.token('octo/app', { permissions: all }), { baseUrl: validated.url });
    const { rest } = octokit;

    await rest.repos.get(at);
    const { data: comment } = await rest.issues.createComment({ ...at, issue_number: pull.number, body: 'x' });
    await rest.issues.getComment({ ...at, comment_id: comment.id });
    await rest.issues.updateComment({ ...at, comment_id: comment.id, body: 'y' });
    const comments = await octokit.paginate(rest.issues.listComments, { ...at, issue_number: pull.number, per_page: 100 });
    expect(comments).toHaveLength(151);
    await rest.issues.deleteComment({ ...at, comment_id: comment.id });
    await rest.issues.listLabelsOnIssue({ ...at, issue_number: pull.number });
    await rest.issues.listEvents({ ...at, issue_number: pull.number });
    await rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'alice' });
    await rest.pulls.get({ ...at, pull_number: pull.number });
    await rest.pulls.get({ ...at, pull_number: fork.number });
    await rest.pulls.list({ ...at, head: 'mallory:big', state: 'open' });
    await rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: pull.head.sha });
    await rest.repos.createCommitStatus({ ...at, sha: pull.head.sha, state: 'failure', context: 'coldgate', description: 'too big' });
    await rest.repos.getCombinedStatusForRef({ ...at, ref: pull.head.sha });
    await rest.repos.listCommitStatusesForRef({ ...at, ref: pull.head.sha });
    await rest.actions.listWorkflowRunsForRepo({ ...at, head_sha: pull.head.sha });
    await rest.actions.getWorkflowRun({ ...at, run_id: run.id });
    await rest.actions.getWorkflowRun({ ...at, run_id: gone.id });
    state.rerun(run, { only: 'failed', by: 'alice' });
    await rest.actions.getWorkflowRunAttempt({ ...at, run_id: run.id, attempt_number: 1 });
    await rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.id, filter: 'all' });
    await rest.actions.listJobsForWorkflowRunAttempt({ ...at, run_id: run.id, attempt_number: 2 });
    await rest.actions.listWorkflowRunArtifacts({ ...at, run_id: run.id });
    await rest.actions.downloadArtifact({ ...at, artifact_id: artifact.id, archive_format: 'zip' });
    await rest.actions.getActionsCacheList({ ...at, ref: 'refs/heads/main', key: 'coldgate-' });
    state.end(run, 'failure');
    await rest.actions.reRunWorkflowFailedJobs({ ...at, run_id: run.id });
    await rest.git.createRef({ ...at, ref: 'refs/heads/x', sha: '0'.repeat(40) }).catch(() => undefined);
    state.git('octo/app', project.path);
    const commit = await project.git('rev-parse', 'HEAD');
    await rest.git.getCommit({ ...at, commit_sha: commit });
    await rest.repos.getCommit({ ...at, ref: commit });
    await rest.repos.compareCommitsWithBasehead({ ...at, basehead: `${commit}...${commit}` });
    const { data: tree } = await rest.git.getTree({ ...at, tree_sha: commit });
    await rest.git.getBlob({ ...at, file_sha: tree.tree[0]?.sha ?? '' });
    expect(validated.violations).toEqual([]);

    const served = new Set(
      github.requests.map((request) => `${request.method} ${request.path.replace(/[0-9a-f]{40}(\.\.\.[0-9a-f]{40})?|\b\d+\b/g, '*')}`),
    );
    const routes = ROUTES.map(({ method, path }) =>
      `${method} /repos/octo/app${path}`.replace('{username}', 'alice').replace('{archive_format}', 'zip'),
    );
    for (const route of routes) expect(served).toContain(route.replace(/\{\w+\}/g, '*'));
  });

  test("a token's limits, missing things and faults pass through as they are", async () => {
    const { state } = github;
    const { rest } = getOctokit(state.token('octo/app', { permissions: { issues: 'read' } }), { baseUrl: validated.url });
    const comment = (body = 'x') => rest.issues.createComment({ ...at, issue_number: 1, body });
    await expect(comment()).rejects.toMatchObject({ status: 403 });
    await expect(rest.issues.listComments({ ...at, issue_number: 99 })).rejects.toMatchObject({ status: 404 });
    github.fail({ path: /labels$/, status: 429, headers: { 'retry-after': '1' } });
    await expect(rest.issues.listLabelsOnIssue({ ...at, issue_number: 1 })).rejects.toMatchObject({
      status: 429,
      response: { headers: { 'retry-after': '1' } },
    });
    github.fail({ path: /labels$/, status: 'cut' });
    await expect(rest.issues.listLabelsOnIssue({ ...at, issue_number: 1 })).rejects.toThrow();
    expect(validated.violations).toEqual([]);
  });
});

test('a request that GitHub does not know and one with a wrong body fail the test that made them', async () => {
  await using github = await startGitHub();
  const validated = await startValidated(github);
  github.state.repository('octo/app');
  const { request } = getOctokit(github.state.token('octo/app'), { baseUrl: validated.url });
  await request('GET /repos/{owner}/{repo}/not-there', at).catch(() => undefined);
  await request({ method: 'POST', url: `/repos/octo/app/statuses/${sha('x')}`, state: 'red' }).catch(() => undefined);
  expect(validated.violations.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /repos/octo/app/not-there',
    `POST /repos/octo/app/statuses/${sha('x')}`,
  ]);
  await expect(validated[Symbol.asyncDispose]()).rejects.toThrow("GitHub's description is broken");
});
