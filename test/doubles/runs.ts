import { createHash } from 'node:crypto';
import { type Json, nodeId } from './accounts.ts';
import type { Artifact, Run } from './records.ts';
import type { Resources } from './resources.ts';

const HTML = 'https://github.com';
const DAY = 24 * 60 * 60 * 1000;

/** A pull request of a fork is not among a run's `pull_requests`: GitHub leaves it out. */
function pullsOf(resources: Resources, run: Run): readonly Json[] {
  const own = resources.state.pulls.filter(
    (pull) => pull.repository === run.repository && pull.head.repository === run.repository && run.headRepository === run.repository,
  );
  const repo = (fullName: string): Json => ({
    id: resources.state.known(fullName).id,
    name: resources.state.known(fullName).name,
    url: resources.url(fullName),
  });
  return own
    .filter((pull) => pull.state === 'open' && pull.head.ref === run.headBranch)
    .map(({ id, number, repository, head, base }) => ({
      ...{ id, number, url: `${resources.url(repository)}/pulls/${number}` },
      head: { ref: head.ref, sha: head.sha, repo: repo(head.repository) },
      base: { ref: base.ref, sha: base.sha, repo: repo(repository) },
    }));
}

/** Each workflow has an id of its own. */
function workflowId({ workflow }: Run): number {
  return createHash('sha1').update(workflow).digest().readUInt32BE() >>> 1;
}

export function runJson(resources: Resources, run: Run, attempt: number = run.attempts.length): Json {
  const { id, repository, headRepository, headSha, headBranch, createdAt } = run;
  const url = `${resources.url(repository)}/actions/runs/${id}`;
  const { startedAt = createdAt, by = run.actor, conclusion = null } = run.attempts[attempt - 1] ?? {};
  const current = attempt === run.attempts.length;
  // `[bot]` is no part of an address, by GitHub's own description.
  const author = { name: run.actor, email: `${run.actor.replace('[bot]', '')}@users.noreply.github.com` };
  return {
    ...{
      id,
      name: run.workflow,
      node_id: nodeId('WFR', id),
      check_suite_id: id + 1,
      check_suite_node_id: nodeId('CS', id + 1),
      head_branch: headBranch,
    },
    ...{ head_sha: headSha, path: run.path, run_number: run.number, run_attempt: attempt, referenced_workflows: [], event: run.event },
    ...{
      display_title: run.workflow,
      status: current ? run.status : 'completed',
      conclusion: current ? run.conclusion : (conclusion ?? 'cancelled'),
    },
    ...{ workflow_id: workflowId(run), url, html_url: `${HTML}/${repository}/actions/runs/${id}`, pull_requests: pullsOf(resources, run) },
    ...{
      created_at: createdAt,
      updated_at: startedAt,
      run_started_at: startedAt,
      actor: resources.user(run.actor),
      triggering_actor: resources.user(by),
    },
    ...{ jobs_url: `${url}/jobs`, logs_url: `${url}/logs`, check_suite_url: `${resources.url(repository)}/check-suites/${id + 1}` },
    ...{ artifacts_url: `${url}/artifacts`, cancel_url: `${url}/cancel`, rerun_url: `${url}/rerun` },
    ...{
      previous_attempt_url: attempt === 1 ? null : `${url}/attempts/${attempt - 1}`,
      workflow_url: `${resources.url(repository)}/actions/workflows/${workflowId(run)}`,
    },
    head_commit: { id: headSha, tree_id: headSha, message: 'a commit', timestamp: createdAt, author, committer: author },
    ...{
      repository: resources.minimalRepository(repository),
      head_repository: run.forkDeleted ? null : resources.minimalRepository(headRepository),
      head_repository_id: resources.state.known(headRepository).id,
    },
  };
}

/** Of all attempts, the first one's first. */
export function jobsJson(resources: Resources, run: Run): readonly Json[] {
  const { repository, headSha, headBranch } = run;
  const url = resources.url(repository);
  return run.jobs.map(({ id, name, attempt, startedAt, status, conclusion, completedAt }) => ({
    ...{ id, run_id: run.id, run_url: `${url}/actions/runs/${run.id}`, run_attempt: attempt, node_id: nodeId('CR', id) },
    ...{ head_sha: headSha, head_branch: headBranch, url: `${url}/actions/jobs/${id}`, name, workflow_name: run.workflow },
    ...{ html_url: `${HTML}/${repository}/actions/runs/${run.id}/job/${id}`, status, conclusion },
    ...{ created_at: startedAt, started_at: startedAt, completed_at: completedAt, steps: [], labels: ['ubuntu-latest'] },
    ...{ check_run_url: `${url}/check-runs/${id}`, runner_id: 1, runner_name: 'GitHub Actions 1' },
    ...{ runner_group_id: 0, runner_group_name: 'GitHub Actions' },
  }));
}

export function artifactJson(resources: Resources, repository: string, run: Run, { id, name, zip, createdAt, expired }: Artifact): Json {
  const url = `${resources.url(repository)}/actions/artifacts/${id}`;
  return {
    ...{ id, node_id: nodeId('MDg', id), name, size_in_bytes: zip.length, url, archive_download_url: `${url}/zip`, expired },
    ...{ digest: `sha256:${createHash('sha256').update(zip).digest('hex')}`, created_at: createdAt, updated_at: createdAt },
    ...{ expires_at: `${new Date(Date.parse(createdAt) + 90 * DAY).toISOString().slice(0, 19)}Z` },
    workflow_run: {
      ...{
        id: run.id,
        repository_id: resources.state.known(repository).id,
        head_repository_id: resources.state.known(run.headRepository).id,
      },
      ...{ head_branch: run.headBranch, head_sha: run.headSha },
    },
  };
}
