import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/failures.ts';
import { checkFunctionNames } from '../../src/core/judge/limit-scopes.ts';
import { parseCommand } from '../../src/options/command.ts';
import type { Flag } from '../../src/options/flag.ts';
import { FLAGS, flagNamed, inputOf } from '../../src/options/flags.ts';
import type { CheckOptions } from '../../src/options/groups.ts';
import { parseInputs } from '../../src/options/inputs.ts';

const ROLE = 'arn:aws:iam::123456789012:role/x';
const LAYER = 'arn:aws:lambda:us-east-1:123456789012:layer:ext:7';
const SAMPLING = { 'cold-start': [], 'cold-start-role': [ROLE] };

type Given = Readonly<Record<string, readonly string[]>>;

/** A value for each flag of a check that is no default, the field that its function reads, and what must stand there. */
const CASES: Readonly<Record<string, { readonly given: Given; readonly field: string; readonly value: unknown }>> = {
  base: { given: { base: ['v1.4.0'] }, field: 'base', value: 'v1.4.0' },
  limit: {
    given: { limit: ['zip: 5 MB', 'api/text: +1 kB'] },
    field: 'judging.limits.limits',
    value: [expect.objectContaining({ text: 'zip: 5 MB' }), expect.objectContaining({ function: 'api', metric: 'text' })],
  },
  gate: { given: { gate: ['warn'] }, field: 'judging.gate', value: 'warn' },
  'manifest-path': { given: { 'manifest-path': ['api/Cargo.toml'] }, field: 'sources.manifestPath', value: 'api/Cargo.toml' },
  'working-directory': { given: { 'working-directory': ['services'] }, field: 'sources.workingDirectory', value: 'services' },
  bin: { given: { bin: ['api', 'worker'] }, field: 'sources.build.bins', value: ['api', 'worker'] },
  package: { given: { package: ['api', 'worker'] }, field: 'sources.build.packages', value: ['api', 'worker'] },
  workspace: { given: { workspace: [] }, field: 'sources.build.workspace', value: true },
  features: { given: { features: ['a,b', 'c'] }, field: 'sources.build.features', value: ['a', 'b', 'c'] },
  'all-features': { given: { 'all-features': [] }, field: 'sources.build.allFeatures', value: true },
  'no-default-features': { given: { 'no-default-features': [] }, field: 'sources.build.defaultFeatures', value: false },
  profile: { given: { profile: ['lean'] }, field: 'sources.build.profile', value: 'lean' },
  arch: { given: { arch: ['arm64'] }, field: 'sources.build.arch', value: 'arm64' },
  'build-arg': { given: { 'build-arg': ['--compiler=cargo', '-v'] }, field: 'sources.build.extra', value: ['--compiler=cargo', '-v'] },
  prepare: { given: { prepare: ['git lfs pull'] }, field: 'sources.prepare', value: 'git lfs pull' },
  init: { given: { init: ['off'] }, field: 'init', value: { kind: 'off' } },
  'init-env': { given: { 'init-env': ['A=1', 'B=x=y'] }, field: 'init.env', value: { A: '1', B: 'x=y' } },
  'init-timeout': { given: { 'init-timeout': ['30 s'] }, field: 'init.timeout', value: 30_000 },
  'init-event': {
    given: { 'init-event': ['sqs', 'orders={"a":1}'] },
    field: 'init.events',
    value: [
      { function: null, event: expect.objectContaining({ name: 'sqs' }) },
      { function: 'orders', event: { name: 'own', text: '{"a":1}' } },
    ],
  },
  'init-pairs': { given: { 'init-pairs': ['40'] }, field: 'init.pairs', value: 40 },
  'cold-start': { given: SAMPLING, field: 'coldStart', value: expect.objectContaining({ role: ROLE }) },
  'cold-start-role': { given: SAMPLING, field: 'coldStart.role', value: ROLE },
  'cold-start-memory': { given: { ...SAMPLING, 'cold-start-memory': ['512', '128'] }, field: 'coldStart.memories', value: [128, 512] },
  'cold-start-samples': { given: { ...SAMPLING, 'cold-start-samples': ['30,60'] }, field: 'coldStart.looks', value: [30, 60] },
  'cold-start-event': { given: { ...SAMPLING, 'cold-start-event': ['{"a":1}'] }, field: 'coldStart.event', value: '{"a":1}' },
  'cold-start-env': { given: { ...SAMPLING, 'cold-start-env': ['A=1', 'B=2'] }, field: 'coldStart.environment', value: { A: '1', B: '2' } },
  'cold-start-timeout': { given: { ...SAMPLING, 'cold-start-timeout': ['90 s'] }, field: 'coldStart.timeout', value: 90 },
  'cold-start-layer': { given: { ...SAMPLING, 'cold-start-layer': [LAYER] }, field: 'coldStart.layers', value: [LAYER] },
  'cold-start-log-group': { given: { ...SAMPLING, 'cold-start-log-group': ['/team'] }, field: 'coldStart.logGroup', value: '/team' },
  'cold-start-bucket': { given: { ...SAMPLING, 'cold-start-bucket': ['packages'] }, field: 'coldStart.bucket', value: 'packages' },
  'cold-start-like': {
    given: { ...SAMPLING, 'cold-start-like': ['prod', 'health=prod-health:live'] },
    field: 'coldStart.like.deployed',
    value: new Map([
      [null, 'prod'],
      ['health', 'prod-health:live'],
    ]),
  },
  'cold-start-like-value': {
    given: { ...SAMPLING, 'cold-start-like': ['prod'], 'cold-start-like-value': ['LOG_LEVEL'] },
    field: 'coldStart.like.values',
    value: ['LOG_LEVEL'],
  },
  'cold-start-settings': {
    given: { ...SAMPLING, 'cold-start-settings': [`health: memory=512,256 timeout=30s storage=1024 layer=${LAYER}`] },
    field: 'coldStart.perFunction',
    value: new Map([['health', { memories: [256, 512], timeout: 30, storage: 1_024, layers: [LAYER] }]]),
  },
  'cold-start-tag': {
    given: { ...SAMPLING, 'cold-start-tag': ['cost-center = 42', 'owner=me=you'] },
    field: 'coldStart.tags',
    value: { 'cost-center': '42', owner: 'me=you' },
  },
  'cold-start-prefix': { given: { ...SAMPLING, 'cold-start-prefix': ['team-'] }, field: 'coldStart.prefix', value: 'team-' },
  'cold-start-cap': { given: { ...SAMPLING, 'cold-start-cap': ['60 s'] }, field: 'coldStart.cap', value: 60_000 },
};

