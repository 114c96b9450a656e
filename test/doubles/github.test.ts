import { getOctokit } from '@actions/github';
import { describe, expect, test } from 'vitest';
import { type GitHubDouble, SECONDARY_RATE_LIMIT, sha, startGitHub } from './github.ts';

const at = { owner: 'octo', repo: 'app' };

function given(github: GitHubDouble, options: { private?: boolean } = {}) {
  const { state } = github;
  state.repository('octo/app', { ...options, roles: { alice: 'write', carol: 'triage' } });
  state.repository('mallory/app', { forkOf: 'octo/app' });
  const own = state.pull('octo/app', {
    base: { ref: 'main', sha: sha('base') },
    head: { ref: 'small', sha: sha('own'), repository: 'octo/app' },
  });
  const fork = state.pull('octo/app', {
    author: 'mallory',
    base: { ref: 'main', sha: sha('base') },
    head: { ref: 'big', sha: sha('fork'), repository: 'mallory/app' },
  });
  return { state, own, fork };
}

function client(github: GitHubDouble, token: string) {
  return getOctokit(token, { baseUrl: github.url, log: { debug() {}, info() {}, warn() {}, error() {} } }).rest;
}

describe('comments', () => {
  test('are created by the bot, changed in place, deleted, and kept', async () => {
    await using github = await startGitHub();
    const { state, own } = given(github);
    const rest = client(github, state.token('octo/app', { permissions: { 'pull-requests': 'write' } }));
    const { data } = await rest.issues.createComment({ ...at, issue_number: own.number, body: 'one' });
    expect(data.user).toMatchObject({ login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' });
    expect(data.performed_via_github_app).toMatchObject({ slug: 'github-actions' });
    github.clock.advance(5000);
    await rest.issues.updateComment({ ...at, comment_id: data.id, body: 'two' });
    const [comment] = state.comments('octo/app', own.number);
    expect(comment).toMatchObject({ body: 'two', createdAt: '2026-03-02T09:00:00Z', updatedAt: '2026-03-02T09:00:05Z' });
    await rest.issues.deleteComment({ ...at, comment_id: data.id });
    expect(state.comments('octo/app', own.number)).toEqual([]);
  });

  test('come in pages of at most 100, with Link headers that lead through all of them', async () => {
    await using github = await startGitHub();
    const { state, own } = given(github);
    for (let index = 0; index < 230; index += 1) state.comment('octo/app', own.number, { author: 'alice', body: `comment ${index}` });
    const octokit = getOctokit(state.token('octo/app'), { baseUrl: github.url });
    const pages: number[] = [];
    const all = octokit.paginate.iterator(octokit.rest.issues.listComments, { ...at, issue_number: own.number, per_page: 500 });
    for await (const { data } of all) pages.push(data.length);
    expect(pages).toEqual([100, 100, 30]);
    const [, second] = github.requests;
    expect(second?.query.get('page')).toBe('2');
  });

  test.for([
    ['65,536 characters', 'x'.repeat(65_536), 201],
    ['one more', 'x'.repeat(65_537), 422],
    ['nothing', ' ', 422],
  ] as const)('%s: %d', async ([, body, status]) => {
    await using github = await startGitHub();
    const { state, own } = given(github);
    const rest = client(github, state.token('octo/app', { permissions: { issues: 'write' } }));
    const answer = await rest.issues.createComment({ ...at, issue_number: own.number, body }).catch((error: unknown) => error);
    expect(answer).toMatchObject({ status });
  });
});

test('a locked conversation takes no comment of an app, whatever its token may do', async () => {
  await using github = await startGitHub();
  const { state, own } = given(github);
  state.update(own, { locked: true });
  const rest = client(github, state.token('octo/app', { permissions: { issues: 'write' } }));
  await expect(rest.issues.createComment({ ...at, issue_number: own.number, body: 'x' })).rejects.toThrow('issue is locked');
});

describe('tokens', () => {
  test.for([
    ['read-only', { issues: 'read' }, 403, 'Resource not accessible by integration'],
    ['none', {}, 403, 'Resource not accessible by integration'],
    ['of another area', { statuses: 'write' }, 403, 'Resource not accessible by integration'],
  ] as const)('a comment with one that is %s is refused', async ([, permissions, status, message]) => {
    await using github = await startGitHub();
    const { state, own } = given(github);
    const rest = client(github, state.token('octo/app', { permissions }));
    const refused = await rest.issues.createComment({ ...at, issue_number: own.number, body: 'x' }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status, response: { data: { message } } });
    expect(state.comments('octo/app', own.number)).toEqual([]);
  });

  test('what is public can be read by anybody, what is private by its own token alone', async () => {
    await using github = await startGitHub();
    const { state, own } = given(github, { private: true });
    state.repository('octo/other');
    const reads = (token: string): Promise<number> =>
      fetch(`${github.url}/repos/octo/app/pulls/${own.number}`, token === '' ? {} : { headers: { authorization: `token ${token}` } }).then(
        (r) => r.status,
      );
    expect(await reads('')).toBe(404);
    expect(await reads(state.token('octo/other', { permissions: { 'pull-requests': 'read' } }))).toBe(404);
    expect(await reads(state.token('octo/app'))).toBe(403);
    expect(await reads(state.token('octo/app', { permissions: { 'pull-requests': 'read' } }))).toBe(200);
    expect(await reads('invented')).toBe(401);
    expect((await fetch(`${github.url}/repos/octo/other`)).status).toBe(200);
  });

  test("a person's token comments as that person", async () => {
    await using github = await startGitHub();
    const { state, own } = given(github);
    const rest = client(github, state.token('octo/app', { user: 'alice', permissions: { issues: 'write' } }));
    const { data } = await rest.issues.createComment({ ...at, issue_number: own.number, body: 'x' });
    expect([data.user?.login, data.performed_via_github_app]).toEqual(['alice', null]);
  });
});

test('labels carry who gave them and when', async () => {
  await using github = await startGitHub();
  const { state, own } = given(github);
  state.label('octo/app', own.number, 'coldgate: accepted', 'carol');
  github.clock.advance(60_000);
  state.unlabel('octo/app', own.number, 'coldgate: accepted', 'alice');
  github.clock.advance(1_000);
  state.label('octo/app', own.number, 'coldgate: accepted', 'alice');
  const rest = client(github, state.token('octo/app'));
  const { data: labels } = await rest.issues.listLabelsOnIssue({ ...at, issue_number: own.number });
  expect(labels.map((label) => label.name)).toEqual(['coldgate: accepted']);
  const { data: events } = await rest.issues.listEvents({ ...at, issue_number: own.number });
  expect(events.map((event) => [event.event, event.actor?.login, event.created_at])).toEqual([
    ['labeled', 'carol', '2026-03-02T09:00:00Z'],
    ['unlabeled', 'alice', '2026-03-02T09:01:00Z'],
    ['labeled', 'alice', '2026-03-02T09:01:01Z'],
  ]);
  const permission = async (username: string) => (await rest.repos.getCollaboratorPermissionLevel({ ...at, username })).data;
  expect(await permission('alice')).toMatchObject({ permission: 'write', role_name: 'write' });
  expect(await permission('carol')).toMatchObject({ permission: 'read', role_name: 'triage' });
  await expect(permission('nobody')).rejects.toMatchObject({ status: 404 });
});

test("a fork's pull request is found by its head branch and by nothing else", async () => {
  await using github = await startGitHub();
  const { state, own, fork } = given(github);
  const rest = client(github, state.token('octo/app'));
  const numbers = async (options: object) => (await rest.pulls.list({ ...at, ...options })).data.map((pull) => pull.number);
  expect(await numbers({ head: 'mallory:big' })).toEqual([fork.number]);
  expect(await numbers({ head: 'big' })).toEqual([fork.number, own.number]);
  expect(await numbers({ head: 'mallory:big', state: 'closed' })).toEqual([]);
  const of = async (commit_sha: string) => (await rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha })).data.length;
  expect([await of(fork.head.sha), await of(own.head.sha)]).toEqual([0, 1]);
  const run = (pull: typeof fork) =>
    state.run('octo/app', {
      event: 'pull_request',
      headBranch: pull.head.ref,
      headSha: pull.head.sha,
      headRepository: pull.head.repository,
    });
  const pulls = async (run_id: number) =>
    (await rest.actions.getWorkflowRun({ ...at, run_id })).data.pull_requests?.map((pull) => pull.number);
  expect([await pulls(run(fork).id), await pulls(run(own).id)]).toEqual([[], [own.number]]);
});

