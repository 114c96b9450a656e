import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

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

describe('a limit on what valgrind or strace counts', () => {
  it.each(all)('%s has the tool where it measures', (_, text) => {
    const needs = [
      ...(/init\.instructions:|first-response\.instructions:/.test(text) ? ['valgrind'] : []),
      ...(/\.connects:/.test(text) ? ['strace'] : []),
    ];
    for (const tool of needs) expect(text).toMatch(new RegExp(`apt-get install .*\\b${tool}\\b`));
  });
});

it('action.yml has expressions in defaults alone: anywhere else GitHub refuses the whole file', () => {
  const lines = readFileSync(join(ROOT, 'action.yml'), 'utf8').split('\n');
  const odd = lines.filter((line) => line.includes('${{') && !/^ {4}default: /.test(line));
  expect(odd).toEqual([]);
});
