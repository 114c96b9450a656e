import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultArtifactClient } from '@actions/artifact';
import { restoreCache, saveCache } from '@actions/cache';
import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha, startGitHub } from './github.ts';
import { cacheScopes, type ResultsDouble, runtimeToken, startResults } from './results.ts';

const MAIN = 'refs/heads/main';
const before = { ...process.env };
const home = process.cwd();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-results-'));
  process.chdir(folder);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true); // the toolkits' debug lines
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.chdir(home);
  process.env = { ...before };
  await rm(folder, { recursive: true, force: true });
});

/** The toolkits read the environment: what follows happens in that run. */
function inRun(results: ResultsDouble, options: Parameters<typeof runtimeToken>[0]): void {
  Object.assign(process.env, {
    ACTIONS_RESULTS_URL: results.url,
    ACTIONS_RUNTIME_TOKEN: runtimeToken(options),
    ACTIONS_CACHE_SERVICE_V2: 'true',
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
  });
}

async function file(path: string, content: string | Buffer): Promise<string> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), content);
  return join(folder, path);
}

describe('artifacts', () => {
  test('are uploaded, listed, downloaded and deleted in their own run', async () => {
    await using results = await startResults();
    const client = new DefaultArtifactClient();
    inRun(results, { runId: 501, jobId: 601 });
    const big = Buffer.alloc(9_000_000, 'coldgate');
    const paths = [await file('out/snapshot.json', '{"schema":1}'), await file('out/api/bootstrap', big)];
    const { id } = await client.uploadArtifact('leg-1', paths, join(folder, 'out'), { compressionLevel: 0 });
    expect(results.artifacts(501)).toMatchObject([{ id, name: 'leg-1', runId: 501 }]);
    inRun(results, { runId: 501, jobId: 602 });
    expect((await client.listArtifacts()).artifacts.map((artifact) => artifact.name)).toEqual(['leg-1']);
    const { artifact } = await client.getArtifact('leg-1');
    const { downloadPath } = await client.downloadArtifact(artifact.id, { path: join(folder, 'in') });
    expect(await readFile(join(downloadPath ?? '', 'api/bootstrap'))).toEqual(big);
    await expect(client.uploadArtifact('leg-1', paths, join(folder, 'out'))).rejects.toThrow('409');
    inRun(results, { runId: 502 });
    expect((await client.listArtifacts()).artifacts).toEqual([]);
    inRun(results, { runId: 501, jobId: 601 });
    await client.deleteArtifact('leg-1');
    expect(results.artifacts(501)).toEqual([]);
  });

  test('of an earlier attempt: a partial re-run lists them and gets no address, a whole one does not see them; REST has them', async () => {
    await using results = await startResults();
    await using github = await startGitHub({ results });
    github.state.repository('octo/app');
    const run = github.state.run('octo/app', { event: 'pull_request', headBranch: 'big', headSha: sha('head'), conclusion: 'failure' });
    const client = new DefaultArtifactClient();
    inRun(results, { runId: run.id });
    const { id = 0 } = await client.uploadArtifact('leg', [await file('snapshot.json', '{}')], folder);
    github.state.rerun(run, { only: 'failed' });
    inRun(results, { runId: run.id, attempt: 2, rerun: 'failed' });
    expect((await client.listArtifacts()).artifacts.map((artifact) => artifact.id)).toEqual([id]);
    await expect(client.downloadArtifact(id, { path: join(folder, 'in') })).rejects.toThrow('workflow run not found');
    const token = github.state.token('octo/app', { permissions: { actions: 'read' } });
    const { actions } = getOctokit(token, { baseUrl: github.url }).rest;
    const at = { owner: 'octo', repo: 'app' };
    const names = async () => (await actions.listWorkflowRunArtifacts({ ...at, run_id: run.id })).data.artifacts.map(({ name }) => name);
    expect(await names()).toEqual(['leg']);
    await client.uploadArtifact('leg', [await file('snapshot.json', '{"second":1}')], folder);
    expect(await names()).toEqual(['leg', 'leg']);
    github.state.rerun(run);
    inRun(results, { runId: run.id, attempt: 3 });
    expect((await client.listArtifacts()).artifacts).toEqual([]);
    expect(await names()).toEqual([]);
  });

  test('of another run are listed and downloaded through the REST API', async () => {
    await using results = await startResults();
    await using github = await startGitHub({ results });
    github.state.repository('octo/app');
    const run = github.state.run('octo/app', { event: 'pull_request', headBranch: 'big', headSha: sha('head'), conclusion: 'success' });
    inRun(results, { runId: run.id });
    const { id = 0 } = await new DefaultArtifactClient().uploadArtifact('leg', [await file('snapshot.json', '{}')], folder);
    const at = { owner: 'octo', repo: 'app' };
    const token = github.state.token('octo/app', { permissions: { actions: 'read' } });
    const { actions } = getOctokit(token, { baseUrl: github.url }).rest;
    const { data } = await actions.listWorkflowRunArtifacts({ ...at, run_id: run.id });
    expect(data.artifacts.map((artifact) => [artifact.id, artifact.name])).toEqual([[id, 'leg']]);
    const { data: zip } = await actions.downloadArtifact({ ...at, artifact_id: id, archive_format: 'zip' });
    expect(Buffer.from(zip as ArrayBuffer)).toEqual(results.artifacts(run.id)[0]?.zip);
  });

  test('an upload survives one 503 and one cut connection', async () => {
    await using results = await startResults();
    inRun(results, { runId: 501 });
    const failed = results.fail({ path: /CreateArtifact/, status: 503 });
    const cut = results.fail({ method: 'PUT', path: /^\/blobs/, status: 'cut' });
    await new DefaultArtifactClient().uploadArtifact('leg', [await file('snapshot.json', '{}')], folder);
    expect([failed.hits, cut.hits, results.artifacts(501).length]).toEqual([1, 1, 1]);
  });
});

