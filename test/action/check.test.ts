import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mergeGroupEvent } from '../doubles/events.ts';
import { SECONDARY_RATE_LIMIT } from '../doubles/github.ts';
import { heavier, jsonOf, QUICK_PROFILE } from '../e2e/checks.ts';
import { TINY_MAIN, tiny } from '../e2e/project.ts';
import { type Opened, REPOSITORY, Scene } from './scene.ts';

const LIMIT = 'zip: +20 kB';
const small = { 'src/main.rs': `${TINY_MAIN}\n// smaller\n`, 'src/load.txt': null };

let scene: Scene;
beforeAll(async () => {
  const files = tiny('tiny', `${QUICK_PROFILE}\n[package.metadata.coldgate]\nlimits = ["${LIMIT}"]\n`);
  scene = await Scene.open(files);
});
afterAll(() => scene[Symbol.asyncDispose]());

describe('a pull request from its first breach to green', () => {
  let opened: Opened;
  let commentId: number;
  /** Made in that minute of the hour; ids do not grow with time. */
  const made = (id: number, minute: number): { readonly runId: number } => {
    const createdAt = `2026-03-02T09:0${minute}:00Z`;
    return { runId: scene.state.run(REPOSITORY, { id, event: 'pull_request', headBranch: 'big', headSha: opened.head, createdAt }).id };
  };

  test('the first push is red: comment, summary, outputs, annotation, packages', async () => {
    opened = await scene.pull('big', heavier(80));
    const ran = await scene.run(scene.event(opened), {}, made(503, 1));
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail', function: 'tiny' } });
    const [comment, ...others] = scene.comments(opened);
    expect(others).toEqual([]);
    commentId = comment?.id ?? 0;
    expect(ran.outputs['comment-url']).toContain(`#issuecomment-${commentId}`);
    expect(comment?.body).toContain(`sha=${opened.head}`);
    expect(ran.summary).toContain('tiny');

    // The page is one file that a browser shows, and the comment leads to it.
    const page = scene.results.artifacts(503).find(({ name }) => name === 'coldgate-default-page-1.html');
    expect(page?.zip.toString().slice(0, 15)).toBe('<!doctype html>');
    expect(comment?.body).toContain(`/actions/runs/503/artifacts/${page?.id})`);

    const line = (await scene.project.read('Cargo.toml')).split('\n').findIndex((text) => text.startsWith('limits')) + 1;
    expect(ran.annotations).toContainEqual(expect.objectContaining({ level: 'error', file: 'Cargo.toml', line }));
    const said = ran.annotations.map(({ message }) => message);
    expect(new Set(said).size).toBe(said.length);
    expect(said.at(-1)).toMatch(/^fail: /);

    // The same two commits on the command line.
    await scene.project.git('checkout', '--quiet', opened.merge);
    const base = await scene.project.git('rev-parse', 'main');
    const ended = await scene.home.run(scene.project.path, ['check', '--base', base, '--json', '-']);
    const cli = jsonOf(ended);
    expect(ended.code).toBe(1);
    const json: unknown = JSON.parse(await readFile(ran.outputs['report-json'] ?? '', 'utf8'));
    expect(json).toMatchObject({ functions: cli.functions, verdict: cli.verdict, dependencies: cli.dependencies });
    const [fn] = cli.functions;
    for (const metric of ['zip', 'unzipped', 'binary', 'text'] as const) {
      const { base: before, head: after } = fn?.metrics[metric] ?? { base: null, head: null };
      expect([ran.outputs[`${metric}-base`], ran.outputs[`${metric}-head`]]).toEqual([String(before), String(after)]);
      expect(ran.outputs[`${metric}-delta`]).toBe(String(Number(after) - Number(before)));
    }
    expect(comment?.body).toContain(cli.verdict.sentence.match(/to ([\d.]+ kB)/)?.[1] ?? 'no figure');

    const paths = (ran.outputs.packages ?? '').split('\n');
    expect(paths).toHaveLength(1);
    expect((await stat(paths[0] ?? '')).size).toBe(fn?.metrics.zip.head);
    const bootstrap = new AdmZip(paths[0]).readFile('bootstrap') ?? Buffer.alloc(0);
    expect(createHash('sha256').update(bootstrap).digest('hex')).toBe(fn?.sha256.head);
  });

  test('the second push changes the same comment', async () => {
    opened = await scene.push(opened, heavier(120));
    const ran = await scene.run(scene.event(opened), {}, made(501, 2));
    expect(ran.code).toBe(1);
    expect(scene.comments(opened).map(({ id }) => id)).toEqual([commentId]);
    expect(scene.comments(opened)[0]?.body).toContain(`sha=${opened.head}`);
  });

  test('a run from before it leaves the comment alone', async () => {
    const before = scene.comments(opened)[0]?.body;
    const ran = await scene.run(scene.event(opened), {}, made(504, 0));
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('a newer run has commented already');
    expect(scene.comments(opened)[0]?.body).toBe(before);
  });

  test('the fix turns it green', async () => {
    opened = await scene.push(opened, small);
    const ran = await scene.run(scene.event(opened), {}, made(502, 3));
    expect(ran).toMatchObject({ code: 0 });
    expect(['pass', 'off']).toContain(ran.outputs.verdict);
    expect(scene.comments(opened).map(({ id }) => id)).toEqual([commentId]);
    expect(scene.comments(opened)[0]?.body).toContain(`sha=${opened.head}`);
    expect(ran.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('without rights or with a GitHub that is ill', () => {
  let red: Opened;
  let green: Opened;
  beforeAll(async () => {
    red = await scene.pull('red', heavier(60));
    green = await scene.pull('green', { 'src/main.rs': `${TINY_MAIN}\n// green\n` });
  });
  const checkOut = (opened: Opened): Promise<string> => scene.project.git('checkout', '--quiet', opened.merge);

  test('a read-only token: summary only, and the gate still gates', async () => {
    await checkOut(red);
    const token = scene.state.token(REPOSITORY, { permissions: { contents: 'read', 'pull-requests': 'read', issues: 'read' } });
    const ran = await scene.run(scene.event(red), { 'github-token': token });
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail', 'comment-url': '' } });
    expect(ran.summary).toContain('tiny');
    expect(ran.stdout).toContain('no comment:');
    expect(scene.comments(red)).toEqual([]);
    await checkOut(green);
    expect(await scene.run(scene.event(green), { 'github-token': token })).toMatchObject({ code: 0, outputs: { 'comment-url': '' } });
  });

  test("a fork's pull request: nothing is written", async () => {
    const fork = await scene.pull('theirs', heavier(50), { author: 'mallory', fork: true });
    const token = scene.state.token(REPOSITORY, { permissions: { contents: 'read' } });
    const before = scene.github.requests.length;
    const ran = await scene.run(scene.event(fork), { 'github-token': token });
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail', 'comment-url': '' } });
    expect(ran.summary).toContain('tiny');
    // What is asked of the token's rights cannot be written.
    const own = scene.github.requests.slice(before);
    expect(own.filter(({ method, path, status }) => method !== 'GET' && path !== '/graphql' && status !== 403)).toEqual([]);
    expect(scene.comments(fork)).toEqual([]);
  });

  test.each([
    ['500', { status: 500 }],
    ['a cut connection', { status: 'cut' as const }],
    ['a lost answer', { status: 'lost' as const }],
    ['429', { status: 429, headers: { 'retry-after': '1' }, body: SECONDARY_RATE_LIMIT }],
  ])('%s once: the comment is written, once', async (_, fault) => {
    const { pull } = green;
    for (const comment of scene.comments(green)) scene.state.allComments.splice(scene.state.allComments.indexOf(comment), 1);
    await checkOut(green);
    const planned = scene.github.fail({ method: 'POST', path: new RegExp(`/${pull.number}/comments$`), ...fault });
    const ran = await scene.run(scene.event(green));
    expect(planned.hits).toBe(1);
    expect(ran.code).toBe(0);
    expect(scene.comments(green)).toHaveLength(1);
    expect(ran.outputs['comment-url']).not.toBe('');
  });

  test('a comment that cannot be written at all costs nothing but a line', async () => {
    await checkOut(green);
    scene.github.fail({ method: 'GET', path: new RegExp(`/${green.pull.number}/comments$`), status: 404, times: Number.POSITIVE_INFINITY });
    const ran = await scene.run(scene.event(green));
    expect(ran).toMatchObject({ code: 0, outputs: { verdict: 'pass', 'comment-url': '' } });
    expect(ran.stdout).toContain('the job summary has the whole report');
  });

  test.each(['never', 'on-breach'])('comment: %s writes none for a pass', async (comment) => {
    const quiet = await scene.pull(`quiet-${comment}`, { 'src/main.rs': `${TINY_MAIN}\n// ${comment}\n` });
    expect(await scene.run(scene.event(quiet), { comment })).toMatchObject({ code: 0 });
    expect(scene.comments(quiet)).toEqual([]);
  });
});

describe('acceptance', () => {
  let opened: Opened;
  const LABEL = 'coldgate: accepted';

  test('a label that was there before the first run, or that a reader gave, accepts nothing', async () => {
    const { state, clock } = scene.github;
    opened = await scene.pull('wanted', heavier(70));
    state.label(REPOSITORY, opened.pull.number, LABEL, 'alice');
    clock.advance(60_000);
    const run = state.run(REPOSITORY, { event: 'pull_request', headBranch: opened.branch, headSha: opened.head });
    const early = await scene.run(scene.event(opened), {}, { runId: run.id });
    clock.advance(60_000);
    state.end(run, 'failure');
    expect(early).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(early.stdout).toContain('was set before this head was first measured');
    clock.advance(60_000);
    state.unlabel(REPOSITORY, opened.pull.number, LABEL, 'alice');
    state.label(REPOSITORY, opened.pull.number, LABEL, 'reader');
    state.rerun(run);
    const reader = await scene.run(scene.event(opened), {}, { runId: run.id, runAttempt: 2 });
    expect(reader).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(reader.stdout).toContain('has no write access');
  });

  test('one by a writer after it does, and the comment says who', async () => {
    const { state, clock } = scene.github;
    const run = state.runs.at(-1);
    if (run === undefined) throw new Error('no run');
    state.end(run, 'failure');
    clock.advance(60_000);
    state.unlabel(REPOSITORY, opened.pull.number, LABEL, 'reader');
    state.label(REPOSITORY, opened.pull.number, LABEL, 'alice');
    state.comment(REPOSITORY, opened.pull.number, { author: 'alice', body: 'wanted for <b>TLS</b> @octocat' });
    state.rerun(run, { only: 'failed' });
    const ran = await scene.run(scene.event(opened), {}, { runAttempt: 3, rerun: 'failed', runId: run.id });
    expect(ran).toMatchObject({ code: 0, outputs: { verdict: 'accepted' } });
    const body = scene.comments(opened).find(({ author }) => author === 'github-actions[bot]')?.body ?? '';
    expect(body).toMatch(/\*\*Accepted\*\* by `@alice` at `2026-[^`]*`, who wrote “.*TLS.*”: `tiny` package: /);
    expect(body.replaceAll(/`[^`]*`/g, '')).not.toMatch(/<b>|@octocat/);
    expect(ran.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('in the merge queue the pull request is found by its number', async () => {
    const { state } = scene;
    const baseSha = await scene.project.git('rev-parse', 'main');
    const group = async (headSha: string) => {
      const event = mergeGroupEvent(state, { repository: REPOSITORY, number: opened.pull.number, baseSha, headSha });
      const run = state.run(REPOSITORY, { event: 'merge_group', headBranch: event.ref.replace('refs/heads/', ''), headSha });
      await scene.project.git('checkout', '--quiet', '--detach', headSha);
      return scene.run(event, {}, { runId: run.id });
    };
    expect(await group(opened.merge)).toMatchObject({ code: 0, outputs: { verdict: 'accepted' } });
    // Another change in the same group makes it larger than what was accepted.
    const larger = await scene.project.commit(heavier(400), 'somebody else in the group');
    const beyond = await group(larger);
    expect(beyond).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(beyond.stdout + beyond.summary).toContain("tiny's package is beyond what was accepted");
  });

  test('a later push needs it anew', async () => {
    const { state, clock } = scene.github;
    clock.advance(60_000);
    opened = await scene.push(opened, heavier(75));
    const run = state.run(REPOSITORY, { event: 'pull_request', headBranch: opened.branch, headSha: opened.head });
    const ran = await scene.run(scene.event(opened), {}, { runId: run.id });
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
  });
});

test('a head that does not build: its first error is the annotation, the whole log a group of the job', async () => {
  const wrong = (name: string): string => `fn ${name}() -> u32 {\n    "::error::${name}"\n}\n`;
  const broken = await scene.pull('broken', { 'src/main.rs': `${TINY_MAIN}${wrong('one')}${wrong('two')}` });
  const ran = await scene.run(scene.event(broken));
  expect(ran.code).toBe(1);
  const said = ran.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
  expect(said).toEqual([expect.stringContaining('--> src/main.rs:12:5')]);
  expect(said[0]).toContain('and 1 more error');
  expect(said[0]).not.toContain('src/main.rs:15:5');
  const group = /\n::group::[0-9a-f]{7}: the whole log of the build\n([\s\S]*?)\n::endgroup::/.exec(ran.stdout)?.[1] ?? '';
  expect(group).toContain('--> src/main.rs:15:5');
});
