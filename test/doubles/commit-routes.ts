import type { Run, StatusState } from './records.ts';
import { Refusal } from './refusal.ts';
import { type Call, found, ok, pullOf, type Route, text } from './route.ts';
import { artifactJson, jobsJson, runJson } from './runs.ts';
import type { Answer } from './server.ts';

const DESCRIPTION_LIMIT = 140;

function runOf({ state, repository, parameters }: Call): Run {
  const id = Number(parameters.run_id);
  return found(state.runs.find((run) => run.repository === repository.fullName && run.id === id));
}

function attemptOf(call: Call): { readonly run: Run; readonly attempt: number } {
  const run = runOf(call);
  const attempt = Number(call.parameters.attempt_number);
  found(run.attempts[attempt - 1]);
  return { run, attempt };
}

function knownCommit({ repository, parameters }: Call, field: string): string {
  const sha = parameters[field] ?? '';
  if (!repository.commits.has(sha)) throw new Refusal(422, `No commit found for SHA: ${sha}`);
  return sha;
}

/** Of a search GitHub shows no more. */
const MOST_FOUND = 1_000;

/** A `head` without an owner is ignored, as GitHub does: a trap that a test should be able to fall into. */
function listPulls({ state, repository, query, resources, page }: Call): Answer {
  const wanted = query.get('state') ?? 'open';
  const head = query.get('head') ?? '';
  const base = query.get('base');
  const pulls = state.pulls.filter(
    (pull) =>
      pull.repository === repository.fullName &&
      (wanted === 'all' || pull.state === wanted) &&
      (!head.includes(':') || head === `${state.known(pull.head.repository).owner}:${pull.head.ref}`) &&
      (base === null || base === pull.base.ref),
  );
  const ordered = pulls.toSorted((a, b) => (query.get('direction') === 'asc' ? a.number - b.number : b.number - a.number));
  return page(ordered.map((pull) => resources.pullSimple(pull)));
}

/** Commits that only a fork's branch holds belong to no pull request here. */
function pullsOfCommit(call: Call): Answer {
  const { state, repository, resources, page } = call;
  const sha = knownCommit(call, 'commit_sha');
  const pulls = state.pulls.filter(
    (pull) =>
      pull.repository === repository.fullName &&
      pull.head.repository === repository.fullName &&
      (pull.head.sha === sha || pull.mergeSha === sha),
  );
  return page(pulls.map((pull) => resources.pullSimple(pull)));
}

function listRuns({ state, repository, query, resources, page }: Call): Answer {
  const matches = (field: string, value: string | null): boolean => query.get(field) === null || query.get(field) === value;
  const since = /^>=(.+)$/.exec(query.get('created') ?? '')?.[1];
  const runs = state.runs
    .filter((run) => run.repository === repository.fullName && matches('head_sha', run.headSha) && matches('event', run.event))
    .filter((run) => since === undefined || run.createdAt >= since)
    .filter((run) => matches('branch', run.headBranch) && matches('actor', run.actor))
    .filter((run) => matches('status', run.status) || matches('status', run.conclusion))
    .filter((run) => Date.parse(run.listedAt) <= state.clock.now().getTime())
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id)
    .slice(0, MOST_FOUND);
  return page(
    runs.map((run) => runJson(resources, run)),
    (workflow_runs) => ({ total_count: runs.length, workflow_runs }),
  );
}

const STATES: readonly string[] = ['error', 'failure', 'pending', 'success'] satisfies readonly StatusState[];
const isState = (value: string | null): value is StatusState => value !== null && STATES.includes(value);

function createStatus(call: Call): Answer {
  const { state, repository, token, body, resources } = call;
  const sha = knownCommit(call, 'sha');
  const value = text(body, 'state');
  if (!isState(value)) throw Refusal.invalid('Status', 'state', 'state is not included in the list');
  const description = text(body, 'description');
  if ((description ?? '').length > DESCRIPTION_LIMIT) {
    throw Refusal.invalid('Status', 'description', `description is too long (maximum is ${DESCRIPTION_LIMIT} characters)`);
  }
  const context = text(body, 'context') ?? 'default';
  const creator = token?.user ?? '';
  const status = state.status({
    repository: repository.fullName,
    sha,
    state: value,
    context,
    description,
    targetUrl: text(body, 'target_url'),
    creator,
  });
  return { status: 201, body: resources.status(status) };
}

function listJobs({ resources, page }: Call, run: Run, attempt: number | null): Answer {
  const jobs = jobsJson(resources, run).filter((job) => attempt === null || job.run_attempt === attempt);
  return page(jobs, (part) => ({ total_count: jobs.length, jobs: part }));
}

function listArtifacts(call: Call): Answer {
  const { state, repository, resources, query, page } = call;
  const run = runOf(call);
  const name = query.get('name');
  // Of a partial re-run those of the attempts before it too, some under one name: https://github.com/actions/download-artifact/issues/486
  const artifacts = state
    .artifactsOf(run.id)
    .filter((artifact) => artifact.attempt >= run.wholeSince && (name === null || artifact.name === name))
    .toSorted((a, b) => b.id - a.id);
  return page(
    artifacts.map((artifact) => artifactJson(resources, repository.fullName, run, artifact)),
    (page) => ({ total_count: artifacts.length, artifacts: page }),
  );
}

