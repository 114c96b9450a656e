import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pushEvent } from '../doubles/events.ts';
import { type GitHubDouble, sha, startGitHub } from '../doubles/github.ts';
import { type Ran, runAction } from './harness.ts';

const ROLE = 'arn:aws:iam::123456789012:role/coldgate-scratch';
let workspace: string;
let github: GitHubDouble;

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'coldgate-unfit-'));
  github = await startGitHub();
  github.state.repository('octo/app');
});
afterAll(async () => {
  await github[Symbol.asyncDispose]();
  await rm(workspace, { recursive: true, force: true });
});

/** In a folder without a project: what comes as far as a build says that there is no Cargo.toml. */
function run(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const event = pushEvent(github.state, { repository: 'octo/app', ref: 'refs/heads/main', after: sha('after'), before: sha('before') });
  return runAction({
    event,
    inputs: { cache: 'false', ...(inputs.mode === 'cold-start' ? { 'cold-start-role': ROLE } : {}), ...inputs },
    workspace,
    github: github.url,
    env,
  });
}

const said = (ran: Ran): string => ran.annotations.at(-1)?.message ?? '';

describe('legs of a matrix that nothing tells apart', () => {
  test.each([
    ['check', '`key: ${{ matrix.… }}`'],
    ['measure', '`leg: ${{ matrix.… }}`'],
    ['report', '`key: ${{ matrix.… }}`'],
    ['cold-start', '`key: ${{ matrix.… }}`'],
  ])('are refused before the build: %s', async (mode, way) => {
    const ran = await run({ mode, 'job-total': '3' });
    expect(ran.code).toBe(1);
    expect(said(ran)).toContain('one of 3 jobs of a matrix');
    expect(said(ran)).toContain(way);
  });

  test.each([
    ['a leg of its own', { mode: 'measure', leg: 'orders', 'job-total': '3' }],
    ['a key of its own', { mode: 'check', key: 'arm64', 'job-total': '3' }],
    ['no matrix', { mode: 'check', 'job-total': '1' }],
    ['a matrix of one', { mode: 'measure', 'job-total': '1' }],
    ['an expression that nobody evaluated', { mode: 'check', 'job-total': '${{ strategy.job-total }}' }],
    ['nothing', { mode: 'check' }],
  ])('go on with %s', async (_, inputs) => {
    expect(said(await run(inputs))).not.toContain('matrix');
  });
});

describe('on GitHub Enterprise Server', () => {
  const server = { GITHUB_SERVER_URL: 'https://github.example.com' };

  test.each(['measure', 'report', 'cold-start'])('%s is refused before the build: its artifacts are not there', async (mode) => {
    const ran = await run({ mode }, server);
    expect(ran.code).toBe(1);
    expect(said(ran)).toContain('GitHub Enterprise Server (github.example.com)');
    expect(said(ran)).toContain('use mode check');
  });

  test('check goes on, and so does everything on ghe.com', async () => {
    expect(said(await run({ mode: 'check' }, server))).not.toContain('Enterprise');
    expect(said(await run({ mode: 'measure' }, { GITHUB_SERVER_URL: 'https://octo.ghe.com' }))).not.toContain('Enterprise');
  });
});
