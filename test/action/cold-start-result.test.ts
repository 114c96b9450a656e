import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ActionEvent, pullRequestTargetEvent, workflowRunEvent } from '../doubles/events.ts';
import { type FunctionSnapshot, LambdaDouble } from '../doubles/lambda.ts';
import type { Run, Status } from '../doubles/records.ts';
import { heavier } from '../e2e/checks.ts';
import type { Ran, RunOptions } from './harness.ts';
import { type Opened, REPOSITORY, Scene } from './scene.ts';

const LEG = 'coldgate-default@default';
const COLD = `${LEG}@cold-start`;
const CONTEXT = 'coldgate (cold-start)';
const LABEL = 'coldgate: accepted';
const LIMITS = 'zip: 5 MB\ncold-start.p50: +10%';
/** Breached: `heavier` adds more. */
const TIGHT = 'zip: +1 kB\ncold-start.p50: +10%';

let scene: Scene;
let lambda: LambdaDouble;
let opened: Opened;
/** What `measure` uploaded, what `cold-start` did of a head that is a third slower, and of one that is not. */
let leg: Buffer;
let slower: Buffer;
let alike: Buffer;

beforeAll(async () => {
  scene = await Scene.open();
  opened = await scene.pull('slow', heavier(20));
  // Head is a third slower, with a little weather.
  const initDurations = (_: string, nth: number, { description }: FunctionSnapshot): number =>
    (/holds head/.test(description) ? 24 : 18) * (1 + (nth % 5) / 100);
  lambda = await LambdaDouble.open({ mode: 'scripted', initDurations });
  const run = begun();
  await scene.project.git('checkout', '--quiet', opened.merge);
  expect(await step(run, { mode: 'measure' })).toMatchObject({ code: 0 });
  expect(await sample(run)).toMatchObject({ code: 0 });
  leg = uploaded(run, LEG);
  slower = uploaded(run, COLD);
  const zip = new AdmZip(slower);
  const sampled = JSON.parse(zip.readAsText('cold-start.json'));
  sampled.head.functions[0].coldStart = sampled.base.functions[0].coldStart;
  zip.updateFile('cold-start.json', Buffer.from(JSON.stringify(sampled)));
  alike = zip.toBuffer();
});
afterAll(async () => {
  await lambda[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});

const uploaded = (run: Run, name: string): Buffer =>
  scene.results.artifacts(run.id).find((one) => one.name === name)?.zip ?? Buffer.alloc(0);

function tick(): void {
  scene.github.clock.advance(60_000);
  scene.results.clock.advance(60_000);
}

/** A run of the one workflow that measures, samples and reports. */
function begun(of = opened): Run {
  tick();
  const head = { headBranch: of.branch, headSha: of.head };
  return scene.state.run(REPOSITORY, {
    event: 'pull_request',
    ...head,
    workflow: 'Cold starts',
    jobs: ['measure', 'report', 'cold-start'],
  });
}

/** The same after `measure`. */
function measured(of = opened): Run {
  const run = begun(of);
  scene.state.artifact(REPOSITORY, run.id, { name: LEG, zip: leg });
  return run;
}

type Given = Pick<RunOptions, 'runAttempt' | 'rerun' | 'env'>;

function step(run: Run, inputs: Readonly<Record<string, string>>, given: Given = {}): Promise<Ran> {
  return scene.run(scene.event(opened), inputs, { runId: run.id, ...given });
}

function sample(run: Run): Promise<Ran> {
  const inputs = { mode: 'cold-start', 'cold-start-role': 'arn:aws:iam::123456789012:role/coldgate-scratch', 'cold-start-samples': '10' };
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_EC2_METADATA_DISABLED: 'true' };
  return step(run, inputs, { env: { AWS_ENDPOINT_URL_LAMBDA: lambda.address, AWS_REGION: 'us-east-1', ...keys } });
}

function report(run: Run, result: string, { limits = LIMITS, ...given }: Given & { readonly limits?: string } = {}): Promise<Ran> {
  tick();
  return step(run, { mode: 'report', legs: 'default', limits, 'cold-start-result': result }, given);
}

/** The report after a cold-start job that ended well. */
function second(run: Run, zip: Buffer, given: Given & { readonly limits?: string } = {}): Promise<Ran> {
  tick();
  scene.state.artifact(REPOSITORY, run.id, { name: COLD, zip });
  return report(run, 'success', given);
}

const newest = (context: string): Status | undefined =>
  scene.state.statuses(REPOSITORY, opened.head).find((status) => status.context === context);
