import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workflowRunEvent } from '../doubles/events.ts';
import { SECONDARY_RATE_LIMIT } from '../doubles/github.ts';
import type { Conclusion, Run } from '../doubles/records.ts';
import { TINY_MAIN } from '../e2e/project.ts';
import type { Ran, RunOptions } from './harness.ts';
import { FORK, type Opened, REPOSITORY, Scene } from './scene.ts';

const LEG = 'coldgate-default@default';

let scene: Scene;
let green: Opened;
/** What `measure` uploaded for it. */
let uploaded: Buffer;
beforeAll(async () => {
  scene = await Scene.open();
  green = await scene.pull('green', { 'src/main.rs': `${TINY_MAIN}\n// green\n` }, { author: 'mallory', fork: true });
  const run = measured(null);
  const readOnly = scene.state.token(REPOSITORY, { permissions: { contents: 'read' } });
  await scene.run(scene.event(green), { mode: 'measure', 'github-token': readOnly }, { runId: run.id });
  uploaded = scene.results.artifacts(run.id)[0]?.zip ?? Buffer.alloc(0);
});
afterAll(() => scene[Symbol.asyncDispose]());

/** A measuring run that ended so. */
function measured(conclusion: Conclusion | null, opened = green): Run {
  scene.github.clock.advance(60_000);
  return scene.state.run(REPOSITORY, {
    ...{ event: 'pull_request', headBranch: opened.branch, headSha: opened.head, headRepository: FORK },
    ...{ conclusion, actor: 'mallory', workflow: 'Measure' },
  });
}

function withLeg(run: Run): Run {
  scene.state.artifact(REPOSITORY, run.id, { name: LEG, zip: uploaded });
  return run;
}

function report(run: Run, inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: run.id });
  const reporting = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: event.sha });
  return scene.run(event, { mode: 'report', legs: 'default', ...inputs }, { runId: reporting.id });
}

const statuses = () => scene.state.statuses(REPOSITORY, green.head);
const status = (sha: string, of: { readonly state: 'success' | 'error'; readonly creator: string }): void => {
  scene.state.status({ repository: REPOSITORY, sha, context: 'coldgate', description: null, targetUrl: null, ...of });
};
const bodyOf = (opened = green): string => scene.comments(opened)[0]?.body ?? '';
const page = (run: Run): string => `https://github.com/${REPOSITORY}/actions/runs/${run.id}`;

describe('what the measuring run came to', () => {
  test('a good one is green: what the others are held against', async () => {
    expect(await report(withLeg(measured('success')))).toMatchObject({ code: 0 });
    expect(statuses()[0]).toMatchObject({ state: 'success' });
    expect(bodyOf()).toContain('✅');
  });

  test.each(['cancelled', 'skipped'] as const)('%s: nothing changes', async (conclusion) => {
    const [before, body] = [statuses().length, bodyOf()];
    const ran = await report(measured(conclusion));
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain(`the measuring run was ${conclusion}: nothing is changed`);
    expect(statuses()).toHaveLength(before);
    expect(bodyOf()).toBe(body);
  });

  test('action_required: nothing changes where a report has finished on this head and branch (title edited, reopened)', async () => {
    const [before, body] = [statuses(), bodyOf()];
    expect(before[0]).toMatchObject({ state: 'success' });
    const ran = await report(measured('action_required'));
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('a report has finished on this head already: coldgate stays success');
    expect(statuses()).toEqual(before);
    expect(bodyOf()).toBe(body);
  });

  test.each([
    ['of nobody yet', () => undefined],
    ['that is no result', (sha: string) => status(sha, { state: 'error', creator: 'github-actions[bot]' })],
    ['of somebody else', (sha: string) => status(sha, { state: 'success', creator: 'mallory' })],
  ] as const)('action_required over a status %s: pending, with what it waits for and where', async (name, before) => {
    const opened = await scene.pull(`awaits-${name.replaceAll(' ', '-')}`, { NOTES: name }, { author: 'mallory', fork: true });
    before(opened.head);
    const run = measured('action_required', opened);
    expect(await report(run)).toMatchObject({ code: 0 });
    const [newest] = scene.state.statuses(REPOSITORY, opened.head);
    expect(newest).toMatchObject({ state: 'pending', targetUrl: page(run), description: expect.stringContaining('approves') });
    expect(bodyOf(opened)).toBe('');
  });

  test.each(['failure', 'timed_out', 'startup_failure'] as const)(
    '%s without a leg: named and linked, in status and comment, over the green one of the push before',
    async (conclusion) => {
      const run = measured(conclusion);
      expect(await report(run)).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
      const reporting = scene.state.runs.at(-1);
      expect(reporting?.event).toBe('workflow_run');
      expect(statuses()[0]).toMatchObject({ state: 'failure', targetUrl: reporting === undefined ? '' : page(reporting) });
      expect(statuses()[0]?.description).toContain(`the measuring run ended with ${conclusion}`);
      expect(scene.comments(green)).toHaveLength(1);
      expect(bodyOf()).toContain(`[the measuring run](${page(run)}) ended with ${conclusion}`);
      expect(bodyOf()).not.toContain('✅');
    },
  );

  test('failure with every leg that is expected: judged by them; with nobody to say which those are, not passed', async () => {
    expect(await report(withLeg(measured('failure')))).toMatchObject({ code: 0 });
    const ran = await report(withLeg(measured('failure')), { legs: '' });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.outputs.sentence).toContain('the measuring run ended with failure');
  });
});

