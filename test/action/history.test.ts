import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HistoryLine } from '../../src/core/history/line.ts';
import { monthsOf } from '../../src/core/history/months.ts';
import { filesOf } from '../../src/core/history/update.ts';
import { branchStore } from '../../src/history/branch.ts';
import { aLine } from '../core/history/lines.ts';
import { type ActionEvent, pushEvent, workflowDispatchEvent } from '../doubles/events.ts';
import { heavier } from '../e2e/checks.ts';
import { shell, TINY_MAIN } from '../e2e/project.ts';
import { ENV } from '../git/environment.ts';
import { type PrivateServer, servePrivately } from './git-remote.ts';
import type { Ran } from './harness.ts';
import { REPOSITORY, Scene } from './scene.ts';

let scene: Scene;
let root: string;
let server: PrivateServer;
let first: string;
let second: string;
/** May write contents, as the job of mode history. */
let token: string;

const hub = (): string => join(root, `${REPOSITORY}.git`);

beforeAll(async () => {
  scene = await Scene.open();
  root = await mkdtemp(join(tmpdir(), 'coldgate-hub-'));
  first = await scene.project.git('rev-parse', 'HEAD');
  second = await scene.project.commit({ 'src/main.rs': `${TINY_MAIN}\nconst _: &str = "more";\n` }, 'Say more');
  await scene.project.git('tag', '-a', '-m', 'one', 'v1.0.0');
  await shell(`mkdir -p octo && git clone --quiet --bare "${scene.project.path}" "${hub()}"`, root);
  await shell(
    'git config http.receivepack true && git config uploadpack.allowFilter true && git config uploadpack.allowAnySHA1InWant true',
    hub(),
  );
  token = scene.state.token(REPOSITORY, { permissions: { actions: 'read', contents: 'write' } });
  server = await servePrivately({ path: join(root, 'x'), url: '', [Symbol.asyncDispose]: async () => {} }, token);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

const push = (after: string, before: string, ref = 'refs/heads/main'): ActionEvent =>
  pushEvent(scene.state, { repository: REPOSITORY, ref, after, before });

/** GitHub's own address, as far as the runner's host goes. */
const address = (): string => server.server.replace('127.0.0.1', 'git.localhost');

async function measured(leg: string, event: ActionEvent): Promise<number> {
  const run = scene.state.run(REPOSITORY, { event: 'push', headBranch: 'main', headSha: event.sha });
  await scene.project.git('checkout', '--quiet', event.sha);
  expect(await scene.run(event, { mode: 'measure', leg }, { runId: run.id })).toMatchObject({ code: 0 });
  return run.id;
}

function history(event: ActionEvent, runId: number, inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const env = { GITHUB_SERVER_URL: address() };
  return scene.run(event, { mode: 'history', 'github-token': token, ...inputs }, { runId, env, workspace: root });
}

async function lines(): Promise<readonly HistoryLine[]> {
  const store = branchStore({ url: hub(), env: ENV }, { scratch: root, signal: new AbortController().signal, format: 'sha1' });
  return [...((await store.read())?.months.values() ?? [])].flatMap((month) => month.lines);
}

describe('mode history on push to the default branch', () => {
  let run: number;

  test('appends a line for each function of each leg, with what git says of the commit', async () => {
    run = await measured('default', push(second, first));
    const ran = await history(push(second, first), run);
    expect(ran.stdout).toContain(`1 line of ${second.slice(0, 7)} in branch coldgate-history`);
    expect(ran).toMatchObject({ code: 0 });
    expect(await lines()).toMatchObject([
      {
        function: 'tiny',
        leg: 'default',
        commit: second,
        base: first,
        subject: 'Say more',
        tags: ['v1.0.0'],
        figures: { zip: expect.any(Number) },
      },
    ]);
    expect([...ran.shown, ran.stderr].join('\n')).not.toContain(token);
  });

  test('once more changes nothing but when it was written', async () => {
    const before = await lines();
    expect(await history(push(second, first), run)).toMatchObject({ code: 0 });
    expect((await lines()).map(({ written, ...line }) => line)).toEqual(before.map(({ written, ...line }) => line));
  });

  test('names a leg that is missing and fails, and keeps the others’ lines', async () => {
    const ran = await history(push(second, first), run, { legs: 'default: tiny\narm: tiny' });
    expect(ran.code).toBe(1);
    expect(ran.annotations.map(({ message }) => message).join()).toContain('leg arm: it uploaded nothing');
    expect(await lines()).toHaveLength(1);
  });

  test('writes nothing of a leg’s functions that are not its', async () => {
    const ran = await history(push(second, first), run, { legs: 'default: orders' });
    expect(ran.annotations.map(({ message }) => message)).toContain(
      'leg default: tiny is left out: input legs does not name it for this leg',
    );
    expect(ran.code).toBe(1);
    expect(await lines()).toHaveLength(1);
  });

  test('of another commit takes nothing', async () => {
    const ran = await history(push(first, second), run);
    expect(ran.code).toBe(1);
    expect((await lines()).map(({ commit }) => commit)).toEqual([second]);
  });
});

test('a commit that no build reads has its line too, with the figures of the one before', async () => {
  const third = await scene.project.commit({ 'README.md': 'more words' }, 'Say what it is');
  await shell(`git push --quiet "${hub()}" HEAD:refs/heads/main`, scene.project.path);
  const ran = await history(push(third, second), await measured('default', push(third, second)));
  expect(ran.stdout).toContain(`1 line of ${third.slice(0, 7)} in branch coldgate-history`);
  expect(ran.code).toBe(0);
  const [before, own] = [second, third].map((sha) => lines().then((all) => all.find(({ commit }) => commit === sha)));
  expect((await own)?.figures).toEqual((await before)?.figures);
});

test('by hand all functions have their line, whatever the last commit was about', async () => {
  await scene.forget();
  const fourth = await scene.project.commit({ 'README.md': 'other words' }, 'Say it better');
  await shell(`git push --quiet "${hub()}" HEAD:refs/heads/main`, scene.project.path);
  const byHand = workflowDispatchEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', sha: fourth });
  const ran = await history(byHand, await measured('default', byHand));
  expect(ran.stdout).toContain(`1 line of ${fourth.slice(0, 7)} in branch coldgate-history`);
  expect(ran.code).toBe(0);
});

test('a pull request counts growth from the line that a push left, and builds no release', async () => {
  await scene.project.git('checkout', '--quiet', 'main');
  await scene.project.commit({ NOTES: 'since the release' }, 'Note it');
  const opened = await scene.pull('counted', heavier(10));
  await scene.forget();
  await scene.project.git('checkout', '--quiet', opened.merge);
  const inputs = { mode: 'check', limits: 'zip: +1% since v*', 'github-token': token };
  const ran = await scene.run(scene.event(opened), inputs, { env: { GITHUB_SERVER_URL: address() } });
  expect(ran.stdout).toContain(`v1.0.0 (${second.slice(0, 7)}): measured before, taken from the history`);
  expect(ran.stdout).not.toContain('building once');
  await scene.project.git('checkout', '--quiet', 'main');
});

describe('mode history is refused', () => {
  test('on another branch, by hand too', async () => {
    const way = '`if: github.ref_name == github.event.repository.default_branch`';
    const ran = await history(push(second, first, 'refs/heads/release'), 1);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.annotations.at(-1)?.message).toContain(way);
    const byHand = workflowDispatchEvent(scene.state, {
      repository: REPOSITORY,
      ref: 'refs/heads/release',
      sha: second,
    });
    expect((await history(byHand, 1)).annotations.at(-1)?.message).toContain(way);
  });

  test('on a pull request, with the way', async () => {
    const opened = await scene.pull('more', { NOTES: 'x' });
    const ran = await history(scene.event(opened), 1);
    expect(ran.annotations.at(-1)?.message).toBe(
      'the history is of what the default branch has: run `history` on `push` to it, in a job of its own after those that measure (`needs`)',
    );
  });

  test('without a token, and with one that may not write', async () => {
    const run = await measured('default', push(second, first));
    expect((await history(push(second, first), run, { 'github-token': '' })).annotations.at(-1)?.message).toContain('contents: write');
    await shell('git config http.receivepack false', hub());
    const ran = await history(push(second, first), run);
    await shell('git config http.receivepack true', hub());
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('give this job, and no other, `permissions: contents: write`');
  });
});

describe('the report of a pull request', () => {
  test('has the trend of what changed, where there is a history to be read', async () => {
    const opened = await scene.pull('heavier', heavier(50));
    const run = scene.state.run(REPOSITORY, { event: 'pull_request', headBranch: opened.branch, headSha: opened.head });
    await scene.project.git('checkout', '--quiet', opened.merge);
    expect(await scene.run(scene.event(opened), { mode: 'measure' }, { runId: run.id })).toMatchObject({ code: 0 });
    const report = () => scene.run(scene.event(opened), { mode: 'report', limits: 'none' }, { runId: run.id });
    await report();
    expect(scene.comments(opened)[0]?.body).not.toContain('History');
    const arch = process.arch === 'arm64' ? 'arm64' : 'x86_64';
    const known = [200_000, 201_000, 240_000].map((zip, place) =>
      aLine({
        function: 'tiny',
        crate: 'tiny',
        arch,
        commit: `${place}`.repeat(40),
        time: `2026-11-0${place + 1}T00:00:00Z`,
        figures: { zip },
      }),
    );
    const store = branchStore(
      { url: scene.project.path, env: ENV },
      { scratch: root, signal: new AbortController().signal, format: 'sha1' },
    );
    await store.update(() => filesOf(monthsOf(known)), 'history');
    expect(await report()).toMatchObject({ code: 0 });
    expect(scene.comments(opened)[0]?.body.replaceAll('\u00a0', ' ')).toContain(
      '**History**\n\n- `tiny` package ▁▁█ last 3 on main: 200 kB → 240 kB, +40.0 kB (+20 %)',
    );
  });
});
