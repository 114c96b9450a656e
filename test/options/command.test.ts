import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/failures.ts';
import { parseCommand } from '../../src/options/command.ts';
import { VERBS } from '../../src/options/flag.ts';
import { FLAGS } from '../../src/options/flags.ts';
import { renderHelp } from '../../src/options/help.ts';

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
        build: {
          bins: ['a', 'b'],
          features: ['x', 'y', 'z'],
          defaultFeatures: false,
          profile: 'release',
          arch: 'arm64',
          extra: ['--compiler', 'cargo'],
        },
      },
    });
  });

  it('starts what two snapshots were made of, unless it is told not to', () => {
    expect(parseCommand(['compare', 'a', 'b'])).toMatchObject({ init: { kind: 'local', timeout: 10_000, pairs: 20 } });
    expect(parseCommand(['compare', 'a', 'b', '--init', 'off'])).toMatchObject({ init: { kind: 'off' } });
  });

  it('turns the gate off with none', () => {
    expect(parseCommand(['check', '--limit', 'none'])).toMatchObject({ judging: { limits: { kind: 'off' } } });
  });

  it.each([
    [
      ['chekc'],
      'no command "chekc"; there are: check, measure, compare, history, advise, bisect, log, doctor, demo, sweep (coldgate --help); did you mean "check"?',
    ],
    [['measure'], 'measure needs -o DIR: where to write snapshot.json, packages/ and twins/'],
    [['compare', 'one'], 'compare takes two snapshots: coldgate compare BASE HEAD (files or folders that `measure -o` wrote)'],
    [['measure', '-o', ''], 'measure needs -o DIR: where to write snapshot.json, packages/ and twins/'],
    [['compare', '', 'two'], 'compare takes two snapshots: coldgate compare BASE HEAD (files or folders that `measure -o` wrote)'],
    [['check', '--init-pairs', ''], '--init-pairs "": a whole number, such as 20'],
    [['check', '--arch', 'mips'], '--arch "mips": allowed are x86_64, arm64'],
    [['check', '--gate', 'off'], '--gate "off": allowed are fail, warn'],
    [['check', '--base', 'a', '--base', 'b'], '--base is given 2 times; it takes one value'],
    [
      ['check', '--build-arg', '--compiler=cargo'],
      '--build-arg takes ARG; one that begins with a dash is written with =, as in --build-arg=--compiler=cargo',
    ],
    [['check', '--base', '--workspace'], '--base needs a value: --base REF'],
    [['measure', '-o'], '--output needs a value: --output DIR'],
    [['check', '--workspace=yes'], '--workspace takes no value'],
    [['check', '--json', '-', '--markdown', '-'], '--json - and --markdown -: standard output takes one report'],
    [['demo', '--html', '-', '--markdown', '-'], '--markdown - and --html -: standard output takes one report'],
  ])('%j: %s', (args, message) => {
    expect(mistake(...args)).toBe(message);
  });

  it('lists the flags of a verb where one is unknown', () => {
    expect(mistake('check', '--fast')).toMatch(/^check has no flag --fast; its flags: --base --limit /);
    expect(mistake('measure', '-x')).toMatch(/^measure has no flag -x; its flags: /);
    expect(mistake('demo', 'extra')).toMatch(/^demo: Unexpected argument 'extra'/);
  });

  it.each([
    [['check', '--lmit', 'zip: 5 MB'], 'check has no flag --lmit; did you mean --limit? Its flags: '],
    [['check', '--limt=zip: 5 MB'], 'check has no flag --limt; did you mean --limit? Its flags: '],
    [['check', '--manifest', 'a'], 'check has no flag --manifest; did you mean --manifest-path? Its flags: '],
    [['measure', '--limit', 'none'], 'measure has no flag --limit; check and compare have it; its flags: '],
    [
      ['mesure'],
      'no command "mesure"; there are: check, measure, compare, history, advise, bisect, log, doctor, demo, sweep (coldgate --help); did you mean "measure"?',
    ],
    [['cmp'], 'no command "cmp"; there are: '],
    [['--limit', 'zip: 5 MB', 'check'], '--limit stands before the command: coldgate check --limit …'],
    [['check', '--arch', 'arm46'], '--arch "arm46": allowed are x86_64, arm64; did you mean "arm64"?'],
    [['check', '--gate', 'wran'], '--gate "wran": allowed are fail, warn; did you mean "warn"?'],
    [
      ['check', '--limit', 'init.instuctions: +1%'],
      `--limit 'init.instuctions: +1%': unknown metric "init.instuctions"; did you mean "init.instructions"?`,
    ],
    [['check', '--limit', 'package: 5 MB'], `--limit 'package: 5 MB': unknown metric "package"; did you mean "zip"?`],
    [['check', '--limit', 'init: 5 MB'], `--limit 'init: 5 MB': unknown metric "init"; did you mean "init.instructions"?`],
    [['check', '--limit', 'faults: 5'], `--limit 'faults: 5': unknown metric "faults"; did you mean "init.faults"?`],
  ])('proposes the nearest word: %j', (args, message) => {
    expect(mistake(...args).slice(0, message.length)).toBe(message);
  });

  it('says what every exit code is, and what is measured without a Lambda dependency', () => {
    const help = renderHelp(null).replaceAll(/\s+/g, ' ');
    expect(help).toContain('130 cancelled with Ctrl-C, 143 ended by TERM');
    expect(help).toContain('Where none does, every binary is, with a note.');
  });

  it('answers any arguments with a command or a UsageError', () => {
    const words = fc.oneof(fc.string(), fc.constantFrom(...FLAGS.map(({ name }) => `--${name}`), 'check', 'compare', '-o', '--', 'none'));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 6 }), (args) => {
        mistake(...args);
      }),
    );
  });

  it.each([null, ...VERBS.map(({ name }) => name)])('the help of %s fits 80 columns', (verb) => {
    const lines = renderHelp(verb).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    // What a flag is of another command is in the README.
    if (verb !== null) expect(renderHelp(verb)).not.toMatch(/\bof\s+(?:check|measure|compare|history|advise|bisect|log|demo)\b/);
    for (const { name, verbs } of FLAGS) if (verb !== null && verbs.includes(verb)) expect(renderHelp(verb)).toContain(`--${name}`);
  });
});