const states = (): readonly (string | undefined)[] => [newest('coldgate')?.state, newest(CONTEXT)?.state];
/** Below the marker. */
const title = (): string => body().split('\n')[1] ?? '';
const body = (): string => scene.comments(opened)[0]?.body ?? '';

function label(of = opened): void {
  tick();
  scene.state.label(REPOSITORY, of.pull.number, LABEL, 'alice');
  tick();
}

function unlabel(): void {
  scene.state.unlabel(REPOSITORY, opened.pull.number, LABEL, 'alice');
}

/** As the example workflow does. */
function accept(): Promise<Ran> {
  const event: ActionEvent = pullRequestTargetEvent(scene.state, {
    ...{ repository: REPOSITORY, number: opened.pull.number, action: 'labeled', label: LABEL, sender: 'alice' },
  });
  const token = scene.state.token(REPOSITORY, { permissions: { actions: 'write' } });
  return scene.run(event, { mode: 'accept', 'github-token': token });
}

test('a measuring job that failed: no status is left pending, none is green, and the comment says so', async () => {
  const run = begun();
  expect(await report(run, 'pending')).toMatchObject({ code: 1 });
  expect(states()[0]).toBe('failure');
  expect(await report(run, 'skipped')).toMatchObject({ code: 1 });
  expect(states()).toEqual(['failure', 'error']);
  expect(newest(CONTEXT)?.description).toContain('or a job that it needs, kept it from running');
  expect(title()).not.toContain('✅');
});

describe('a report that waits for no approval, and one after it', () => {
  let run: Run;

  test('sizes are judged at once; cold starts are a pending status that says what is waited for, and where', async () => {
    run = measured();
    const ran = await report(run, 'pending');
    expect(ran, ran.stdout).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    expect(ran.outputs.sentence).toMatch(/^pass: /);
    expect(states()).toEqual(['success', 'pending']);
    expect(newest(CONTEXT)).toMatchObject({
      description: expect.stringContaining('approves the environment of the cold-start job'),
      targetUrl: `https://github.com/${REPOSITORY}/actions/runs/${run.id}`,
    });
    expect(body()).toMatch(
      /^⏳ \*\*Cold starts are awaited\*\*: `coldgate \(cold-start\)` is pending until somebody approves .*\/actions\/runs\/\d+/m,
    );
    expect(title()).toContain('✅');
    expect(body()).not.toContain('A label that is set');
    expect(ran.summary).toContain('Cold starts are awaited');
  });

  test('with cold starts the same comment is brought up to date, and their status says what came of them', async () => {
    const ran = await second(run, slower);
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(scene.comments(opened)).toHaveLength(1);
    expect(body()).toMatch(/1[89]\.\d ms → 24\.\d ms/);
    expect(body()).not.toContain('awaited');
    expect(states()).toEqual(['success', 'failure']);
    expect(newest(CONTEXT)?.description).toMatch(/^fail: tiny starts slower on AWS/);
    expect(newest('coldgate')?.description).not.toContain('cold start');
  });

  test('a first report that comes after the second of its attempt changes nothing', async () => {
    const before = body();
    const count = scene.state.statuses(REPOSITORY, opened.head).length;
    const ran = await report(run, 'pending');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('a later report has set coldgate (cold-start) already: it stays');
    expect(body()).toBe(before);
    expect(scene.state.statuses(REPOSITORY, opened.head)).toHaveLength(count);
  });

  test('the label accepts what the second report told of, and the run is started again by it', async () => {
    scene.state.end(run, 'failure');
    label();
    const ran = await accept();
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
    expect(run.attempts).toHaveLength(2);
    const again = await report(run, 'success', { runAttempt: 2, rerun: 'failed' });
    expect(again, again.stdout).toMatchObject({ code: 0, outputs: { verdict: 'accepted' } });
    expect(states()).toEqual(['success', 'success']);
    expect(newest(CONTEXT)?.description).toContain('accepted by @alice');
    expect(body()).toContain('☑️');
    unlabel();
  });

  test('the next attempt awaits anew', async () => {
    scene.state.end(run, 'success');
    tick();
    scene.state.rerun(run);
    scene.state.artifact(REPOSITORY, run.id, { name: LEG, zip: leg });
    await report(run, 'pending', { runAttempt: 3 });
    expect(states()).toEqual(['success', 'pending']);
    expect(body()).toContain('Cold starts are awaited');
  });
});

