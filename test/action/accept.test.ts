import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ActionEvent, pullRequestTargetEvent, workflowRunEvent } from '../doubles/events.ts';
import type { Run } from '../doubles/records.ts';
import { heavier } from '../e2e/checks.ts';
import type { Ran } from './harness.ts';
import { FORK, type Opened, REPOSITORY, Scene } from './scene.ts';

const LABEL = 'coldgate: accepted';

let scene: Scene;
let actionsOnly: string;
beforeAll(async () => {
  scene = await Scene.open();
  actionsOnly = scene.state.token(REPOSITORY, { permissions: { actions: 'write' } });
});
afterAll(() => scene[Symbol.asyncDispose]());

const tick = (): void => {
  scene.github.clock.advance(60_000);
  scene.results.clock.advance(60_000);
};

function labelled({ pull }: Opened, label: string, sender: string): ActionEvent {
  tick();
  scene.state.label(REPOSITORY, pull.number, label, sender);
  tick();
  return pullRequestTargetEvent(scene.state, { repository: REPOSITORY, number: pull.number, action: 'labeled', label, sender });
}

/** As the example workflow does: a token that may start runs again and nothing else. */
function accept(event: ActionEvent): Promise<Ran> {
  return scene.run(event, { mode: 'accept', 'github-token': actionsOnly });
}

/** A check that failed, as GitHub has its run; and a failed test suite beside it. */
async function failedCheck(opened: Opened): Promise<Run> {
  const run = scene.state.run(REPOSITORY, { event: 'pull_request', headBranch: opened.branch, headSha: opened.head });
  const other = scene.state.run(REPOSITORY, { event: 'pull_request', headBranch: opened.branch, headSha: opened.head, workflow: 'Tests' });
  expect(await scene.run(scene.event(opened), {}, { runId: run.id })).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
  tick();
  scene.state.end(run, 'failure');
  scene.state.end(other, 'failure');
  return run;
}

describe('the label on a failed check', () => {
  let opened: Opened;
  let run: Run;
  beforeAll(async () => {
    opened = await scene.pull('wanted', heavier(200));
    run = await failedCheck(opened);
  });

  test('the comment says how, with the label by name', () => {
    const body = scene.comments(opened)[0]?.body ?? '';
    expect(body).toContain('**To get to green**, one of:\n\n- shrink `tiny`');
    expect(body).toContain(`somebody with write access sets the label \`${LABEL}\``);
    expect(body).toContain('in `Cargo.toml` by a pull request of its own');
  });

  test('an unrelated label asks nothing and changes nothing', async () => {
    const event = labelled(opened, 'bug', 'alice');
    const [before, attempts] = [scene.github.requests.length, scene.state.runs.map((each) => each.attempts.length)];
    const ran = await accept(event);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain("the label 'bug' accepts nothing");
    expect(scene.github.requests).toHaveLength(before);
    expect(scene.state.runs.map((each) => each.attempts.length)).toEqual(attempts);
  });

  test('by a reader: nothing is started, and both are answered: the job and, once it runs again, the comment', async () => {
    const ran = await accept(labelled(opened, LABEL, 'reader'));
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.summary).toContain('has no write access');
    expect(run.attempts).toHaveLength(1);
    scene.state.rerun(run, { only: 'failed' });
    expect(await scene.run(scene.event(opened), {}, { runId: run.id, runAttempt: 2, rerun: 'failed' })).toMatchObject({ code: 1 });
    expect(scene.comments(opened)[0]?.body).toMatch(/the label counts for nothing yet/i);
    tick();
    scene.state.end(run, 'failure');
    scene.state.unlabel(REPOSITORY, opened.pull.number, LABEL, 'reader');
  });

  test('by a writer: the failed job of the check runs again, that of the tests does not, and it passes', async () => {
    // Another workflow that is slow, at the same head, says nothing of what was reported.
    scene.state.run(REPOSITORY, { event: 'pull_request', headBranch: opened.branch, headSha: opened.head, workflow: 'Slow tests' });
    const others = scene.state.runs.filter(({ workflow }) => workflow === 'Tests').map((each) => each.attempts.length);
    const ran = await accept(labelled(opened, LABEL, 'alice'));
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('accepted by alice; started again');
    expect(run.attempts).toHaveLength(3);
    expect(scene.state.runs.filter(({ workflow }) => workflow === 'Tests').map((each) => each.attempts.length)).toEqual(others);
    const again = await scene.run(scene.event(opened), {}, { runId: run.id, runAttempt: 3, rerun: 'failed' });
    expect(again, again.stdout).toMatchObject({ code: 0, outputs: { verdict: 'accepted' } });
    expect(scene.comments(opened)[0]?.body).toContain('alice');
  });
});

