import { expect, test } from 'vitest';
import { heavier, QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { Project, TINY_MAIN, tiny } from './project.ts';

test('bisect and log follow a function through its renames', async () => {
  await using home = await Home.create();
  const { 'src/main.rs': _, ...files } = tiny('app', QUICK_PROFILE);
  await using project = await Project.create({ ...files, 'src/bin/old.rs': TINY_MAIN });
  await project.git('tag', 'good');
  await project.commit({ 'README.md': 'of nothing\n' }, 'words');
  await project.commit({ 'src/bin/old.rs': null, 'src/bin/new.rs': TINY_MAIN }, 'another name');
  const grown = heavier(60);
  const more = {
    'src/bin/new.rs': (grown['src/main.rs'] ?? '').replace('load.txt', '../load.txt'),
    'src/load.txt': grown['src/load.txt'] ?? '',
  };
  const culprit = await project.commit(more, 'the table');
  await project.commit({ 'README.md': 'of something\n' }, 'more words');
  // Once built and once from the store.
  for (const _run of ['built', 'stored']) {
    const found = await home.run(project.path, ['bisect', '--good', 'good', '--json', '-']);
    expect(found.code, found.stderr).toBe(0);
    expect(JSON.parse(found.stdout)).toMatchObject({
      function: { name: 'new' },
      jumps: [{ commits: [{ sha: culprit }], share: expect.closeTo(1, 3) }],
      skipped: [],
    });
  }
  const log = await home.run(project.path, ['log', 'good~0..HEAD', '--function', 'new', '--metric', 'zip', '--json', '-']);
  const lines = log.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => [line.function, line.crate])).toEqual(Array.from({ length: 4 }, () => ['new', 'app']));
});

test('that a commit has no such function is not kept: a newer one may tell that it was renamed', async () => {
  await using home = await Home.create();
  const { 'src/main.rs': _, ...files } = tiny('app', QUICK_PROFILE);
  await using project = await Project.create({ ...files, 'src/bin/old.rs': TINY_MAIN });
  await project.git('tag', 'good');
  // Beside the old one it is a function of its own.
  await project.commit({ 'src/bin/new.rs': TINY_MAIN }, 'another one');
  const log = async (): Promise<readonly number[]> => {
    const ended = await home.run(project.path, [
      'log',
      'good~0..HEAD',
      '--newest',
      '9',
      '--walk',
      'all',
      '--function',
      'new',
      '--metric',
      'zip',
      '--json',
      '-',
    ]);
    return ended.stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).figures.zip);
  };
  const bisect = () => home.run(project.path, ['bisect', '--good', 'good', '--function', 'new']);
  expect((await bisect()).stderr).toContain('it has no function new');
  await project.commit({ 'src/bin/old.rs': null }, 'without the old one');
  expect((await bisect()).stderr).not.toContain('it has no function new');
  expect((await log()).length).toBeGreaterThan(0);
});
