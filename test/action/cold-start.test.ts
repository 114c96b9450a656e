import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workflowRunEvent } from '../doubles/events.ts';
import { clientOf, creation } from '../doubles/lambda/client.ts';
import { zipped } from '../doubles/lambda/zipped.ts';
import { type FunctionSnapshot, LambdaDouble } from '../doubles/lambda.ts';
import type { Run } from '../doubles/records.ts';
import { heavier } from '../e2e/checks.ts';
import type { Ran } from './harness.ts';
import { type Opened, REPOSITORY, Scene } from './scene.ts';

const LEG = 'coldgate-default@default';
const ROLE = 'arn:aws:iam::123456789012:role/coldgate-scratch';
const INPUTS = { 'cold-start-role': ROLE, 'cold-start-samples': '10' };
const LIMITS = { limits: 'zip: 5 MB\ncold-start.p50: +10%' };
const REPORT = { mode: 'report', legs: 'default', 'cold-start-result': 'success', ...LIMITS };

let scene: Scene;
let lambda: LambdaDouble;
let slow: Opened;
let run: Run;

beforeAll(async () => {
  scene = await Scene.open();
  slow = await scene.pull('slow', heavier(20));
  // Head is a third slower, with a little weather.
  const initDurations = (_: string, nth: number, { description }: FunctionSnapshot): number =>
    (/holds head/.test(description) ? 24 : 18) * (1 + (nth % 5) / 100);
  lambda = await LambdaDouble.open({ mode: 'scripted', initDurations });
  run = scene.state.run(REPOSITORY, { event: 'pull_request', headBranch: slow.branch, headSha: slow.head, workflow: 'Cold starts' });
});
afterAll(async () => {
  await lambda[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});

function aws(): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_LAMBDA: lambda.address,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function job(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return scene.run(scene.event(slow), inputs, { runId: run.id, env });
}

describe('three jobs: measure, cold-start, report', () => {
  test('measure builds and has nothing of AWS', async () => {
    await scene.project.git('checkout', '--quiet', slow.merge);
    expect(await job({ mode: 'measure' })).toMatchObject({ code: 0 });
    const refused = await job({ mode: 'measure' }, aws());
    expect(refused.code).toBe(1);
    expect(refused.annotations.at(-1)?.message).toContain('could read this job’s AWS credentials'.replace('’', "'"));
  });

  test('cold-start without credentials, and without a role, says what to do', async () => {
    expect((await job({ mode: 'cold-start', ...INPUTS })).annotations.at(-1)?.message).toContain('id-token: write');
    const roleless = await job({ mode: 'cold-start' }, aws());
    expect(roleless.annotations.at(-1)?.message).toContain('cold-start-role');
    expect(lambda.log).toEqual([]);
  });

  test('cold-start samples both packages and leaves nothing but an artifact', async () => {
    const ran = await job({ mode: 'cold-start', ...INPUTS, ...LIMITS }, aws());
    expect(ran.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(ran.code).toBe(0);
    expect(ran.state).toMatchObject({ started: 'true', 'cold-start-prefix': 'coldgate-' });
    expect(scene.results.artifacts(run.id).map(({ name }) => name)).toEqual(expect.arrayContaining([LEG, `${LEG}@cold-start`]));
    expect(lambda.functions()).toEqual([]);
    const created = lambda.log.filter(({ action }) => action === 'CreateFunction');
    expect(created).toHaveLength(2);
    expect(created.map(({ functionName }) => functionName)).toEqual(
      expect.arrayContaining([expect.stringMatching(new RegExp(`^coldgate-default-default-.*${run.id}-1-b-`))]),
    );
  });

  test('report judges them with the rest', async () => {
    const ran = await job(REPORT);
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(ran.outputs.sentence).toMatch(/^fail: \S+ starts slower on AWS: /);
    const [comment] = scene.comments(slow);
    expect(comment?.body).toContain('cold start');
    expect(comment?.body).toMatch(/1[89]\.\d\sms → 24\.\d\sms/);
  });

  /** A sampling job that is ended once both of its functions are there. */
  async function ended(killSignal: 'SIGTERM' | 'SIGKILL', runAttempt: number, beside = 0): Promise<Ran> {
    const stop = new AbortController();
    const more = { runId: run.id, runAttempt, env: aws(), signal: stop.signal, killSignal };
    const sampling = scene.run(scene.event(slow), { mode: 'cold-start', ...INPUTS }, more);
    while (lambda.functions().length < beside + 2) await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    return sampling;
  }

  test('a job that is cancelled deletes its functions itself', async () => {
    const ran = await ended('SIGTERM', 2);
    expect(ran.code).toBe(1);
    expect(ran.annotations.at(-1)?.message).toBe('cancelled: everything was cleaned');
    expect(lambda.functions()).toEqual([]);
  });

  test('what a killed job leaves, the step after it deletes; and no other run’s, and nobody else’s', async () => {
    const client = clientOf(lambda.address);
    const zip = zipped(Buffer.from('theirs'));
    await client.send(creation('coldgate-theirs', zip));
    const other = { coldgate: 'scratch', 'coldgate:run': 'octo/app/cold-start/default/9-1' };
    await client.send(creation('coldgate-default-other-head', zip, { Tags: other }));
    client.destroy();
    const killed = await ended('SIGKILL', 3, 2);
    expect(killed.code).toBeNull();
    expect(lambda.functions()).toHaveLength(4);
    const state = Object.fromEntries(Object.entries(killed.state).map(([name, value]) => [`STATE_${name}`, value]));
    lambda.faults.add({ kind: 'access-denied', action: 'ListLayers' });
    const post = await scene.run(scene.event(slow), { mode: 'cold-start', ...INPUTS }, { runId: run.id, env: { ...aws(), ...state } });
    expect(post.code).toBe(0);
    expect(post.shown.join('\n')).toMatch(/layers, which extensions alone need, were not looked for: AWS does not allow lambda:ListLayers/);
    expect(lambda.functions().map(({ name }) => name)).toEqual(['coldgate-default-other-head', 'coldgate-theirs']);
  });

  test('a step after a job that sampled nothing asks AWS nothing', async () => {
    const before = lambda.log.length;
    const post = await scene.run(scene.event(slow), { mode: 'report' }, { runId: run.id, env: { ...aws(), STATE_started: 'true' } });
    expect(post.code).toBe(0);
    expect(lambda.log).toHaveLength(before);
  });

  test('under workflow_run the leg comes from the run that measured; what is of another commit is refused', async () => {
    const leg = scene.results.artifacts(run.id).find(({ name }) => name === LEG)?.zip ?? Buffer.alloc(0);
    const measured = (zip: Buffer): Run => {
      const of = { event: 'pull_request', headBranch: slow.branch, headSha: slow.head, conclusion: 'success' as const };
      const done = scene.state.run(REPOSITORY, { ...of, workflow: 'Measure' });
      scene.state.artifact(REPOSITORY, done.id, { name: LEG, zip });
      return done;
    };
    const own = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: slow.head });
    const following = (from: Run, inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
      const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: from.id });
      return scene.run(event, inputs, { runId: own.id, env });
    };
    const good = measured(leg);
    expect((await following(good, { mode: 'cold-start', ...INPUTS }, aws())).code).toBe(0);
    expect(scene.results.artifacts(own.id).map(({ name }) => name)).toEqual([`${LEG}@cold-start`]);
    expect((await following(good, REPORT)).outputs.sentence).toMatch(/^fail: tiny starts slower on AWS: /);

    const archive = new AdmZip(leg);
    const entry = archive.getEntry('head/snapshot.json');
    if (entry === null) throw new Error('no snapshot');
    archive.updateFile(entry, Buffer.from(archive.readAsText(entry).replaceAll(slow.merge, '0'.repeat(40))));
    const refused = await following(measured(archive.toBuffer()), REPORT);
    expect(refused.code).toBe(1);
    expect(refused.outputs.sentence).toContain('its measurement was refused');
  });

  /** The leg that `measure` uploaded with something changed in both snapshots, as the artifact of another measuring run. */
  function tampered(change: (snapshot: Tampered) => void, name = LEG): Run {
    const archive = new AdmZip(scene.results.artifacts(run.id).find((one) => one.name === LEG)?.zip ?? Buffer.alloc(0));
    for (const side of ['base', 'head']) {
      const entry = archive.getEntry(`${side}/snapshot.json`);
      if (entry === null) throw new Error(`no snapshot of ${side}`);
      const snapshot: Tampered = JSON.parse(archive.readAsText(entry));
      change(snapshot);
      archive.updateFile(entry, Buffer.from(JSON.stringify(snapshot)));
    }
    const of = { event: 'pull_request', headBranch: slow.branch, headSha: slow.head, conclusion: 'success' as const };
    const done = scene.state.run(REPOSITORY, { ...of, workflow: 'Measure' });
    scene.state.artifact(REPOSITORY, done.id, { name, zip: archive.toBuffer() });
    return done;
  }

  function jobAfter(from: Run, inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const own = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: slow.head });
    const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: from.id });
    return scene.run(event, inputs, { runId: own.id, env });
  }

  test('cold starts that a measuring job says it has are dropped', async () => {
    const own = scene.results.artifacts(run.id).find(({ name }) => name === `${LEG}@cold-start`)?.zip ?? Buffer.alloc(0);
    const sampled: { head: { functions: { coldStart: unknown }[] } } = JSON.parse(new AdmZip(own).readAsText('cold-start.json'));
    const flat = sampled.head.functions[0]?.coldStart ?? null;
    const forged = tampered(({ functions }) => {
      for (const fn of functions) fn.coldStart = flat;
    });
    const ran = await jobAfter(forged, REPORT);
    expect(ran.code).toBe(1);
    expect(ran.outputs.sentence).toMatch(/cold start \(p50\) has no figure/);
  });

  test('a job that samples one leg of several shares the risk with all that were measured; what it cannot delete is in the report', async () => {
    const done = tampered(() => {});
    const other = new AdmZip(scene.results.artifacts(run.id).find(({ name }) => name === LEG)?.zip ?? Buffer.alloc(0));
    const description = other.getEntry('leg.json');
    if (description === null)
      throw new Error(
        other
          .getEntries()
          .map(({ entryName }) => entryName)
          .join(),
      );
    other.updateFile(description, Buffer.from(other.readAsText(description).replace('"leg":"default"', '"leg":"other"')));
    scene.state.artifact(REPOSITORY, done.id, { name: 'coldgate-default@other', zip: other.toBuffer() });
    const own = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: slow.head });
    const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: done.id });
    lambda.faults.add({ kind: 'access-denied', action: 'DeleteFunction', times: 1 });
    const sampling = await scene.run(event, { mode: 'cold-start', ...INPUTS, legs: 'default' }, { runId: own.id, env: aws() });
    expect(sampling.code).toBe(0);
    const uploaded = scene.results.artifacts(own.id);
    expect(uploaded.map(({ name }) => name)).toEqual([`${LEG}@cold-start`]);
    const sampled = JSON.parse(new AdmZip(uploaded[0]?.zip ?? Buffer.alloc(0)).readAsText('cold-start.json'));
    expect(sampled.head.functions[0].coldStart).toMatchObject({ kind: 'sampled', comparisons: 2 });
    const left = /left on AWS: not deleted: coldgate-\S+; coldgate sweep --run \S+ deletes what is still there/;
    expect(sampling.annotations.map(({ message }) => message).join('\n')).toMatch(left);
    const reported = await scene.run(event, REPORT, { runId: own.id });
    expect(reported.summary).toMatch(/left-on-aws: `not deleted: .*coldgate-.*coldgate sweep --run/);
  });

  test('limits that come with a leg do not end its sampling early', async () => {
    const kind = tampered((snapshot) => {
      snapshot.limits = [{ text: 'cold-start.p50: +1000%', package: null, file: 'Cargo.toml', line: 1 }];
    });
    const invoked = (): number => lambda.log.filter(({ action }) => action === 'Invoke').length;
    const before = invoked();
    expect((await jobAfter(kind, { mode: 'cold-start', ...INPUTS, 'cold-start-samples': '14,20' }, aws())).code).toBe(0);
    expect(invoked() - before).toBeGreaterThanOrEqual(2 * 20);
  });

  test.each(['..', 'a b', '-x', 'x'.repeat(65)])('an artifact that is no leg by its name is refused: %s', async (leg) => {
    const odd = tampered(() => undefined, `coldgate-default@${leg}`);
    const ran = await jobAfter(odd, { mode: 'report' });
    expect(ran.code).toBe(1);
    expect(ran.outputs.sentence).toContain('no leg can have this name');
    expect((await jobAfter(odd, { mode: 'cold-start', ...INPUTS }, aws())).annotations.at(-1)?.message).toContain(
      'no leg can have this name',
    );
  });
});

interface Tampered {
  functions: { coldStart: unknown }[];
  limits: unknown[];
}
