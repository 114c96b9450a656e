import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweepColdStarts } from '../../src/cold-start/run.ts';
import { clientOf, creation } from '../doubles/lambda/client.ts';
import { zipped } from '../doubles/lambda/zipped.ts';
import { LambdaDouble } from '../doubles/lambda.ts';
import { unseen } from '../doubles/progress.ts';
import { jsonOf } from './checks.ts';
import { type Ended, Home } from './coldgate.ts';
import { Project } from './project.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const ROLE = 'arn:aws:iam::123456789012:role/coldgate-scratch';
/** A run's functions expire after three hours and its cap of a quarter. */
const LATER = 4 * 60 * 60 * 1_000;

/** *health* on AWS's double, which really starts what is uploaded: base as it is, head with a table of patterns made before `run`. */
describe('a check with cold starts', () => {
  let home: Home;
  let project: Project;
  let lambda: LambdaDouble;

  beforeAll(async () => {
    home = await Home.create();
    project = await Project.create({});
    await cp(join(EXAMPLES, 'health'), project.path, { recursive: true, filter: (path) => !path.includes('/target') });
    await project.commit({}, 'health');
    await cp(join(EXAMPLES, 'regression'), project.path, { recursive: true });
    await project.commit({}, 'health: block scanners');
    lambda = await LambdaDouble.open();
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  const args = (...more: readonly string[]): readonly string[] => [
    ...['check', '--init=off', '--cold-start', '--cold-start-role', ROLE, '--cold-start-samples', '12,20'],
    ...['--limit', 'cold-start.p50: +10%', ...more],
  ];
  const env = (): Record<string, string> => ({
    AWS_ENDPOINT_URL_LAMBDA: lambda.address,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
  });

  test('tells a slower cold start, in the comment too, and leaves nothing', async () => {
    const [report, markdown] = [join(home.path, 'report.json'), join(home.path, 'report.md')];
    const ended = await home.run(project.path, args('--json', report, '--markdown', markdown), env());
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stdout).toMatch(/^fail: health starts slower on AWS: /);
    const [fn] = jsonOf({ ...ended, stdout: await readFile(report, 'utf8') }).functions;
    expect(fn?.coldStart.state).toEqual({ kind: 'measured' });
    const [size] = fn?.coldStart.sizes ?? [];
    expect(size?.head?.samples).toBeGreaterThanOrEqual(10);
    expect(size?.head?.median ?? 0).toBeGreaterThan((size?.base?.median ?? 0) * 1.1);
    expect(await readFile(markdown, 'utf8')).toMatch(/\| function \|.*\| cold start \|/);
    expect(lambda.functions()).toEqual([]);
    expect(ended.stdout).not.toContain(ROLE);
  });

  test('ended by KILL at ten moments: after the expiry a sweep leaves no function, and touches nobody else’s', async () => {
    const client = clientOf(lambda.address);
    await client.send(creation('coldgate-theirs', zipped('theirs')));
    client.destroy();
    let left = 0;
    for (let time = 0; time < 10; time += 1) {
      const started = home.start(project.path, args(), env());
      await started.says(/sampling cold starts/);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 6_000));
      process.kill(started.pid, 'SIGKILL');
      const ended: Ended = await started.ended;
      // What ended by itself before that is no worse.
      expect([null, 1]).toContain(ended.code);
      left = Math.max(left, lambda.functions().length - 1);
    }
    expect(left).toBeGreaterThan(0);
    const swept = await home.run(project.path, ['sweep'], env());
    expect(swept.code, swept.stderr).toBe(0);
    expect(swept.stdout).toContain('in use until');
    const clock = { now: () => Date.now() + LATER, sleep: () => Promise.resolve() };
    const aws = {
      config: { endpoint: lambda.address, region: 'us-east-1', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } },
    };
    const host = { signal: new AbortController().signal, progress: unseen() };
    const { deleted, failed } = await sweepColdStarts({ prefix: 'coldgate-', clock, aws }, host);
    expect(deleted.length).toBeGreaterThan(0);
    expect(failed).toEqual([]);
    expect(lambda.functions().map(({ name }) => name)).toEqual(['coldgate-theirs']);
  });
});
