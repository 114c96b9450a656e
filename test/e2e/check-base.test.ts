import { expect, test } from 'vitest';
import { heavier, jsonOf, QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { Project, TINY_MAIN, tiny } from './project.ts';

test('the default base is that of the branch; what coldgate wrote and what no build reads leaves it where it is', async () => {
  await using home = await Home.create();
  await using project = await Project.create(tiny('tiny', QUICK_PROFILE));
  const main = await project.git('rev-parse', 'HEAD');
  await project.git('checkout', '--quiet', '-b', 'topic');
  const regression = await project.commit(heavier(100), 'the regression');
  await project.commit({ 'docs/topic.md': 'x' }, 'and its documentation');
  const topic = await home.run(project.path, ['check']);
  expect(topic.stdout).toMatch(new RegExp(`^fail: tiny became larger: package .*; base ${main.slice(0, 7)}, the merge base with main\n`));
  expect(topic.code).toBe(1);

  await project.git('checkout', '--quiet', 'main');
  await project.git('merge', '--quiet', '--ff-only', 'topic');
  const onMain = await home.run(project.path, ['check', '--markdown', 'now.md', '--json', 'now.json']);
  expect(onMain.stdout).toMatch(
    new RegExp(`^no change: .*; base ${regression.slice(0, 7)}, HEAD\\^1 \\(HEAD has no commit that main has not\\)\n`),
  );
  expect((await home.run(project.path, ['measure', '-o', 'out'])).code).toBe(0);
  const head = await project.git('rev-parse', 'HEAD');
  const after = jsonOf(await home.run(project.path, ['check', '--json', '-']));
  expect([after.base?.sha, after.head]).toEqual([regression, { sha: head, source: 'stored' }]);
  expect(after.verdict.sentence).toContain(`base ${regression.slice(0, 7)}, HEAD^1`);

  await project.write({ 'notes.txt': 'mine', 'docs/topic.md': 'y' });
  const noted = jsonOf(await home.run(project.path, ['check', '--json', '-']));
  expect([noted.base?.sha, noted.head.source]).toEqual([regression, 'working-tree']);

  await project.write({ 'src/main.rs': `${TINY_MAIN}\n// changed\n` });
  const changed = await home.run(project.path, ['check', '--markdown', '-']);
  expect(changed.stdout).toContain(`<sub>base \`${head.slice(0, 7)}\`, HEAD, from which this tree differs (\`src/main.rs\`)</sub>\n`);
});

test('limits that base writes wrongly stop no change that mends them', async () => {
  await using home = await Home.create();
  const files = tiny('tiny', QUICK_PROFILE);
  const wrong = `${files['Cargo.toml']}\n[package.metadata.coldgate]\nlimits = "zip: 5 MB"\n`;
  await using project = await Project.create({ ...files, 'Cargo.toml': wrong });
  await project.commit({ 'Cargo.toml': wrong.replace('"zip: 5 MB"', '["zip: 5 MB"]') }, 'a list');
  const ended = await home.run(project.path, ['check', '--init', 'off']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout.replaceAll(/\s+/g, ' ')).toContain(
    'This change proposes limits; they count once they are in the base added: zip: 5 MB',
  );
  await project.commit({ 'Cargo.toml': wrong }, 'wrong again');
  const own = await home.run(project.path, ['check', '--init', 'off']);
  expect([own.code, own.stderr]).toEqual([2, expect.stringContaining('limits is not a list of strings')]);
});
