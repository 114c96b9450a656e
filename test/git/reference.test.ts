import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Since } from '../../src/core/model/limits.ts';
import { openPrivateCheckout } from '../../src/git/checkout.ts';
import { inside } from '../../src/git/fetch.ts';
import { findReference } from '../../src/git/reference.ts';
import { openUserRepository } from '../../src/git/repository.ts';
import { Project, shell } from '../e2e/project.ts';
import { ENV as env } from './environment.ts';

const guard = { signal: new AbortController().signal, adopt: async () => async () => {} };
/** A local repository gives without a token. */
const ORIGIN = { token: null, server: 'https://github.com', address: '' };

/** What growth since `since` is counted from in the repository at `path`; `actions`: there is somewhere to fetch from. */
async function referenceOf(path: string, since: string, { base = 'HEAD', actions = false } = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-reference-'));
  try {
    const user = await openUserRepository(path, env);
    const checkout = await openPrivateCheckout(user, folder, join(folder, 'scratch'), guard);
    const sha = (await shell(`git rev-parse ${base}`, path)).trim();
    const asked: Since = /^\d{4}-/.test(since) ? { kind: 'day', day: since } : { kind: 'tag', glob: since };
    const before = await shell('git for-each-ref; cat .git/shallow 2>/dev/null || true', path);
    const found = await findReference(user, checkout, sha, asked, actions ? ORIGIN : null);
    // Neither the clone nor what a build script's `git describe` finds is another than before.
    expect(await shell('git for-each-ref; cat .git/shallow 2>/dev/null || true', path)).toBe(before);
    const { stdout } = await inside(user, checkout, ['for-each-ref', '--format=%(refname)', 'refs/coldgate']);
    expect(stdout).toBe('');
    return found.kind === 'commit'
      ? `${found.name}: ${found.revision.subject}`
      : `${found.kind}: ${found.reason.replace(sha.slice(0, 7), 'SHA').replaceAll(path, 'PATH')}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Five commits on main at noon of 28 September and after; v1.2.0 at the first, v1.10.0 at the third, v1.11.0-rc.1 at the fourth, v2.0.0 beside it all. */
async function released(): Promise<Project> {
  const project = await Project.create({ a: '0' });
  await project.git('commit', '--quiet', '--amend', '--message', 'zero', '--date', '2026-09-01T12:00:00Z');
  const commit = (message: string, at: string): Promise<string> =>
    shell(`GIT_AUTHOR_DATE=${at} GIT_COMMITTER_DATE=${at} git commit --quiet --allow-empty -m '${message}'`, project.path);
  await project.git('update-ref', '-d', 'HEAD');
  for (const [message, day, tag] of [
    ['one', '2026-09-28', 'v1.2.0'],
    ['two', '2026-09-29', null],
    ['three', '2026-09-30', 'v1.10.0'],
    ['four', '2026-10-01', 'v1.11.0-rc.1'],
    ['five', '2026-10-02', 'v1'],
  ] as const) {
    await commit(message, `${day}T${message === 'four' ? '00:00:00' : '23:59:59'}Z`);
    if (tag !== null) await project.git('tag', ...(tag === 'v1.10.0' ? ['-a', '-m', 'a release'] : []), tag);
  }
  await project.git('checkout', '--quiet', '-b', 'next', 'v1.2.0');
  await commit('another line', '2026-10-03T12:00:00Z');
  await project.git('tag', 'v2.0.0');
  await project.git('checkout', '--quiet', 'main');
  return project;
}

test('the newest release that base contains, by version', async () => {
  await using project = await released();
  expect(await referenceOf(project.path, 'v*')).toBe('v1.10.0: three');
  expect(await referenceOf(project.path, 'v*', { base: 'next' })).toBe('v2.0.0: another line');
  expect(await referenceOf(project.path, 'v*', { base: 'HEAD~3' })).toBe('v1.2.0: one');
  expect(await referenceOf(project.path, 'v1.2.0')).toBe('v1.2.0: one');
  expect(await referenceOf(project.path, 'v1.11.0-rc.1')).toBe('v1.11.0-rc.1: four');
});

test('what there is not yet is other news than what nobody can tell', async () => {
  await using project = await released();
  expect(await referenceOf(project.path, 'w*')).toBe('not-yet: base SHA contains no tag w* yet');
  expect(await referenceOf(project.path, 'v2*')).toBe('not-yet: base SHA does not contain v2.0.0, nor another tag v2*');
  expect(await referenceOf(project.path, 'v2.0.0')).toBe('not-yet: base SHA does not contain v2.0.0, nor another tag v2.0.0');
  expect(await referenceOf(project.path, 'v1.2.1')).toBe('unknown: there is no tag v1.2.1; did you mean "v1.2.0"?');
});

test('the newest commit of before a day began, in UTC', async () => {
  await using project = await released();
  expect(await referenceOf(project.path, '2026-10-01')).toBe('2026-10-01: three');
  expect(await referenceOf(project.path, '2026-10-02')).toBe('2026-10-02: four');
  expect(await referenceOf(project.path, '2030-01-01')).toBe('2030-01-01: five');
  expect(await referenceOf(project.path, '2026-09-28')).toBe('not-yet: the history of base SHA begins after 2026-09-28 did');
  // Years that git's own words for a date do not have.
  for (const day of ['0026-10-01', '1969-10-01', '1970-01-01'])
    expect(await referenceOf(project.path, day)).toBe(`not-yet: the history of base SHA begins after ${day} did`);
  expect(await referenceOf(project.path, '2126-10-01')).toBe('2126-10-01: five');
  // What was merged counts from when it was merged.
  await project.git('merge', '--quiet', '--no-ff', '-m', 'merged', 'next');
  expect(await referenceOf(project.path, '2026-10-04')).toBe('2026-10-04: five');
});

test('a shallow clone without tags has them fetched where there is somewhere to fetch from, and is not guessed at elsewhere', async () => {
  await using origin = await released();
  await using clone = await Project.clone(`file://${origin.path}`, '--depth', '1', '--no-tags');
  expect(await referenceOf(clone.path, 'v*', { actions: true })).toBe('v1.10.0: three');
  expect(await referenceOf(clone.path, '2026-10-01', { actions: true })).toBe('2026-10-01: three');
  expect(await referenceOf(clone.path, 'v9*', { actions: true })).toBe('not-yet: base SHA contains no tag v9* yet');
  expect(await referenceOf(clone.path, 'v*')).toBe(
    'unknown: which tags v* base contains is not known: this clone is shallow; git fetch --unshallow --tags brings the rest',
  );
  expect(await referenceOf(clone.path, '2026-10-01')).toMatch(/^unknown: what base was on 2026-10-01 is not known: this clone is shallow/);
  // The tip itself is from before that day: nothing is missing.
  expect(await referenceOf(clone.path, '2026-10-03')).toBe('2026-10-03: five');
  await clone.git('remote', 'set-url', 'origin', 'file:///nowhere/at/all');
  expect(await referenceOf(clone.path, 'v*', { actions: true })).toMatch(
    /^unknown: which tags v\* base contains is not known: it cannot be fetched \(.*\): check out with `fetch-depth: 0`/,
  );
});