describe('a pull request that cannot be looked up', () => {
  test.each([
    ['a secondary limit', { status: 403, headers: { 'retry-after': '600' }, body: SECONDARY_RATE_LIMIT }, /secondary rate limit/],
    ['a missing right', { status: 403 }, /the job needs pull-requests: read/],
    ['a private repository hidden from the token', { status: 404 }, /has the job pull-requests: read/],
  ])('%s: status error on the head that the event names, an annotation, and what helps', async (_, fault, words) => {
    const run = withLeg(measured('success'));
    const planned = scene.github.fail({ method: 'GET', path: /\/pulls$/, times: 1, ...fault });
    const ran = await report(run);
    expect(planned.hits).toBe(1);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.annotations.at(-1)).toMatchObject({ level: 'error', message: expect.stringMatching(words) });
    expect(statuses()[0]).toMatchObject({ state: 'error' });
  });

  test('a deleted fork: its open pull request is found by its head', async () => {
    const gone = await scene.pull('gone', { 'src/main.rs': `${TINY_MAIN}\n// gone\n` }, { author: 'mallory', fork: true });
    const run = measured('failure', gone);
    run.forkDeleted = true;
    scene.state.update(gone.pull, { forkDeleted: true });
    expect(await report(run)).toMatchObject({ code: 1 });
    expect(scene.state.statuses(REPOSITORY, gone.head)[0]).toMatchObject({ state: 'failure' });
    expect(scene.comments(gone)).toHaveLength(1);
  });
});

test('artifacts that cannot be read take the place of a green comment', async () => {
  await report(withLeg(measured('success')));
  expect(bodyOf()).toContain('✅');
  const run = measured('success');
  scene.github.fail({ path: new RegExp(`/runs/${run.id}/artifacts$`), status: 403, times: Number.POSITIVE_INFINITY });
  expect(await report(run)).toMatchObject({ code: 1 });
  expect(statuses()[0]).toMatchObject({ state: 'error' });
  expect(bodyOf()).toContain('could not be measured');
  expect(bodyOf()).not.toContain('✅');
});

test('check: a push that no longer builds updates the green comment, and writes none where there is none', async () => {
  let opened = await scene.pull('own', { 'src/main.rs': `${TINY_MAIN}\n// own\n` });
  expect(await scene.run(scene.event(opened), {}, { runId: 701 })).toMatchObject({ code: 0 });
  expect(bodyOf(opened)).toContain('✅');
  opened = await scene.push(opened, { 'src/main.rs': `${TINY_MAIN}\nfn broken() -> u32 { "@octocat" }\n` });
  expect(await scene.run(scene.event(opened), {}, { runId: 702 })).toMatchObject({ code: 1 });
  expect(scene.comments(opened)).toHaveLength(1);
  expect(bodyOf(opened)).toContain(`sha=${opened.head}`);
  expect(bodyOf(opened)).toContain('could not be measured');
  expect(bodyOf(opened)).not.toContain('✅');
  const other = await scene.pull('broken', { 'src/main.rs': 'fn main() { 1 }' });
  expect(await scene.run(scene.event(other), {}, { runId: 703 })).toMatchObject({ code: 1 });
  expect(scene.comments(other)).toEqual([]);
});

