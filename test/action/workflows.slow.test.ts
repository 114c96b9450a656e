import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METRICS } from '../../src/core/metrics.ts';
import { type ActionEvent, mergeGroupEvent, pullRequestEvent, pushEvent, workflowRunEvent } from '../doubles/events.ts';
import { type GitHubDouble, startGitHub } from '../doubles/github.ts';
import { type FunctionSnapshot, LambdaDouble } from '../doubles/lambda.ts';
import { startValidated, type Validated } from '../doubles/openapi.ts';
import type { Permission, Run } from '../doubles/records.ts';
import { type ResultsDouble, startResults } from '../doubles/results.ts';
import { heavier, jsonOf, QUICK_PROFILE } from '../e2e/checks.ts';
import { Home } from '../e2e/coldgate.ts';
import { manifest, Project, TINY_MAIN, tiny } from '../e2e/project.ts';
import { ToolchainWithout } from '../rust.ts';
import { type Acted, act } from './act.ts';
import { findGoTool } from './go-tool.ts';
import { WithoutTracers } from './without-tracers.ts';

/**
 * The example workflows and the README's own step, as they stand, under act: https://github.com/nektos/act.
 * Their `permissions:` decide what the token of the double may do. Each job has a workspace of its own, so none finds what another has cached.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLES = join(ROOT, 'examples/workflows');
/** The artifacts of key `default`: the report of attempt 1, and a leg. */
const REPORT = 'coldgate-default-report-1';
const PAGE = 'coldgate-default-page-1.html';
const legOf = (name: string): string => `coldgate-default@${name}`;
const MARKER = /^<!-- coldgate/;
let results: ResultsDouble;
let github: GitHubDouble;
let validated: Validated;
let actionFolder: string;

beforeAll(async () => {
  results = await startResults();
  github = await startGitHub({ results });
  validated = await startValidated(github);
  actionFolder = await mkdtemp(join(tmpdir(), 'coldgate-action-'));
  // What a runner downloads for `uses:`, as far as it is looked at.
  for (const name of ['action.yml', 'dist', 'schema']) await cp(join(ROOT, name), join(actionFolder, name), { recursive: true });
});
afterAll(async () => {
  await rm(actionFolder, { recursive: true, force: true });
  // Throws what broke GitHub's own description.
  await validated[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
  await results[Symbol.asyncDispose]();
});

function example(name: string): Promise<string> {
  return readFile(join(EXAMPLES, `${name}.yml`), 'utf8');
}

/** The first block of the README that uses the Action. */
async function snippet(): Promise<string> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const block = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)]
    .map(([, text = '']) => text)
    .find((text) => text.includes('coldgate/coldgate@'));
  if (block === undefined) throw new Error('README.md has no step to paste');
  return block;
}

/** The `permissions:` of all jobs of a workflow together: act has one token for them. */
function permissionsOf(workflow: string): Partial<Record<Permission, 'read' | 'write'>> {
  const blocks = [...workflow.matchAll(/^ *permissions:\n((?: {4,}[a-z-]+: .*\n)+)/gm)].map(([, block = '']) => block);
  if (blocks.length === 0) throw new Error('the workflow names no permissions');
  const named = blocks.flatMap((block) => [...block.matchAll(/^ *([a-z-]+): (read|write)\b/gm)]);
  return Object.fromEntries(named.toSorted(([, , a = ''], [, , b = '']) => a.localeCompare(b)).map(([, name, level]) => [name, level]));
}

/** One repository on GitHub, its clone, and coldgate's state on its runner. */
class Scene implements AsyncDisposable {
  readonly name: string;
  readonly home: Home;
  readonly project: Project;
  private constructor(name: string, home: Home, project: Project) {
    this.name = name;
    this.home = home;
    this.project = project;
  }

  static async create(name: string, files: Readonly<Record<string, string>> = tiny('health', QUICK_PROFILE)): Promise<Scene> {
    github.state.repository(`octo/${name}`);
    const project = await Project.create(files);
    github.state.git(`octo/${name}`, project.path);
    return new Scene(`octo/${name}`, await Home.create(), project);
  }

  git(...args: readonly string[]): Promise<string> {
    return this.project.git(...args);
  }