function byFlags(given: Given): CheckOptions {
  const args = Object.entries(given).flatMap(([name, values]) =>
    values.length === 0 ? [`--${name}`] : values.map((value) => `--${name}=${value}`),
  );
  const command = parseCommand(['check', ...args]);
  if (command.verb !== 'check') throw new Error(command.verb);
  return command;
}

function byInputs(given: Given): CheckOptions {
  const inputs = Object.fromEntries(
    Object.entries(given).map(([name, values]) => [inputOf(flagNamed(name)) ?? name, values.length === 0 ? 'true' : values.join('\n')]),
  );
  return parseInputs((name) => inputs[name] ?? '').check;
}

function at(options: unknown, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>((value, key) => (value === null || value === undefined ? undefined : Reflect.get(Object(value), key)), options);
}

const OF_CHECK = FLAGS.filter(({ verbs }) => verbs.includes('check'));
/** Files on a laptop: the Action has its own. */
const FILES = ['json', 'markdown', 'html', 'flame-graphs'];

describe('an option reaches what it is for', () => {
  it('and each has a case here', () => {
    expect(Object.keys(CASES)).toEqual(OF_CHECK.map(({ name }) => name).filter((name) => !FILES.includes(name)));
  });

  it.each(Object.entries(CASES))('%s, from the flag and from the input', (_, { given, field, value }) => {
    expect(at(byFlags(given), field)).toEqual(value);
    expect(at(byInputs(given), field)).toEqual(value);
    // A value that nothing reads would not show where it is the default.
    const without = byFlags(Object.fromEntries(Object.entries(given).filter(([name]) => name in SAMPLING && field !== 'coldStart')));
    if (field !== 'coldStart.role') expect(at(without, field)).not.toEqual(value);
  });

  it('and the files and folders of the command line', () => {
    const command = parseCommand(['check', '--json', 'a.json', '--markdown', 'a.md', '--html', 'a.html', '--flame-graphs', 'graphs']);
    expect(command).toMatchObject({ reports: { json: 'a.json', markdown: 'a.md', html: 'a.html' }, flameGraphs: 'graphs' });
    expect(parseCommand(['measure', '-o', 'out', '--bin', 'api'])).toMatchObject({ output: 'out', sources: { build: { bins: ['api'] } } });
  });
});

