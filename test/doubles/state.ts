import { randomUUID } from 'node:crypto';
import { attemptOf, type NewRun, runOf } from './attempts.ts';
import type { CacheEntry } from './caches.ts';
import { Clock } from './clock.ts';
import type {
  Artifact,
  Comment,
  Conclusion,
  IssueEvent,
  JobConclusion,
  Pull,
  Repository,
  Role,
  Run,
  Status,
  Token,
  User,
} from './records.ts';

type New<T, Required extends keyof T> = Pick<T, Required> & Partial<Omit<T, Required>>;

/** Accounts whose ids are part of what the Action relies on. */
const KNOWN_USERS: readonly User[] = [
  { login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' },
  { login: 'dependabot[bot]', id: 49_699_333, type: 'Bot' },
  { login: 'github-merge-queue[bot]', id: 118_344_674, type: 'Bot' },
];

/** Prime: a step walks through all ids below it before one comes again. */
const ID_PRIME = 9_999_991;
const ID_STEP = 6_180_335;

/** Everything that the double of GitHub knows. Tests set it up and read it here; the REST routes work on the same records. */
export class GitHubState {
  readonly clock: Clock;
  readonly #users = new Map(KNOWN_USERS.map((user) => [user.login, user]));
  readonly #repositories = new Map<string, Repository>();
  readonly #tokens = new Map<string, Token>();
  readonly #statuses: Status[] = [];
  readonly #gitFolders = new Map<string, string>();
  #ids = 0;
  readonly pulls: Pull[] = [];
  readonly allComments: Comment[] = [];
  readonly issueEvents: IssueEvent[] = [];
  readonly runs: Run[] = [];
  readonly #artifacts: Artifact[] = [];
  readonly #uploads: (runId: number) => readonly Artifact[];
  /** Of the results service that stands beside. */
  readonly caches: () => readonly CacheEntry[];

  /** @param uploads what the runs themselves have uploaded, where a results service stands beside */
  constructor(
    clock: Clock = new Clock(),
    uploads: (runId: number) => readonly Artifact[] = () => [],
    caches: () => readonly CacheEntry[] = () => [],
  ) {
    this.caches = caches;
    this.clock = clock;
    this.#uploads = uploads;
  }

  /** Unlike any other, and telling nothing about which came first: GitHub's ids do not grow with time. */
  id(): number {
    this.#ids += 1;
    return 1000 + ((this.#ids * ID_STEP) % ID_PRIME);
  }

  /** The account of that login, which comes into being when it is first named. */
  user(login: string): User {
    const known = this.#users.get(login);
    if (known !== undefined) return known;
    const user: User = { login, id: this.id(), type: login.endsWith('[bot]') ? 'Bot' : 'User' };
    this.#users.set(login, user);
    return user;
  }

  knowsUser(login: string): boolean {
    return this.#users.has(login);
  }

  repository(
    fullName: string,
    options: {
      private?: boolean;
      defaultBranch?: string;
      forkOf?: string;
      roles?: Record<string, Role>;
      writeTokensToForks?: boolean;
    } = {},
  ): Repository {
    const [owner, name] = fullName.split('/');
    if (owner === undefined || name === undefined) throw new Error(`not owner/name: ${fullName}`);
    const roles = new Map<string, Role>([[owner, 'admin'], ...Object.entries(options.roles ?? {})]);
    for (const login of roles.keys()) this.user(login);
    const { private: isPrivate = false, defaultBranch = 'main', forkOf = null, writeTokensToForks = false } = options;
    const repository = {
      id: this.id(),
      fullName,
      owner,
      name,
      private: isPrivate,
      defaultBranch,
      forkOf,
      writeTokensToForks,
      roles,
      commits: new Set<string>(),
    };
    this.#repositories.set(fullName, repository);
    return repository;
  }

  /** A real repository that answers what git knows of this one, its forks' commits among it. */
  git(fullName: string, folder: string): void {
    this.#gitFolders.set(this.known(fullName).fullName, folder);
  }

  gitFolder(fullName: string): string | undefined {
    return this.#gitFolders.get(fullName);
  }

  findRepository(fullName: string): Repository | undefined {
    return this.#repositories.get(fullName);
  }

  known(fullName: string): Repository {
    const repository = this.findRepository(fullName);
    if (repository === undefined) throw new Error(`the double has no repository ${fullName}`);
    return repository;
  }

  token(repository: string, options: { permissions?: Token['permissions']; user?: string; app?: string } = {}): string {
    this.known(repository);
    const app = options.user === undefined;
    const value = `${app ? 'ghs' : 'ghp'}_${randomUUID().replaceAll('-', '')}`;
    const user = this.user(options.user ?? `${options.app ?? 'github-actions'}[bot]`).login;
    this.#tokens.set(value, { value, repository, permissions: options.permissions ?? {}, user, app });
    return value;
  }

  findToken(value: string): Token | undefined {
    return this.#tokens.get(value);
  }

  /** Makes a commit known to a repository's network: a fork's commits can be reached through its parent. */
  commit(repository: string, sha: string): void {
    const known = this.known(repository);
    known.commits.add(sha);
    if (known.forkOf !== null) this.commit(known.forkOf, sha);
  }

  pull(repository: string, options: New<Pull, 'base' | 'head'>): Pull {
    const at = this.clock.stamp();
    const number =
      options.number ?? Math.max(0, ...this.pulls.filter((pull) => pull.repository === repository).map((pull) => pull.number)) + 1;
    const pull: Pull = {
      ...{
        id: this.id(),
        number,
        author: 'alice',
        title: `Pull request ${number}`,
        state: 'open',
        locked: false,
        draft: false,
        forkDeleted: false,
      },
      ...{ mergeSha: null, labels: [], createdAt: at, updatedAt: at },
      ...options,
      head: { ...options.head },
      repository,
    };
    this.user(pull.author);
    this.pulls.push(pull);
    this.commit(repository, pull.base.sha);
    this.#reach(pull);
    return pull;
  }

  /** A new `headSha` is a push to its branch: every open pull request of that branch moves. `forcedBy`: with force, by that person. */
  update(
    pull: Pull,
    changes: { headSha?: string; forcedBy?: string } & Partial<
      Pick<Pull, 'title' | 'state' | 'locked' | 'draft' | 'mergeSha' | 'forkDeleted'>
    >,
  ): void {
    const { headSha, forcedBy, ...rest } = changes;
    Object.assign(pull, rest, { updatedAt: this.clock.stamp() });
    if (headSha !== undefined) this.#push(pull, headSha, forcedBy);
    this.#reach(pull);
  }

  #push(pull: Pull, sha: string, forcedBy: string | undefined): void {
    const { ref, repository } = pull.head;
    const same = this.pulls.filter((each) => each.state === 'open' && each.head.ref === ref && each.head.repository === repository);
    for (const each of new Set([pull, ...same])) {
      each.head.sha = sha;
      this.#reach(each);
      if (forcedBy !== undefined) this.#event(each, 'head_ref_force_pushed', forcedBy);
    }
  }

  /** `automatically`: its base branch was merged and deleted. */
  retarget(pull: Pull, base: Pull['base'], actor: string, automatically = false): void {
    pull.base = base;
    this.commit(pull.repository, base.sha);
    this.#event(pull, automatically ? 'automatic_base_change_succeeded' : 'base_ref_changed', actor);
  }

  deleteFork(fullName: string): void {
    for (const pull of this.pulls) if (pull.head.repository === fullName) pull.forkDeleted = true;
    for (const run of this.runs) if (run.headRepository === fullName) run.forkDeleted = true;
  }

  #reach(pull: Pull): void {
    this.commit(pull.head.repository, pull.head.sha);
    if (pull.mergeSha !== null) this.commit(pull.repository, pull.mergeSha);
  }

  findPull(repository: string, number: number): Pull | undefined {
    return this.pulls.find((pull) => pull.repository === repository && pull.number === number);
  }

  knownPull(repository: string, number: number): Pull {
    const pull = this.findPull(repository, number);
    if (pull === undefined) throw new Error(`the double has no pull request ${repository}#${number}`);
    return pull;
  }

  comment(repository: string, issue: number, options: { author: string; body: string; app?: boolean }): Comment {
    const at = this.clock.stamp();
    const { author, body, app = false } = options;
    const comment = { id: this.id(), repository, issue, author: this.user(author).login, body, app, createdAt: at, updatedAt: at };
    this.allComments.push(comment);
    return comment;
  }

  comments(repository: string, issue: number): readonly Comment[] {
    return this.allComments.filter((comment) => comment.repository === repository && comment.issue === issue);
  }

  label(repository: string, issue: number, label: string, actor: string): void {
    const pull = this.knownPull(repository, issue);
    if (pull.labels.includes(label)) throw new Error(`'${label}' is already labeled`);
    pull.labels.push(label);
    this.#event(pull, 'labeled', actor, label);
  }

  unlabel(repository: string, issue: number, label: string, actor: string): void {
    const pull = this.knownPull(repository, issue);
    if (!pull.labels.includes(label)) throw new Error(`'${label}' is already unlabeled`);
    pull.labels.splice(pull.labels.indexOf(label), 1);
    this.#event(pull, 'unlabeled', actor, label);
  }

  #event({ repository, number: issue }: Pull, event: IssueEvent['event'], actor: string, label: string | null = null): void {
    this.issueEvents.push({ id: this.id(), repository, issue, event, label, actor: this.user(actor).login, createdAt: this.clock.stamp() });
  }

  status(options: Omit<Status, 'id' | 'createdAt'>): Status {
    const status = { ...options, id: this.id(), createdAt: this.clock.stamp() };
    this.#statuses.unshift(status);
    return status;
  }

  /** Newest first, as GitHub lists them. */
  statuses(repository: string, sha: string): readonly Status[] {
    return this.#statuses.filter((status) => status.repository === repository && status.sha === sha);
  }

  /** In progress, or ended where a `conclusion` is given. Its jobs are named; each may end before the run (`endJob`). */
  run(repository: string, options: NewRun): Run {
    const given = { repository, number: this.runs.length + 1, at: this.clock.stamp(), id: () => this.id() };
    const run = runOf(options, given);
    this.user(run.actor);
    this.commit(run.headRepository, run.headSha);
    this.runs.push(run);
    return run;
  }

  endJob(run: Run, name: string, conclusion: JobConclusion): void {
    const job = run.jobs.find((each) => each.name === name && each.attempt === run.attempts.length);
    if (job === undefined) throw new Error(`run ${run.id} has no job ${name}`);
    Object.assign(job, { status: 'completed', conclusion, completedAt: this.clock.stamp() });
  }

  /** The run and what is left of its jobs. */
  end(run: Run, conclusion: Conclusion): void {
    for (const job of run.jobs) {
      if (job.attempt !== run.attempts.length || job.status === 'completed') continue;
      this.endJob(run, job.name, conclusion === 'stale' || conclusion === 'startup_failure' ? 'cancelled' : conclusion);
    }
    Object.assign(run, { status: 'completed', conclusion });
    const attempt = run.attempts.at(-1);
    if (attempt !== undefined) attempt.conclusion = conclusion;
  }

  /** The next attempt, started now: of all jobs, or of those alone that did not succeed. */
  rerun(run: Run, options: { readonly only?: 'failed'; readonly by?: string } = {}): void {
    const attempt = attemptOf(run, { at: this.clock.stamp(), id: () => this.id(), ...options });
    this.user(attempt.by);
  }

  artifact(
    repository: string,
    runId: number,
    options: { name: string; zip: Buffer; id?: number; createdAt?: string; expired?: boolean; attempt?: number },
  ): Artifact {
    const run = this.runs.find((each) => each.repository === repository && each.id === runId);
    if (run === undefined) throw new Error(`the double has no run ${runId}`);
    const own = { id: this.id(), runId, attempt: run.attempts.length, createdAt: this.clock.stamp(), expired: false };
    const artifact = { ...own, ...options };
    this.#artifacts.push(artifact);
    return artifact;
  }

  /** Of all attempts, in no order. */
  artifactsOf(runId: number): readonly Artifact[] {
    return [...this.#artifacts.filter((artifact) => artifact.runId === runId), ...this.#uploads(runId)];
  }

  findArtifact(repository: string, id: number): Artifact | undefined {
    const runs = this.runs.filter((run) => run.repository === repository);
    return runs.flatMap((run) => this.artifactsOf(run.id)).find((artifact) => artifact.id === id);
  }
}
