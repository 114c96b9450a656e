import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/failures.ts';
import type { Environment } from '../../src/exec.ts';
import { isShallow, openUserRepository, type Revision, resolveCommit, resolveDefaultBase } from '../../src/git/repository.ts';
import { Project } from '../e2e/project.ts';

const env: Environment = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

const clean = async (project: Project): Promise<Revision> => ({
  sha: await project.git('rev-parse', 'HEAD'),
  source: 'commit',
  subject: '',
});
const dirty = async (project: Project): Promise<Revision> => ({ ...(await clean(project)), source: 'working-tree' });

describe('the default base', () => {
  test('without a remote: HEAD when the tree is dirty, else its parent; none for a first commit', async () => {
    await using project = await Project.create({ a: '1' });
    const user = await openUserRepository(project.path, env);
    const first = await project.git('rev-parse', 'HEAD');
    expect(await resolveDefaultBase(user, await clean(project))).toBeNull();
    expect(await resolveDefaultBase(user, await dirty(project))).toMatchObject({ sha: first, source: 'commit', subject: 'first' });
    const second = await project.commit({ a: '2' }, 'second');
    expect(await resolveDefaultBase(user, await clean(project))).toMatchObject({ sha: first });
    expect(await resolveDefaultBase(user, await dirty(project))).toMatchObject({ sha: second });
  });

  test('in a clone: the merge base on a branch, on the default branch HEAD or its parent', async () => {
    await using origin = await Project.create({ a: '1' });
    const first = await origin.git('rev-parse', 'HEAD');
    const second = await origin.commit({ a: '2' }, 'second');
    await using clone = await Project.clone(origin.path);
    await clone.git('config', 'user.name', 'test');
    await clone.git('config', 'user.email', 'test@localhost');
    const user = await openUserRepository(clone.path, env);
    expect(await resolveDefaultBase(user, await clean(clone))).toMatchObject({ sha: first });
    expect(await resolveDefaultBase(user, await dirty(clone))).toMatchObject({ sha: second });

    await clone.git('checkout', '--quiet', '-b', 'feature');
    expect(await resolveDefaultBase(user, await clean(clone))).toMatchObject({ sha: first });
    await clone.commit({ b: '1' }, 'one');
    await clone.commit({ b: '2' }, 'two');
    expect(await resolveDefaultBase(user, await clean(clone))).toMatchObject({ sha: second });
    expect(await resolveDefaultBase(user, await dirty(clone))).toMatchObject({ sha: second });

    // main moves on and is merged into the branch: the first parent would be the wrong base.
    const third = await origin.commit({ c: '3' }, 'third');
    await clone.git('fetch', '--quiet');
    expect(await resolveDefaultBase(user, await clean(clone))).toMatchObject({ sha: second });
    await clone.git('merge', '--quiet', '--no-edit', 'origin/main');
    expect(await resolveDefaultBase(user, await clean(clone))).toMatchObject({ sha: third });

    // Behind the default branch there is nothing of one's own.
    await clone.git('checkout', '--quiet', '--detach', second);
    expect(await resolveDefaultBase(user, await clean(clone))).toMatchObject({ sha: first });
  });

  test('a branch of unrelated history falls back to its parent', async () => {
    await using origin = await Project.create({ a: '1' });
    await using clone = await Project.clone(origin.path);
    await clone.git('config', 'user.name', 'test');
    await clone.git('config', 'user.email', 'test@localhost');
    await clone.git('checkout', '--quiet', '--orphan', 'other');
    const root = await clone.commit({ a: 'x' }, 'root');
    await clone.commit({ a: 'y' }, 'next');
    expect(await resolveDefaultBase(await openUserRepository(clone.path, env), await clean(clone))).toMatchObject({ sha: root });
  });
});

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
