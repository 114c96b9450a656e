import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findDefaultBase } from '../../src/git/default-base.ts';
import { openUserRepository } from '../../src/git/repository.ts';
import { Project } from '../e2e/project.ts';
import { ENV } from './environment.ts';

/** The base's subject and its reason, on a tree whose files `changed` differ. */
async function baseOf(path: string, changed: readonly string[] = []): Promise<unknown> {
  const found = await findDefaultBase(await openUserRepository(path, ENV), changed);
  return found.kind === 'none' ? found.reason : [found.revision.subject, found.reason];
}

const mergeBase = (of: string, among = 1): unknown => ({ kind: 'merge-base', of, among });
const parent = (because: string, of: string | null): unknown => ({ kind: 'parent', because, of });
const head = (...changed: readonly string[]): unknown => ({ kind: 'head', changed, files: changed.length });

/** A remote whose `main` has two commits, `one` and `two`, and a clone of it by somebody. */
async function cloned(...options: readonly string[]): Promise<AsyncDisposable & { readonly origin: Project; readonly clone: Project }> {
  const origin = await Project.create({ a: '1' });
  await origin.commit({ a: '2' }, 'two');
  const clone = await cloneOf(origin.path, ...options);
  return {
    origin,
    clone,
    [Symbol.asyncDispose]: async () => {
      await origin[Symbol.asyncDispose]();
      await clone[Symbol.asyncDispose]();
    },
  };
}

async function cloneOf(address: string, ...options: readonly string[]): Promise<Project> {
  const clone = await Project.clone(address, ...options);
  await clone.git('config', 'user.name', 'test');
  await clone.git('config', 'user.email', 'test@localhost');
  return clone;
}

async function feature(project: Project, ...start: readonly string[]): Promise<void> {
  await project.git('checkout', '--quiet', '-b', 'topic', ...start);
  await project.commit({ b: '1' }, 'topic one');
  await project.commit({ b: '2' }, 'topic two');
}

