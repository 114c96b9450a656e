import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/failures.ts';
import { INPUTS, parseInputs } from '../../src/options/inputs.ts';

const read = (given: Readonly<Record<string, string>>) => parseInputs((name) => given[name] ?? '');

describe('the inputs of the Action', () => {
  it('have defaults', () => {
    expect(read({})).toMatchObject({
      mode: 'check',
      key: 'default',
      leg: 'default',
      legs: [],
      comment: 'always',
      label: 'coldgate: accepted',
      author: '',
      token: '',
      cache: true,
      check: { repeat: [] },
    });
  });

  it('read as the flags of the check they stand for, a line each', () => {
    const inputs = read({
      limits: 'zip: 5 MB\n\nbinary: +2% & +20 kB\n',
      bins: 'a\nb',
      workspace: 'true',
      arch: 'arm64',
      'build-args': '--compiler\ncargo',
    });
    expect(inputs.check.repeat).toEqual([
      { flag: 'limit', value: 'zip: 5 MB' },
      { flag: 'limit', value: 'binary: +2% & +20 kB' },
      { flag: 'bin', value: 'a' },
      { flag: 'bin', value: 'b' },
      { flag: 'workspace', value: null },
      { flag: 'arch', value: 'arm64' },
      { flag: 'build-arg', value: null },
      { flag: 'build-arg', value: null },
    ]);
    expect(inputs.check.sources.build.bins).toEqual(['a', 'b']);
  });

  it.each([
    [{ mode: 'chekc' }, 'input mode "chekc": allowed are check, measure, cold-start, report, accept, history; did you mean "check"?'],
    [{ cache: 'yes' }, 'input cache: "yes" is neither true nor false'],
    [{ comment: 'sometimes' }, 'input comment "sometimes": allowed are always, on-change, on-breach, never'],
    [{ key: 'a b' }, 'input key: "a b" may have letters, digits, dots, dashes and underscores only, 64 at most'],
    [{ key: 'cold-start' }, 'input key: cold-start names the status of cold starts: take another key'],
    [
      { mode: 'measure', 'cold-start-result': 'pending' },
      'input cold-start-result is for mode report: mode measure waits for no cold-start job',
    ],
    [
      { mode: 'report', 'cold-start-result': 'done' },
      'input cold-start-result "done": allowed are pending, success, failure, cancelled, skipped',
    ],
    [{ legs: 'a: b' }, 'input legs: "a: b": functions behind a leg\'s name are for mode history'],
    [{ legs: 'a\n../b' }, 'input legs: "../b" may have letters, digits, dots, dashes and underscores only, 64 at most'],
  ])('%j: %s', (given, message) => {
    expect(() => read(given)).toThrow(new UsageError(message));
  });

  it('are each read by somebody', () => {
    const asked = new Set<string>();
    parseInputs((name) => {
      asked.add(name);
      return '';
    });
    expect(INPUTS.filter(({ name }) => !asked.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it('says of each what it is written as, since YAML has no flags', () => {
    const helpOf = (name: string): string => INPUTS.find((input) => input.name === name)?.help ?? '';
    expect(helpOf('init-env')).toMatch(/\(NAME=VALUE, one per line\)$/);
    expect(helpOf('packages')).toMatch(/\(one per line\)$/);
    expect(helpOf('workspace')).toMatch(/\(true or false\)$/);
    expect(helpOf('arch')).toMatch(/\(x86_64 or arm64\)$/);
    expect(helpOf('profile')).not.toMatch(/\)$/);
  });
});
