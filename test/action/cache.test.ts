import { lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pushEvent } from '../doubles/events.ts';
import { heavier } from '../e2e/checks.ts';
import { TINY_MAIN } from '../e2e/project.ts';
import { defaultHome } from '../rust.ts';
import { checkOut, GitRemote } from './git-remote.ts';
import type { Ran } from './harness.ts';
import { type Opened, REPOSITORY, Scene } from './scene.ts';

let scene: Scene;
let opened: Opened;
let [before, tip] = ['', ''];
beforeEach(async () => {
  scene = await Scene.open();
  before = await scene.project.git('rev-parse', 'HEAD');
  await scene.project.commit({ NOTES: 'main' }, 'two');
  opened = await scene.pull('topic', heavier(10));
  tip = await scene.project.git('rev-parse', 'main');
});
afterEach(() => scene[Symbol.asyncDispose]());

/** A push of main, on a runner of its own: nothing but the services remembers it. */
async function pushed(inputs: Readonly<Record<string, string>>, workspace?: string): Promise<Ran> {
  await scene.project.git('checkout', '--quiet', 'main');
  const run = scene.state.run(REPOSITORY, { event: 'push', headBranch: 'main', headSha: tip, conclusion: 'success' });
  const event = pushEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', before, after: tip });
  const ran = await scene.run(event, inputs, { runId: run.id, ...(workspace === undefined ? {} : { workspace }) });
  expect(ran.code).toBe(0);
  await fresh();
  return ran;
}

/** The next job's runner. */
async function fresh(): Promise<void> {
  await rm(join(scene.home.path, 'repositories'), { recursive: true, force: true });
}

async function checked(inputs: Readonly<Record<string, string>>): Promise<{ readonly ran: Ran; readonly base: string }> {
  await scene.project.git('checkout', '--quiet', opened.merge);
  const ran = await scene.run(scene.event(opened), inputs, { runId: 9_000 });
  expect(ran.code).toBe(0);
  const report: { base: { sha: string; source: string } } = JSON.parse(await readFile(ran.outputs['report-json'] ?? '', 'utf8'));
  expect(report.base.sha).toBe(tip);
  return { ran, base: report.base.source };
}

const cacheRequests = (): number => scene.results.requests.filter(({ path }) => path.includes('Cache')).length;
const builds = ({ stdout }: Ran): number => stdout.match(/building tiny/g)?.length ?? 0;

