import AdmZip from 'adm-zip';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pullRequestTargetEvent, workflowRunEvent } from '../doubles/events.ts';
import type { Conclusion, Run } from '../doubles/records.ts';
import { heavier } from '../e2e/checks.ts';
import type { Ran } from './harness.ts';
import { FORK, type Opened, REPOSITORY, Scene } from './scene.ts';

// A fork's own code runs in the measuring run, and can upload there what it likes: a made-up report too.
const LABEL = 'coldgate: accepted';
const BOT = 'github-actions[bot]';

let scene: Scene;
let actionsOnly: string;
let opened: Opened;
let number = 0;
beforeAll(async () => {
  scene = await Scene.open();
  actionsOnly = scene.state.token(REPOSITORY, { permissions: { actions: 'write' } });
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(async () => {
  number += 1;
  opened = await scene.pull(`grow-${number}`, heavier(400), { author: 'mallory', fork: true });
  tick();
});

const tick = (): void => {
  scene.github.clock.advance(60_000);
  scene.results.clock.advance(60_000);
};

const page = (run: Run): string => `https://github.com/${REPOSITORY}/actions/runs/${run.id}`;
const statusOf = () => scene.state.statuses(REPOSITORY, opened.head)[0];
const bodyOf = (): string => scene.comments(opened)[0]?.body ?? '';

function measuring(conclusion: Conclusion): Run {
  const head = { headBranch: opened.branch, headSha: opened.head, headRepository: FORK };
  return scene.state.run(REPOSITORY, { event: 'pull_request', ...head, actor: 'mallory', workflow: 'Measure', conclusion });
}

/** What a pull request would like to have been told of: this growth, by that attempt of its run. */
function forge(run: Run, attempt = 1): void {
  const zip = new AdmZip();
  const breaches = [{ leg: 'default', function: 'tiny', kind: 'limit', metric: 'zip', base: 1, head: 2 }];
  const of = { run: run.id, attempt };
  const report = { schema: 'coldgate/breaches@2', key: 'default', pull: opened.pull.number, head: opened.head, of, breaches };
  zip.addFile('breaches.json', Buffer.from(JSON.stringify(report)));
  scene.state.artifact(REPOSITORY, run.id, { name: 'coldgate-default-report-1', zip: zip.toBuffer() });
}

/** The leg that this run should have uploaded. */
async function uploadLeg(run: Run): Promise<void> {
  await scene.project.git('checkout', '--quiet', opened.merge);
  const readOnly = scene.state.token(REPOSITORY, { permissions: { contents: 'read' } });
  const runAttempt = run.attempts.length;
  const measured = await scene.run(scene.event(opened), { mode: 'measure', 'github-token': readOnly }, { runId: run.id, runAttempt });
  expect(measured.code, measured.stdout).toBe(0);
}

async function report(run: Run, again?: Run): Promise<{ readonly ran: Ran; readonly reporting: Run }> {
  const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: run.id });
  if (again !== undefined) scene.state.rerun(again, { only: 'failed' });
  const options = { event: 'workflow_run', headBranch: 'main', headSha: event.sha, workflow: 'Report' };
  const reporting = again ?? scene.state.run(REPOSITORY, options);
  const attempt = reporting.attempts.length;
  const ran = await scene.run(event, { mode: 'report', legs: 'default' }, { runId: reporting.id, runAttempt: attempt });
  scene.state.end(reporting, ran.code === 0 ? 'success' : 'failure');
  tick();
  return { ran, reporting };
}

async function label(): Promise<Ran> {
  scene.state.label(REPOSITORY, opened.pull.number, LABEL, 'alice');
  tick();
  const of = { repository: REPOSITORY, number: opened.pull.number, action: 'labeled', label: LABEL, sender: 'alice' } as const;
  return scene.run(pullRequestTargetEvent(scene.state, of), { mode: 'accept', 'github-token': actionsOnly });
}

const attempts = (): readonly number[] => scene.state.runs.map((run) => run.attempts.length);

