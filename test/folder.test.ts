import { mkdir, mkdtemp, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInToolCache } from '../src/cache/tool-cache.ts';
import { checkFolder } from '../src/commands/report-files.ts';
import { ToolError, UsageError } from '../src/core/failures.ts';
import { dropDangling, makeHome } from '../src/folder.ts';
import { flagName } from '../src/options/values.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'coldgate-folder-'));
  await writeFile(join(root, 'file'), '');
  await symlink('/nowhere/x', join(root, 'dangling'));
  await symlink('loop', join(root, 'loop'));
  await mkdir(join(root, 'real'));
  await symlink('real', join(root, 'link'));
});
afterAll(() => rm(root, { recursive: true }));

describe('a folder that somebody named', () => {
  test('is made with all above it, through a link too, and nothing is left in it', async () => {
    await Promise.all([makeHome(join(root, 'a/b/c')), makeHome(join(root, 'a/b/c')), makeHome(join(root, 'link/d'))]);
    expect(await readdir(join(root, 'a/b/c'))).toEqual([]);
    expect(await readdir(join(root, 'real'))).toEqual(['d']);
  });

  // Node's own recursive mkdir never ends below /proc.
  test.each([
    ['/proc/coldgate', '/proc takes no files'],
    ['/proc/coldgate/deep/er', '/proc takes no files'],
    ['/proc/self/fd/x', '/proc/self/fd takes no files'],
    ['/dev/full', '/dev/full is a file'],
    ['file', 'file is a file'],
    ['file/sub', 'file is a file'],
    ['dangling', 'dangling is a link to /nowhere/x, which is not there'],
    ['dangling/sub', 'dangling is a link to /nowhere/x, which is not there'],
    ['loop/sub', 'is a link that leads to itself'],
    ['x'.repeat(300), 'name too long'],
  ])('%s is refused with the reason and what to do', async (name, reason) => {
    const path = name.startsWith('/') ? name : join(root, name);
    const message = expect.stringMatching(new RegExp(`cannot be written \\(.*${reason}.*\\): name another with`));
    await expect(makeHome(path)).rejects.toMatchObject({ message });
    await expect(makeHome(path)).rejects.toThrow(ToolError);
    await expect(checkFolder('output', path, { cwd: root, nameOf: flagName })).rejects.toThrow(UsageError);
  });
});

test('a dangling link is dropped; a whole one, a folder and nothing are left alone', async () => {
  for (const name of ['link', 'real', 'missing']) await dropDangling(join(root, name));
  expect(await readlink(join(root, 'link'))).toBe('real');
  await symlink('/nowhere/y', join(root, 'gone'));
  await dropDangling(join(root, 'gone'));
  expect(await readdir(root)).not.toContain('gone');
});

test('a tool cache that was wiped: the link into it is gone, and its next content is linked', async () => {
  const before = process.env.RUNNER_TOOL_CACHE;
  process.env.RUNNER_TOOL_CACHE = join(root, 'cache');
  try {
    const tools = join(root, 'home/tools');
    await mkdir(join(root, 'home'));
    await symlink(join(root, 'cache/coldgate-tools/1.0.0', process.arch), tools);
    expect(await findInToolCache(tools, '1.0.0')).toBe(false);
    expect(await readdir(join(root, 'home'))).toEqual([]);
    await symlink('/nowhere', tools);
    await mkdir(join(root, 'cache/coldgate-tools/1.0.0', process.arch), { recursive: true });
    await writeFile(join(root, 'cache/coldgate-tools/1.0.0', `${process.arch}.complete`), '');
    expect(await findInToolCache(tools, '1.0.0')).toBe(true);
    expect(await readlink(tools)).toBe(join(root, 'cache/coldgate-tools/1.0.0', process.arch));
  } finally {
    if (before === undefined) delete process.env.RUNNER_TOOL_CACHE;
    else process.env.RUNNER_TOOL_CACHE = before;
  }
});