test("in the pair it is the reporting run that starts again, and the status on a fork's head turns green", async () => {
  const theirs = await scene.pull('theirs', heavier(150), { author: 'mallory', fork: true });
  const head = { headBranch: theirs.branch, headSha: theirs.head, headRepository: FORK };
  const measuring = scene.state.run(REPOSITORY, { event: 'pull_request', ...head, actor: 'mallory', conclusion: 'success' });
  const readOnly = scene.state.token(REPOSITORY, { permissions: { contents: 'read' } });
  await scene.run(scene.event(theirs), { mode: 'measure', 'github-token': readOnly }, { runId: measuring.id });
  tick();
  const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: measuring.id });
  const reporting = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: event.sha });
  expect(await scene.run(event, { mode: 'report', legs: 'default' }, { runId: reporting.id })).toMatchObject({ code: 1 });
  scene.state.end(reporting, 'failure');
  // Another workflow that is slow, at the same head, has nothing to do with what the report is of.
  scene.state.run(REPOSITORY, { event: 'pull_request', ...head, actor: 'mallory', workflow: 'Slow tests' });
  const ran = await accept(labelled(theirs, LABEL, 'alice'));
  expect(ran, ran.stdout).toMatchObject({ code: 0 });
  expect([measuring.attempts.length, reporting.attempts.length]).toEqual([1, 2]);
  const again = await scene.run(event, { mode: 'report', legs: 'default' }, { runId: reporting.id, runAttempt: 2, rerun: 'failed' });
  expect(again, again.stdout).toMatchObject({ code: 0, outputs: { verdict: 'accepted' } });
  expect(scene.state.statuses(REPOSITORY, theirs.head)[0]).toMatchObject({ state: 'success' });
});

test('the other ways: smaller, a limit in the input, a limit that base has', async () => {
  let opened = await scene.pull('ways', heavier(100));
  expect(await scene.run(scene.event(opened))).toMatchObject({ code: 1 });
  expect(await scene.run(scene.event(opened), { limits: 'zip: 5 MB' })).toMatchObject({ code: 0 });
  const { project } = scene;
  // In the same change it is shown and counts for nothing.
  const manifest = `${await project.read('Cargo.toml')}\n[package.metadata.coldgate]\nlimits = ["zip: 5 MB"]\n`;
  opened = await scene.push(opened, { 'Cargo.toml': manifest });
  expect(await scene.run(scene.event(opened))).toMatchObject({ code: 1 });
  // In a change of its own that has landed.
  await project.git('checkout', '--quiet', 'main');
  const tip = await project.commit({ 'Cargo.toml': manifest }, 'a limit of our own');
  scene.state.retarget(opened.pull, { ref: 'main', sha: tip }, 'alice');
  opened = await scene.push(opened, { NOTES: 'on top of it' });
  expect(await scene.run(scene.event(opened))).toMatchObject({ code: 0 });
  opened = await scene.push(opened, { 'src/load.txt': '' });
  expect(await scene.run(scene.event(opened))).toMatchObject({ code: 0 });
});

test('refused where no label is: a push, a fork under pull_request', async () => {
  const theirs = await scene.pull('foreign', { NOTES: 'x' }, { author: 'mallory', fork: true });
  const ran = await scene.run(scene.event(theirs), { mode: 'accept' });
  expect(ran).toMatchObject({ code: 1 });
  expect(ran.annotations.at(-1)?.message).toContain('`accept` under `pull_request_target`');
});
