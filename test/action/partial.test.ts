import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { heavier } from '../e2e/checks.ts';
import { fingerprint } from '../e2e/fingerprint.ts';
import { shell } from '../e2e/project.ts';
import { checkOut, GitRemote, type PrivateServer, servePrivately } from './git-remote.ts';
import { spyOnGit } from './git-spy.ts';
import { type Opened, Scene } from './scene.ts';

let scene: Scene;
let remote: GitRemote;
let server: PrivateServer;
let opened: Opened;
let [base, header] = ['', ''];

beforeAll(async () => {
  scene = await Scene.open();
  base = await scene.project.commit({ ...heavier(10), 'docs/large.txt': 'x' }, 'load');
  opened = await scene.pull('topic', { ...heavier(100), 'docs/large.txt': 'y' });
  remote = await GitRemote.of(scene.project.path);
  await shell('git config uploadpack.allowFilter true', remote.path);
  server = await servePrivately(remote, scene.token);
  header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${scene.token}`).toString('base64')}`;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await remote[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});

// As actions/checkout has them: `filter`, and `sparse-checkout`, which filters too. Their token is gone from the clone (`persist-credentials: false`).
test.each([
  ['filter: blob:none', 0, { filter: 'blob:none' }],
  ['sparse-checkout', 0, { filter: 'blob:none', sparse: 'src' }],
  ['filter: blob:none, fetch-depth: 1', 1, { filter: 'blob:none' }],
  ['sparse-checkout, fetch-depth: 1', 1, { filter: 'blob:none', sparse: 'src' }],
  ['fetch-depth: 1', 1, {}],
] as const)('a private repository with %s: what is missing comes with the token, which nothing else gets', async (_, depth, partial) => {
  const workspace = await checkOut(server.url, opened.merge, depth, [`http.${server.server}/.extraheader=${header}`], partial);
  const tools = await mkdtemp(join(tmpdir(), 'coldgate-spy-'));
  try {
    const spy = await spyOnGit(tools);
    const before = await fingerprint(workspace);
    const refused = server.refused();
    await rm(join(scene.home.path, 'repositories'), { recursive: true, force: true });
    const ran = await scene.run(scene.event(opened), {}, { workspace, env: { GITHUB_SERVER_URL: server.server, ...spy.env } });
    expect(ran.stdout).not.toMatch(/cannot be fetched|cannot be measured|^::error::git/m);
    const report: { base: { sha: string } | null; functions: readonly { status: string }[] } = JSON.parse(
      await readFile(ran.outputs['report-json'] ?? '', 'utf8'),
    );
    expect([report.base?.sha, report.functions]).toMatchObject([base, [{ status: 'changed' }]]);
    expect(await fingerprint(workspace)).toEqual(before);
    expect(server.refused()).toBe(refused);
    const calls = await spy.calls();
    const secret = calls.filter((call) => call.includes(scene.token) || call.includes(header.slice(21)));
    // One for a base that is not there, one for the files of both; git starts its own for the transport.
    const fetches = calls.filter((call) => / fetch .*app\.git/.test(call.split('|')[0] ?? ''));
    expect(secret.map((call) => call.split('|')[0])).toEqual(fetches.map((call) => call.split('|')[0]));
    expect(fetches.length).toBeLessThanOrEqual(2);
    expect(fetches.length).toBeGreaterThan(0);
  } finally {
    await rm(workspace, { recursive: true, force: true });
    await rm(tools, { recursive: true, force: true });
  }
});

test('git 2.30, which knows nothing of GIT_CONFIG_COUNT, has the token too', async () => {
  const workspace = await checkOut(server.url, opened.merge, 1, [`http.${server.server}/.extraheader=${header}`]);
  const tools = await mkdtemp(join(tmpdir(), 'coldgate-old-git-'));
  try {
    // As 2.30.2, which was built and tried, behaves: an unknown argument of rev-parse is printed as it is.
    const real = (await shell('command -v git', tools)).trim();
    const old = `case "$*" in --version) echo git version 2.30.2; exit;; *--path-format*) echo --path-format=absolute; exit;; esac`;
    await writeFile(join(tools, 'git'), `#!/bin/sh\n${old}\nunset GIT_CONFIG_COUNT\nexec ${real} "$@"\n`, { mode: 0o755 });
    await rm(join(scene.home.path, 'repositories'), { recursive: true, force: true });
    const env = { GITHUB_SERVER_URL: server.server, PATH: `${tools}:${process.env.PATH}` };
    const ran = await scene.run(scene.event(opened), { gate: 'warn' }, { workspace, env });
    expect(ran.code).toBe(0);
    expect(JSON.parse(await readFile(ran.outputs['report-json'] ?? '', 'utf8'))).toMatchObject({ base: { sha: base } });
  } finally {
    await rm(workspace, { recursive: true, force: true });
    await rm(tools, { recursive: true, force: true });
  }
});

test('without the token it is said what to give, before anything is built', async () => {
  const workspace = await checkOut(server.url, opened.merge, 0, [`http.${server.server}/.extraheader=${header}`], { filter: 'blob:none' });
  try {
    await rm(join(scene.home.path, 'repositories'), { recursive: true, force: true });
    const ran = await scene.run(scene.event(opened), { 'github-token': '' }, { workspace, env: { GITHUB_SERVER_URL: server.server } });
    expect(ran.annotations.at(-1)?.message).toMatch(
      /this partial clone lacks files .*cannot be fetched .*`contents: read`, or check out without `filter`/,
    );
    expect(ran.stdout).not.toContain('building');
    expect(ran.code).toBe(1);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
});
