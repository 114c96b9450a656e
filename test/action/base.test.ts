import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mergeGroupEvent, pushEvent, scheduleEvent, workflowDispatchEvent } from '../doubles/events.ts';
import { fingerprint } from '../e2e/fingerprint.ts';
import { shell, TINY_MAIN } from '../e2e/project.ts';
import { checkOut, GitRemote, servePrivately } from './git-remote.ts';
import { spyOnGit } from './git-spy.ts';
import type { Ran } from './harness.ts';
import { type Opened, REPOSITORY, Scene } from './scene.ts';

const source = (text: string): Record<string, string> => ({ 'src/main.rs': `${TINY_MAIN}\n// ${text}\n` });

let scene: Scene;
let remote: GitRemote;
/** Where the branch began, main's tip, and the pull request's merge commit on it. */
let [first, fork, tip] = ['', '', ''];
let opened: Opened;

beforeAll(async () => {
  scene = await Scene.open();
  const { project } = scene;
  first = await project.git('rev-parse', 'HEAD');
  fork = await project.commit(source('two'), 'two');
  await project.git('branch', 'start');
  tip = await project.commit(source('three'), 'three');
  // The branch starts before main's tip; its merge commit stands upon the tip.
  await project.git('checkout', '--quiet', '-b', 'topic', 'start');
  await project.commit({ NOTES: 'topic' }, 'topic one');
  const head = await project.commit({ NOTES: 'topic two' }, 'topic two');
  await project.git('checkout', '--quiet', '--detach', 'main');
  await project.git('merge', '--quiet', '--no-ff', '--message', 'Merge topic', 'topic');
  const merge = await project.git('rev-parse', 'HEAD');
  await project.git('branch', 'merged');
  const pull = scene.state.pull(REPOSITORY, {
    base: { ref: 'main', sha: tip },
    head: { ref: 'topic', sha: head, repository: REPOSITORY },
    mergeSha: merge,
  });
  opened = { pull, branch: 'topic', head, merge };
  remote = await GitRemote.of(project.path);
});
afterAll(async () => {
  await remote[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});

async function baseOf(ran: Ran): Promise<string> {
  if (ran.code !== 0) throw new Error(ran.stdout);
  const report: { base: { sha: string } | null; missingBase: { kind: string } | null } = JSON.parse(
    await readFile(ran.outputs['report-json'] ?? '', 'utf8'),
  );
  return report.base?.sha ?? (report.missingBase?.kind === 'first-run' ? 'no base' : '');
}

/** What the clone has: nothing of it may change, nor may it become shallow or whole. */
async function cloneState(path: string): Promise<unknown> {
  return [await fingerprint(path), await shell('git rev-parse --is-shallow-repository && git count-objects -v && git for-each-ref', path)];
}

describe('the base of each event', () => {
  const events = {
    'pull request, merge commit': () => [scene.event(opened), opened.merge, () => tip] as const,
    'pull request, head checked out': () => [scene.event(opened), opened.head, () => fork] as const,
    push: () =>
      [pushEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', before: first, after: tip }), tip, () => first] as const,
    'push of a new branch': () =>
      [pushEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/topic', after: opened.head }), opened.head, () => tip] as const,
    'first push of the default branch': () =>
      [pushEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', after: tip }), tip, () => fork] as const,
    'merge group': () =>
      [
        mergeGroupEvent(scene.state, { repository: REPOSITORY, number: opened.pull.number, baseSha: tip, headSha: opened.merge }),
        opened.merge,
        () => tip,
      ] as const,
    schedule: () => [scheduleEvent(scene.state, { repository: REPOSITORY, sha: tip }), tip, () => fork] as const,
    dispatch: () =>
      [workflowDispatchEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', sha: tip }), tip, () => fork] as const,
    'dispatch on the first commit': () =>
      [workflowDispatchEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', sha: first }), first, () => 'no base'] as const,
  };
  const names = Object.keys(events) as readonly (keyof typeof events)[];
  test.each(names.flatMap((name) => [[name, 1] as const, ...(name.startsWith('pull') ? [[name, 0] as const] : [])]))(
    '%s, fetch-depth %i: the base is right and the clone as it was',
    async (name, depth) => {
      const [event, commit, expected] = events[name]();
      const workspace = await checkOut(remote.url, commit, depth);
      try {
        const before = await cloneState(workspace);
        const ran = await scene.run(event, {}, { workspace });
        expect(await baseOf(ran)).toBe(expected());
        expect(await cloneState(workspace)).toEqual(before);
      } finally {
        await rm(workspace, { recursive: true, force: true });
      }
    },
  );

  test('a step before that left a file changes nothing of it', async () => {
    const workspace = await checkOut(remote.url, opened.merge);
    try {
      await writeFile(join(workspace, 'left-behind.txt'), 'by an earlier step');
      expect(await baseOf(await scene.run(scene.event(opened), {}, { workspace }))).toBe(tip);
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  });

  test('of a force-push whose commit before is gone it is the parent: the default branch keeps a base', async () => {
    const workspace = await checkOut(remote.url, tip);
    try {
      const event = pushEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', before: 'a'.repeat(40), after: tip });
      expect(await baseOf(await scene.run(event, {}, { workspace }))).toBe(fork);
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  });

  test.each(['check', 'measure'])('of a pull request that is for another branch by now an old run is refused: %s', async (mode) => {
    const workspace = await checkOut(remote.url, opened.merge);
    const { pull } = opened;
    const was = pull.base;
    const event = scene.event(opened);
    try {
      scene.state.retarget(pull, { ref: 'start', sha: fork }, 'alice');
      const ran = await scene.run(event, { mode }, { workspace });
      expect(ran.code).toBe(1);
      expect(ran.stdout).not.toContain('building');
      expect(ran.annotations.at(-1)?.message).toMatch(
        /is for start now, and this run is of when it was for main: push, or close and reopen it/,
      );
      // A new run has the new base.
      const anew = await scene.run(scene.event(opened), { mode }, { workspace });
      expect(anew.stdout).not.toContain('is for start now');
    } finally {
      scene.state.retarget(pull, was, 'alice');
      await rm(workspace, { recursive: true, force: true });
    }
  });

  test('one that nobody has any more is named, with what helps', async () => {
    const workspace = await checkOut(remote.url, tip);
    try {
      const event = pushEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', before: fork, after: tip });
      const ran = await scene.run(event, { base: 'a'.repeat(40) }, { workspace });
      expect(ran.code).toBe(1);
      expect(ran.annotations.at(-1)?.message).toMatch(/the base a{40} is not in this clone and cannot be fetched .*fetch-depth: 0/);
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  });
});

describe('a private repository over HTTP', () => {
  const DUMP = `use std::io::Write;
fn main() {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(std::env::var("DUMP_TO").unwrap()).unwrap();
    for (name, value) in std::env::vars() { writeln!(file, "{name}={value}").unwrap(); }
    println!("::error::planted");
    println!("::set-output name=verdict::pass");
    println!("cargo::warning=::add-mask::tiny");
    eprintln!("::stop-commands::never");
}
`;

  test('the token reaches one fetch; builds see none of it, nor the channels of the runner', async () => {
    const { project, token } = scene;
    await project.git('checkout', '--quiet', '-b', 'secretive', 'main');
    const base = await project.commit({ 'build.rs': DUMP }, 'a build script');
    const head = await project.commit(source('secretive'), 'more');
    await using hosted = await GitRemote.of(project.path);
    await using server = await servePrivately(hosted, token);
    const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
    const workspace = await checkOut(server.url, head, 1, [`http.${server.server}/.extraheader=${header}`]);
    const tools = await mkdtemp(join(tmpdir(), 'coldgate-spy-'));
    try {
      const spy = await spyOnGit(tools);
      const dump = join(tools, 'environment');
      const event = workflowDispatchEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/secretive', sha: head });
      const ran = await scene.run(
        event,
        { prepare: 'echo ::error::prepared; echo ::add-mask::prepared >&2' },
        {
          workspace,
          env: {
            ...{ GITHUB_SERVER_URL: server.server, ...spy.env, DUMP_TO: dump, GH_TOKEN: token },
            ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*', GITHUB_TOKEN: token },
          },
        },
      );
      expect(await baseOf(ran)).toBe(base);
      expect(server.refused()).toBe(0);

      const secret = (text: string): boolean => text.includes(token) || text.includes(header.slice(21));
      const calls = await spy.calls();
      const fetches = calls.filter((call) => secret(call)).map((call) => call.split('|')[0] ?? '');
      expect(fetches).toHaveLength(1);
      expect(fetches[0]).toMatch(/ fetch .*--depth 1/);
      expect(calls.filter((call) => secret(call.split('|')[0] ?? ''))).toEqual([]);

      const seen = await readFile(dump, 'utf8');
      expect(seen).toContain('CARGO_MANIFEST_DIR=');
      expect(secret(seen)).toBe(false);
      expect(seen).not.toMatch(/^(ACTIONS_|INPUT_|GITHUB_(TOKEN|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)=|GH_TOKEN)/m);

      // What builds and `prepare` print is text.
      expect(ran.annotations.map(({ message }) => message).filter((text) => /planted|prepared/.test(text))).toEqual([]);
      expect(ran.masked.toSorted()).toEqual([token, header.slice(21)].toSorted());
      expect(ran.outputs.verdict).not.toBe('');
    } finally {
      await rm(workspace, { recursive: true, force: true });
      await rm(tools, { recursive: true, force: true });
    }
  });

  test('without the token it says what to give', async () => {
    await using server = await servePrivately(remote, scene.token);
    const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${scene.token}`).toString('base64')}`;
    const workspace = await checkOut(server.url, tip, 1, [`http.${server.server}/.extraheader=${header}`]);
    try {
      const event = pushEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', before: fork, after: tip });
      const ran = await scene.run(event, { 'github-token': '' }, { workspace, env: { GITHUB_SERVER_URL: server.server } });
      expect(ran.code).toBe(1);
      expect(ran.annotations.at(-1)?.message).toContain('contents: read');
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  });
});
