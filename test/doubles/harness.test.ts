import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommands, parseFileCommands } from '../action/commands.ts';
import { runAction } from '../action/harness.ts';
import { pullRequestEvent, pushEvent } from './events.ts';
import { sha, startGitHub } from './github.ts';
import { startResults } from './results.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-harness-'));
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A small action of this test's own. */
async function script(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, lines.join('\n'));
  return path;
}

test('an action sees its inputs and event, and what it says is read back', async () => {
  await using github = await startGitHub();
  const { state } = github;
  state.repository('octo/app');
  const head = { ref: 'small', sha: sha('own'), repository: 'octo/app' };
  const pull = state.pull('octo/app', { base: { ref: 'main', sha: sha('base') }, head, mergeSha: sha('merge') });
  const token = state.token('octo/app', { permissions: { 'pull-requests': 'write' } });
  const ran = await runAction({
    event: pullRequestEvent(state, { repository: 'octo/app', number: pull.number }),
    inputs: { 'manifest-path': 'crates/api/Cargo.toml', token },
    workspace: folder,
    github: github.url,
    script: await script('says', [
      "import * as core from '@actions/core';",
      "import { context, getOctokit } from '@actions/github';",
      "const token = core.getInput('token');",
      'core.setSecret(token);',
      "core.setOutput('manifest', core.getInput('manifest-path'));",
      "core.setOutput('several', 'one\\ntwo');",
      "core.error('50% too big:\\nzip', { file: 'a,b/Cargo.toml', startLine: 7, title: 'limit: zip' });",
      "await core.summary.addRaw('# Summary').write();",
      'const { rest } = getOctokit(token);',
      'await rest.issues.createComment({ ...context.repo, issue_number: context.payload.pull_request.number, body: context.sha });',
      "core.setFailed('breach');",
    ]),
  });
  expect(ran.code).toBe(1);
  expect(ran.outputs).toEqual({ manifest: 'crates/api/Cargo.toml', several: 'one\ntwo' });
  expect(ran.summary).toBe('# Summary');
  expect(ran.masked).toEqual([token]);
  expect(ran.annotations).toMatchObject([
    { level: 'error', message: '50% too big:\nzip', file: 'a,b/Cargo.toml', line: 7, title: 'limit: zip' },
    { level: 'error', message: 'breach', file: null, line: null },
  ]);
  expect(state.comments('octo/app', pull.number).map((comment) => comment.body)).toEqual([sha('merge')]);
});

test("another run's artifact is found and downloaded by the toolkit, through both doubles", async () => {
  await using results = await startResults();
  await using github = await startGitHub({ results });
  const { state } = github;
  state.repository('octo/app');
  const run = state.run('octo/app', { event: 'push', headBranch: 'main', headSha: sha('main'), conclusion: 'success' });
  const event = pushEvent(state, { repository: 'octo/app', ref: 'refs/heads/main', after: sha('main') });
  const common = { event, workspace: folder, github: github.url, results: results.url };
  const upload = await script('upload', [
    "import { DefaultArtifactClient } from '@actions/artifact';",
    "import { writeFileSync } from 'node:fs';",
    "writeFileSync('snapshot.json', '{}');",
    "await new DefaultArtifactClient().uploadArtifact('leg', ['snapshot.json'], '.');",
  ]);
  const download = await script('download', [
    "import { DefaultArtifactClient } from '@actions/artifact';",
    "import { getInput, setOutput } from '@actions/core';",
    "import { readFileSync } from 'node:fs';",
    "const findBy = { token: getInput('token'), workflowRunId: Number(getInput('run')), repositoryOwner: 'octo', repositoryName: 'app' };",
    'const client = new DefaultArtifactClient();',
    "const { artifact } = await client.getArtifact('leg', { findBy });",
    "await client.downloadArtifact(artifact.id, { path: 'in', findBy });",
    "setOutput('content', readFileSync('in/snapshot.json', 'utf8'));",
  ]);
  expect(await runAction({ ...common, runId: run.id, script: upload })).toMatchObject({ code: 0 });
  const token = state.token('octo/app', { permissions: { actions: 'read' } });
  const ran = await runAction({ ...common, runId: run.id + 1, inputs: { token, run: String(run.id) }, script: download });
  expect(ran).toMatchObject({ code: 0, outputs: { content: '{}' } });
});

describe('commands', () => {
  test('between stop-commands and its end are text', () => {
    const { annotations, inert, open } = parseCommands(
      ['::stop-commands::abc', '::error::planted', '::set-output name=verdict::pass', '::abc::', '::warning file=x::real'].join('\n'),
    );
    expect(annotations).toMatchObject([{ level: 'warning', message: 'real', file: 'x' }]);
    expect(inert.map((command) => command.name)).toEqual(['error', 'set-output']);
    expect(open).toBeNull();
  });

  test('in a line count from its start only, as the runner reads them', () => {
    expect(parseCommands('  ::notice::indented\ntext ::error::inside').annotations).toMatchObject([
      { level: 'notice', message: 'indented' },
    ]);
  });

  test('in files: one line and several, and what the runner refuses', () => {
    expect(parseFileCommands('a=1=2\nb<<END\nx=y\n\nz\nEND\nc=\n')).toEqual({ a: '1=2', b: 'x=y\n\nz', c: '' });
    expect(() => parseFileCommands('b<<END\nx')).toThrow('never ended');
    expect(() => parseFileCommands('text')).toThrow('invalid format');
  });
});
