import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFile } from '../scripts/built.ts';
import { runAction } from '../test/action/harness.ts';
import { workflowRunEvent } from '../test/doubles/events.ts';
import { startGitHub } from '../test/doubles/github.ts';
import { startResults } from '../test/doubles/results.ts';
import { hostileCases } from './hostile.mjs';
import { artifactOf, repositoryOf } from './leg.mjs';
import { ROOT, table } from './run.mjs';

const REPOSITORY = 'octo/app';
/** What takes longer is ended. */
const MOST_MILLIS = 60_000;
const STEP = fileURLToPath(new URL('report-step.mjs', import.meta.url));

/** A whole report job (the built Action, GitHub's double beside it): a large monorepo with many limits, then artifacts that were made to cost. */
export async function benchReport(only) {
  const rows = [];
  for (const { name, make, limits, bytes } of hostileCases()) {
    if (only !== undefined && only !== name) continue;
    rows.push([name, ...(await reported(make(), limits, bytes))]);
    console.error(rows.at(-1).join(' | '));
  }
  console.log('## A report job at its worst: seconds and peak memory of the whole process (aim: under 10 s and 500 MB each)\n');
  table(['artifact', 'its size', 'seconds', 'user CPU', 'peak memory', 'the step says'], rows);
}

async function reported({ base, head }, limits, bytes) {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bench-report-'));
  await using results = await startResults();
  await using github = await startGitHub({ results });
  try {
    const { state } = github;
    state.repository(REPOSITORY, {});
    const repository = join(folder, 'repository');
    await mkdir(repository);
    const commits = await repositoryOf(
      repository,
      base.limits.map(({ text }) => text),
    );
    state.git(REPOSITORY, repository);
    const headSha = commits.head;
    Object.assign(base.commit, { sha: commits.base });
    Object.assign(head.commit, { sha: headSha });
    state.pull(REPOSITORY, {
      ...{ author: 'alice', base: { ref: 'main', sha: base.commit.sha }, head: { ref: 'work', sha: headSha, repository: REPOSITORY } },
    });
    const run = state.run(REPOSITORY, { event: 'pull_request', headBranch: 'work', headSha, conclusion: 'success' });
    const zip = await artifactOf(base, head, { folder, headSha, ...bytes });
    state.artifact(REPOSITORY, run.id, { name: 'coldgate-default@default', zip });
    const reporting = state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha });
    const permissions = { actions: 'read', contents: 'read', issues: 'write', 'pull-requests': 'write', statuses: 'write' };
    const usage = join(folder, 'usage.json');
    const ran = await runAction({
      event: workflowRunEvent(state, { repository: REPOSITORY, runId: run.id }),
      ...{ workspace: folder, github: github.url, results: results.url, runId: reporting.id, script: STEP },
      inputs: {
        mode: 'report',
        limits: limits.join('\n'),
        legs: 'default',
        cache: 'false',
        'github-token': state.token(REPOSITORY, { permissions }),
      },
      ...{ signal: AbortSignal.timeout(MOST_MILLIS), killSignal: 'SIGKILL' },
      env: { BENCH_USAGE: usage, BENCH_ACTION: builtFile(ROOT, 'action.js') },
    });
    const { peak, seconds, user } = JSON.parse(await readFile(usage, 'utf8').catch(() => '{}'));
    if (seconds === undefined) return [`${(zip.length / 1e6).toFixed(1)} MB`, `more than ${MOST_MILLIS / 1e3}`, '', '', 'was ended'];
    const said = ran.annotations.findLast(({ level }) => level === 'error')?.message ?? ran.outputs.sentence ?? '';
    return [
      `${(zip.length / 1e6).toFixed(1)} MB`,
      seconds.toFixed(1),
      user.toFixed(1),
      `${((peak * 1_024) / 1e6).toFixed(0)} MB`,
      said.slice(0, 120),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