describe('a mistake names the door it came through', () => {
  function mistakeOf(read: () => unknown): string {
    try {
      read();
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
    return 'no mistake';
  }

  it.each([
    [{ limit: ['zip: 5'] }, "--limit 'zip: 5': ", "input limits 'zip: 5': "],
    [{ gate: ['maybe'] }, '--gate "maybe": allowed are fail, warn', 'input gate "maybe": allowed are fail, warn'],
    [{ arch: ['mips'] }, '--arch "mips": ', 'input arch "mips": '],
    [{ init: ['aws'] }, '--init "aws": ', 'input init "aws": '],
    [{ 'init-env': ['A'] }, '--init-env: "A" is not NAME=value', 'input init-env: "A" is not NAME=value'],
    [{ 'init-timeout': ['10'] }, '--init-timeout: ', 'input init-timeout: '],
    [{ 'init-timeout': ['1 h'] }, '--init-timeout: ', 'input init-timeout: '],
    [{ 'init-timeout': ['901 s'] }, '--init-timeout "901 s": from 1 ms to 900 s', 'input init-timeout "901 s": from 1 ms to 900 s'],
    [{ 'init-pairs': ['6'] }, '--init-pairs "6": from 20 to 500', 'input init-pairs "6": from 20 to 500'],
    [{ 'init-pairs': ['x'] }, '--init-pairs "x": a whole number', 'input init-pairs "x": a whole number'],
    [{ 'init-pairs': ['20,20'] }, '--init-pairs "20,20": a whole', 'input init-pairs "20,20": a whole'],
    [{ 'init-pairs': ['20,'] }, '--init-pairs "20,": a whole number', 'input init-pairs "20,": a whole number'],
    [{ 'init-pairs': ['2e1'] }, '--init-pairs "2e1": a whole number', 'input init-pairs "2e1": a whole number'],
    [{ 'cold-start': [] }, '--cold-start needs --cold-start-role: ', 'input cold-start needs input cold-start-role: '],
    [{ ...SAMPLING, 'cold-start-role': ['me'] }, '--cold-start-role "me": not the ARN', 'input cold-start-role "me": not the ARN'],
    [{ ...SAMPLING, 'cold-start-memory': ['64'] }, '--cold-start-memory "64": from 128', 'input cold-start-memory "64": from 128'],
    [{ ...SAMPLING, 'cold-start-event': ['{'] }, '--cold-start-event "{": not JSON', 'input cold-start-event "{": not JSON'],
    [{ ...SAMPLING, 'cold-start-env': ['='] }, '--cold-start-env: ', 'input cold-start-env: '],
    [{ ...SAMPLING, 'cold-start-prefix': ['a b'] }, '--cold-start-prefix "a b": ', 'input cold-start-prefix "a b": '],
    [{ ...SAMPLING, 'cold-start-samples': ['0'] }, '--cold-start-samples "0": ', 'input cold-start-samples "0": '],
    // So few can prove nothing, whatever is compared.
    [{ ...SAMPLING, 'cold-start-samples': ['8'] }, '--cold-start-samples "8": from 9', 'input cold-start-samples "8": from 9'],
    [{ ...SAMPLING, 'cold-start-layer': [LAYER, 'x'] }, '--cold-start-layer "x": ', 'input cold-start-layers "x": '],
    [{ ...SAMPLING, 'cold-start-layer': [LAYER.slice(0, -2)] }, '--cold-start-layer "arn', 'input cold-start-layers "arn'],
    [
      { ...SAMPLING, 'cold-start-like': ['a b'] },
      '--cold-start-like "a b": write a deployed',
      'input cold-start-like "a b": write a deployed',
    ],
    [
      { ...SAMPLING, 'cold-start-like': ['a', 'b'] },
      '--cold-start-like "b": there is one already',
      'input cold-start-like "b": there is one already',
    ],
    [
      { ...SAMPLING, 'cold-start-like-value': ['A'] },
      '--cold-start-like-value needs --cold-start-like',
      'input cold-start-like-values needs input cold-start-like',
    ],
    [
      { ...SAMPLING, 'cold-start-settings': ['health'] },
      '--cold-start-settings "health": write',
      'input cold-start-settings "health": write',
    ],
    [
      { ...SAMPLING, 'cold-start-settings': ['a: memory=64'] },
      '--cold-start-settings "a: memory=64": memory, in MB, is a whole number from 128',
      'input cold-start-settings "a: memory=64": memory',
    ],
    [
      { ...SAMPLING, 'cold-start-settings': ['a: timeout=1h'] },
      '--cold-start-settings "a: timeout=1h": timeout is a time',
      'input cold-start-settings "a: timeout=1h": timeout',
    ],
    [
      { ...SAMPLING, 'cold-start-settings': ['a: storage=1', 'a: storage=600'] },
      '--cold-start-settings "a: storage=1": storage',
      'input cold-start-settings "a: storage=1": storage',
    ],
    [
      { ...SAMPLING, 'cold-start-settings': ['a: layer=x'] },
      '--cold-start-settings "x": not the ARN',
      'input cold-start-settings "x": not the ARN',
    ],
    [{ ...SAMPLING, 'cold-start-tag': ['a'] }, '--cold-start-tag "a": write it as', 'input cold-start-tags "a": write it as'],
    [
      { ...SAMPLING, 'cold-start-tag': ['coldgate:run=1'] },
      '--cold-start-tag "coldgate:run=1": tags that begin with coldgate',
      'input cold-start-tags "coldgate:run=1": tags',
    ],
    [{ ...SAMPLING, 'cold-start-tag': ['a=1', 'a=2'] }, '--cold-start-tag "a=2": the tag is', 'input cold-start-tags "a=2": the tag is'],
    [{ ...SAMPLING, 'cold-start-tag': ['a=%'] }, '--cold-start-tag "a=%": a name of', 'input cold-start-tags "a=%": a name of'],
    [
      { ...SAMPLING, 'cold-start-samples': ['9'], 'cold-start-memory': ['128,256'] },
      '--cold-start-samples 9: 9 pairs can never prove',
      'input cold-start-samples 9: 9 pairs can never prove',
    ],
    [{ ...SAMPLING, 'cold-start-log-group': ['a b'] }, '--cold-start-log-group "a b": ', 'input cold-start-log-group "a b": '],
    [{ ...SAMPLING, 'cold-start-bucket': ['ÄÖ'] }, '--cold-start-bucket "ÄÖ": ', 'input cold-start-bucket "ÄÖ": '],
    [{ ...SAMPLING, 'cold-start-cap': ['5 MB'] }, '--cold-start-cap: ', 'input cold-start-cap: '],
  ] as const)('%j', (given: Given, flag, input) => {
    expect(mistakeOf(() => byFlags(given)).slice(0, flag.length)).toBe(flag);
    expect(mistakeOf(() => byInputs(given)).slice(0, input.length)).toBe(input);
  });

  it('where it shows only when the functions are known', () => {
    const given = { limit: ['nosuch/zip: 1 B'] };
    const check = ({ judging }: CheckOptions) => mistakeOf(() => checkFunctionNames(judging.limits, [{ name: 'health', crate: 'health' }]));
    expect(check(byFlags(given))).toMatch(/^--limit 'nosuch\/zip: 1 B': there is no function/);
    expect(check(byInputs(given))).toMatch(/^input limits 'nosuch\/zip: 1 B': there is no function/);
  });

  it.each(['', 'ü', 'a b'])('and of another verb: sweep with the prefix %j', (prefix) => {
    expect(mistakeOf(() => parseCommand(['sweep', '--cold-start-prefix', prefix]))).toMatch(/^--cold-start-prefix ".*": a function's name/);
  });

  it('but a list that is left empty is the default', () => {
    const given = { ...SAMPLING, 'cold-start-samples': [''], 'cold-start-memory': [' '] };
    expect(byFlags(given).coldStart).toMatchObject({ looks: [20, 40, 60], memories: [128] });
    expect(byInputs(given).coldStart).toMatchObject({ looks: [20, 40, 60], memories: [128] });
  });

  it('where the input is on its own too', () => {
    const read = (): unknown => parseInputs((name) => (name === 'workspace' ? 'yes' : ''));
    expect(mistakeOf(read)).toBe('input workspace: "yes" is neither true nor false');
  });
});

describe('the one list', () => {
  it('has a default that its own parser takes, and no default beside words for what happens without', () => {
    expect(FLAGS.filter((flag: Flag) => flag.default !== undefined && flag.otherwise !== undefined)).toEqual([]);
    const defaults = Object.fromEntries(FLAGS.flatMap((flag: Flag) => (flag.default === undefined ? [] : [[flag.name, [flag.default]]])));
    const sampling = {
      ...SAMPLING,
      ...Object.fromEntries(Object.entries(defaults).filter(([name]) => OF_CHECK.some((flag) => flag.name === name))),
    };
    const parsed = byFlags(sampling);
    expect(parsed.coldStart?.explicit).toEqual({ memories: [128], timeout: 15 });
    const coldStart = parsed.coldStart === null ? null : { ...parsed.coldStart, explicit: {} };
    expect({ ...parsed, coldStart, repeat: [] }).toEqual({ ...byFlags(SAMPLING), repeat: [], verb: 'check' });
  });

  it('keeps what is of a run, an account or a secret out of the command that repeats a check', () => {
    const kept = byFlags(Object.assign({}, ...Object.values(CASES).map(({ given }) => given), { base: ['v1'] })).repeat;
    expect(kept.filter(({ flag }) => /^(base|cold-start)/.test(flag))).toEqual([]);
    expect(kept).toContainEqual({ flag: 'init-env', value: 'A=…' });
    expect(JSON.stringify(kept)).not.toContain('x=y');
  });
});
