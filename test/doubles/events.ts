import type { Json } from './accounts.ts';
import type { Permission, Pull, Repository, Token } from './records.ts';
import { Resources } from './resources.ts';
import { runJson } from './runs.ts';
import { type CacheScope, cacheScopes } from './runtime-token.ts';
import type { GitHubState } from './state.ts';

export type EventName = 'pull_request' | 'pull_request_target' | 'push' | 'merge_group' | 'workflow_run' | 'workflow_dispatch' | 'schedule';

/** What starts a run, as GitHub hands it over: the payload, and what stands in the environment beside it. */
export interface ActionEvent {
  readonly name: EventName;
  readonly payload: Json;
  readonly repository: string;
  /** GITHUB_SHA and GITHUB_REF. */
  readonly sha: string;
  readonly ref: string;
  readonly actor: string;
  readonly headRef: string;
  readonly baseRef: string;
  /** Whatever the workflow's `permissions` ask for, GITHUB_TOKEN may read at most: a fork's pull request, and what Dependabot sets off. */
  readonly readOnly: boolean;
  /** What a run of this event may do with caches. */
  readonly caches: readonly CacheScope[];
}

const API = 'https://api.github.com';
const ZERO = '0'.repeat(40);

type PullAction = 'opened' | 'synchronize' | 'reopened' | 'labeled' | 'unlabeled' | 'closed' | 'edited';

interface PullOptions {
  readonly repository: string;
  readonly number: number;
  readonly action?: PullAction;
  readonly sender?: string;
  readonly label?: string;
  /** The head before a `synchronize`. */
  readonly before?: string;
  /** The base before an `edited` that changed it. */
  readonly baseBefore?: Pull['base'];
}

function common(state: GitHubState, repository: string, sender: string): { resources: Resources; known: Repository; common: Json } {
  const resources = new Resources(state, () => API);
  return {
    resources,
    known: state.known(repository),
    common: { repository: resources.repository(repository), sender: resources.user(sender) },
  };
}

/** Events in which Dependabot's runs get no more rights than a fork's. The run's first actor decides, whoever starts it anew. */
const READ_ONLY_FOR_DEPENDABOT: readonly EventName[] = ['pull_request', 'push'];

/** The GITHUB_TOKEN of a job of this event whose workflow asks for these permissions. */
export function jobToken(state: GitHubState, event: ActionEvent, permissions: Token['permissions']): string {
  const cut = Object.entries(permissions).map(([name, level]) => [name, event.readOnly && level === 'write' ? 'read' : level]);
  return state.token(event.repository, { permissions: Object.fromEntries(cut) as Partial<Record<Permission, 'none' | 'read' | 'write'>> });
}

function isReadOnly(name: EventName, actor: string): boolean {
  return actor === 'dependabot[bot]' && READ_ONLY_FOR_DEPENDABOT.includes(name);
}

function branch(name: string): string {
  return `refs/heads/${name}`;
}

function pullPayload(
  state: GitHubState,
  pull: Pull,
  { action = 'synchronize', sender = pull.author, label, before = ZERO, baseBefore: base }: PullOptions,
): Json {
  const { resources, common: rest } = common(state, pull.repository, sender);
  const extra = {
    ...(action === 'synchronize' ? { before, after: pull.head.sha } : {}),
    ...(action === 'edited' ? { changes: base === undefined ? {} : { base: { ref: { from: base.ref }, sha: { from: base.sha } } } } : {}),
    ...(label === undefined ? {} : { label: resources.label(pull.repository, label) }),
  };
  return { action, number: pull.number, pull_request: resources.pull(pull), ...extra, ...rest };
}

/** GITHUB_SHA is the merge commit that GitHub made for the pull request: `pull.mergeSha`, which must be set. */
export function pullRequestEvent(state: GitHubState, options: PullOptions): ActionEvent {
  const pull = state.knownPull(options.repository, options.number);
  if (pull.mergeSha === null) throw new Error(`${pull.repository}#${pull.number} has no merge commit: GitHub starts no run for it`);
  const ref = `refs/pull/${pull.number}/merge`;
  const actor = options.sender ?? pull.author;
  const fork = pull.head.repository !== pull.repository;
  const reads = [branch(pull.base.ref), branch(state.known(pull.repository).defaultBranch)];
  return {
    name: 'pull_request',
    payload: pullPayload(state, pull, options),
    repository: pull.repository,
    sha: pull.mergeSha,
    ref,
    actor,
    readOnly: isReadOnly('pull_request', actor) || (fork && !state.known(pull.repository).writeTokensToForks),
    headRef: pull.head.ref,
    baseRef: pull.base.ref,
    caches: cacheScopes({ writes: ref, reads }),
  };
}

/** Runs on the base branch, with the base branch's rights. */
export function pullRequestTargetEvent(state: GitHubState, options: PullOptions): ActionEvent {
  const pull = state.knownPull(options.repository, options.number);
  return {
    name: 'pull_request_target',
    payload: pullPayload(state, pull, options),
    repository: pull.repository,
    sha: pull.base.sha,
    ref: branch(pull.base.ref),
    actor: options.sender ?? pull.author,
    headRef: pull.head.ref,
    baseRef: pull.base.ref,
    readOnly: false,
    caches: cacheScopes({ reads: [branch(pull.base.ref)] }),
  };
}