describe('without a remote', () => {
  test('on main HEAD when files that a build reads are changed, else its parent; none for a first commit', async () => {
    await using project = await Project.create({ a: '1' });
    expect(await baseOf(project.path)).toBe('this is the first commit');
    expect(await baseOf(project.path, ['a'])).toEqual(['first', head('a')]);
    await project.commit({ a: '2' }, 'second');
    expect(await baseOf(project.path)).toEqual(['first', parent('nothing-own', 'main')]);
    expect(await baseOf(project.path, ['a', 'b'])).toEqual(['second', { kind: 'head', changed: ['a'], files: 2 }]);
  });

  test('a branch of two commits parts from main, from master, and from what init.defaultBranch names', async () => {
    await using project = await Project.create({ a: '1' });
    await feature(project);
    expect(await baseOf(project.path)).toEqual(['first', mergeBase('main')]);
    expect(await baseOf(project.path, ['b'])).toEqual(['first', mergeBase('main')]);
    await project.git('branch', '--move', 'main', 'master');
    expect(await baseOf(project.path)).toEqual(['first', mergeBase('master')]);
    await project.git('branch', '--move', 'master', 'trunk');
    expect(await baseOf(project.path)).toEqual(['topic one', parent('no-default-branch', null)]);
    await project.git('config', 'init.defaultBranch', 'trunk');
    expect(await baseOf(project.path)).toEqual(['first', mergeBase('trunk')]);
  });

  test('a branch that is built upon another has come from that one', async () => {
    await using project = await Project.create({ a: '1' });
    await feature(project);
    await project.git('checkout', '--quiet', '-b', 'upon', '--track', 'topic');
    await project.commit({ c: '1' }, 'upon one');
    await project.commit({ c: '2' }, 'upon two');
    expect(await baseOf(project.path)).toEqual(['topic two', mergeBase('topic')]);
  });

  test('in a linked worktree its own branch counts', async () => {
    await using project = await Project.create({ a: '1' });
    await project.commit({ a: '2' }, 'second');
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-linked-'));
    const tree = join(folder, 'tree');
    try {
      await project.git('worktree', 'add', '--quiet', '-b', 'topic', tree);
      await project.git('-C', tree, 'commit', '--quiet', '--allow-empty', '--message', 'one');
      await project.git('-C', tree, 'commit', '--quiet', '--allow-empty', '--message', 'two');
      expect(await baseOf(tree)).toEqual(['second', mergeBase('main')]);
      expect(await baseOf(project.path)).toEqual(['first', parent('nothing-own', 'main')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('merges in both directions: one of two merge bases, and it says so', async () => {
    await using project = await Project.create({ a: '1' });
    await project.git('checkout', '--quiet', '-b', 'topic');
    const topic = await project.commit({ b: '1' }, 'topic one');
    await project.git('checkout', '--quiet', 'main');
    const main = await project.commit({ c: '1' }, 'main one');
    await project.git('merge', '--quiet', '--no-edit', topic);
    await project.git('checkout', '--quiet', 'topic');
    await project.git('merge', '--quiet', '--no-edit', main);
    await project.commit({ b: '2' }, 'topic two');
    expect(await baseOf(project.path)).toEqual([expect.stringMatching(/^(topic|main) one$/), mergeBase('main', 2)]);
  });
});

describe('in a clone', () => {
  test('on main: HEAD or its parent; with commits that are not pushed the last that is', async () => {
    await using both = await cloned();
    const { clone } = both;
    expect(await baseOf(clone.path)).toEqual(['first', parent('nothing-own', 'origin/main')]);
    expect(await baseOf(clone.path, ['a'])).toEqual(['two', head('a')]);
    await clone.commit({ a: '3' }, 'mine');
    await clone.commit({ a: '4' }, 'mine too');
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/main')]);
  });

  test('a branch: before it is pushed, pushed under its name or in a folder of one’s own, tracking main, without origin/HEAD', async () => {
    await using both = await cloned();
    const { origin, clone } = both;
    await feature(clone);
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/main')]);
    await clone.git('push', '--quiet', '--set-upstream', 'origin', 'topic');
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/main')]);
    await clone.git('push', '--quiet', '--set-upstream', 'origin', 'topic:jane/topic');
    await clone.commit({ b: '3' }, 'topic three');
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/main')]);
    await clone.git('branch', '--quiet', '--set-upstream-to', 'origin/main');
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/main')]);
    await clone.git('branch', '--quiet', '--unset-upstream');
    await clone.git('remote', 'set-head', 'origin', '--delete');
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/main')]);
    await clone.git('checkout', '--quiet', '--detach');
    expect(await baseOf(clone.path, ['b'])).toEqual(['two', mergeBase('origin/main')]);
    // main moves on and is merged into the branch: the first parent would be the wrong base.
    await origin.git('checkout', '--quiet', 'main');
    await origin.commit({ c: '3' }, 'three');
    await clone.git('fetch', '--quiet');
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/main')]);
    await clone.git('merge', '--quiet', '--no-edit', 'origin/main');
    expect(await baseOf(clone.path)).toEqual(['three', mergeBase('origin/main')]);
  });

  test('an upstream of another name that has all of it is the branch itself', async () => {
    await using both = await cloned();
    await feature(both.clone);
    await both.clone.git('push', '--quiet', '--set-upstream', 'origin', 'topic:review-17');
    expect(await baseOf(both.clone.path)).toEqual(['two', mergeBase('origin/main')]);
  });

  test('an upstream that is gone, and a branch behind main', async () => {
    await using both = await cloned();
    const { clone } = both;
    await feature(clone, '--track', 'origin/main');
    await clone.git('config', 'branch.topic.merge', 'refs/heads/gone');
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/main')]);
    await clone.git('checkout', '--quiet', '-b', 'late', 'main');
    await both.origin.commit({ c: '3' }, 'three');
    await clone.git('fetch', '--quiet');
    expect(await baseOf(clone.path)).toEqual(['first', parent('nothing-own', 'origin/main')]);
    expect(await baseOf(clone.path, ['a'])).toEqual(['two', head('a')]);
  });

  test('a remote of another name, and one whose default branch is called otherwise', async () => {
    await using both = await cloned('--origin', 'company');
    await feature(both.clone);
    expect(await baseOf(both.clone.path)).toEqual(['two', mergeBase('company/main')]);
    await both.origin.git('branch', '--move', 'main', 'develop');
    await using clone = await cloneOf(both.origin.path);
    await feature(clone);
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/develop')]);
  });

  test('of a fork: the parent’s main, also where the fork’s lies behind it, and the fork’s where the parent’s does', async () => {
    await using both = await cloned();
    const { origin: fork, clone } = both;
    await using original = await cloneOf(fork.path);
    await original.commit({ d: '1' }, 'others’ work');
    await clone.git('remote', 'add', 'upstream', original.path);
    await clone.git('fetch', '--quiet', 'upstream');
    await feature(clone, '--no-track', 'upstream/main');
    expect(await baseOf(clone.path)).toEqual(['others’ work', mergeBase('upstream/main')]);
    await clone.git('push', '--quiet', '--set-upstream', 'origin', 'topic');
    expect(await baseOf(clone.path)).toEqual(['others’ work', mergeBase('upstream/main')]);
    // Synchronised on the server, and fetched from there alone.
    await original.commit({ d: '2' }, 'more of others');
    await fork.git('pull', '--quiet', original.path, 'main');
    await clone.git('fetch', '--quiet', 'origin');
    await clone.git('rebase', '--quiet', 'origin/main');
    expect(await baseOf(clone.path)).toEqual(['more of others', mergeBase('origin/main')]);
  });

  test('a shallow one that does not reach where the branch parts is not guessed at', async () => {
    await using both = await cloned();
    const { origin } = both;
    await feature(origin);
    await origin.git('checkout', '--quiet', 'main');
    await using clone = await cloneOf(`file://${origin.path}`, '--depth', '2', '--branch', 'topic');
    await clone.git('remote', 'set-branches', 'origin', '*');
    await clone.git('fetch', '--quiet', '--depth', '1');
    expect(await baseOf(clone.path)).toMatch(
      /^this shallow clone does not reach the commit where HEAD and origin\/main part: git fetch --deepen=100/,
    );
    await clone.git('fetch', '--quiet', '--deepen=5');
    expect(await baseOf(clone.path)).toEqual(['two', mergeBase('origin/main')]);
    await using one = await cloneOf(`file://${origin.path}`, '--depth', '1', '--branch', 'main');
    expect(await baseOf(one.path)).toMatch(/^this shallow clone has no earlier commit/);
  });

  test('of one branch alone: no default branch is known, and it says so', async () => {
    await using both = await cloned();
    await feature(both.origin);
    await both.origin.git('checkout', '--quiet', 'main');
    await using clone = await cloneOf(`file://${both.origin.path}`, '--single-branch', '--branch', 'topic');
    expect(await baseOf(clone.path)).toEqual(['topic one', parent('no-default-branch', null)]);
  });

  test('a branch of unrelated history has its parent', async () => {
    await using both = await cloned();
    await both.clone.git('checkout', '--quiet', '--orphan', 'other');
    await both.clone.commit({ a: 'x' }, 'root');
    await both.clone.commit({ a: 'y' }, 'next');
    expect(await baseOf(both.clone.path)).toEqual(['root', parent('unrelated', 'origin/main')]);
  });
});