test('a whole clone without tags has them fetched in a job; a failed fetch is no "not yet"', async () => {
  await using origin = await released();
  await using clone = await Project.clone(`file://${origin.path}`, '--no-tags');
  expect(await referenceOf(clone.path, 'v*', { actions: true })).toBe('v1.10.0: three');
  expect(await referenceOf(clone.path, 'v*')).toBe('not-yet: base SHA contains no tag v* yet');
  await clone.git('remote', 'set-url', 'origin', 'file:///nowhere/at/all');
  expect(await referenceOf(clone.path, 'v*', { actions: true })).toMatch(/^unknown: .*it cannot be fetched/);
});

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Twenty commits, each on one or two of those before it, and thirty tags: releases, pre-releases, of two packages, some of them annotated, some moved. */
async function tangled(seed: number): Promise<{ readonly project: Project; readonly commits: readonly string[] }> {
  const next = numbers(seed);
  const project = await Project.create({ a: '0' });
  const tree = await project.git('rev-parse', 'HEAD^{tree}');
  const commits = [await project.git('rev-parse', 'HEAD')];
  for (let at = 1; at < 20; at += 1) {
    const parents = new Set(Array.from({ length: 1 + next(2) }, () => commits[Math.max(0, at - 1 - next(4))] ?? ''));
    commits.push(await project.git('commit-tree', tree, ...[...parents].flatMap((parent) => ['-p', parent]), '-m', `commit ${at}`));
  }
  for (let at = 0; at < 30; at += 1) {
    const version = `${next(3)}.${next(13)}.${next(3)}${next(4) === 0 ? `-rc.${next(12)}` : ''}`;
    const name = `${next(3) === 0 ? 'orders-v' : 'v'}${version}`;
    const place = commits[next(commits.length)] ?? '';
    await project.git('tag', '--force', ...(next(3) === 0 ? ['-a', '-m', 'a release'] : []), name, place);
  }
  return { project, commits };
}

test.each([1, 2, 3])(
  'over tangled histories the newest release is what git itself sorts first of the tags that a commit contains (%i)',
  async (seed) => {
    const { project, commits } = await tangled(seed);
    await using _ = project;
    for (const base of commits.filter((_, at) => at % 2 === seed % 2)) {
      for (const glob of ['v*', 'orders-v*', 'v1.*']) {
        const args = ['-c', 'versionsort.suffix=-rc', 'tag', '--merged', base, '--sort=-version:refname', glob];
        const sorted = (await project.git(...args)).split('\n').filter((name) => name !== '');
        const wanted = sorted.find((name) => !name.includes('-rc')) ?? sorted[0];
        const found = await referenceOf(project.path, glob, { base });
        if (wanted === undefined) expect(found).toMatch(/^not-yet: /);
        else {
          const subject = await project.git('log', '--max-count=1', '--format=%s', wanted);
          expect(found).toBe(`${wanted}: ${subject}`);
        }
      }
    }
  },
);
