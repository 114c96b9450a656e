import { afterAll, beforeAll, expect, test } from 'vitest';
import { heavier, QUICK_PROFILE } from '../e2e/checks.ts';
import { TINY_MAIN, tiny } from '../e2e/project.ts';
import { Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open(tiny('tiny', `${QUICK_PROFILE}\n[package.metadata.coldgate]\nlimits = ["zip: +20 kB"]\n`));
});
afterAll(() => scene[Symbol.asyncDispose]());

const ADVISE = { advise: 'on-breach', 'advise-budget': '3m' };

test('a breach gets what remedies measured under its report, in the same comment, with a patch that the hostile names of a file cannot leave', async () => {
  const manifest = await scene.project.read('Cargo.toml');
  const hostile = `${manifest}\n# \`\`\`\`\n# </details> @everyone [x](https://example.com) <img src=x>\n`;
  const opened = await scene.pull('big', { ...heavier(80), 'Cargo.toml': hostile });
  const ran = await scene.run(scene.event(opened), ADVISE);
  expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
  const [comment, ...others] = scene.comments(opened);
  expect(others).toEqual([]);
  const body = comment?.body ?? '';
  expect(body).toContain('<details><summary>Remedies for `tiny` that were measured</summary>');
  expect(body).toMatch(/\| `relocation-model = static` \| −[\d.]+ % \|/);
  expect(body).toContain('builds (not started here); nothing verified what it does');
  // The fence is longer than any in the patch, whose lines keep their place in it.
  const [, fence = '', patch = ''] = /\n(`{3,})diff\n([\s\S]*?)\n\1\n/.exec(body.slice(body.indexOf('Remedies for'))) ?? [];
  expect(patch).toMatch(/^diff --git a\/Cargo\.toml b\/Cargo\.toml/);
  expect(patch).not.toContain(fence);
  expect(body.slice(body.indexOf('Remedies for')).replace(patch, '')).not.toMatch(/everyone|<img/);
  expect(ran.summary).toContain('Remedies for `tiny` that were measured');
});

test('without a breach nothing is tried, and without the input neither', async () => {
  const kept = await scene.pull('small', { 'src/main.rs': `${TINY_MAIN}\n// more\n` });
  const ran = await scene.run(scene.event(kept), ADVISE);
  expect([ran.code, ran.stdout]).toEqual([0, expect.not.stringContaining('trying remedies')]);
  const big = await scene.pull('bigger', heavier(90));
  const plain = await scene.run(scene.event(big));
  expect([plain.code, plain.stdout]).toEqual([1, expect.not.stringContaining('trying remedies')]);
});

test('modes that judge what others built, and budgets that are none, are refused', async () => {
  const opened = await scene.pull('refused', heavier(80));
  const measured = await scene.run(scene.event(opened), { ...ADVISE, mode: 'measure' });
  expect([measured.code, measured.stdout]).toEqual([1, expect.stringContaining('input advise is for mode check')]);
  const wrong = await scene.run(scene.event(opened), { ...ADVISE, 'advise-budget': 'soon' });
  expect(wrong.stdout).toContain('input advise-budget "soon": a time such as 20m, 90s or 2h, at most 24h');
});
