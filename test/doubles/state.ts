import { randomUUID } from 'node:crypto';
import { Clock } from './clock.ts';
import type { Artifact, Comment, LabelEvent, Pull, Repository, Role, Run, Status, Token, User } from './records.ts';

type New<T, Required extends keyof T> = Pick<T, Required> & Partial<Omit<T, Required>>;

/** Accounts whose ids are part of what the Action relies on. */
const KNOWN_USERS: readonly User[] = [
  { login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' },
  { login: 'dependabot[bot]', id: 49_699_333, type: 'Bot' },
  { login: 'github-merge-queue[bot]', id: 118_344_674, type: 'Bot' },
];

/** Everything that the double of GitHub knows. Tests set it up and read it here; the REST routes work on the same records. */
export class GitHubState {
  readonly clock: Clock;
  readonly #users = new Map(KNOWN_USERS.map((user) => [user.login, user]));
  readonly #repositories = new Map<string, Repository>();
  readonly #tokens = new Map<string, Token>();
  readonly #statuses: Status[] = [];
  #nextId = 1000;
  readonly pulls: Pull[] = [];
  readonly allComments: Comment[] = [];
  readonly labelEvents: LabelEvent[] = [];
  readonly runs: Run[] = [];
  readonly #artifacts: Artifact[] = [];
  readonly #uploads: (runId: number) => readonly Artifact[];

  /** @param uploads what the runs themselves have uploaded, where a results service stands beside */
  constructor(clock: Clock = new Clock(), uploads: (runId: number) => readonly Artifact[] = () => []) {
    this.clock = clock;
    this.#uploads = uploads;
  }

  id(): number {
    this.#nextId += 1;
    return this.#nextId;
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
    options: { private?: boolean; defaultBranch?: string; forkOf?: string; roles?: Record<string, Role> } = {},
  ): Repository {
    const [owner, name] = fullName.split('/');
    if (owner === undefined || name === undefined) throw new Error(`not owner/name: ${fullName}`);
    const roles = new Map<string, Role>([[owner, 'admin'], ...Object.entries(options.roles ?? {})]);
    for (const login of roles.keys()) this.user(login);
    const { private: isPrivate = false, defaultBranch = 'main', forkOf = null } = options;
    const repository = {
      id: this.id(),
      fullName,
      owner,
      name,
      private: isPrivate,
      defaultBranch,
      forkOf,
      roles,
      commits: new Set<string>(),
    };
    this.#repositories.set(fullName, repository);
    return repository;
  }

  findRepository(fullName: string): Repository | undefined {
    return this.#repositories.get(fullName);
  }

  known(fullName: string): Repository {
    const repository = this.findRepository(fullName);
    if (repository === undefined) throw new Error(`the double has no repository ${fullName}`);
    return repository;
  }

  token(repository: string, options: { permissions?: Token['permissions']; user?: string } = {}): string {
    this.known(repository);
    const app = options.user === undefined;
    const value = `${app ? 'ghs' : 'ghp'}_${randomUUID().replaceAll('-', '')}`;
    const user = this.user(options.user ?? 'github-actions[bot]').login;
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

  update(
    pull: Pull,
    changes: { headSha?: string } & Partial<Pick<Pull, 'title' | 'state' | 'locked' | 'draft' | 'mergeSha' | 'forkDeleted'>>,
  ): void {
    const { headSha, ...rest } = changes;
    Object.assign(pull, rest, { updatedAt: this.clock.stamp() });
    if (headSha !== undefined) pull.head.sha = headSha;
    this.#reach(pull);
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
    this.#labelEvent('labeled', repository, issue, label, actor);
    this.knownPull(repository, issue).labels.push(label);
  }

  unlabel(repository: string, issue: number, label: string, actor: string): void {
    this.#labelEvent('unlabeled', repository, issue, label, actor);
    const { labels } = this.knownPull(repository, issue);
    labels.splice(labels.indexOf(label), 1);
  }

  #labelEvent(event: LabelEvent['event'], repository: string, issue: number, label: string, actor: string): void {
    if (this.knownPull(repository, issue).labels.includes(label) === (event === 'labeled'))
      throw new Error(`'${label}' is already ${event}`);
    this.labelEvents.push({ id: this.id(), repository, issue, event, label, actor: this.user(actor).login, createdAt: this.clock.stamp() });
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

  run(repository: string, options: New<Run, 'event' | 'headBranch' | 'headSha'>): Run {
    const at = this.clock.stamp();
    const run: Run = {
      ...{ id: this.id(), number: this.runs.length + 1, workflow: 'CI', path: '.github/workflows/ci.yml', headRepository: repository },
      ...{ actor: 'alice', createdAt: at, attempts: [options.createdAt ?? at], jobs: ['build'] },
      ...{ conclusion: null, status: (options.conclusion ?? null) === null ? ('in_progress' as const) : ('completed' as const) },
      ...options,
      repository,
    };
    this.user(run.actor);
    this.commit(run.headRepository, run.headSha);
    this.runs.push(run);
    return run;
  }

  rerun(run: Run): void {
    run.attempts.push(this.clock.stamp());
    run.status = 'in_progress';
    run.conclusion = null;
  }

  artifact(
    repository: string,
    runId: number,
    options: { name: string; zip: Buffer; id?: number; createdAt?: string; expired?: boolean },
  ): Artifact {
    if (!this.runs.some((run) => run.repository === repository && run.id === runId)) throw new Error(`the double has no run ${runId}`);
    const artifact = { id: this.id(), runId, createdAt: this.clock.stamp(), expired: false, ...options };
    this.#artifacts.push(artifact);
    return artifact;
  }

  /** Oldest first. */
  artifactsOf(runId: number): readonly Artifact[] {
    return [...this.#artifacts.filter((artifact) => artifact.runId === runId), ...this.#uploads(runId)];
  }

  findArtifact(repository: string, id: number): Artifact | undefined {
    const runs = this.runs.filter((run) => run.repository === repository);
    return runs.flatMap((run) => this.artifactsOf(run.id)).find((artifact) => artifact.id === id);
  }
}
