import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pullRequestEvent } from '../doubles/events.ts';
import { heavier } from '../e2e/checks.ts';
import { TINY_MAIN } from '../e2e/project.ts';
import type { Ran } from './harness.ts';
import { FORK, type Opened, REPOSITORY, Scene } from './scene.ts';

// examples/workflows/cold-start.yml, where its sampling job has to stay out: nobody did anything wrong.
const SMALLER = { 'src/main.rs': TINY_MAIN.replace('[0u8; 1024]', '[0u8; 1000]') };

let scene: Scene;
let limits: string;
beforeAll(async () => {
  scene = await Scene.open();
  const example = await readFile(new URL('../../examples/workflows/cold-start.yml', import.meta.url), 'utf8');
  const [, block = ''] = /^ {2}LIMITS: \|\n((?: {4}.*\n)+)/m.exec(example) ?? [];
  limits = block.replaceAll(/^ +/gm, '');
  expect(limits).toContain('cold-start.p50: +10%\n');
});
afterAll(() => scene[Symbol.asyncDispose]());

interface Given {
  readonly sender?: string;
  readonly repository?: string;
  /** What `report` is told of the cold-start job; empty: the workflow has one report alone. */
  readonly result?: string;
}

/** `measure` and `report` of one run of the example; its cold-start job was skipped. */
async function withoutSampling(opened: Opened, given: Given = {}): Promise<Ran> {
  const { sender, repository = REPOSITORY, result = '' } = given;
  const head = { headBranch: opened.branch, headSha: opened.head, headRepository: repository };
  const run = scene.state.run(REPOSITORY, { event: 'pull_request', ...head, actor: opened.pull.author, workflow: 'Cold starts' });
  const of = { repository: REPOSITORY, number: opened.pull.number };
  const event = pullRequestEvent(scene.state, sender === undefined ? of : { ...of, sender });
  await scene.project.git('checkout', '--quiet', opened.merge);
  const measured = await scene.run(event, { mode: 'measure', init: 'local' }, { runId: run.id });
  expect(measured.code, measured.stdout).toBe(0);
  return scene.run(event, { mode: 'report', legs: 'default', limits, 'cold-start-result': result }, { runId: run.id });
}

describe('a run that GitHub gives no AWS role', () => {
  test.each(['pending', 'skipped', ''])(
    'of a fork: green, and says what was not checked, why, and where it can be (%s)',
    async (result) => {
      const opened = await scene.pull(`small-${result}`, SMALLER, { author: 'mallory', fork: true });
      const ran = await withoutSampling(opened, { repository: FORK, result });
      expect(ran, ran.stdout).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
      expect(ran.summary).toMatch(/^### coldgate · ⚠️/);
      expect(ran.summary).toContain("GitHub gives the run of a fork's pull request no AWS role");
      expect(ran.summary).toContain('under workflow_run');
      expect(ran.summary).not.toContain('awaited');
    },
  );

  test.each(['pending', ''])("of Dependabot's: the same (%s)", async (result) => {
    const opened = await scene.pull(`bump-${result}`, SMALLER, { author: 'dependabot[bot]' });
    const ran = await withoutSampling(opened, { sender: 'dependabot[bot]', result });
    expect(ran, ran.stdout).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    expect(ran.summary).toContain("the run of Dependabot's pull request");
    expect(ran.summary).not.toContain('awaited');
  });

  test('its other limits hold', async () => {
    const opened = await scene.pull('large', heavier(200), { author: 'mallory', fork: true });
    const ran = await withoutSampling(opened, { repository: FORK });
    expect(ran, ran.stdout).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(ran.outputs.sentence).toMatch(/^fail: tiny became larger/);
  });
});

test.each(['skipped', ''])('a run that could have sampled and did not is not green (%s)', async (result) => {
  const opened = await scene.pull(`own-${result}`, SMALLER);
  const ran = await withoutSampling(opened, { result });
  expect(ran, ran.stdout).toMatchObject({ code: 1, outputs: { verdict: 'unchecked' } });
  expect(ran.outputs.sentence).toContain('cold starts were not sampled in this run');
});