describe('a cold-start job that brought nothing', () => {
  test.each([
    ['failure', /failed, or its approval was refused.*re-run the failed jobs and approve it/],
    ['cancelled', /was cancelled.*re-run the failed jobs/],
    ['skipped', /was skipped.*its `if:`/],
  ])('%s: status error with what helps, never pending, never a pass; sizes stay as they were', async (result, words) => {
    const run = measured();
    await report(run, 'pending');
    expect(states()).toEqual(['success', 'pending']);
    const ran = await report(run, result);
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'unchecked' } });
    expect(ran.annotations.at(-1)).toMatchObject({ level: 'error', message: expect.stringMatching(words) });
    expect(states()).toEqual(['success', 'error']);
    expect(newest(CONTEXT)?.description).toMatch(words);
    expect(newest(CONTEXT)?.description).not.toContain('…');
    expect(body()).toMatch(/^⚠️ \*\*No cold starts\*\*/m);
    expect(title()).toContain('⚠️');
  });

  test('without any limit on cold starts neither', async () => {
    const run = measured();
    const ran = await report(run, 'cancelled', { limits: 'zip: 5 MB' });
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'unchecked' } });
    expect(states()).toEqual(['success', 'error']);
    expect(title()).toContain('⚠️');
  });

  test('one that ended well and uploaded nothing, or cold starts of other commits, which hold back no sizes', async () => {
    expect(await report(measured(), 'success')).toMatchObject({ code: 1 });
    expect(states()).toEqual(['success', 'error']);
    expect(newest(CONTEXT)?.description).toContain('uploaded nothing of leg default');
    const zip = new AdmZip(slower);
    zip.updateFile('cold-start.json', Buffer.from(zip.readAsText('cold-start.json').replaceAll(opened.merge, '0'.repeat(40))));
    expect(await second(measured(), zip.toBuffer())).toMatchObject({ code: 1 });
    expect(states()).toEqual(['success', 'error']);
    expect(newest(CONTEXT)?.description).toContain('it is of commit 0000000');
  });

  test('a report that cannot look anything up leaves no status pending', async () => {
    const run = measured();
    await report(run, 'pending');
    scene.github.fail({ method: 'GET', path: /\/pulls\/\d+$/, status: 403, times: 1 });
    expect(await report(run, 'success')).toMatchObject({ code: 1 });
    expect(states()).toEqual(['error', 'error']);
  });
});

test('where no limit bounds them cold starts pass as what they are', async () => {
  expect(await second(measured(), slower, { limits: 'zip: 5 MB' })).toMatchObject({ code: 0 });
  expect(states()).toEqual(['success', 'success']);
  expect(newest(CONTEXT)?.description).toBe('sampled; no limit bounds them');
});

test('an older run of the same head changes nothing that a newer one has said', async () => {
  const [older, newer] = [measured(), measured()];
  expect(await second(newer, alike)).toMatchObject({ code: 0 });
  expect(states()).toEqual(['success', 'success']);
  const before = body();
  await report(older, 'pending');
  await second(older, slower);
  expect(states()).toEqual(['success', 'success']);
  expect(body()).toBe(before);
});

describe('the label while cold starts are awaited', () => {
  test('it accepts the sizes; accept says that a run that waits cannot be started again, and the second report takes it up', async () => {
    const run = measured();
    expect(await report(run, 'pending', { limits: TIGHT })).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(states()).toEqual(['failure', 'pending']);
    expect(body()).toContain('A label that is set until then is taken up by the report after them');
    label();
    const ran = await accept();
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.annotations.at(-1)?.message).toContain('approve or reject it there');
    expect(run.attempts).toHaveLength(1);
    expect(await second(run, alike, { limits: TIGHT })).toMatchObject({ code: 0, outputs: { verdict: 'accepted' } });
    expect(states()).toEqual(['success', 'success']);
    unlabel();
  });

  test('it accepts them for good, and no cold start that nobody had seen', async () => {
    const run = measured();
    await report(run, 'pending', { limits: TIGHT });
    label();
    expect(await second(run, slower, { limits: TIGHT })).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(states()).toEqual(['success', 'failure']);
    expect(body()).toMatch(/the label counts for nothing yet/i);
    unlabel();
    label();
    scene.state.end(run, 'failure');
    expect(await accept()).toMatchObject({ code: 0 });
    const again = await report(run, 'success', { limits: TIGHT, runAttempt: 2, rerun: 'failed' });
    expect(again, again.stdout).toMatchObject({ code: 0, outputs: { verdict: 'accepted' } });
    expect(states()).toEqual(['success', 'success']);
    unlabel();
  });
});

