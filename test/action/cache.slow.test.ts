import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pushEvent } from '../doubles/events.ts';
import { startValidated } from '../doubles/openapi.ts';
import { heavier } from '../e2e/checks.ts';
import { Links } from '../e2e/links.ts';
import { REPOSITORY, Scene } from './scene.ts';

test('a cache that is down is waited for once, and the run is as without it', async () => {
  await using scene = await Scene.open();
  const opened = await scene.pull('topic', heavier(10));
  const down = scene.results.fail({ path: /CacheService/, status: 503, times: Number.POSITIVE_INFINITY });
  const ran = await scene.run(scene.event(opened), { cache: 'true' });
  expect(ran).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
  expect(ran.stdout).toContain('the cache does not answer: this run goes on without it');
  expect(down.hits).toBeLessThanOrEqual(5);
});

test('valgrind and strace that were brought are kept by a push, and the next pull request takes them from the cache', async () => {
  await using scene = await Scene.open();
  await using machine = await Links.without(['valgrind', 'strace']);
  const before = await scene.project.git('rev-parse', 'main');
  const after = await scene.project.commit({ NOTES: 'main' }, 'two');
  const opened = await scene.pull('topic', heavier(10));
  const env = { PATH: machine.path };
  await scene.project.git('checkout', '--quiet', 'main');
  const push = pushEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', before, after });
  const inputs = { cache: 'true', init: 'local' };
  const pushed = await scene.run(push, inputs, { env });
  expect(pushed.code, pushed.stdout).toBe(0);
  expect(pushed.stdout).toMatch(/brought strace \S+ and valgrind \S+ into /);
  const kept = scene.results.caches().filter(({ key }) => key.startsWith('coldgate-tracers-'));
  expect(kept.map(({ key }) => key)).toEqual([expect.stringMatching(/^coldgate-tracers-linux-(?:x64|arm64)-[a-z]+-[\w.]*-[0-9a-f]{16}$/)]);

  // A runner of its own, whose apt-get reaches nothing: what counts can come from the cache alone.
  await rm(join(scene.home.path, 'tracers'), { recursive: true });
  await machine.script('apt-get', 'exit 100');
  await scene.project.git('checkout', '--quiet', opened.merge);
  const ran = await scene.run(scene.event(opened), inputs, { runId: 9_000, env });
  expect(ran.stdout).not.toContain('brought strace');
  const report = JSON.parse(await readFile(ran.outputs['report-json'] ?? '', 'utf8'));
  expect(report.functions[0].metrics['init.instructions'].head).toBeGreaterThan(0);
  expect(report.functions[0].metrics['init.connects'].head).toBe(0);

  // Neither from there nor from the distribution: the first line says so, with the way out.
  await rm(join(scene.home.path, 'tracers'), { recursive: true });
  await machine.script('apt-get', 'echo "E: Failed to fetch http://archive.example/valgrind.deb  404  Not Found"; exit 100');
  const alone = await scene.run(scene.event(opened), { init: 'local' }, { runId: 9_001, env });
  expect(alone.code, alone.stdout).toBe(0);
  expect(alone.outputs.sentence).toMatch(
    /init not counted: valgrind is not on PATH, and bringing it failed \(apt-get \w+: E: Failed to fetch .*404 {2}Not Found\): .*valgrind in a step before this one/,
  );
  expect(scene.comments(opened)[0]?.body).toMatch(/init not counted: `?valgrind is not on PATH/);
});

test("all that is asked of GitHub and answered keeps to GitHub's own description", async () => {
  await using scene = await Scene.open();
  await using validated = await startValidated(scene.github);
  let opened = await scene.pull('topic', heavier(200));
  expect(await scene.run(scene.event(opened), {}, { github: validated.url, runId: 501 })).toMatchObject({ code: 1 });
  opened = await scene.push(opened, heavier(5));
  expect(await scene.run(scene.event(opened), {}, { github: validated.url, runId: 502 })).toMatchObject({ code: 0 });
  expect(scene.comments(opened)).toHaveLength(1);
  expect(validated.violations).toEqual([]);
});