test('statuses need a known commit and a short description; the latest of a context counts', async () => {
  await using github = await startGitHub();
  const { state, fork } = given(github);
  const rest = client(github, state.token('octo/app', { permissions: { statuses: 'write' } }));
  const status = (to: object) => rest.repos.createCommitStatus({ ...at, sha: fork.head.sha, state: 'failure', context: 'coldgate', ...to });
  await status({ description: 'zip 5.2 MB' });
  await status({ state: 'success' });
  expect(state.statuses('octo/app', fork.head.sha).map((each) => each.state)).toEqual(['success', 'failure']);
  const { data } = await rest.repos.getCombinedStatusForRef({ ...at, ref: fork.head.sha });
  expect([data.state, data.total_count]).toEqual(['success', 1]);
  await expect(status({ sha: sha('elsewhere') })).rejects.toMatchObject({ status: 422 });
  await expect(status({ description: 'x'.repeat(141) })).rejects.toMatchObject({ status: 422 });
});

test('artifacts of a run are downloaded from an address that lives for a minute', async () => {
  await using github = await startGitHub();
  const { state, own } = given(github);
  const run = state.run('octo/app', { event: 'push', headBranch: 'main', headSha: own.base.sha, conclusion: 'success' });
  const zip = Buffer.from('PK');
  const artifact = state.artifact('octo/app', run.id, { name: 'snapshot', zip });
  const old = state.artifact('octo/app', run.id, { name: 'old', zip, expired: true });
  const rest = client(github, state.token('octo/app', { permissions: { actions: 'read' } }));
  const { data } = await rest.actions.listWorkflowRunArtifacts({ ...at, run_id: run.id, name: 'snapshot' });
  expect(data).toMatchObject({ total_count: 1, artifacts: [{ id: artifact.id, size_in_bytes: 2, workflow_run: { id: run.id } }] });
  const download = (artifact_id: number, using = rest) =>
    using.actions.downloadArtifact({ ...at, artifact_id, archive_format: 'zip', request: { redirect: 'manual' } });
  const { status, headers } = await download(artifact.id);
  expect(status).toBe(302);
  expect(Buffer.from(await (await fetch(String(headers.location))).arrayBuffer())).toEqual(zip);
  github.clock.advance(60_000);
  expect((await fetch(String(headers.location))).status).toBe(403);
  await expect(download(old.id)).rejects.toMatchObject({ status: 410 });
  await expect(download(artifact.id, client(github, state.token('octo/app')))).rejects.toMatchObject({ status: 403 });
});