describe('caches', () => {
  const key = 'coldgate-base-abc';

  async function save(content: string | Buffer, name = key): Promise<number> {
    await file('base/snapshot.json', content);
    return saveCache(['base'], name);
  }

  async function restore(restoreKeys: string[] = [], name = key): Promise<string | undefined> {
    await rm(join(folder, 'base'), { recursive: true, force: true });
    return restoreCache(['base'], name, restoreKeys);
  }

  test('are restored by their key, by a prefix, and not at all; a key never changes', async () => {
    await using results = await startResults();
    inRun(results, { runId: 1 });
    const content = Buffer.from(Array.from({ length: 5_000_000 }, () => Math.floor(Math.random() * 256)));
    expect(await save(content)).toBeGreaterThan(0);
    expect(await save('other')).toBe(-1);
    inRun(results, { runId: 2 });
    expect(await restore()).toBe(key);
    expect(await readFile(join(folder, 'base/snapshot.json'))).toEqual(content);
    expect(await restore([], 'coldgate-base-def')).toBeUndefined();
    expect(await restore(['coldgate-base-'], 'coldgate-base-def')).toBe(key);
    results.evict(key);
    expect(await restore()).toBeUndefined();
  });

  test("a pull request reads the default branch's and keeps its own to itself", async () => {
    await using results = await startResults();
    const pull = (number: number) => ({ runId: number, caches: cacheScopes({ writes: `refs/pull/${number}/merge`, reads: [MAIN] }) });
    inRun(results, { runId: 1 });
    await save('main');
    inRun(results, pull(7));
    expect(await restore()).toBe(key);
    expect(await save('of seven')).toBeGreaterThan(0);
    await restore();
    expect(await readFile(join(folder, 'base/snapshot.json'), 'utf8')).toBe('of seven');
    await save('only of seven', 'coldgate-7');
    inRun(results, pull(8));
    expect(await restore([], 'coldgate-7')).toBeUndefined();
    inRun(results, { runId: 2 });
    expect(await restore([], 'coldgate-7')).toBeUndefined();
    expect(results.caches().map((entry) => [entry.scope, entry.key])).toEqual([
      [MAIN, key],
      ['refs/pull/7/merge', key],
      ['refs/pull/7/merge', 'coldgate-7'],
    ]);
  });

  test('a token that reads the default branch only cannot save', async () => {
    await using results = await startResults();
    inRun(results, { runId: 1, caches: cacheScopes({ reads: [MAIN] }) });
    expect(await save('poison')).toBe(-1);
    expect(results.caches()).toEqual([]);
  });

  test('a lost service is a missing cache, not an error', async () => {
    await using results = await startResults();
    inRun(results, { runId: 1 });
    await save('main');
    results.fail({ path: /GetCacheEntryDownloadURL/, status: 400 });
    expect(await restore()).toBeUndefined();
    expect(await restore()).toBe(key);
  });
});
