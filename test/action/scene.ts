import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ActionEvent, pullRequestEvent } from '../doubles/events.ts';
import { type GitHubDouble, type GitHubState, startGitHub } from '../doubles/github.ts';
import type { Pull } from '../doubles/records.ts';
import { type ResultsDouble, startResults } from '../doubles/results.ts';
import { QUICK_PROFILE } from '../e2e/checks.ts';
import { Home } from '../e2e/coldgate.ts';
import { Project, tiny } from '../e2e/project.ts';
import { type Ran, type RunOptions, runAction } from './harness.ts';

export const REPOSITORY = 'octo/app';
export const FORK = 'mallory/app';

export interface Opened {
  readonly pull: Pull;
  readonly branch: string;
  readonly head: string;
  readonly merge: string;
}

type Files = Readonly<Record<string, string | null>>;
type Given = Partial<Omit<RunOptions, 'event' | 'inputs'>>;

/** A repository on GitHub with a tiny Lambda, its clone on a runner, and both services behind. */
export class Scene implements AsyncDisposable {
  readonly github: GitHubDouble;
  readonly results: ResultsDouble;
  readonly project: Project;
  readonly home: Home;
  /** RUNNER_TEMP, kept for the tests to look at. */
  readonly temp: string;
  readonly token: string;
  /** The same, as GitHub cuts it for a fork's and Dependabot's runs. */
  readonly readOnly: string;
  private constructor(parts: Pick<Scene, 'github' | 'results' | 'project' | 'home' | 'temp'>) {
    this.github = parts.github;
    this.results = parts.results;
    this.project = parts.project;
    this.home = parts.home;
    this.temp = parts.temp;
    const { state } = this.github;
    state.repository(REPOSITORY, { roles: { alice: 'write', reader: 'read' } });
    state.repository(FORK, { forkOf: REPOSITORY });
    state.git(REPOSITORY, this.project.path);
    const permissions = { actions: 'read', contents: 'read', issues: 'write', 'pull-requests': 'write', statuses: 'write' } as const;
    this.token = state.token(REPOSITORY, { permissions });
    this.readOnly = state.token(REPOSITORY, {
      permissions: { actions: 'read', contents: 'read', issues: 'read', 'pull-requests': 'read', statuses: 'read' },
    });
  }

  static async open(files: Readonly<Record<string, string>> = tiny('tiny', QUICK_PROFILE)): Promise<Scene> {
    const results = await startResults();
    const github = await startGitHub({ results });
    const temp = await mkdtemp(join(tmpdir(), 'coldgate-runner-'));
    return new Scene({ github, results, project: await Project.create(files), home: await Home.create(), temp });
  }

  get state(): GitHubState {
    return this.github.state;
  }

  /** A pull request with one commit on main's tip; its merge commit is what is checked out, as actions/checkout does. */
  async pull(branch: string, files: Files, options: { readonly author?: string; readonly fork?: boolean } = {}): Promise<Opened> {
    const base = await this.project.git('rev-parse', 'main');
    await this.project.git('checkout', '--quiet', '-b', branch, 'main');
    const head = await this.project.commit(files, `work on ${branch}`);
    const merge = await this.merge(branch);
    const { author = 'alice', fork = false } = options;
    const repository = fork ? FORK : REPOSITORY;
    const pull = this.state.pull(REPOSITORY, {
      ...{ author, base: { ref: 'main', sha: base }, head: { ref: branch, sha: head, repository }, mergeSha: merge },
    });
    return { pull, branch, head, merge };
  }

  /** Another commit on its branch. */
  async push({ pull, branch }: Opened, files: Files): Promise<Opened> {
    await this.project.git('checkout', '--quiet', branch);
    const head = await this.project.commit(files, `more on ${branch}`);
    const merge = await this.merge(branch);
    this.state.update(pull, { headSha: head, mergeSha: merge });
    return { pull, branch, head, merge };
  }

  private async merge(branch: string): Promise<string> {
    await this.project.git('checkout', '--quiet', '--detach', 'main');
    await this.project.git('merge', '--quiet', '--no-ff', '--message', `Merge ${branch}`, branch);
    return this.project.git('rev-parse', 'HEAD');
  }

  event({ pull }: Opened): ActionEvent {
    return pullRequestEvent(this.state, { repository: REPOSITORY, number: pull.number });
  }

  /** Runs the Action; what it leaves in RUNNER_TEMP stays until the next run. */
  async run(event: ActionEvent, inputs: Readonly<Record<string, string>> = {}, given: Given = {}): Promise<Ran> {
    await rm(this.temp, { recursive: true, force: true });
    await mkdir(this.temp, { recursive: true });
    return runAction({
      ...{ workspace: this.project.path, github: this.github.url, results: this.results.url, ...given, event },
      inputs: { 'github-token': event.readOnly ? this.readOnly : this.token, cache: 'false', ...inputs },
      env: { COLDGATE_HOME: this.home.path, RUNNER_TEMP: this.temp, ...given.env },
    });
  }

  /** Takes what coldgate has kept of this repository, as on a new machine; the tools stay. */
  async forget(): Promise<void> {
    await rm(join(this.home.path, 'repositories'), { recursive: true, force: true });
  }

  /** coldgate's target directory of this repository. */
  async targetOf(): Promise<string> {
    const repositories = join(this.home.path, 'repositories');
    const [name = ''] = await readdir(repositories);
    return join(repositories, name, 'target');
  }

  comments({ pull }: Opened): ReturnType<GitHubState['comments']> {
    return this.state.comments(REPOSITORY, pull.number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.project, this.home, this.github, this.results].map((one) => one[Symbol.asyncDispose]()));
    await rm(this.temp, { recursive: true, force: true });
  }
}