test('while the status of cold starts is pending a label accepts none of them, whatever a report has uploaded by then', async () => {
  const run = measured();
  await report(run, 'pending');
  scene.github.fail({ method: 'POST', path: /\/statuses\//, status: 403, times: 2 });
  await second(run, slower);
  expect(states()).toEqual(['success', 'pending']);
  label();
  scene.state.end(run, 'failure');
  scene.state.rerun(run, { only: 'failed' });
  const ran = await report(run, 'success', { runAttempt: 2, rerun: 'failed' });
  expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
  expect(states()).toEqual(['success', 'failure']);
  expect(body()).toMatch(/the status coldgate .*was pending/);
  unlabel();
});

describe('an artifact of the name that cold starts have, of another job', () => {
  test('is believed of no cold-start job that has not ended well', async () => {
    for (const result of ['skipped', 'cancelled', 'failure', 'pending']) {
      const run = measured();
      scene.state.artifact(REPOSITORY, run.id, { name: COLD, zip: alike });
      const ran = await report(run, result);
      expect(newest(CONTEXT)?.state, result).toBe(result === 'pending' ? 'pending' : 'error');
      expect(body(), result).not.toMatch(/18\.\d ms/);
      expect(ran.code, result).toBe(result === 'pending' ? 0 : 1);
    }
  });

  test('is refused where nobody says that there was one', async () => {
    const run = measured();
    scene.state.artifact(REPOSITORY, run.id, { name: COLD, zip: alike });
    const ran = await report(run, '');
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(ran.outputs.sentence).toContain('cold-start-result: ${{ needs.cold-start.result }}');
  });

  test('keeps a cold-start job from uploading its own, so that it fails', async () => {
    const run = begun();
    await scene.project.git('checkout', '--quiet', opened.merge);
    await step(run, { mode: 'measure' });
    expect(await sample(run)).toMatchObject({ code: 0 });
    const ran = await sample(run);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.annotations.at(-1)?.message).toContain(`the artifact ${COLD} cannot be uploaded`);
  });

  test('under workflow_run counts in no other run than the one that reports', async () => {
    const measuring = measured();
    scene.state.artifact(REPOSITORY, measuring.id, { name: COLD, zip: alike });
    scene.state.end(measuring, 'success');
    const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: measuring.id });
    const own = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: event.sha });
    const inputs = { mode: 'report', legs: 'default', limits: LIMITS, 'cold-start-result': 'success' };
    expect(await scene.run(event, inputs, { runId: own.id })).toMatchObject({ code: 1 });
    expect(states()).toEqual(['success', 'error']);
    scene.state.artifact(REPOSITORY, own.id, { name: COLD, zip: alike });
    expect(await scene.run(event, inputs, { runId: own.id })).toMatchObject({ code: 0 });
    expect(states()).toEqual(['success', 'success']);
  });
});

test('into another branch than the default one both statuses name it', async () => {
  const { pull } = opened;
  const main = { ref: pull.base.ref, sha: pull.base.sha };
  scene.state.retarget(pull, { ...main, ref: 'release' }, 'alice');
  await report(measured(), 'pending');
  expect(newest('coldgate (cold-start): release')?.state).toBe('pending');
  expect(newest('coldgate: release')).toBeDefined();
  scene.state.retarget(pull, main, 'alice');
});

test('of a pull request that was closed meanwhile nothing stays pending', async () => {
  const run = measured();
  await report(run, 'pending');
  scene.state.update(opened.pull, { state: 'closed' });
  await report(run, 'failure');
  expect(newest(CONTEXT)).toMatchObject({ state: 'error', description: expect.stringContaining('is closed') });
  scene.state.update(opened.pull, { state: 'open' });
});

test('of a head that has moved on nothing stays pending, and its comment is left alone', async () => {
  const run = measured();
  await report(run, 'pending');
  const before = body();
  const event = scene.event(opened);
  const old = opened;
  opened = await scene.push(opened, { NOTES: 'more' });
  tick();
  const inputs = { mode: 'report', legs: 'default', limits: LIMITS, 'cold-start-result': 'cancelled' };
  expect(await scene.run(event, inputs, { runId: run.id })).toMatchObject({ code: 0 });
  const left = scene.state.statuses(REPOSITORY, old.head).find(({ context }) => context === CONTEXT);
  expect(left).toMatchObject({ state: 'error', description: expect.stringContaining('has moved on') });
  expect(body()).toBe(before);
});