  /** A commit on the pull request's branch, and the merge commit that GitHub makes of it, which is checked out. */
  async push(files: Readonly<Record<string, string>>): Promise<{ readonly base: string; readonly head: string; readonly merge: string }> {
    await this.git('checkout', '--quiet', '-B', 'change', (await this.git('branch', '--list', 'change')) === '' ? 'main' : 'change');
    const head = await this.project.commit(files, 'change');
    await this.git('checkout', '--quiet', '--detach', 'main');
    await this.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'change');
    return { base: await this.git('rev-parse', 'main'), head, merge: await this.git('rev-parse', 'HEAD') };
  }

  /** A commit on the default branch, which is checked out. */
  async advance(files: Readonly<Record<string, string>>): Promise<{ readonly before: string; readonly after: string }> {
    const before = await this.git('rev-parse', 'HEAD');
    return { before, after: await this.project.commit(files, 'on main') };
  }

  async open(files: Readonly<Record<string, string>>, from: string = this.name) {
    const { base, head, merge } = await this.push(files);
    const author = from.split('/')[0] ?? '';
    const pull = github.state.pull(this.name, {
      author,
      base: { ref: 'main', sha: base },
      head: { ref: 'change', sha: head, repository: from },
      mergeSha: merge,
    });
    return { pull, base, head, merge };
  }

  /** The event of the pull request as it stands now. */
  opened(number: number): ActionEvent {
    return pullRequestEvent(github.state, { repository: this.name, number });
  }

  run(event: ActionEvent, workflow: string, headSha: string, headRepository = this.name): Run {
    const headBranch = event.headRef === '' ? event.ref.replace('refs/heads/', '') : event.headRef;
    const named = /^name: (.*)$/m.exec(workflow)?.[1] ?? 'CI';
    return github.state.run(this.name, { event: event.name, headBranch, headSha, headRepository, workflow: named, actor: event.actor });
  }

  /** Runs a workflow with a token of the rights that it asks for. */
  act(
    event: ActionEvent,
    workflow: string,
    runId: number,
    more: {
      readonly permissions?: ReturnType<typeof permissionsOf>;
      readonly actions?: Readonly<Record<string, string>>;
      readonly env?: Readonly<Record<string, string>>;
      readonly workspace?: string;
      readonly vars?: Readonly<Record<string, string>>;
      readonly within?: readonly [string, ...string[]];
    } = {},
  ): Promise<Acted> {
    return act({
      event,
      workflow,
      runId,
      workspace: more.workspace ?? this.project.path,
      actions: { 'coldgate/coldgate@v1': actionFolder, ...more.actions },
      github: validated.url,
      results: results.url,
      token: github.state.token(this.name, { permissions: more.permissions ?? permissionsOf(workflow) }),
      ...(more.vars === undefined ? {} : { vars: more.vars }),
      env: { COLDGATE_HOME: this.home.path, ...more.env },
      ...(more.within === undefined ? {} : { within: more.within }),
    });
  }

  comments(number: number) {
    return github.state.comments(this.name, number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home[Symbol.asyncDispose]();
    await this.project[Symbol.asyncDispose]();
  }
}

function outputOf(acted: Acted, name: string): string | undefined {
  return acted.outputs.find((output) => output.name === name)?.value;
}

/** What the Action's steps came to, in the order in which they ended. */
function concluded(acted: Acted): readonly string[] {
  return stepsOf(acted).map(({ result }) => result);
}

/** The same by leg of a matrix, or by job. Of jobs act itself tells less: one failed leg makes it call those that end later failed too. */
function concludedByLeg(acted: Acted): Readonly<Record<string, string>> {
  const legs = new Map(acted.jobs.map(({ id, name, matrix }) => [name, String(matrix.package ?? id)]));
  return Object.fromEntries(stepsOf(acted).map(({ job, result }) => [legs.get(job) ?? job, result]));
}

function stepsOf(acted: Acted): Acted['steps'] {
  return acted.steps.filter(({ name, stage }) => name.includes('coldgate/coldgate@v1') && stage === 'Main');
}

function errorsOf(acted: Acted): readonly string[] {
  return acted.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
}

/** A file of an artifact that a run has uploaded. */
function fromArtifact(runId: number, artifact: string, entry: string) {
  const found = results.artifacts(runId).find(({ name }) => name === artifact);
  if (found === undefined) throw new Error(`run ${runId} uploaded ${results.artifacts(runId).map(({ name }) => name)}, not ${artifact}`);
  return JSON.parse(new AdmZip(found.zip).readAsText(entry));
}

