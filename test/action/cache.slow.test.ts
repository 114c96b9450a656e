import { expect, test } from 'vitest';
import { startValidated } from '../doubles/openapi.ts';
import { heavier } from '../e2e/checks.ts';
import { Scene } from './scene.ts';

test('a cache that is down is waited for once, and the run is as without it', async () => {
  await using scene = await Scene.open();
  const opened = await scene.pull('topic', heavier(10));
  const down = scene.results.fail({ path: /CacheService/, status: 503, times: Number.POSITIVE_INFINITY });
  const ran = await scene.run(scene.event(opened), { cache: 'true' });
  expect(ran).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
  expect(ran.stdout).toContain('the cache does not answer: this run goes on without it');
  expect(down.hits).toBeLessThanOrEqual(5);
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
