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
  const asked = ['shared/util.rs', 'none', 'a b/ü.rs', 'a b/again/util.rs', '.gitmodules'];
  const texts = await files.texts(second, asked);
  expect([texts.get('shared/util.rs'), texts.has('none'), texts.get('a b/ü.rs'), texts.get('a b/again/util.rs')]).toEqual([
    'two',
    false,
    'y',
    'two',
  ]);
  expect(texts.get('.gitmodules')).toMatch(/^\[submodule.*\n$/s);
});

test('links that lead to themselves, to each other, above themselves or out of the repository lead nowhere; so many files that no repository has them are refused', async () => {
  await using project = await Project.create({ 'deep/x.rs': '1', '.gitignore': '' });
  for (const [path, target] of [
    ['self', 'self'],
    ['one', 'two'],
    ['two', 'one'],
    ['deep/above', '..'],
    ['out', '../elsewhere'],
    ['top', '.'],
    ['dangling', 'deep/none'],
  ] as const)
    await symlink(target, join(project.path, path));
  const sha = await project.commit({}, 'circles');
  const files = filesOfRevisions({ path: project.path, repository: join(project.path, '.git') }, env);
  expect((await files.list(sha)).filter(({ id }) => id.startsWith('through'))).toEqual([]);
  await project.write(Object.fromEntries(Array.from({ length: 1_100 }, (_, index) => [`many/${index}.rs`, ''])));
  for (let index = 0; index < 1_000; index += 1) await symlink('many', join(project.path, `link-${index}`));
  const hostile = await project.commit({}, 'hostile');
  await expect(files.list(hostile)).rejects.toThrow(/lead to more than 1000000 files/);
});

test('an empty file, one without a last newline and one that is all newlines keep their text', async () => {
  await using project = await Project.create({ empty: '', bare: 'x', lines: '\n\n', last: 'y\n' });
  const files = filesOfRevisions({ path: project.path, repository: join(project.path, '.git') }, env);
  expect(Object.fromEntries(await files.texts('HEAD', ['empty', 'bare', 'lines', 'last']))).toEqual({
    empty: '',
    bare: 'x',
    lines: '\n\n',
    last: 'y\n',
  });
  expect([...(await files.texts('HEAD', ['last', 'empty'])).values()]).toEqual(['y\n', '']);
});

test.each([
  ['#[path = "x.rs"]', true],
  ['#[path\n= "x.rs"]', true],
  ['#[r#path /* how */\n= "x"]', true],
  ['x!("..\\x2f..\\x2fx")', true],
  ['x!("a\\u{0_2_F}x")', true],
  ['x!("..\\\n/x")', true],
  ['x!("\\x41\\u{1f600}");', false],
  ['let path_of = 1; // a path and more', false],
])('what may name another file is looked into: %j', async (text, expected) => {
  await using project = await Project.create({ 'x.rs': text });
  const files = filesOfRevisions({ path: project.path, repository: join(project.path, '.git') }, env);
  const sha = await project.git('rev-parse', 'HEAD');
  expect([...(await files.including(sha)).keys()]).toEqual(expected ? ['x.rs'] : []);
});