describe('simple', () => {
  let workflow: string;
  beforeAll(async () => {
    workflow = await example('simple');
  });

  test('from a pull request to its comment: red, updated by the next push, green after the fix', async () => {
    await using scene = await Scene.create('simple');
    const { pull, base, head, merge } = await scene.open(heavier(300));

    const first = scene.opened(pull.number);
    const run = scene.run(first, workflow, head);
    const opened = await scene.act(first, workflow, run.id);
    expect(opened.code, opened.log).toBe(1);
    expect(concluded(opened), opened.log).toEqual(['failure']);
    expect(opened.jobs).toMatchObject([{ id: 'coldgate', result: 'failure' }]);
    expect(outputOf(opened, 'verdict'), opened.log).toBe('fail');
    const [comment, ...others] = scene.comments(pull.number);
    expect(others).toEqual([]);
    expect(comment?.author).toBe('github-actions[bot]');
    expect(comment?.body).toMatch(MARKER);
    expect(outputOf(opened, 'comment-url')).toContain(`#issuecomment-${comment?.id}`);
    expect(errorsOf(opened).join('\n')).toContain('health became larger: package +');
    expect(opened.summaries.map(({ content }) => content).join('\n')).toMatch(/became larger: package \+/);

    // The same two commits on a laptop: act's copy holds the merge commit, and its first parent is the base.
    // Without the one on init, which is not started there.
    const limits = ['--limit', 'zip: +5% & +50 kB', '--limit', 'binary: 10 MB'];
    const laptop = jsonOf(await scene.home.run(scene.project.path, ['check', '--base', base, '--json', '-', ...limits]));
    const report = fromArtifact(run.id, REPORT, 'report.json');
    expect(report).toMatchObject({ head: { sha: merge, source: 'built' }, base: { sha: base, source: 'built' } });
    // What is measured by running is another sample each time.
    const built = METRICS.filter(({ of }) => of === 'build').map(({ name }) => name);
    const exact = ({ functions }: Pick<typeof laptop, 'functions'>) =>
      functions.map(({ init: _, firstResponse: __, metrics, ...sizes }) => ({ ...sizes, metrics: built.map((name) => metrics[name]) }));
    expect(exact(report)).toEqual(exact(laptop));
    expect(report.functions[0].init.state).toEqual({ kind: 'measured' });
    const uploaded = results.artifacts(run.id).find(({ name }) => name === REPORT)?.zip;
    expect(new AdmZip(uploaded).getEntries().map(({ entryName }) => entryName)).toContain('flame-graphs/health.svg');
    // Each names the door its limits came through.
    const sentence = laptop.verdict.sentence.replace('(--limit)', '(input limits)');
    // And the limit on init, which the laptop was not asked for, is kept in the report alone.
    const kept = report.verdict.kept.filter(({ metric }: { metric: string }) => !metric.startsWith('init.'));
    expect({ ...report.verdict, kept }).toEqual({ ...laptop.verdict, sentence });
    expect(outputOf(opened, 'sentence')).toBe(sentence);
    const growth = /package (\+\S+ kB) \((\+\S+ %)\) to (\S+ kB)/.exec(laptop.verdict.sentence);
    expect(growth, laptop.verdict.sentence).not.toBeNull();
    for (const figure of growth?.slice(1) ?? []) expect(comment?.body).toContain(figure);

    const bigger = await scene.push(heavier(400));
    github.state.update(pull, { headSha: bigger.head, mergeSha: bigger.merge });
    github.clock.advance(60_000);
    const second = scene.opened(pull.number);
    const pushed = await scene.act(second, workflow, scene.run(second, workflow, bigger.head).id);
    expect(pushed.code, pushed.log).toBe(1);
    expect(concluded(pushed)).toEqual(['failure']);
    const [updated, ...more] = scene.comments(pull.number);
    expect(more).toEqual([]);
    expect(updated?.id).toBe(comment?.id);
    expect(updated?.body).toContain(bigger.merge.slice(0, 7));
    expect(updated?.updatedAt).not.toBe(updated?.createdAt);

    const fixed = await scene.push({ 'src/main.rs': TINY_MAIN });
    github.state.update(pull, { headSha: fixed.head, mergeSha: fixed.merge });
    const third = scene.opened(pull.number);
    const green = await scene.act(third, workflow, scene.run(third, workflow, fixed.head).id);
    expect(green.code, green.log).toBe(0);
    expect(concluded(green)).toEqual(['success']);
    expect(outputOf(green, 'verdict')).toBe('pass');
    expect(errorsOf(green)).toEqual([]);
    expect(scene.comments(pull.number).map(({ id }) => id)).toEqual([comment?.id]);
    expect(scene.comments(pull.number)[0]?.body).not.toContain('became larger');
  });

  test("a fork's pull request: its read-only token gets a summary and a red step, no comment", async () => {
    await using scene = await Scene.create('simple-fork');
    github.state.repository('mallory/simple-fork', { forkOf: scene.name });
    const { pull, head } = await scene.open(heavier(300), 'mallory/simple-fork');
    const event = scene.opened(pull.number);
    const run = scene.run(event, workflow, head, 'mallory/simple-fork');
    const acted = await scene.act(event, workflow, run.id, { permissions: { contents: 'read', 'pull-requests': 'read' } });
    expect(acted.code, acted.log).toBe(1);
    expect(concluded(acted)).toEqual(['failure']);
    expect(errorsOf(acted).join('\n')).toContain('health became larger: package +');
    expect(acted.summaries.map(({ content }) => content).join('\n')).toMatch(/became larger: package \+/);
    expect(scene.comments(pull.number)).toEqual([]);
  });

  test('on push a breach is told and does not fail; what was measured is kept for the next pull requests', async () => {
    await using scene = await Scene.create('simple-push');
    const { before, after } = await scene.advance(heavier(300));
    const event = pushEvent(github.state, { repository: scene.name, ref: 'refs/heads/main', before, after });
    const kept = results.caches().length;
    const acted = await scene.act(event, workflow, scene.run(event, workflow, after).id);
    expect(acted.code, acted.log).toBe(0);
    expect(concluded(acted)).toEqual(['success']);
    expect(outputOf(acted, 'verdict')).toBe('fail');
    expectKept(results.caches().slice(kept));
    expect(github.state.allComments.filter(({ repository }) => repository === scene.name)).toEqual([]);
  });
});