function downloadArtifact({ state, repository, parameters, artifactAddress }: Call): Answer {
  const artifact = found(state.findArtifact(repository.fullName, Number(parameters.artifact_id)));
  if (parameters.archive_format !== 'zip') throw Refusal.notFound();
  if (artifact.expired) throw new Refusal(410, 'Artifact has expired');
  return { status: 302, headers: { location: artifactAddress(artifact.id) } };
}

/** The repository, its pull requests, and what belongs to a commit: statuses, runs, artifacts. */
export const COMMIT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '',
    level: 'read',
    permissions: [],
    answer: ({ resources, repository }) => ok(resources.repository(repository.fullName)),
  },
  { method: 'GET', path: '/pulls', level: 'read', permissions: ['pull-requests'], answer: listPulls },
  {
    method: 'GET',
    path: '/pulls/{pull_number}',
    level: 'read',
    permissions: ['pull-requests'],
    answer: (call) => ok(call.resources.pull(pullOf(call))),
  },
  { method: 'GET', path: '/commits/{commit_sha}/pulls', level: 'read', permissions: ['pull-requests'], answer: pullsOfCommit },
  {
    method: 'POST',
    path: '/git/refs',
    level: 'write',
    permissions: ['contents'],
    answer: ({ repository, body }) => {
      const sha = text(body, 'sha') ?? '';
      if (!repository.commits.has(sha)) throw new Refusal(422, 'Object does not exist');
      throw new Refusal(501, 'the double makes no references');
    },
  },
  { method: 'POST', path: '/statuses/{sha}', level: 'write', permissions: ['statuses'], answer: createStatus },
  {
    method: 'GET',
    path: '/commits/{ref}/status',
    level: 'read',
    permissions: ['statuses'],
    answer: (call) => ok(call.resources.combinedStatus(call.repository.fullName, knownCommit(call, 'ref'))),
  },
  {
    method: 'GET',
    path: '/commits/{ref}/statuses',
    level: 'read',
    permissions: ['statuses'],
    answer: (call) => {
      const statuses = call.state.statuses(call.repository.fullName, knownCommit(call, 'ref'));
      return call.page(statuses.map((status) => call.resources.status(status)));
    },
  },
  {
    method: 'GET',
    path: '/actions/caches',
    level: 'read',
    permissions: ['actions'],
    answer: ({ state, query, page }) => {
      const [ref, key] = [query.get('ref'), query.get('key') ?? ''];
      const found = state.caches().filter((entry) => (ref === null || entry.scope === ref) && entry.key.startsWith(key));
      const rows = found.map(({ id, key, version, scope, size }) => ({
        ...{ id, ref: scope, key, version, size_in_bytes: size },
        ...{ created_at: '2026-01-05T08:00:00Z', last_accessed_at: '2026-01-05T08:00:00Z' },
      }));
      return page(rows, (actions_caches) => ({ total_count: found.length, actions_caches }));
    },
  },
  { method: 'GET', path: '/actions/runs', level: 'read', permissions: ['actions'], answer: listRuns },
  {
    method: 'GET',
    path: '/actions/runs/{run_id}',
    level: 'read',
    permissions: ['actions'],
    answer: (call) => ok(runJson(call.resources, runOf(call))),
  },
  {
    method: 'GET',
    path: '/actions/runs/{run_id}/attempts/{attempt_number}',
    level: 'read',
    permissions: ['actions'],
    answer: (call) => {
      const { run, attempt } = attemptOf(call);
      return ok(runJson(call.resources, run, attempt));
    },
  },
  {
    method: 'GET',
    path: '/actions/runs/{run_id}/jobs',
    level: 'read',
    permissions: ['actions'],
    answer: (call) => {
      const run = runOf(call);
      return listJobs(call, run, call.query.get('filter') === 'all' ? null : run.attempts.length);
    },
  },
  {
    method: 'GET',
    path: '/actions/runs/{run_id}/attempts/{attempt_number}/jobs',
    level: 'read',
    permissions: ['actions'],
    answer: (call) => {
      const { run, attempt } = attemptOf(call);
      return listJobs(call, run, attempt);
    },
  },
  {
    method: 'POST',
    path: '/actions/runs/{run_id}/rerun-failed-jobs',
    level: 'write',
    permissions: ['actions'],
    answer: (call) => {
      const run = runOf(call);
      if (run.status !== 'completed') throw new Refusal(403, 'This workflow run is already running');
      call.state.rerun(run, { only: 'failed', by: call.token?.user ?? '' });
      return { status: 201, body: {} };
    },
  },
  { method: 'GET', path: '/actions/runs/{run_id}/artifacts', level: 'read', permissions: ['actions'], answer: listArtifacts },
  {
    method: 'GET',
    path: '/actions/artifacts/{artifact_id}/{archive_format}',
    level: 'read',
    permissions: ['actions'],
    signedIn: true,
    answer: downloadArtifact,
  },
];
