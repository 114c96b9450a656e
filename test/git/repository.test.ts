import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/failures.ts';
import { isShallow, openUserRepository, resolveCommit } from '../../src/git/repository.ts';
import { Project } from '../e2e/project.ts';
import { ENV as env } from './environment.ts';

describe('a commit by name', () => {
  test('branches, tags, abbreviations and expressions; not trees, options or nothing', async () => {
    await using project = await Project.create({ a: '1' });
    const user = await openUserRepository(project.path, env);
    const sha = await project.git('rev-parse', 'HEAD');
    await project.git('tag', '-a', '-m', 'a tag', 'v1');
    for (const name of ['HEAD', 'main', 'v1', sha.slice(0, 8), 'HEAD~0', 'HEAD^{/first}', sha])
      expect(await resolveCommit(user, name)).toEqual({ sha, source: 'commit', subject: 'first' });
    for (const name of ['nowhere', 'HEAD^{tree}', '--all', '', 'HEAD..HEAD', '0'.repeat(40)])
      await expect(resolveCommit(user, name)).rejects.toThrow(UsageError);
    expect(await isShallow(user)).toBe(false);
  });
});

describe('the user’s repository', () => {
  test('one key from every folder, worktree and link of it; another for another', async () => {
    await using project = await Project.create({ 'sub/a': '1' });
    await using other = await Project.create({ a: '1' });
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-links-'));
    await project.git('worktree', 'add', '--quiet', '-b', 'b', join(folder, 'tree'));
    await symlink(project.path, join(folder, 'link'));
    const top = await openUserRepository(project.path, env);
    const sub = await openUserRepository(join(project.path, 'sub'), env);
    const linked = await openUserRepository(join(folder, 'link', 'sub'), env);
    const tree = await openUserRepository(join(folder, 'tree', 'sub'), env);
    expect([sub.key, linked.key, tree.key]).toEqual([top.key, top.key, top.key]);
    expect((await openUserRepository(other.path, env)).key).not.toBe(top.key);
    expect([top.prefix, sub.prefix, linked.prefix, tree.prefix]).toEqual(['', 'sub', 'sub', 'sub']);
    expect([top.top, linked.top]).toEqual([await realpath(project.path), await realpath(project.path)]);
    expect(tree.top).toBe(await realpath(join(folder, 'tree')));
    expect(top.key).toMatch(/^[A-Za-z0-9._-]+$/);
    await rm(folder, { recursive: true });
  });

  test('git variables that would mislead are dropped, those about the network and settings are kept', async () => {
    await using project = await Project.create({ a: '1' });
    const given = {
      ...env,
      GIT_DIR: '/nowhere',
      GIT_INDEX_FILE: '/nowhere',
      GIT_SSH_COMMAND: 'ssh -x',
      GIT_CONFIG_COUNT: '0',
      GIT_OBJECT_DIRECTORY: '/x',
    };
    const before = Object.keys(env).filter((name) => /^GIT_SSL/.test(name));
    const { env: kept } = await openUserRepository(project.path, given);
    expect(
      Object.keys(kept)
        .filter((name) => name.startsWith('GIT_') && !before.includes(name))
        .sort(),
    ).toEqual(['GIT_CONFIG_COUNT', 'GIT_OPTIONAL_LOCKS', 'GIT_SSH_COMMAND']);
  });
});
