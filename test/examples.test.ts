import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/core/judge/limits.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'examples/workflows');
const examples = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]));
const [, block = ''] = /```yaml\n(# \.github\/workflows[\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
const all = [...examples, ['README.md', block] as const];

/** What a workflow does: without comments, its name and blank lines. */
function stripped(workflow: string): string {
  const lines = workflow.split('\n').map((line) => line.replace(/(?:^|\s+)#.*$/, ''));
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('name:')).join('\n');
}

it("the README's workflow is examples/workflows/simple.yml, which has limits of its own besides", () => {
  expect(block).toContain('jobs:');
  const [whole, given] = [stripped(examples.get('simple.yml') ?? ''), stripped(block)];
  expect(whole.slice(0, given.length)).toBe(given);
  expect(whole.slice(given.length)).toMatch(/^\n {8}with:\n {10}limits: \|\n(?: {12}[\w: .+%&]+\n?)+$/);
});

describe('a workflow that judges a pull request', () => {
  const judging = all.filter(([, text]) => /^ {2}pull_request:|^on: pull_request/m.test(text));

  it.each(judging)('%s runs again when the pull request is given another base, since its figures are of the old one', (_, text) => {
    // A job that its `if` skips counts as a success: a check that was red would be green by a new title.
    expect(text).not.toMatch(/if: .*action/);
    const [, types = ''] = /^ {2}pull_request:\n {4}types: \[(.*)\]/m.exec(text) ?? [];
    expect(types.split(', ').toSorted()).toEqual(['edited', 'opened', 'reopened', 'synchronize']);
  });
});

describe('a job that reports on what another one measures', () => {
  const reporting = [...examples].flatMap(([name, text]) =>
    text
      .split(/^(?= {2}[\w-]+:\n)/m)
      .filter((job) => /mode: report\n/.test(job) && /^ {4}needs:/m.test(job))
      .map((job) => [`${name} ${job.slice(0, job.indexOf(':')).trim()}`, job] as const),
  );

  it('is in three examples', () => {
    const names = ['cold-start.yml report', 'cold-start.yml report-cold-start', 'matrix.yml report', 'shards.yml report'];
    expect(reporting.map(([name]) => name).toSorted()).toEqual(names);
  });

  it.each(reporting)(
    '%s runs where that failed too: else a change that does not build keeps the green comment of the push before',
    (name, job) => {
      const [, condition = ''] = /^ {4}if: (.*)$/m.exec(job) ?? [];
      expect(condition).toMatch(/^always\(\)(?: &&|$)/);
      expect(condition).not.toMatch(/needs\.[\w-]+\.result == 'success'/);
      // One whose measuring is cancelled by a newer push has nothing to say.
      if (/cancel-in-progress: true/.test(examples.get(name.split(' ')[0] ?? '') ?? ''))
        expect(condition).toContain("needs.measure.result != 'cancelled'");
    },
  );
});

describe('a job whose figures are judged', () => {
  // Mode `measure` on push alone keeps a base, in which there is no init.
  const measuring = all
    .filter(([, text]) => /^ {2}(?:pull_request|merge_group):/m.test(text) || !text.includes('mode: measure'))
    .flatMap(([name, text]) =>
      text
        .split(/^(?= {2}[\w-]+:\n {4})/m)
        .filter((job) => job.includes('uses: coldgate/coldgate@') && !/mode: (?:report|cold-start|accept)\n/.test(job))
        .map((job) => [name, job] as const),
    );

  it('is one of eight examples or the README', () => {
    const files = ['README.md', 'arm64.yml', 'cold-start.yml', 'deploy.yml', 'matrix.yml', 'measure.yml', 'merge-queue.yml'];
    expect(measuring.map(([name]) => name).toSorted()).toEqual([...files, 'shards.yml', 'simple.yml']);
  });

  it.each(measuring)('%s installs nothing before it: the Action brings what counts', (_, job) => {
    expect(job).not.toMatch(/apt|sudo|valgrind|init-tools/);
  });
});

describe('limits of its own take the place of both defaults', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const blocks = all.flatMap(([name, text]) =>
    [...text.matchAll(/^( *)(?:limits|LIMITS): \|\n((?:\1 {2}.*\n?)+)/gm)].map(([, , lines = '']) => [name, lines] as const),
  );
  const calls = [...readme.matchAll(/^coldgate check .*--limit.*$/gm)].map(([line]) => ['README.md', line] as const);
  const tables = [...readme.matchAll(/^limits = \[.*\]$/gm)].map(([line]) => ['README.md', line] as const);

  it('each kind of sample is there', () => {
    expect(blocks.map(([name]) => name)).toEqual(['cold-start.yml', 'simple.yml']);
    expect([calls.length, tables.length]).toEqual([1, 1]);
  });

  it.each([...blocks, ...calls, ...tables])('a sample in %s has a line for what each default bounds', (_, lines) => {
    for (const { metric } of DEFAULT_LIMITS) expect(lines).toContain(`${metric}: `);
  });
});

describe('what docs/trust.md says to require in branch protection', () => {
  const trust = readFileSync(join(ROOT, 'docs/trust.md'), 'utf8');
  const [, table = ''] = /^## What to require in branch protection\n[\s\S]*?\| --- .*\n((?:\|.*\n)+)/m.exec(trust) ?? [];
  const rows = table.split('\n').flatMap((line) => {
    const [, setUp, files, require] = line.split(' | ').length < 3 ? [] : ['', ...line.slice(2, -2).split(' | ')];
    return setUp === undefined || files === undefined || require === undefined ? [] : [{ setUp, files, require }];
  });
  const linked = (files: string): readonly string[] => [...files.matchAll(/([\w-]+\.yml)\]/g)].map(([, name = '']) => name);
  const jobsOf = (name: string): readonly string[] =>
    [...((examples.get(name) ?? '').split(/^jobs:\n/m)[1]?.matchAll(/^ {2}([\w-]+):/gm) ?? [])].map(([, id = '']) => id);

  it('has a set-up for each example but that of a deployment', () => {
    expect(rows.flatMap(({ files }) => linked(files)).toSorted()).toEqual([...examples.keys()].filter((name) => name !== 'deploy.yml'));
  });

  it.each(rows)('$setUp: the jobs are there', ({ files, require }) => {
    const [, named = ''] = /\bjob (.*?)(?:;|$| too)/.exec(require.replace(/no job .*/, '')) ?? [];
    const jobs = [...named.matchAll(/`(report|coldgate)(?:-[\w-]+)?`/g)].map(([name]) => name.replaceAll('`', ''));
    expect(jobs.length > 0 || require.includes('the status `coldgate`')).toBe(true);
    for (const file of linked(files).filter((name) => !/^(?:measure|report|baseline|history|accept)\.yml$/.test(name))) {
      expect(jobsOf(file)).toEqual(expect.arrayContaining(jobs));
    }
  });

  it('history.yml takes the place of baseline.yml: its first job is that one', () => {
    const steps = (name: string): string => /^ {2}baseline:\n((?: {4}.*\n)+)/m.exec(examples.get(name) ?? '')?.[1] ?? '';
    expect(jobsOf('history.yml')).toEqual(['baseline', 'history']);
    expect(steps('history.yml')).toBe(steps('baseline.yml'));
    expect([...(examples.get('history.yml') ?? '').matchAll(/contents: write/g)]).toHaveLength(1);
  });

  it('no two that may stand beside each other have a job of one name', () => {
    const names = ['simple.yml', 'arm64.yml', 'matrix.yml', 'baseline.yml', 'accept.yml'].flatMap(jobsOf);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });
});

it('action.yml has expressions in defaults alone: anywhere else GitHub refuses the whole file', () => {
  const lines = readFileSync(join(ROOT, 'action.yml'), 'utf8').split('\n');
  const odd = lines.filter((line) => line.includes('${{') && !/^ {4}default: /.test(line));
  expect(odd).toEqual([]);
});
