import { afterAll, beforeAll, expect, test } from 'vitest';
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
  expect(ran.stdout).not.toMatch(/checking out|building/);
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

test.each(['AWS_ACCESS_KEY_ID', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'])("%s in a fork's job", async (name) => {
  const ran = await scene.run(scene.event(opened), {}, { env: { [name]: 'anything' } });
  refused(ran, /could read this job's AWS credentials/);
});

test('report without a token, and an input that nobody knows what to do with', async () => {
  const report = await scene.run(scene.event(opened), { mode: 'report', 'github-token': '' });
  expect(report.code).toBe(1);
  expect(report.annotations.at(-1)?.message).toContain('mode report needs github-token');
  refused(await scene.run(scene.event(opened), { mode: 'guess' }), /input mode "guess": allowed are check, measure, cold-start, report/);
});