describe('attempts', () => {
  /** Measures `opened` in this attempt of `run`, as leg `leg`. */
  async function measure(opened: Opened, run: Run, leg: string, attempt: Pick<RunOptions, 'runAttempt' | 'rerun'> = {}): Promise<void> {
    await scene.project.git('checkout', '--quiet', opened.merge);
    const ran = await scene.run(scene.event(opened), { mode: 'measure', leg }, { runId: run.id, ...attempt });
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
  }

  test("in one workflow a partial re-run reports on attempt 1's legs and its own, the newest of each", async () => {
    const opened = await scene.pull('legs', { 'src/main.rs': `${TINY_MAIN}\n// legs\n` });
    const run = scene.state.run(REPOSITORY, {
      event: 'pull_request',
      headBranch: opened.branch,
      headSha: opened.head,
      jobs: ['a', 'b', 'report'],
    });
    await measure(opened, run, 'a');
    await measure(opened, run, 'b');
    scene.state.endJob(run, 'a', 'success');
    scene.state.end(run, 'failure');
    scene.github.clock.advance(60_000);
    scene.results.clock.advance(60_000);
    scene.state.rerun(run, { only: 'failed' });
    await measure(opened, run, 'b', { runAttempt: 2, rerun: 'failed' });
    const ran = await scene.run(scene.event(opened), { mode: 'report', legs: 'a\nb' }, { runId: run.id, runAttempt: 2, rerun: 'failed' });
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
    const newest = scene.results.artifacts(run.id).find(({ name, attempt }) => name === 'coldgate-default@b' && attempt === 2)?.id;
    const downloads = scene.github.requests.flatMap(({ path }) => /artifacts\/(\d+)\/zip$/.exec(path)?.[1] ?? []);
    expect(downloads.slice(-2)).toContain(String(newest));
  });

  test('after a measuring run of two attempts the newest leg is judged, whatever its id', async () => {
    const run = measured('success');
    scene.state.artifact(REPOSITORY, run.id, { name: LEG, zip: Buffer.from('of attempt 1'), id: 99_999_999 });
    scene.github.clock.advance(60_000);
    scene.state.rerun(run, { only: 'failed' });
    scene.state.artifact(REPOSITORY, run.id, { name: LEG, zip: uploaded, id: 5 });
    scene.state.end(run, 'success');
    expect(await report(run)).toMatchObject({ code: 0 });
    expect(statuses()[0]).toMatchObject({ state: 'success' });
  });

  test('without actions: read the own service has what this attempt uploaded', async () => {
    const opened = await scene.pull('bare', { 'src/main.rs': `${TINY_MAIN}\n// bare\n` });
    const run = scene.state.run(REPOSITORY, { event: 'pull_request', headBranch: opened.branch, headSha: opened.head });
    await measure(opened, run, 'default');
    scene.github.fail({ path: new RegExp(`/runs/${run.id}/artifacts$`), status: 403, times: Number.POSITIVE_INFINITY });
    expect(await scene.run(scene.event(opened), { mode: 'report', legs: 'default' }, { runId: run.id })).toMatchObject({ code: 0 });
  });
});

test.each([
  ["a person's token", { user: 'alice' }, 'alice'],
  ["an app's token", { app: 'sizer' }, 'sizer[bot]'],
])('%s finds its own comment again: three pushes, one comment', async (name, whose, login) => {
  const permissions = { actions: 'read', contents: 'read', 'pull-requests': 'write' } as const;
  const token = scene.state.token(REPOSITORY, { permissions, ...whose });
  let opened = await scene.pull(name.replaceAll(/\W/g, '-'), { 'src/main.rs': `${TINY_MAIN}\n// ${name}\n` });
  for (const [place, runId] of [801, 802, 803].entries()) {
    const ran = await scene.run(scene.event(opened), { 'github-token': token }, { runId });
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
    expect(scene.comments(opened).map(({ author }) => author)).toEqual([login]);
    expect(bodyOf(opened)).toContain(`sha=${opened.head}`);
    opened = await scene.push(opened, { NOTES: `push ${place}` });
  }
});