test("README: the step as it stands, in a clone of depth 1, on the Action's own Node 24", async () => {
  await using scene = await Scene.create('readme');
  const workflow = await snippet();
  const { pull, base, head, merge } = await scene.open({ 'README.md': '# health\n' });
  // What actions/checkout brings: the merge commit alone, so that the base has to be fetched.
  await scene.git('branch', 'merged');
  await using clone = await Project.clone(`file://${scene.project.path}`, '--depth=1', '--branch=merged');
  expect(await clone.git('rev-list', '--all')).toBe(merge);
  const event = scene.opened(pull.number);
  const run = scene.run(event, workflow, head);
  // Each Node that starts in the job says which it is.
  const preload = join(scene.home.path, 'version.mjs');
  const said = join(scene.home.path, 'versions');
  await writeFile(
    preload,
    `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(said)}, process.version + ' ' + process.argv[1] + '\\n');\n`,
  );
  const acted = await scene.act(event, workflow, run.id, { workspace: clone.path, env: { NODE_OPTIONS: `--import=${preload}` } });
  expect(acted.code, acted.log).toBe(0);
  expect(outputOf(acted, 'verdict')).toBe('pass');
  expect(scene.comments(pull.number)).toHaveLength(1);
  expect(fromArtifact(run.id, REPORT, 'report.json')).toMatchObject({ head: { sha: merge }, base: { sha: base } });
  const versions = (await readFile(said, 'utf8')).split('\n').filter((line) => line.endsWith('dist/action.js'));
  // The step, and the one after the job.
  expect(versions).toHaveLength(2);
  for (const version of versions) expect(version).toMatch(/^v24\./);
});

test("the README's step alone, on a machine without valgrind and strace: a pull request that only starts with more work is red", async () => {
  await using machine = await WithoutTracers.create();
  await using scene = await Scene.create('bare');
  const workflow = await snippet();
  expect(workflow).not.toMatch(/apt|valgrind/);
  const work = 'fn main() {\n    for value in 0..200_000u64 {\n        std::hint::black_box(value);\n    }';
  const { pull, head } = await scene.open({ 'src/main.rs': TINY_MAIN.replace('fn main() {', work) });
  const event = scene.opened(pull.number);
  const run = scene.run(event, workflow, head);
  const acted = await scene.act(event, workflow, run.id, { within: machine.within });
  expect(acted.code, acted.log).toBe(1);
  // It found none, and brought its own.
  expect(acted.log).toMatch(/brought strace \S+ and valgrind \S+ into /);
  const { functions, verdict } = fromArtifact(run.id, REPORT, 'report.json');
  expect(verdict.breaches.map(({ metric }: { metric: string }) => metric)).toEqual(['init.instructions']);
  const { base, head: after } = functions[0].metrics['init.instructions'];
  expect(after - base).toBeGreaterThan(600_000);
  expect(functions[0].metrics['init.connects'].head).toBe(0);
  expect(outputOf(acted, 'sentence')).toMatch(/^fail: health .*instructions \+/);
  expect(scene.comments(pull.number)).toHaveLength(1);

  // The same, turned off: what was brought before has a state folder of its own here.
  await using other = await Home.create();
  const found = `${workflow}        with:\n          init-tools: found\n`;
  const env = { COLDGATE_HOME: other.path };
  const unjudged = await scene.act(event, found, scene.run(event, found, head).id, { within: machine.within, env });
  expect(unjudged.code, unjudged.log).toBe(0);
  expect(unjudged.log).not.toContain('brought strace');
  expect(outputOf(unjudged, 'sentence')).toContain('init not counted: valgrind is not on PATH');
});