describe('what is asked for of init', () => {
  const init = (...args: readonly string[]) => {
    const command = parseCommand(['check', ...args]);
    return command.verb === 'check' ? command.init : null;
  };

  it('is local init as on Lambda, by default', () => {
    expect(init()).toEqual({ kind: 'local', env: {}, timeout: 10_000, pairs: 20, events: [] });
    expect(init('--init', 'off')).toEqual({ kind: 'off' });
    expect(init('--init-env', 'A=1', '--init-env=B=x=y', '--init-timeout', '1.5 s', '--init-pairs', '40')).toEqual({
      kind: 'local',
      env: { A: '1', B: 'x=y' },
      timeout: 1_500,
      pairs: 40,
      events: [],
    });
  });

  it.each([
    [['--init', 'aws'], '--init "aws": allowed are local, off'],
    [['--init-env', 'NAME'], '--init-env: "NAME" is not NAME=value'],
    [['--init-env', 'TMPDIR=/tmp'], '--init-env: TMPDIR is set by coldgate for each start; leave it out'],
    [['--init-timeout', '10'], '--init-timeout: "10" has no unit'],
    [['--init-timeout', '0 s'], '--init-timeout "0 s": from 1 ms to 900 s'],
    [['--init-pairs', '6'], '--init-pairs "6": from 20 to 500; fewer prove nothing'],
  ])('%j is a mistake', (args, message) => {
    expect(mistake('check', ...args)).toContain(message);
  });
});

describe('what is asked for of cold starts', () => {
  const ROLE = 'arn:aws:iam::123456789012:role/x';
  const coldStart = (...args: readonly string[]) => {
    const command = parseCommand(['check', ...args]);
    return command.verb === 'check' ? command.coldStart : null;
  };

  it('is nothing unless it is said', () => {
    expect(coldStart('--cold-start-role', ROLE)).toBeNull();
    expect(coldStart('--cold-start', '--cold-start-role', ROLE)).toEqual({
      role: ROLE,
      memories: [128],
      looks: [20, 40, 60],
      event: '{}',
      environment: {},
      timeout: 15,
      layers: [],
      storage: 512,
      tags: {},
      like: null,
      explicit: {},
      perFunction: new Map(),
      logGroup: '/coldgate/scratch',
      bucket: null,
      prefix: 'coldgate-',
      cap: 900_000,
    });
    const sizes = coldStart('--cold-start', '--cold-start-role', ROLE, '--cold-start-memory', '512', '--cold-start-memory=128');
    expect(sizes?.memories).toEqual([128, 512]);
  });

  it.each([
    [['--cold-start'], '--cold-start needs --cold-start-role'],
    [['--cold-start', '--cold-start-role', ROLE, '--cold-start-memory', '128 MB'], '--cold-start-memory "128 MB": whole numbers'],
    [['--cold-start', '--cold-start-role', ROLE, '--cold-start-event', '{'], '--cold-start-event "{": not JSON'],
    [['--cold-start', '--cold-start-role', ROLE, '--cold-start-cap', '5 MB'], '--cold-start-cap'],
  ])('%j is a mistake', (args, message) => {
    expect(mistake('check', ...args)).toContain(message);
  });

  it('has a sweep of its own', () => {
    expect(parseCommand(['sweep'])).toEqual({ verb: 'sweep', prefix: 'coldgate-', run: null });
    expect(parseCommand(['sweep', '--cold-start-prefix', 'team-'])).toEqual({ verb: 'sweep', prefix: 'team-', run: null });
    expect(parseCommand(['sweep', '--run', 'octo/app/9-1'])).toEqual({ verb: 'sweep', prefix: 'coldgate-', run: 'octo/app/9-1' });
    expect(mistake('sweep', '--run', '')).toBe('--run "": the ID of a run, as the run itself named it');
  });
});
