import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { act } from '../action/act.ts';
import { pullRequestEvent, workflowRunEvent } from './events.ts';
import { type GitHubDouble, sha, startGitHub } from './github.ts';
import { startValidated } from './openapi.ts';
import { startResults } from './results.ts';

let folder: string;
let workspace: string;
let actions: Readonly<Record<string, string>>;

/** A small action of this test's own: `run` is the code of its step. */
const MAIN = `
import * as core from '${import.meta.resolve('@actions/core')}';
import { context, getOctokit } from '${import.meta.resolve('@actions/github')}';
import { DefaultArtifactClient } from '${import.meta.resolve('@actions/artifact')}';
import { restoreCache, saveCache } from '${import.meta.resolve('@actions/cache')}';
import { readFileSync, writeFileSync } from 'node:fs';
const artifacts = new DefaultArtifactClient();
const run = new Function('core', 'context', 'getOctokit', 'artifacts', 'cache', 'fs', 'return (async () => {' + core.getInput('run') + '})()');
await run(core, context, getOctokit, artifacts, { restoreCache, saveCache }, { readFileSync, writeFileSync }).catch((error) => core.setFailed(error));
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-act-test-'));
  workspace = join(folder, 'app');
  const action = join(folder, 'action');
  for (const path of [workspace, action]) await mkdir(path);
  await writeFile(join(workspace, 'Cargo.toml'), '[package]\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: workspace });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=one');
  const inputs = 'inputs:\n  run: { required: true }\n  token: { default: "${{ github.token }}" }\n';
  await writeFile(join(action, 'action.yml'), `name: dummy\ndescription: d\n${inputs}runs: { using: node24, main: main.mjs }\n`);
  await writeFile(join(action, 'main.mjs'), MAIN);
  actions = { 'coldgate/coldgate@v1': action };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function given(github: GitHubDouble) {
  const { state } = github;
  state.repository('octo/app');
  const head = { ref: 'small', sha: sha('own'), repository: 'octo/app' };
  const pull = state.pull('octo/app', { base: { ref: 'main', sha: sha('base') }, head, mergeSha: sha('merge') });
  return { state, pull };
}

test('a pull request: an action named as users name it comments, sets outputs, annotates, summarises and fails', async () => {
  await using github = await startGitHub();
  await using validated = await startValidated(github);
  const { state, pull } = given(github);
  const acted = await act({
    event: pullRequestEvent(state, { repository: 'octo/app', number: pull.number }),
    workspace,
    actions,
    github: validated.url,
    token: state.token('octo/app', { permissions: { 'pull-requests': 'write' } }),
    workflow: `
on: pull_request
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - id: coldgate
        uses: coldgate/coldgate@v1
        with:
          run: |
            const { rest } = getOctokit(core.getInput('token'));
            const { sha, ref, eventName, payload } = context;
            await rest.issues.createComment({ ...context.repo, issue_number: payload.pull_request.number, body: [eventName, sha, ref].join(' ') });
            core.setOutput('node', process.version);
            core.setOutput('manifest', fs.readFileSync('Cargo.toml', 'utf8'));
            await core.summary.addRaw('# too big').write();
            core.info('::stop-commands::abc');
            core.info('::error::planted');
            core.info('::abc::');
            core.error('50%25: too big', { file: 'Cargo.toml', startLine: 3, title: 'a=b' });
            core.setFailed('breach');
      - id: after
        if: always()
        run: git log --format=%s >> "$GITHUB_STEP_SUMMARY"
`,
  });
  expect(acted.code, acted.log).toBe(1);
  const value = (name: string) => acted.outputs.find((output) => output.step === 'coldgate' && output.name === name)?.value;
  expect(value('node')).toMatch(/^v24\./);
  expect(value('manifest')).toBe('[package]\n');
  expect(acted.steps.map((step) => [step.id, step.stage, step.result])).toContainEqual(['coldgate', 'Main', 'failure']);
  expect(acted.jobs).toMatchObject([{ id: 'gate', result: 'failure' }]);
  expect(acted.summaries.map((summary) => summary.content.trim())).toEqual(['# too big', 'one']);
  expect(acted.annotations).toMatchObject([
    { level: 'error', message: '50%25: too big', file: 'Cargo.toml', line: 3, title: 'a=b' },
    { level: 'error', message: 'breach' },
  ]);
  expect(state.comments('octo/app', pull.number).map((comment) => comment.body)).toEqual([
    `pull_request ${sha('merge')} refs/pull/1/merge`,
  ]);
});

test("two workflows: a fork's matrix uploads, the other one finds the legs and cannot save a cache", async () => {
  await using results = await startResults();
  await using github = await startGitHub({ results });
  const { state } = given(github);
  state.repository('mallory/app', { forkOf: 'octo/app' });
  const head = { ref: 'big', sha: sha('fork'), repository: 'mallory/app' };
  const fork = state.pull('octo/app', { author: 'mallory', base: { ref: 'main', sha: sha('base') }, head, mergeSha: sha('merge of fork') });
  const run = state.run('octo/app', {
    event: 'pull_request',
    headBranch: 'big',
    headSha: sha('fork'),
    headRepository: 'mallory/app',
    actor: 'mallory',
  });
  const common = { workspace, actions, github: github.url, results: results.url };
  const step = (code: string) => `      - uses: coldgate/coldgate@v1\n        with: { run: ${JSON.stringify(code)} }`;
  const measured = await act({
    ...common,
    event: pullRequestEvent(state, { repository: 'octo/app', number: fork.number }),
    runId: run.id,
    token: state.token('octo/app'),
    workflow: `
on: pull_request
jobs:
  measure:
    runs-on: ubuntu-latest
    strategy: { matrix: { leg: [api, worker] } }
    steps:
${step("fs.writeFileSync('s.json', '{}'); await artifacts.uploadArtifact('leg-${{ matrix.leg }}', ['s.json'], '.');")}
${step("fs.writeFileSync('c', 'x'); core.setOutput('saved', await cache.saveCache(['c'], 'key-${{ matrix.leg }}') > 0);")}
`,
  });
  expect(measured.code, measured.log).toBe(0);
  expect(measured.jobs.map((job) => job.matrix.leg).toSorted()).toEqual(['api', 'worker']);
  expect(results.caches().map((entry) => entry.scope)).toEqual(['refs/pull/2/merge', 'refs/pull/2/merge']);
  run.status = 'completed';
  run.conclusion = 'success';
  const reported = await act({
    ...common,
    event: workflowRunEvent(state, { repository: 'octo/app', runId: run.id }),
    runId: run.id + 1,
    token: state.token('octo/app', { permissions: { actions: 'read', statuses: 'write' } }),
    workflow: `
on: { workflow_run: { workflows: [CI], types: [completed] } }
jobs:
  report:
    runs-on: ubuntu-latest
    steps:
${step("const findBy = { token: core.getInput('token'), workflowRunId: context.payload.workflow_run.id, repositoryOwner: 'octo', repositoryName: 'app' }; const found = await artifacts.listArtifacts({ findBy }); core.setOutput('legs', found.artifacts.map((leg) => leg.name).sort().join());")}
${step("fs.writeFileSync('c', 'x'); core.setOutput('saved', await cache.saveCache(['c'], 'poison') > 0);")}
`,
  });
  expect(reported.code, reported.log).toBe(0);
  expect(reported.outputs.map(({ name, value }) => [name, value])).toEqual([
    ['legs', 'leg-api,leg-worker'],
    ['saved', 'false'],
  ]);
});
