import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentialsOf } from '../../src/action/credentials.ts';
import { pullRequestTargetEvent, workflowRunEvent } from '../doubles/events.ts';
import { heavier } from '../e2e/checks.ts';
import type { Ran } from './harness.ts';
import { FORK, type Opened, REPOSITORY, Scene } from './scene.ts';

let scene: Scene;
let opened: Opened;
beforeAll(async () => {
  scene = await Scene.open();
  opened = await scene.pull('theirs', heavier(10), { author: 'mallory', fork: true });
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Failed with one sentence, before anything was built or asked. */
function refused(ran: Ran, sentence: RegExp): void {
  expect(ran.code).toBe(1);
  expect(ran.annotations.map(({ level }) => level)).toEqual(['error']);
  expect(ran.annotations[0]?.message).toMatch(sentence);
  expect(ran.stdout).not.toMatch(/check(ing|ed) out|building/);
  expect(ran.summary).toBe('');
  expect(scene.github.requests).toEqual([]);
}

test.each(['check', 'measure'])('pull_request_target with %s', async (mode) => {
  const event = pullRequestTargetEvent(scene.state, { repository: REPOSITORY, number: opened.pull.number });
  refused(await scene.run(event, { mode }), /pull_request_target would run the pull request's code.*`measure` under `pull_request`/);
});

test.each(['check', 'measure'])('workflow_run with %s', async (mode) => {
  const run = scene.state.run(REPOSITORY, {
    ...{ event: 'pull_request', headBranch: opened.branch, headSha: opened.head, headRepository: FORK, conclusion: 'success' as const },
  });
  const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: run.id });
  refused(await scene.run(event, { mode }), /workflow_run would run code of the run before it/);
});

test.each([
  'AWS_ACCESS_KEY_ID',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_PROFILE',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
])("%s in a fork's job", async (name) => {
  const ran = await scene.run(scene.event(opened), {}, { env: { [name]: 'anything' } });
  refused(ran, /could read this job's AWS credentials/);
});

test("a profile's file in a fork's job, where it holds more than a region", async () => {
  const home = await mkdtemp(join(tmpdir(), 'coldgate-aws-'));
  try {
    await mkdir(join(home, '.aws'));
    const file = join(home, '.aws', 'config');
    await writeFile(file, '[profile ci]\nregion = eu-central-1\ncredential_process = /opt/keys\n');
    refused(await scene.run(scene.event(opened), {}, { env: { HOME: home } }), /could read this job's AWS credentials/);
    await writeFile(file, '[default]\nregion = eu-central-1\n');
    expect(await credentialsOf({}, home)).toEqual([]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test('report without a token, and an input that nobody knows what to do with', async () => {
  const report = await scene.run(scene.event(opened), { mode: 'report', 'github-token': '' });
  expect(report.code).toBe(1);
  expect(report.annotations.at(-1)?.message).toContain('mode report needs github-token');
  refused(await scene.run(scene.event(opened), { mode: 'guess' }), /input mode "guess": allowed are check, measure, cold-start, report/);
});

describe('a token that may write, in a run of foreign code', () => {
  const given = (permissions: Parameters<typeof scene.state.token>[1]): string => scene.state.token(REPOSITORY, permissions);

  test.each(['contents', 'statuses', 'issues', 'pull-requests'] as const)('a fork, %s: write', async (name) => {
    for (const mode of ['check', 'measure']) {
      const token = given({ permissions: { contents: 'read', [name]: 'write' } });
      const ran = await scene.run(scene.event(opened), { mode, 'github-token': token });
      expect(ran.code).toBe(1);
      expect(ran.annotations.at(-1)?.message).toMatch(/code that nobody has reviewed would run in a job that holds a write token/);
      expect(ran.stdout).not.toMatch(/check(ing|ed) out|building/);
    }
    expect(scene.comments(opened)).toEqual([]);
    expect(scene.state.statuses(REPOSITORY, opened.head)).toEqual([]);
  });

  test("Dependabot's run, and not a person's push to its branch", async () => {
    const theirs = await scene.pull('bump', heavier(10), { author: 'dependabot[bot]' });
    const event = scene.event(theirs);
    const token = given({ permissions: { contents: 'read', statuses: 'write' } });
    const ran = await scene.run({ ...event, readOnly: false }, { 'github-token': token });
    expect(ran.annotations.at(-1)?.message).toMatch(/holds a write token/);
    const byAlice = await scene.run({ ...event, actor: 'alice' }, { 'github-token': token });
    expect(byAlice.stdout).toMatch(/building/);
  });
});