/** A branch that is new has a `before` of zeros, which is what is taken without one. */
export function pushEvent(
  state: GitHubState,
  options: { repository: string; ref: string; after: string; before?: string; actor?: string },
): ActionEvent {
  const { repository, ref, after, before = ZERO, actor = 'alice' } = options;
  const { known, common: rest } = common(state, repository, actor);
  const person = { name: actor, email: `${actor}@users.noreply.github.com` };
  const address = `https://github.com/${repository}/commit/${after}`;
  const text = { id: after, tree_id: after, distinct: true, message: 'a commit', timestamp: state.clock.now().toISOString(), url: address };
  const head = { ...text, author: person, committer: person, added: [], removed: [], modified: ['src/main.rs'] };
  const range = { ref, before, after, base_ref: null, compare: `https://github.com/${repository}/compare/${before}...${after}` };
  const flags = { created: before === ZERO, deleted: false, forced: false };
  const created = Math.floor(state.clock.now().getTime() / 1000);
  const pushed = { ...Object(rest.repository), created_at: created, pushed_at: created };
  return {
    name: 'push',
    payload: { ...range, ...flags, commits: [head], head_commit: head, pusher: person, ...rest, repository: pushed },
    ...plain(repository, after, ref, actor),
    readOnly: isReadOnly('push', actor),
    caches: cacheScopes({ writes: ref, reads: [branch(known.defaultBranch)] }),
  };
}

export function mergeGroupEvent(
  state: GitHubState,
  options: { repository: string; number: number; baseSha: string; headSha: string; baseRef?: string },
): ActionEvent {
  const { repository, number, baseSha, headSha, baseRef = 'main' } = options;
  const actor = 'github-merge-queue[bot]';
  const headRef = `refs/heads/gh-readonly-queue/${baseRef}/pr-${number}-${baseSha}`;
  const author = { name: 'alice', email: 'alice@users.noreply.github.com' };
  const timestamp = state.clock.stamp();
  const commit = { id: headSha, tree_id: headSha, message: `Merge pull request #${number}`, timestamp, author, committer: author };
  const group = { head_sha: headSha, head_ref: headRef, base_sha: baseSha, base_ref: branch(baseRef), head_commit: commit };
  return {
    name: 'merge_group',
    payload: { action: 'checks_requested', merge_group: group, ...common(state, repository, actor).common },
    ...plain(repository, headSha, headRef, actor),
    caches: cacheScopes({ writes: headRef, reads: [branch(baseRef)] }),
  };
}

/** Runs on the default branch. One that a fork's pull request set off may read the default branch's caches and save none. */
export function workflowRunEvent(
  state: GitHubState,
  options: { repository: string; runId: number; action?: 'requested' | 'completed'; defaultBranchSha?: string },
): ActionEvent {
  const { repository, runId, action = 'completed' } = options;
  const run = state.runs.find((each) => each.id === runId && each.repository === repository);
  if (run === undefined) throw new Error(`the double has no run ${runId}`);
  const { resources, known, common: rest } = common(state, repository, run.actor);
  const main = branch(known.defaultBranch);
  const at = run.createdAt;
  const url = `${API}/repos/${repository}/actions/workflows/77`;
  const page = `https://github.com/${repository}/blob/main/${run.path}`;
  const named = { id: 77, node_id: 'W_77', name: run.workflow, path: run.path, state: 'active', created_at: at, updated_at: at };
  const workflow = { ...named, url, html_url: page, badge_url: `https://github.com/${repository}/workflows/${run.workflow}/badge.svg` };
  return {
    name: 'workflow_run',
    payload: { action, workflow, workflow_run: runJson(resources, run), ...rest },
    ...plain(repository, options.defaultBranchSha ?? ZERO.replaceAll('0', 'd'), main, run.actor),
    caches: run.headRepository === repository && !run.forkDeleted ? cacheScopes({ writes: main }) : cacheScopes({ reads: [main] }),
  };
}

export function workflowDispatchEvent(
  state: GitHubState,
  options: { repository: string; ref: string; sha: string; inputs?: Readonly<Record<string, string>>; actor?: string },
): ActionEvent {
  const { repository, ref, sha, inputs = {}, actor = 'alice' } = options;
  const { known, common: rest } = common(state, repository, actor);
  return {
    name: 'workflow_dispatch',
    payload: { inputs, ref, workflow: '.github/workflows/ci.yml', ...rest },
    ...plain(repository, sha, ref, actor),
    caches: cacheScopes({ writes: ref, reads: [branch(known.defaultBranch)] }),
  };
}

/** Its payload names the schedule and the repository: GitHub describes no webhook for it. */
export function scheduleEvent(state: GitHubState, options: { repository: string; sha: string; cron?: string }): ActionEvent {
  const { repository, sha, cron = '17 3 * * *' } = options;
  const { known, common: rest } = common(state, repository, 'alice');
  const ref = branch(known.defaultBranch);
  return {
    name: 'schedule',
    payload: { schedule: cron, workflow: '.github/workflows/ci.yml', repository: rest.repository },
    ...plain(repository, sha, ref, 'alice'),
    caches: cacheScopes({ writes: ref }),
  };
}

function plain(repository: string, sha: string, ref: string, actor: string): Omit<ActionEvent, 'name' | 'payload' | 'caches'> {
  return { repository, sha, ref, actor, readOnly: false, headRef: '', baseRef: '' };
}