test("measure and report: a fork's pull request is built without rights, judged and commented on by the other workflow", async () => {
  await using scene = await Scene.create('pair');
  const [measure, report] = await Promise.all([example('measure'), example('report')]);
  github.state.repository('mallory/pair', { forkOf: scene.name });
  const { pull, base, head, merge } = await scene.open(heavier(300), 'mallory/pair');
  const event = scene.opened(pull.number);
  const run = scene.run(event, measure, head, 'mallory/pair');

  const measured = await scene.act(event, measure, run.id);
  expect(measured.code, measured.log).toBe(0);
  expect(concluded(measured)).toEqual(['success']);
  expect(results.artifacts(run.id).map(({ name }) => name)).toEqual([legOf('default')]);
  expect(fromArtifact(run.id, legOf('default'), 'leg.json').headSha).toBe(head);
  expect(fromArtifact(run.id, legOf('default'), 'head/snapshot.json').commit.sha).toBe(merge);
  expect(fromArtifact(run.id, legOf('default'), 'base/snapshot.json').commit.sha).toBe(base);
  expect(scene.comments(pull.number)).toEqual([]);

  run.status = 'completed';
  run.conclusion = 'success';
  const completed = workflowRunEvent(github.state, { repository: scene.name, runId: run.id, defaultBranchSha: base });
  expect(completed.payload).toMatchObject({ workflow_run: { pull_requests: [], event: 'pull_request', name: 'coldgate measure' } });
  // There is nothing to check out and nothing to build: an empty folder, a state folder that stays empty.
  await using nothing = await Home.create();
  const workspace = join(nothing.path, 'workspace');
  await mkdir(workspace);
  const env = { COLDGATE_HOME: join(nothing.path, 'state') };
  const reported = await scene.act(completed, report, scene.run(completed, report, base).id, { workspace, env });
  expect(reported.code, reported.log).toBe(1);
  expect(concluded(reported)).toEqual(['failure']);
  expect(errorsOf(reported).join('\n')).toContain('health became larger: package +');
  const comments = scene.comments(pull.number);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toMatch(MARKER);
  expect(comments[0]?.body).toContain('became larger: package +');
  expect(github.state.statuses(scene.name, head)).toMatchObject([{ state: 'failure', context: 'coldgate' }]);
  expect(await exists(join(nothing.path, 'state'))).toBe(false);

  const fixed = await scene.push({ 'src/main.rs': TINY_MAIN });
  github.state.update(pull, { headSha: fixed.head, mergeSha: fixed.merge });
  const second = scene.opened(pull.number);
  const again = scene.run(second, measure, fixed.head, 'mallory/pair');
  expect(concluded(await scene.act(second, measure, again.id))).toEqual(['success']);
  const done = workflowRunEvent(github.state, { repository: scene.name, runId: again.id, defaultBranchSha: base });
  const green = await scene.act(done, report, scene.run(done, report, base).id, { workspace, env });
  expect(green.code, green.log).toBe(0);
  expect(scene.comments(pull.number).map(({ id }) => id)).toEqual([comments[0]?.id]);
  expect(scene.comments(pull.number)[0]?.body).not.toContain('became larger');
  expect(github.state.statuses(scene.name, fixed.head)).toMatchObject([{ state: 'success', context: 'coldgate' }]);
  expect(github.state.statuses(scene.name, head)).toHaveLength(1);

  // A measuring run that no pull request started is nothing to report on.
  const onMain = github.state.run(scene.name, { event: 'push', headBranch: 'main', headSha: base, workflow: 'coldgate measure' });
  const other = workflowRunEvent(github.state, { repository: scene.name, runId: onMain.id, defaultBranchSha: base });
  const skipped = await scene.act(other, report, scene.run(other, report, base).id, { workspace, env });
  expect(skipped.code, skipped.log).toBe(0);
  expect(concluded(skipped)).toEqual([]);
});

