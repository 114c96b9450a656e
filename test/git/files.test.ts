import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesOfRevisions } from '../../src/git/files.ts';
import { Project } from '../e2e/project.ts';

const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));

test('files of a revision: through links into the repository, with their mode, and submodules as a file of their folder', async () => {
  await using library = await Project.create({ 'lib.rs': '1' });
  await using project = await Project.create({ 'shared/util.rs': 'one', 'shared/deep/x.txt': 'x', 'a b/ü.rs': 'y' });
  await symlink('../shared', join(project.path, 'a b/shared'));
  await symlink('../shared/util.rs', join(project.path, 'a b/util.rs'));
  await symlink('shared', join(project.path, 'a b/again'));
  await symlink('/etc', join(project.path, 'outside'));
  await project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'module');
  const first = await project.commit({}, 'links');
  const files = filesOfRevisions({ path: project.path, repository: join(project.path, '.git') }, env);
  const listed = new Map((await files.list(first)).map(({ path, id }) => [path, id]));
  expect([...listed.keys()].toSorted()).toEqual([
    '.gitmodules',
    'a b/again',
    'a b/again/deep/x.txt',
    'a b/again/util.rs',
    'a b/shared',
    'a b/shared/deep/x.txt',
    'a b/shared/util.rs',
    'a b/util.rs',
    'a b/ü.rs',
    'module/.',
    'outside',
    'shared/deep/x.txt',
    'shared/util.rs',
  ]);
  const second = await project.commit({ 'shared/util.rs': 'two' }, 'two');
  const next = new Map((await files.list(second)).map(({ path, id }) => [path, id]));
  const changed = [...next.keys()].filter((path) => next.get(path) !== listed.get(path));
  expect(changed.toSorted()).toEqual(['a b/again/util.rs', 'a b/shared/util.rs', 'a b/util.rs', 'shared/util.rs']);
  expect(await files.text(second, 'shared/util.rs')).toBe('two');
  expect(await files.text(second, 'none')).toBeNull();
});