test('runs know their attempts and are found by their commit', async () => {
  await using github = await startGitHub();
  const { state, own } = given(github);
  const run = state.run('octo/app', {
    event: 'pull_request',
    headBranch: 'small',
    headSha: own.head.sha,
    conclusion: 'failure',
    jobs: ['a', 'b'],
  });
  github.clock.advance(1000);
  state.rerun(run);
  const rest = client(github, state.token('octo/app', { permissions: { actions: 'read' } }));
  const { data: now } = await rest.actions.getWorkflowRun({ ...at, run_id: run.id });
  expect(now).toMatchObject({
    run_attempt: 2,
    status: 'in_progress',
    created_at: '2026-03-02T09:00:00Z',
    run_started_at: '2026-03-02T09:00:01Z',
  });
  const { data: first } = await rest.actions.getWorkflowRunAttempt({ ...at, run_id: run.id, attempt_number: 1 });
  expect(first).toMatchObject({ run_attempt: 1, run_started_at: '2026-03-02T09:00:00Z' });
  const { data: list } = await rest.actions.listWorkflowRunsForRepo({ ...at, head_sha: own.head.sha, event: 'pull_request' });
  expect(list.workflow_runs.map((each) => each.id)).toEqual([run.id]);
  expect((await rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.id })).data.jobs.map((job) => job.name)).toEqual(['a', 'b']);
});

test('faults: by method and path, counted, cut, lost, hanging', async () => {
  await using github = await startGitHub();
  const { state, own } = given(github);
  const token = state.token('octo/app', { permissions: { issues: 'write' } });
  const post = (signal: AbortSignal | null = null) =>
    fetch(`${github.url}/repos/octo/app/issues/${own.number}/comments`, {
      method: 'POST',
      headers: { authorization: `token ${token}` },
      body: '{"body":"x"}',
      signal,
    });
  const limited = github.fail({
    method: 'POST',
    path: /comments$/,
    status: 403,
    body: SECONDARY_RATE_LIMIT,
    headers: { 'retry-after': '1' },
  });
  const answer = await post();
  expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
    403,
    '1',
    expect.stringContaining('secondary rate limit'),
  ]);
  expect((await post()).status).toBe(201);
  expect(limited.hits).toBe(1);
  github.fail({ path: /comments/, status: 'cut' });
  await expect(post()).rejects.toThrow();
  expect(state.comments('octo/app', own.number)).toHaveLength(1);
  github.fail({ path: /comments/, status: 'lost' });
  await expect(post()).rejects.toThrow();
  expect(state.comments('octo/app', own.number)).toHaveLength(2);
  github.fail({ path: /comments/, status: 'hang' });
  await expect(post(AbortSignal.timeout(50))).rejects.toThrow('timeout');
  github.fail({ path: /comments/, status: 503, after: 1, times: 2 });
  expect([(await post()).status, (await post()).status, (await post()).status, (await post()).status]).toEqual([201, 503, 503, 201]);
  expect(github.requests.map((request) => request.status)).toEqual([403, 201, 'cut', 'lost', 'hang', 201, 503, 503, 201]);
});
