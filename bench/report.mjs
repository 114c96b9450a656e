import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import AdmZip from 'adm-zip';
import { builtFile } from '../scripts/built.ts';
import { runAction } from '../test/action/harness.ts';
import { workflowRunEvent } from '../test/doubles/events.ts';
import { startGitHub } from '../test/doubles/github.ts';
import { startResults } from '../test/doubles/results.ts';
import { hostileCases } from './hostile.mjs';
import { ROOT, table } from './run.mjs';

const REPOSITORY = 'octo/app';
/** What takes longer is ended. */
const MOST_MILLIS = 60_000;
const STEP = fileURLToPath(new URL('report-step.mjs', import.meta.url));

/** A whole report job (the built Action, GitHub's double beside it): a large monorepo with many limits, then artifacts that were made to cost. */
export async function benchReport(only) {
  const rows = [];
  for (const { name, make, limits } of hostileCases()) {
    if (only !== undefined && only !== name) continue;
    rows.push([name, ...(await reported(make(), limits))]);
    console.error(rows.at(-1).join(' | '));
  }
  console.log('## A report job at its worst: seconds and peak memory of the whole process (aim: under 10 s and 500 MB each)\n');
  table(['artifact', 'its size', 'seconds', 'peak memory', 'the step says'], rows);
}

async function reported({ base, head }, limits) {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bench-report-'));
  await using results = await startResults();
  await using github = await startGitHub({ results });
  try {
    const { state } = github;
    state.repository(REPOSITORY, {});
    const headSha = head.commit.sha;
    state.pull(REPOSITORY, {
      ...{ author: 'alice', base: { ref: 'main', sha: base.commit.sha }, head: { ref: 'work', sha: headSha, repository: REPOSITORY } },
    });
    const run = state.run(REPOSITORY, { event: 'pull_request', headBranch: 'work', headSha, conclusion: 'success' });
    const zip = artifactOf(base, head);
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
    const { maxRSS, seconds } = JSON.parse(await readFile(usage, 'utf8').catch(() => '{}'));
    if (seconds === undefined) return [`${(zip.length / 1e6).toFixed(1)} MB`, `more than ${MOST_MILLIS / 1e3}`, '', 'was ended'];
    const said = ran.annotations.findLast(({ level }) => level === 'error')?.message ?? ran.outputs.sentence ?? '';
    return [`${(zip.length / 1e6).toFixed(1)} MB`, seconds.toFixed(1), `${(maxRSS / 1e3).toFixed(0)} MB`, said.slice(0, 120)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function artifactOf(base, head) {
  const zip = new AdmZip();
  const description = {
    ...{ schema: 'coldgate/leg@1', key: 'default', leg: 'default', headSha: head.commit.sha },
    ...{ base: { kind: 'measured', origin: 'built' }, command: 'coldgate check' },
  };
  zip.addFile('leg.json', Buffer.from(JSON.stringify(description)));
  zip.addFile('base/snapshot.json', Buffer.from(JSON.stringify(base)));
  zip.addFile('head/snapshot.json', Buffer.from(JSON.stringify(head)));
  return zip.toBuffer();
}