describe('matrix', () => {
  const member = (name: string): Record<string, string> => ({ [`${name}/Cargo.toml`]: manifest(name), [`${name}/src/main.rs`]: TINY_MAIN });
  const files = {
    'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["orders", "users"]\n${QUICK_PROFILE}`,
    'Cargo.lock': `version = 4\n\n[[package]]\nname = "orders"\nversion = "0.1.0"\n\n[[package]]\nname = "users"\nversion = "0.1.0"\n`,
    '.gitignore': 'target/\n',
    ...member('orders'),
    ...member('users'),
  };

  test('two legs end in one comment; a leg that fails is named as missing, and the check is red', async () => {
    await using scene = await Scene.create('matrix', files);
    const workflow = await example('matrix');
    // One token for both jobs: act has no other.
    const permissions = permissionsOf(workflow);
    const { pull, head } = await scene.open({ 'README.md': '# shop\n' });
    const first = scene.opened(pull.number);
    const run = scene.run(first, workflow, head);
    const acted = await scene.act(first, workflow, run.id, { permissions });
    expect(acted.code, acted.log).toBe(0);
    expect(concludedByLeg(acted)).toEqual({ orders: 'success', users: 'success', report: 'success' });
    const uploaded = results.artifacts(run.id).map(({ name }) => name);
    expect(uploaded.toSorted()).toEqual([PAGE, REPORT, legOf('orders'), legOf('users')]);
    const [comment, ...others] = scene.comments(pull.number);
    expect(others).toEqual([]);
    expect(comment?.body).toContain('orders');
    expect(comment?.body).toContain('users');
    expect(github.state.statuses(scene.name, head)).toMatchObject([{ state: 'success', context: 'coldgate' }]);

    const broken = await scene.push({ 'users/src/main.rs': 'fn main() { this does not build }\n' });
    github.state.update(pull, { headSha: broken.head, mergeSha: broken.merge });
    const second = scene.opened(pull.number);
    const failed = await scene.act(second, workflow, scene.run(second, workflow, broken.head).id, { permissions });
    expect(failed.code, failed.log).toBe(1);
    expect(concludedByLeg(failed)).toEqual({ orders: 'success', users: 'failure', report: 'failure' });
    expect(errorsOf(failed).join('\n')).toContain('2 jobs (1 missing, 1 no change); users: its job did not upload a measurement');
    expect(scene.comments(pull.number).map(({ id }) => id)).toEqual([comment?.id]);
    expect(scene.comments(pull.number)[0]?.body).toMatch(/users.*its job did not upload a measurement/);
    expect(github.state.statuses(scene.name, broken.head)).toMatchObject([{ state: 'failure', context: 'coldgate' }]);
  });
});

test('baseline: a push measures and keeps, without a verdict', async () => {
  await using scene = await Scene.create('baseline');
  const workflow = await example('baseline');
  const { before, after } = await scene.advance({ 'README.md': '# health\n' });
  const event = pushEvent(github.state, { repository: scene.name, ref: 'refs/heads/main', before, after });
  const kept = results.caches().length;
  const run = scene.run(event, workflow, after);
  const acted = await scene.act(event, workflow, run.id);
  expect(acted.code, acted.log).toBe(0);
  expect(concluded(acted)).toEqual(['success']);
  expectKept(results.caches().slice(kept));
  expect(fromArtifact(run.id, legOf('default'), 'head/snapshot.json').commit.sha).toBe(after);
  expect(outputOf(acted, 'verdict')).toBeUndefined();
});

test('merge queue: the group is held against what it lands on, and its pull request gets the comment', async () => {
  await using scene = await Scene.create('queue');
  const workflow = await example('merge-queue');
  const { pull, base, merge } = await scene.open(heavier(300));
  const event = mergeGroupEvent(github.state, { repository: scene.name, number: pull.number, baseSha: base, headSha: merge });
  const run = scene.run(event, workflow, merge);
  const acted = await scene.act(event, workflow, run.id);
  expect(acted.code, acted.log).toBe(1);
  expect(concluded(acted)).toEqual(['failure']);
  expect(errorsOf(acted).join('\n')).toContain('health became larger: package +');
  expect(fromArtifact(run.id, REPORT, 'report.json')).toMatchObject({ head: { sha: merge }, base: { sha: base } });
  expect(scene.comments(pull.number)).toHaveLength(1);
});