describe('where the base comes from', () => {
  test('a push keeps snapshot and target once, and the next pull request compiles no base', async () => {
    await pushed({ cache: 'true' });
    const kept = scene.results.caches().map(({ key }) => key.replace(/-[0-9a-f-]+$/, ''));
    // The tools are a link to a shared folder here: nothing of them is uploaded.
    expect((await lstat(join(scene.home.path, 'tools'))).isSymbolicLink()).toBe(true);
    expect(kept.toSorted()).toEqual(['coldgate-snapshot', 'coldgate-target']);
    await pushed({ cache: 'true' });
    expect(scene.results.caches()).toHaveLength(2);

    const { ran, base } = await checked({ cache: 'true' });
    expect(base).toBe('cache');
    expect(builds(ran)).toBe(1);
    expect(ran.summary).toContain('cache');
    // A pull request saves nothing.
    expect(scene.results.caches()).toHaveLength(2);
  });

  test("with nothing cached it is the artifact of the base's own run, else it is built", async () => {
    await pushed({ mode: 'measure' });
    const artifact = await checked({ cache: 'true' });
    expect(artifact.base).toBe('artifact');
    expect(builds(artifact.ran)).toBe(1);
    await fresh();
    const other = await checked({ cache: 'true', profile: 'dev' });
    expect(other.base).toBe('built');
    expect(builds(other.ran)).toBe(2);
  });

  test('of a base that does not build, in a clone of depth 1, the newest cached commit before it stands in', async () => {
    await using cloned = await GitRemote.of(scene.project.path);
    const workspace = await checkOut(cloned.url, tip);
    try {
      await pushed({ cache: 'true' }, workspace);
      await scene.project.git('checkout', '--quiet', 'main');
      const wrong = TINY_MAIN.replace('fn main() {', 'fn main() {\n    let wrong: u32 = "text";');
      const broken = await scene.project.commit({ 'src/main.rs': wrong }, 'broken');
      opened = await scene.pull('mended', { 'src/main.rs': `${TINY_MAIN}// mended\n` });
      await using remote = await GitRemote.of(scene.project.path);
      // Every job has its clone at one path.
      const clone = await checkOut(remote.url, opened.merge);
      await rm(workspace, { recursive: true, force: true });
      await rename(clone, workspace);
      const ran = await scene.run(scene.event(opened), { cache: 'true', limits: 'zip: +1%' }, { runId: 9_001, workspace });
      expect(ran).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
      expect(ran.outputs.sentence).toContain(`base ${broken.slice(0, 7)} does not build`);
      expect(ran.outputs.sentence).toContain(`compared with ${tip.slice(0, 7)}`);
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  });

  test.each(['refs/tags/v1', 'refs/heads/topic'])('a push of %s fills no cache', async (ref) => {
    await scene.project.git('checkout', '--quiet', 'main');
    const event = pushEvent(scene.state, { repository: REPOSITORY, ref, before, after: tip });
    expect((await scene.run(event, { cache: 'true' })).code).toBe(0);
    expect(scene.results.caches()).toEqual([]);
  });

  test('cache: false touches nothing', async () => {
    await pushed({ cache: 'false' });
    const { base } = await checked({ cache: 'false' });
    expect(base).toBe('built');
    expect(cacheRequests()).toBe(0);
  });

  test('a cache that refuses costs a line in the log', async () => {
    for (const path of [/GetCacheEntryDownloadURL/, /CreateCacheEntry/]) {
      scene.results.fail({ path, status: 403, times: Number.POSITIVE_INFINITY });
    }
    const ran = await pushed({ cache: 'true' });
    expect(ran.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
    const { base } = await checked({ cache: 'true' });
    expect(base).toBe('built');
    expect(scene.results.caches()).toEqual([]);
  });
});

describe('artifacts of the base: a push of its branch, the newest, none that expired', () => {
  const NAME = 'coldgate-default@default';
  let zip: Buffer;
  /** A push of the base's commit that uploaded what main's own had. */
  const push = (headBranch: string, createdAt: string, id?: number): number =>
    scene.state.run(REPOSITORY, {
      event: 'push',
      headBranch,
      headSha: tip,
      conclusion: 'success',
      createdAt,
      ...(id === undefined ? {} : { id }),
    }).id;
  const upload = (run: number, content: Buffer, more: { id?: number; createdAt?: string; expired?: boolean } = {}): number =>
    scene.state.artifact(REPOSITORY, run, { name: NAME, zip: content, ...more }).id;
  const downloaded = (): readonly number[] =>
    scene.github.requests.flatMap(({ path }) => /\/actions\/artifacts\/(\d+)\/zip$/.exec(path)?.slice(1).map(Number) ?? []);
  beforeEach(async () => {
    await pushed({ mode: 'measure' });
    const [run] = scene.state.runs;
    zip = scene.results.artifacts(run?.id ?? 0)[0]?.zip ?? Buffer.alloc(0);
    scene.state.runs.length = 0;
  });

  test('a feature branch that was pushed at the same commit gives none', async () => {
    upload(push('feature', '2026-03-02T09:00:00Z'), zip);
    expect((await checked({ cache: 'true' })).base).toBe('built');
    expect(downloaded()).toEqual([]);
  });

  test('the newest by time, whatever the ids of run and artifact', async () => {
    const newest = push('main', '2026-03-02T10:00:00Z', 50);
    upload(newest, Buffer.from('of an attempt before'), { id: 9_002, createdAt: '2026-03-02T10:01:00Z' });
    const good = upload(newest, zip, { id: 40, createdAt: '2026-03-02T10:05:00Z' });
    upload(newest, zip, { id: 9_003, createdAt: '2026-03-02T10:06:00Z', expired: true });
    upload(push('main', '2026-03-02T08:00:00Z', 9_000), Buffer.from('old'), { id: 9_001, createdAt: '2026-03-02T08:01:00Z' });
    expect((await checked({ cache: 'true' })).base).toBe('artifact');
    expect(downloaded()).toEqual([good]);
  });

  test('one that cannot be read is passed over', async () => {
    const run = push('main', '2026-03-02T10:00:00Z');
    const broken = upload(run, Buffer.from('not a ZIP'), { createdAt: '2026-03-02T10:05:00Z' });
    const good = upload(run, zip, { createdAt: '2026-03-02T10:01:00Z' });
    expect((await checked({ cache: 'true' })).base).toBe('artifact');
    expect(downloaded()).toEqual([broken, good]);
  });
});

describe('what the code of a pull request could have written', () => {
  test("is not used: a cache in the pull request's own scope", async () => {
    await pushed({ cache: 'true' });
    expect((await checked({ cache: 'true' })).base).toBe('cache');
    scene.results.copyCachesTo(`refs/pull/${opened.pull.number}/merge`);
    await fresh();
    const { ran, base } = await checked({ cache: 'true' });
    expect(base).toBe('built');
    expect(ran.annotations.map(({ message }) => message).join()).toMatch(
      /the cache holds coldgate-snapshot-.* of a run of this pull request/,
    );
  });

  test('is not used by a fork where GitHub does not say whose it is, and is by others', async () => {
    await pushed({ cache: 'true' });
    const fault = { path: /\/actions\/caches/, status: 404, times: Number.POSITIVE_INFINITY };
    const planned = scene.github.fail(fault);
    expect((await checked({ cache: 'true' })).base).toBe('cache');
    await fresh();
    const theirs = await scene.pull('theirs', heavier(10), { author: 'mallory', fork: true });
    const ran = await scene.run(scene.event(theirs), { cache: 'true' }, { runId: 9_001 });
    expect(planned.hits).toBeGreaterThan(2);
    expect(builds(ran)).toBe(2);
    expect(ran.stdout).toMatch(/whose coldgate-snapshot-.* the cache holds cannot be told .*: it is not used/);
  });

  test('is not there: on a self-hosted runner a fork has a state folder of its own, empty each time', async () => {
    const env = { RUNNER_ENVIRONMENT: 'self-hosted', PATH: `${join(defaultHome(), 'bin')}:${process.env.PATH}` };
    await scene.project.git('checkout', '--quiet', opened.merge);
    expect((await scene.run(scene.event(opened), {}, { env })).code).toBe(0);
    const kept = async (): Promise<readonly string[]> => (await readdir(scene.home.path, { recursive: true })).toSorted();
    const before = await kept();
    const theirs = await scene.pull('theirs', heavier(10), { author: 'mallory', fork: true });
    for (let time = 0; time < 2; time += 1) {
      const ran = await scene.run(scene.event(theirs), {}, { env });
      expect(ran.code).toBe(0);
      expect(builds(ran)).toBe(2);
      expect(ran.outputs.packages).toContain(join(scene.temp, 'coldgate-home'));
    }
    expect(await kept()).toEqual(before);
  });
});
