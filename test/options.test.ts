import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/core/failures.ts';
import { FLAGS, renderHelp } from '../src/flags.ts';
import { parseCommand } from '../src/options.ts';

function mistake(...args: readonly string[]): string {
  try {
    parseCommand(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'no mistake';
}

describe('the command line', () => {
  it('reads a whole check', () => {
    const args = [
      'check',
      '--base',
      'v1',
      '--limit',
      'zip: 5 MB',
      '--limit',
      'binary: +2%',
      '--bin',
      'a',
      '--bin',
      'b',
      '-F',
      'x,y',
      '-F',
      'z',
    ];
    const command = parseCommand([
      ...args,
      '--no-default-features',
      '--arch',
      'arm64',
      '--build-arg=--compiler',
      '--build-arg=cargo',
      '--gate',
      'warn',
    ]);
    expect(command).toMatchObject({
      verb: 'check',
      base: 'v1',
      judging: { gate: 'warn', limits: { kind: 'limits', limits: [{ metric: 'zip' }, { metric: 'binary' }] } },
      sources: {
        choice: { bins: ['a', 'b'], features: ['x', 'y', 'z'], defaultFeatures: false },
        build: {
          profile: 'release',
          arch: 'arm64',
          features: ['--features', 'x,y,z', '--no-default-features'],
          extra: ['--compiler', 'cargo'],
        },
      },
    });
  });

  it('turns the gate off with none', () => {
    expect(parseCommand(['check', '--limit', 'none'])).toMatchObject({ judging: { limits: { kind: 'off' } } });
  });

  it.each([
    [['chekc'], 'no command "chekc"; there are: check, measure, compare, doctor, demo (coldgate --help)'],
    [['measure'], 'measure needs -o DIR: where to write snapshot.json, packages/ and twins/'],
    [['compare', 'one'], 'compare takes two snapshots: coldgate compare BASE HEAD (files or folders that `measure -o` wrote)'],
    [['check', '--arch', 'mips'], '--arch "mips": allowed are x86_64 and arm64'],
    [['check', '--gate', 'off'], '--gate "off": allowed are fail and warn'],
    [['check', '--base', 'a', '--base', 'b'], '--base is given 2 times; it takes one value'],
    [['check', '--json', '-', '--markdown', '-'], '--json - and --markdown -: standard output takes one report'],
  ])('%j: %s', (args, message) => {
    expect(mistake(...args)).toBe(message);
  });

  it('lists the flags of a verb where one is unknown', () => {
    expect(mistake('check', '--fast')).toMatch(/^check: Unknown option '--fast'.*; its flags: --base --limit /);
    expect(mistake('demo', 'extra')).toMatch(/^demo: Unexpected argument 'extra'/);
  });

  it('answers any arguments with a command or a UsageError', () => {
    const words = fc.oneof(fc.string(), fc.constantFrom(...FLAGS.map(({ name }) => `--${name}`), 'check', 'compare', '-o', '--', 'none'));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 6 }), (args) => {
        mistake(...args);
      }),
    );
  });

  it.each([null, 'check', 'measure', 'compare', 'doctor', 'demo'] as const)('the help of %s fits 80 columns', (verb) => {
    const lines = renderHelp(verb).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    for (const { name, verbs } of FLAGS) if (verb !== null && verbs.includes(verb)) expect(renderHelp(verb)).toContain(`--${name}`);
  });
});