test('arm64: the runner is found by its label; without the target the step says what installs it', async () => {
  await using scene = await Scene.create('arm64');
  const workflow = await example('arm64');
  const { pull, head } = await scene.open({ 'README.md': '# health\n' });
  const event = scene.opened(pull.number);
  await using toolchain = await ToolchainWithout.create('aarch64-unknown-linux-gnu');
  const env = { RUSTUP_TOOLCHAIN: toolchain.path };
  const acted = await scene.act(event, workflow, scene.run(event, workflow, head).id, { env });
  expect(acted.code, acted.log).toBe(1);
  expect(concluded(acted)).toEqual(['failure']);
  expect(errorsOf(acted).join('\n')).toMatch(/rustup target add .*aarch64-unknown-linux-gnu/);
  expect(scene.comments(pull.number)).toHaveLength(0);
});

test('deploy: what reaches AWS is the very package that was measured', async () => {
  await using scene = await Scene.create('deploy');
  const workflow = await example('deploy');
  const { before, after } = await scene.advance({ 'README.md': '# health\n' });
  const event = pushEvent(github.state, { repository: scene.name, ref: 'refs/heads/main', before, after });
  const stand = join(scene.home.path, 'stand-ins');
  const store = join(stand, 'store');
  await mkdir(store, { recursive: true });
  // The actions of others and the AWS command line, as far as this workflow goes.
  const actions = {
    'actions/upload-artifact@v4': await standIn(stand, 'upload', ['name', 'path'], `cp "$PATHS" ${store}/`),
    'actions/download-artifact@v4': await standIn(stand, 'download', ['name'], `cp ${store}/*.zip .`),
    'aws-actions/configure-aws-credentials@v4': await standIn(stand, 'credentials', ['role-to-assume', 'aws-region'], ':'),
  };
  const calls = join(stand, 'aws.txt');
  await writeFile(join(stand, 'aws'), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${calls}\nsha256sum < "\${6#fileb://}" >> ${calls}\n`, {
    mode: 0o755,
  });
  const more = {
    permissions: permissionsOf(workflow),
    actions,
    env: { PATH: [stand, process.env.PATH ?? ''].join(delimiter) },
  };
  const acted = await scene.act(event, workflow, scene.run(event, workflow, after).id, more);
  expect(acted.code, acted.log).toBe(0);
  expect(acted.jobs.map(({ id, result }) => [id, result])).toEqual([
    ['measure', 'success'],
    ['deploy', 'success'],
  ]);
  const packages = outputOf(acted, 'packages') ?? '';
  expect(packages).toMatch(/\/health\.zip$/);
  expect(await readdir(store)).toEqual(['health.zip']);
  const measured = createHash('sha256')
    .update(await readFile(packages))
    .digest('hex');
  const [call, deployed] = (await readFile(calls, 'utf8')).split('\n');
  expect(call).toBe('lambda update-function-code --function-name health --zip-file fileb://health.zip');
  expect(deployed).toBe(`${measured}  -`);
  expect(await readFile(join(stand, 'credentials.txt'), 'utf8')).toContain('aws-region=eu-central-1');

  // One that breaches a limit stays where it is.
  const heavy = await scene.advance(heavier(300));
  const next = pushEvent(github.state, { repository: scene.name, ref: 'refs/heads/main', before: heavy.before, after: heavy.after });
  const held = await scene.act(next, workflow, scene.run(next, workflow, heavy.after).id, more);
  expect(held.code, held.log).toBe(0);
  expect(held.jobs.map(({ id, result }) => [id, result])).toEqual([['measure', 'success']]);
  expect((await readFile(calls, 'utf8')).split('\n').filter((line) => line.startsWith('lambda'))).toHaveLength(1);
});

test('cold-start: built without rights, sampled where the role is, reported at once and judged after it', async () => {
  await using scene = await Scene.create('cold');
  const init = (_: string, nth: number, { description }: FunctionSnapshot): number =>
    (/holds head/.test(description) ? 30 : 20) * (1 + (nth % 5) / 100);
  await using lambda = await LambdaDouble.open({ mode: 'scripted', initDurations: init });
  const workflow = await example('cold-start');
  const { pull, head } = await scene.open(heavier(20));
  const event = scene.opened(pull.number);
  const run = scene.run(event, workflow, head);
  const keys = {
    AWS_ENDPOINT_URL_LAMBDA: lambda.address,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const lines = Object.entries(keys).map(([name, value]) => `echo ${name}=${value} >> "$GITHUB_ENV"`);
  const stand = join(scene.home.path, 'stand-ins');
  const acted = await scene.act(event, workflow, run.id, {
    permissions: { actions: 'read', contents: 'read', 'pull-requests': 'write', statuses: 'write' },
    // What it does for a job: credentials in its environment, and in no other job's.
    actions: {
      'aws-actions/configure-aws-credentials@v4': await standIn(stand, 'credentials', ['role-to-assume', 'aws-region'], lines.join('; ')),
    },
    vars: {
      COLD_START_CI_ROLE: 'arn:aws:iam::123456789012:role/ci',
      COLD_START_EXECUTION_ROLE: 'arn:aws:iam::123456789012:role/coldgate-scratch',
    },
  });
  expect(acted.code, acted.log).toBe(1);
  expect(acted.jobs.map(({ id, result }) => [id, result]).toSorted(), acted.log).toEqual([
    ['cold-start', 'success'],
    ['measure', 'success'],
    ['report', 'success'],
    ['report-cold-start', 'failure'],
  ]);
  expect(results.artifacts(run.id).map(({ name }) => name)).toEqual(
    expect.arrayContaining([legOf('default'), `${legOf('default')}@cold-start`]),
  );
  expect(lambda.functions()).toEqual([]);
  const [comment] = scene.comments(pull.number);
  expect(comment?.body).toMatch(/^### coldgate · ❌ `health` starts slower on AWS: /m);
  expect(comment?.body).toContain('| cold start |');
  expect(await readFile(join(stand, 'credentials.txt'), 'utf8')).toContain('role-to-assume=arn:aws:iam::123456789012:role/ci');
});

test('actionlint: the examples and the README, with the inputs and outputs that action.yml has', async () => {
  const actionlint = await findGoTool('actionlint');
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-lint-'));
  try {
    const workflows = join(folder, '.github/workflows');
    for (const path of [workflows, join(folder, '.git')]) await mkdir(path, { recursive: true });
    await cp(join(ROOT, 'action.yml'), join(folder, 'action.yml'));
    await mkdir(join(folder, 'dist'));
    await writeFile(join(folder, 'dist/action.js'), '');
    const texts = new Map([['readme.yml', await snippet()]]);
    for (const name of await readdir(EXAMPLES)) texts.set(name, await readFile(join(EXAMPLES, name), 'utf8'));
    expect(texts.size).toBeGreaterThan(7);
    // actionlint knows the inputs and outputs of local actions only.
    for (const [name, text] of texts) {
      expect(text, name).toContain('uses: coldgate/coldgate@v1');
      await writeFile(join(workflows, name), text.replaceAll('coldgate/coldgate@v1', './'));
    }
    const lint = () =>
      promisify(execFile)(actionlint, ['-no-color', '-oneline', '-shellcheck=', '-pyflakes='], { cwd: folder }).then(
        ({ stdout }) => stdout,
        (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}`,
      );
    expect(await lint()).toBe('');
    // It does look at them.
    await writeFile(
      join(workflows, 'readme.yml'),
      `${(await snippet()).replaceAll('coldgate/coldgate@v1', './')}        with:\n          limit: none\n`,
    );
    expect(await lint()).toContain('input "limit" is not defined in action "coldgate"');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Snapshot, target folder and tools, in the default branch's scope. */
function expectKept(caches: ReturnType<ResultsDouble['caches']>): void {
  const kinds = caches.map(({ key }) => /^coldgate-([a-z]+)/.exec(key)?.[1]);
  expect(kinds.filter((kind) => kind !== 'tools' && kind !== 'tracers').toSorted()).toEqual(['snapshot', 'target']);
  expect(new Set(caches.map(({ scope }) => scope))).toEqual(new Set(['refs/heads/main']));
}

/** An action of somebody else's that notes its inputs in `NAME.txt` and runs `command`; `path` is $PATHS there. */
async function standIn(folder: string, name: string, inputs: readonly string[], command: string): Promise<string> {
  const action = join(folder, name);
  await mkdir(action, { recursive: true });
  const notes = inputs
    .map((input) => `        printf '%s\\n' '${input}=\${{ inputs.${input} }}' >> ${join(folder, `${name}.txt`)}\n`)
    .join('');
  await writeFile(
    join(action, 'action.yml'),
    `name: ${name}
description: stands in
inputs:
${inputs.map((input) => `  ${input}: { required: false }\n`).join('')}runs:
  using: composite
  steps:
    - shell: bash
      env:
        PATHS: \${{ inputs.path }}
      run: |
${notes}        ${command}
`,
  );
  return action;
}
