import * as z from 'zod';
import { type ApiOptions, connect } from './connection.ts';
import { type GitApi, gitApi, type RootApi } from './git-api.ts';
import { artifacts, type Job, jobs, type Run, type RunArtifact, run, runs } from './runs.ts';

export interface Comment {
  readonly id: number;
  readonly body: string;
  /** ISO 8601. */
  readonly at: string;
  /** `null`: the account was deleted. */
  readonly author: string | null;
  readonly url: string;
}

export interface PullRequest {
  readonly number: number;
  readonly open: boolean;
  readonly headSha: string;
  readonly headRef: string;
  /** `owner/name`; `null`: the fork was deleted. */
  readonly headRepository: string | null;
  readonly baseSha: string;
  readonly baseRef: string;
  /** Of the repository that it would be merged into. */
  readonly defaultBranch: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What happened to an issue or a pull request: `labeled`, `head_ref_force_pushed`, … */
export interface IssueEvent {
  readonly event: string;
  /** ISO 8601. */
  readonly at: string;
  readonly actor: { readonly login: string; readonly bot: boolean } | null;
  readonly label: string | null;
}

export type StatusState = 'error' | 'failure' | 'pending' | 'success';

/** A status as it was once set: a commit keeps the history of each context. */
export interface CommitStatus {
  readonly state: string;
  readonly context: string;
  /** ISO 8601. */
  readonly at: string;
  readonly url: string | null;
  readonly creator: string | null;
}

export interface NewStatus {
  readonly sha: string;
  readonly state: StatusState;
  readonly context: string;
  readonly description: string;
  readonly url: string | null;
}

/**
 * The calls of GitHub's REST API that coldgate makes, in one repository; lists are whole, over all pages.
 * Each throws an `ApiFailure` when GitHub refuses or stays unreachable after the retries.
 */
export interface Api extends GitApi, RootApi {
  readonly comments: (number: number) => Promise<readonly Comment[]>;
  /** The account that the token acts as, as it stands at its comments. An app's token can ask that by GraphQL alone. */
  readonly viewer: () => Promise<string>;
  /** Not repeated after a lost answer: the comment may stand already. */
  readonly createComment: (number: number, body: string) => Promise<Comment>;
  readonly updateComment: (id: number, body: string) => Promise<Comment>;
  readonly deleteComment: (id: number) => Promise<void>;
  readonly labels: (number: number) => Promise<readonly string[]>;
  readonly issueEvents: (number: number) => Promise<readonly IssueEvent[]>;
  readonly mayWrite: (login: string) => Promise<boolean>;
  readonly runsOf: (headSha: string) => Promise<readonly Run[]>;
  /** Those that a pull request of this branch set off since then, whichever pull request and repository; a list may lack the newest for a while. */
  readonly runsOfBranch: (branch: string, since: string) => Promise<readonly Run[]>;
  readonly run: (id: number) => Promise<Run>;
  /** The run as it was in that attempt. */
  readonly runAttempt: (id: number, attempt: number) => Promise<Run>;
  /** Of all attempts. */
  readonly jobsOf: (runId: number) => Promise<readonly Job[]>;
  /** Over all attempts, in no order that tells anything. Needs `actions: read`. */
  readonly artifactsOf: (runId: number) => Promise<readonly RunArtifact[]>;
  /** All that were ever set on a commit, in every context. */
  readonly statusesOf: (sha: string) => Promise<readonly CommitStatus[]>;
  /** How many entries a ref's own scope of the Actions cache has under keys that begin so. Needs `actions: read` in a private repository. */
  readonly cachesIn: (ref: string, prefix: string) => Promise<number>;
  readonly createStatus: (status: NewStatus) => Promise<void>;
  /** Needs `actions: write`. */
  readonly rerunFailedJobs: (runId: number) => Promise<void>;
  readonly pull: (number: number) => Promise<PullRequest>;
  /** Of a branch of any repository of that owner; `null`: all. */
  readonly openPullsOf: (head: { readonly owner: string; readonly branch: string } | null) => Promise<readonly PullRequest[]>;
  /** Requests that change nothing whatever the answer is, each for a right to write (`probeToken`). */
  readonly tryWrites: (number: number) => readonly { readonly what: string; readonly attempt: () => Promise<unknown> }[];
  readonly pause: (seconds: number) => Promise<void>;
}

/** No commit has it. */
const NO_COMMIT = '0'.repeat(40);

const account = z.object({ login: z.string(), type: z.string() }).nullable();
const repository = z.object({ full_name: z.string() }).nullable();

const comment = z
  .object({ id: z.int(), body: z.string().default(''), created_at: z.string(), user: account, html_url: z.string() })
  .transform(
    ({ id, body, created_at, user, html_url }): Comment => ({ id, body, at: created_at, author: user?.login ?? null, url: html_url }),
  );

const pull = z
  .object({
    number: z.int(),
    state: z.string(),
    head: z.object({ sha: z.string(), ref: z.string(), repo: repository }),
    base: z.object({ sha: z.string(), ref: z.string(), repo: z.object({ default_branch: z.string() }) }),
    created_at: z.string(),
  })
  .transform(
    ({ number, state, head, base, created_at }): PullRequest => ({
      number,
      open: state === 'open',
      headSha: head.sha,
      headRef: head.ref,
      headRepository: head.repo?.full_name ?? null,
      baseSha: base.sha,
      baseRef: base.ref,
      defaultBranch: base.repo.default_branch,
      createdAt: created_at,
    }),
  );

const issueEvent = z
  .object({ event: z.string(), created_at: z.string(), actor: account, label: z.object({ name: z.string().nullable() }).optional() })
  .transform(
    ({ event, created_at, actor, label }): IssueEvent => ({
      event,
      at: created_at,
      actor: actor === null ? null : { login: actor.login, bot: actor.type !== 'User' },
      label: label?.name ?? null,
    }),
  );

const status = z
  .object({ state: z.string(), context: z.string(), created_at: z.string(), target_url: z.string().nullish(), creator: account })
  .transform(
    ({ state, context, created_at, target_url, creator }): CommitStatus => ({
      ...{ state, context, at: created_at, url: target_url ?? null, creator: creator?.login ?? null },
    }),
  );

/** The API of one repository behind a token. Connections, retries and pacing: `connection.ts`. */
export function openApi(options: ApiOptions & { readonly owner: string; readonly repo: string }): Api {
  const { owner, repo } = options;
  const { ask, askAll, pause } = connect(options);
  const at = { owner, repo };
  return {
    comments: async (issue_number) =>
      (await askAll('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...at, issue_number }, z.array(comment))).flat(),
    viewer: async () =>
      (await ask(`POST ${graphqlOf(options.baseUrl)}`, { query: 'query { viewer { login } }' }, viewer)).data.viewer.login,
    createComment: (issue_number, body) =>
      ask('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...at, issue_number, body, request: { retries: 0 } }, comment),
    updateComment: (comment_id, body) =>
      ask('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...at, comment_id, body }, comment),
    deleteComment: async (comment_id) => {
      await ask('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...at, comment_id }, z.unknown());
    },
    labels: async (issue_number) => {
      const pages = await askAll('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...at, issue_number }, labels);
      return pages.flat().map(({ name }) => name);
    },
    issueEvents: async (issue_number) =>
      (await askAll('GET /repos/{owner}/{repo}/issues/{issue_number}/events', { ...at, issue_number }, z.array(issueEvent))).flat(),
    // `permission` is the role reduced to these four: `maintain` is `write` there, `triage` is `read`, a custom role what it is built on.
    mayWrite: async (username) => {
      const answer = await ask('GET /repos/{owner}/{repo}/collaborators/{username}/permission', { ...at, username }, permission);
      return answer.permission === 'admin' || answer.permission === 'write';
    },
    runsOf: async (head_sha) =>
      (await askAll('GET /repos/{owner}/{repo}/actions/runs', { ...at, head_sha }, runs)).flatMap((page) => page.workflow_runs),
    runsOfBranch: async (branch, since) => {
      const query = { ...at, branch, event: 'pull_request', created: `>=${since}` };
      return (await askAll('GET /repos/{owner}/{repo}/actions/runs', query, runs)).flatMap((page) => page.workflow_runs);
    },
    run: (run_id) => ask('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { ...at, run_id }, run),
    runAttempt: (run_id, attempt_number) =>
      ask('GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}', { ...at, run_id, attempt_number }, run),
    jobsOf: async (run_id) =>
      (await askAll('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', { ...at, run_id, filter: 'all' }, jobs)).flatMap(
        (page) => page.jobs,
      ),
    artifactsOf: async (run_id) =>
      (await askAll('GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', { ...at, run_id }, artifacts)).flatMap(
        (page) => page.artifacts,
      ),
    statusesOf: async (ref) => (await askAll('GET /repos/{owner}/{repo}/commits/{ref}/statuses', { ...at, ref }, z.array(status))).flat(),
    rerunFailedJobs: async (run_id) => {
      await ask('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs', { ...at, run_id }, z.unknown());
    },
    cachesIn: async (ref, key) => {
      const { total_count } = await ask(
        'GET /repos/{owner}/{repo}/actions/caches',
        { ...at, ref, key, per_page: 1 },
        z.object({ total_count: z.int() }),
      );
      return total_count;
    },
    createStatus: async ({ sha, state, context, description, url }) => {
      const body = { ...at, sha, state, context, description, ...(url === null ? {} : { target_url: url }) };
      await ask('POST /repos/{owner}/{repo}/statuses/{sha}', body, z.unknown());
    },
    pull: (pull_number) => ask('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...at, pull_number }, pull),
    openPullsOf: async (head) => {
      const query = { ...at, state: 'open', ...(head === null ? {} : { head: `${head.owner}:${head.branch}` }) };
      return (await askAll('GET /repos/{owner}/{repo}/pulls', query, z.array(pull))).flat();
    },
    tryWrites: (issue_number) => {
      const trying = (what: string, route: string, body: Readonly<Record<string, unknown>>) => ({
        what,
        attempt: () => ask(`POST /repos/{owner}/{repo}/${route}`, { ...at, ...body }, z.unknown()),
      });
      return [
        trying('contents', 'git/refs', { ref: 'refs/heads/coldgate', sha: NO_COMMIT }),
        trying('statuses', 'statuses/{sha}', { sha: NO_COMMIT, state: 'error' }),
        trying('issues or pull-requests', 'issues/{issue_number}/comments', { issue_number, body: '' }),
      ];
    },
    ...gitApi(at, ask),
    pause,
  };
}

const viewer = z.object({ data: z.object({ viewer: z.object({ login: z.string().min(1) }) }) });

/** On a server of one's own REST is `/api/v3` and GraphQL `/api/graphql`. */
function graphqlOf(baseUrl: string): string {
  return `${baseUrl.replace(/\/+$/, '').replace(/\/api\/v3$/, '/api')}/graphql`;
}

const labels = z.array(z.object({ name: z.string() }));
const permission = z.object({ permission: z.string() });
