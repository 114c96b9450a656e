import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ActionEvent, mergeGroupEvent, pullRequestEvent, pushEvent, workflowRunEvent } from '../doubles/events.ts';
import { type GitHubDouble, type Permission, startGitHub } from '../doubles/github.ts';
import { startValidated, type Validated } from '../doubles/openapi.ts';
import type { Run } from '../doubles/records.ts';
import { type ResultsDouble, startResults } from '../doubles/results.ts';
import { heavier, jsonOf, QUICK_PROFILE } from '../e2e/checks.ts';
import { Home } from '../e2e/coldgate.ts';
import { manifest, Project, TINY_MAIN, tiny } from '../e2e/project.ts';
import { type Acted, act } from './act.ts';
import { findGoTool } from './go-tool.ts';

/**
 * The example workflows and the README's own step, as they stand, under act: https://github.com/nektos/act.
 * Their `permissions:` decide what the token of the double may do. Each job has a workspace of its own, so none finds what another has cached.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLES = join(ROOT, 'examples/workflows');
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
  const block = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text).find((text) => text.includes('coldgate/coldgate@'));
  if (block === undefined) throw new Error('README.md has no step to paste');
  return block;
}

/** The `permissions:` of a workflow, or of its only job that has some of its own. */
function permissionsOf(workflow: string, indent = ''): Partial<Record<Permission, 'read' | 'write'>> {
  const block = new RegExp(`^${indent}permissions:\\n((?:${indent}  .*\\n)+)`, 'm').exec(workflow)?.[1];
  if (block === undefined) throw new Error('the workflow names no permissions');
  return Object.fromEntries([...block.matchAll(/^ *([a-z-]+): (read|write)$/gm)].map(([, name, level]) => [name, level]));
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
    return new Scene(`octo/${name}`, await Home.create(), await Project.create(files));
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
      env: { COLDGATE_HOME: this.home.path, ...more.env },
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

/** Main, pre and post steps of the Action and what they came to. */
function concluded(acted: Acted): readonly string[] {
  return acted.steps.filter((step) => step.name.includes('coldgate/coldgate@v1') && step.stage === 'Main').map((step) => step.result);
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
    expect(concluded(opened)).toEqual(['failure']);
    expect(opened.jobs).toMatchObject([{ id: 'coldgate', result: 'failure' }]);
    expect(outputOf(opened, 'verdict')).toBe('fail');
    const [comment, ...others] = scene.comments(pull.number);
    expect(others).toEqual([]);
    expect(comment?.author).toBe('github-actions[bot]');
    expect(comment?.body).toMatch(MARKER);
    expect(comment?.body).toContain("health's zip grew by");
    expect(outputOf(opened, 'comment-url')).toContain(`#issuecomment-${comment?.id}`);
    expect(errorsOf(opened).join('\n')).toContain("health's zip grew by");
    expect(opened.summaries.map(({ content }) => content).join('\n')).toContain("health's zip grew by");
    // What was checked out is the merge commit, and its first parent is the base.
    expect(fromArtifact(run.id, 'coldgate-report-default-1', 'report.json')).toMatchObject({ head: { sha: merge }, base: { sha: base } });

    // The same two commits on a laptop.
    const laptop = jsonOf(await scene.home.run(scene.project.path, ['check', '--base', base, '--json', '-']));
    expect(laptop.head.sha).toBe(merge);
    const { zip, binary, text } = laptop.functions[0]?.metrics ?? {};
    for (const [name, pair] of Object.entries({ zip, binary, text })) {
      expect(outputOf(opened, `${name}-base`)).toBe(String(pair?.base));
      expect(outputOf(opened, `${name}-head`)).toBe(String(pair?.head));
    }
    expect(comment?.body).toContain(laptop.verdict.sentence.replace(/^\w+: /, '').replace(/;.*/, ''));

    const bigger = await scene.push(heavier(400));
    github.state.update(pull, { headSha: bigger.head, mergeSha: bigger.merge });
    github.clock.advance(60_000);
    const second = scene.opened(pull.number);
    const pushed = await scene.act(second, workflow, scene.run(second, workflow, bigger.head).id);
    expect(pushed.code, pushed.log).toBe(1);
    expect(concluded(pushed)).toEqual(['failure']);
    expect(scene.comments(pull.number)).toHaveLength(1);
    const [updated] = scene.comments(pull.number);
    expect(updated?.id).toBe(comment?.id);
    expect(updated?.body).not.toBe(opened.log);
    expect(updated?.body).toContain(bigger.head);
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
    expect(scene.comments(pull.number)[0]?.body).not.toContain('grew by');
  });
});