describe('a measuring run without a leg', () => {
  test('the status links the report, which links the measuring run', async () => {
    const run = measuring('failure');
    const { ran, reporting } = await report(run);
    expect(ran.code).toBe(1);
    expect(statusOf()).toMatchObject({ state: 'failure', targetUrl: page(reporting) });
    expect(ran.summary).toContain(page(run));
    expect(bodyOf()).toContain(page(run));
  });

  test.each([true, false])('a label on its report accepts nothing and starts nothing (its code made a report up: %s)', async (forged) => {
    const run = measuring('failure');
    if (forged) forge(run);
    const { reporting } = await report(run);
    const before = attempts();
    const answer = await label();
    expect(answer, answer.stdout).toMatchObject({ code: 1 });
    expect(answer.summary).toContain('told of no breach');
    expect(attempts()).toEqual(before);

    scene.state.rerun(run, { only: 'failed' });
    scene.state.end(run, 'success');
    await uploadLeg(run);
    const { ran } = await report(run, reporting);
    expect(ran, ran.stdout).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(bodyOf()).toContain('the label counts for nothing yet');

    // Of what stands there now the label is believed.
    scene.state.unlabel(REPOSITORY, opened.pull.number, LABEL, 'alice');
    const accepted = await label();
    expect(accepted, accepted.stdout).toMatchObject({ code: 0 });
    expect(reporting.attempts).toHaveLength(3);
  });
});

describe("a status that links a pull request's own run", () => {
  test('failure: what that run uploaded is no report', async () => {
    const run = measuring('success');
    forge(run);
    await uploadLeg(run);
    const of = { repository: REPOSITORY, sha: opened.head, context: 'coldgate', description: null, creator: BOT };
    scene.state.status({ ...of, state: 'failure', targetUrl: page(run) });
    tick();
    const answer = await label();
    expect(answer).toMatchObject({ code: 1 });
    expect(answer.summary).toContain("is of a pull request's own code");
    const { ran } = await report(run);
    expect(ran, ran.stdout).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(bodyOf()).toContain('the label counts for nothing yet');
  });

  test('what the next attempt of the measuring run will come to is not told of by itself', async () => {
    const run = measuring('success');
    await uploadLeg(run);
    // While a maintainer's approval was awaited the status linked the run that waited.
    const of = { repository: REPOSITORY, sha: opened.head, context: 'coldgate', description: null, creator: BOT };
    scene.state.status({ ...of, state: 'pending', targetUrl: page(run) });
    await report(run);
    scene.state.rerun(run);
    forge(run, 2);
    tick();
    expect(await label()).toMatchObject({ code: 1 });
    await uploadLeg(run);
    scene.state.end(run, 'success');
    const { ran } = await report(run);
    expect(ran, ran.stdout).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
  });
});

describe('accept', () => {
  test('where a report ended in an error, the made-up one in the measuring run does not stand in', async () => {
    const run = measuring('failure');
    forge(run);
    const options = { event: 'workflow_run', headBranch: 'main', headSha: opened.head, workflow: 'Report' };
    const reporting = scene.state.run(REPOSITORY, { ...options, conclusion: 'failure' });
    const of = { repository: REPOSITORY, sha: opened.head, context: 'coldgate', description: null, creator: BOT };
    scene.state.status({ ...of, state: 'error', targetUrl: page(reporting) });
    tick();
    const before = attempts();
    const answer = await label();
    expect(answer, answer.stdout).toMatchObject({ code: 1 });
    expect(answer.summary).toContain('was error');
    expect(attempts()).toEqual(before);
  });

  test('a status in our name by somebody else starts nothing', async () => {
    const run = measuring('success');
    await uploadLeg(run);
    const { reporting } = await report(run);
    const tests = scene.state.run(REPOSITORY, { event: 'push', headBranch: 'main', headSha: opened.head, conclusion: 'failure' });
    const of = { repository: REPOSITORY, sha: opened.head, context: 'coldgate', description: null, creator: 'bob' };
    scene.state.status({ ...of, state: 'failure', targetUrl: page(tests) });
    tick();
    expect(await label()).toMatchObject({ code: 0 });
    expect([tests.attempts.length, reporting.attempts.length]).toEqual([1, 2]);
  });
});
