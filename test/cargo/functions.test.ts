import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Selection, selectBuilt, selectFunctions, stayingFunctions } from '../../src/cargo/functions.ts';
import type { CargoMetadata } from '../../src/cargo/metadata.ts';
import { type BuildRequest, DEFAULT_BUILD } from '../../src/cargo/request.ts';
import { UsageError } from '../../src/core/failures.ts';
import { flagName } from '../../src/options/values.ts';
import { member, Workspace } from './workspace.ts';

const on = (crate: string, table = 'dependencies'): string => `\n[${table}]\n${crate} = "1"\n`;

const FEATURES = `
[features]
default = ["small"]
small = []
big = ["huge"]
huge = []

[[bin]]
name = "heavy"
path = "src/heavy.rs"
required-features = ["huge"]

[[bin]]
name = "light"
path = "src/light.rs"
required-features = ["small"]
`;

const FILES: Readonly<Record<string, string>> = {
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["*"]\nexclude = ["alone"]\n`,
  ...member('api', on('lambda_http'), [
    'src/main.rs',
    'src/bin/second.rs',
    'src/bin/third/main.rs',
    'examples/demo.rs',
    'benches/speed.rs',
  ]),
  ...member('worker', `${on('lambda_runtime')}${FEATURES}`, ['src/heavy.rs', 'src/light.rs']),
  ...member('watcher', on('lambda-extension')),
  ...member('both', '\n[dependencies]\nlambda_runtime = "1"\nlambda-extension = "1"\n'),
  ...member('renamed', '\n[dependencies]\nrt = { package = "lambda_runtime", version = "1" }\n'),
  ...member('unix', on('lambda_runtime', "target.'cfg(unix)'.dependencies")),
  ...member('testing', on('lambda_runtime', 'dev-dependencies')),
  ...member('building', on('lambda_runtime', 'build-dependencies')),
  ...member('similar', '\n[dependencies]\nmine = { package = "my_lambda_runtime", version = "1" }\n'),
  ...member('tool', '', ['src/main.rs', 'src/bin/extra.rs']),
  ...member('library', on('lambda_runtime'), ['src/lib.rs', 'examples/use.rs']),
};

let workspace: Workspace;
let cargo: CargoMetadata;
beforeAll(() => {
  workspace = new Workspace(FILES);
  cargo = workspace.metadata();
});
afterAll(() => workspace[Symbol.dispose]());

const select = (choice: Partial<BuildRequest> = {}, folder = '', lenient = false): Selection =>
  selectFunctions(cargo, join(workspace.path, folder), { ...DEFAULT_BUILD, ...choice }, { lenient, configured: false, nameOf: flagName });
const names = (selection: Selection): readonly string[] => selection.targets.map(({ name }) => name).sort();
const reasons = (selection: Selection): Readonly<Record<string, string>> =>
  Object.fromEntries(selection.leftOut.map(({ name, reason }) => [name, reason]));

describe('the functions of a workspace', () => {
  it('are the binaries of packages with a Lambda dependency, whatever its name or platform', () => {
    const selection = select();
    expect(names(selection)).toEqual(['api', 'both', 'light', 'renamed', 'second', 'third', 'unix', 'watcher']);
    expect(selection.plain).toBe(true);
    const none = 'its package has no Lambda dependency';
    expect(reasons(selection)).toEqual({
      heavy: 'needs the feature "huge"',
      building: none,
      extra: none,
      similar: none,
      testing: none,
      tool: none,
    });
  });

  it('know their package, and extensions from functions', () => {
    const kinds = Object.fromEntries(select().targets.map(({ name, ...rest }) => [name, rest]));
    expect(kinds.watcher).toEqual({ binary: 'watcher', crate: 'watcher', crateVersion: '0.1.0', kind: 'extension' });
    expect(kinds.second).toEqual({ binary: 'second', crate: 'api', crateVersion: '0.1.0', kind: 'function' });
    // An internal extension runs inside its function.
    expect(kinds.both?.kind).toBe('function');
  });

  it('are those of the member that the manifest is of', () => {
    expect(names(select({}, 'api'))).toEqual(['api', 'second', 'third']);
    expect(select({}, 'api').plain).toBe(true);
    expect(names(select({ workspace: true }, 'api'))).toHaveLength(8);
  });

  it('are every binary where none is a Lambda', () => {
    expect(select({}, 'tool')).toMatchObject({ plain: true, leftOut: [] });
    expect(names(select({}, 'tool'))).toEqual(['extra', 'tool']);
    expect(names(select({ packages: ['tool', 'testing'] }))).toEqual(['extra', 'testing', 'tool']);
  });

  it('are what base has as functions too, as long as their binaries are there', () => {
    const known = [
      { name: 'tool', crate: 'tool', kind: 'function' },
      { name: 'extra', crate: 'tool', kind: 'extension' },
      { name: 'gone', crate: 'tool', kind: 'function' },
      { name: 'testing', crate: 'another', kind: 'function' },
    ] as const;
    const knowing = (folder = '') =>
      selectFunctions(cargo, join(workspace.path, folder), DEFAULT_BUILD, { lenient: false, configured: false, known, nameOf: flagName });
    const selection = knowing();
    expect(names(selection)).toEqual([...names(select()), 'extra', 'tool'].toSorted());
    expect(selection.targets.filter(({ crate }) => crate === 'tool').map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'extra extension',
      'tool function',
    ]);
    expect(stayingFunctions(selection).map(({ name }) => name)).toEqual(['extra', 'tool']);
    const built = selection.binaries.map(({ crate, binary }) => ({ package: crate, crate: binary }));
    expect(names(selectBuilt(selection, built))).toContain('tool');
    // Where none is a Lambda every binary is one, known or new.
    expect(names(knowing('tool'))).toEqual(['extra', 'tool']);
    const one = { lenient: false, configured: false, known: known.slice(0, 1), nameOf: flagName };
    expect(names(selectFunctions(cargo, join(workspace.path, 'tool'), DEFAULT_BUILD, one))).toEqual(['extra', 'tool']);
  });

  it('are refused where there is no binary at all', () => {
    expect(() => select({}, 'library')).toThrow(UsageError);
    expect(() => select({}, 'library')).toThrow(
      /library has no binary to build; its workspace has some in api, both, building, renamed, similar and 5 more: take --workspace, /,
    );
    expect(select({}, 'library', true)).toMatchObject({ targets: [], leftOut: [], plain: true });
  });

  it('are the default members of the workspace where it names them', () => {
    using own = new Workspace({ ...FILES, 'Cargo.toml': `${FILES['Cargo.toml']}default-members = ["watcher", "tool"]\n` });
    const selection = selectFunctions(own.metadata(), own.path, DEFAULT_BUILD, { lenient: false, configured: false, nameOf: flagName });
    expect(names(selection)).toEqual(['watcher']);
    expect(Object.keys(reasons(selection)).sort()).toEqual(['extra', 'tool']);
  });

  it('are those of the root package where it is one', () => {
    using own = new Workspace({
      ...member('other', on('lambda_http')),
      'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["other"]\n\n[package]\nname = "root"\nversion = "0.1.0"\n${on('lambda_http')}`,
      'src/main.rs': 'fn main() {}\n',
    });
    const at = (choice: Partial<BuildRequest>) =>
      selectFunctions(own.metadata(), own.path, { ...DEFAULT_BUILD, ...choice }, { lenient: false, configured: false, nameOf: flagName });
    expect(names(at({}))).toEqual(['root']);
    expect(names(at({ workspace: true }))).toEqual(['other', 'root']);
    expect(names(at({ packages: ['other'] }))).toEqual(['other']);
  });
});

describe('required features', () => {
  it.each<readonly [string, Partial<BuildRequest>, readonly string[]]>([
    ['the default ones', {}, ['light']],
    ['one that brings another', { features: ['big'] }, ['heavy', 'light']],
    ['one of a named package', { features: ['worker/huge'] }, ['heavy', 'light']],
    ['all of them', { allFeatures: true }, ['heavy', 'light']],
    ['all of them, without the default ones', { allFeatures: true, defaultFeatures: false }, ['heavy', 'light']],
    ['not the default ones', { defaultFeatures: false, features: ['huge'] }, ['heavy']],
  ])('%s', (_title, choice, expected) => {
    expect(names(select({ ...choice, packages: ['worker'] }))).toEqual(expected);
  });

  it('of a binary that was asked for are named', () => {
    expect(() => select({ bins: ['heavy'] })).toThrow('--bin heavy needs the feature "huge": add it with --features');
    expect(names(select({ bins: ['heavy'], features: ['big'] }))).toEqual(['heavy']);
  });
});

describe('--bin and --package', () => {
  it('override what a Lambda is', () => {
    const selection = select({ bins: ['extra', 'api'] });
    expect(names(selection)).toEqual(['api', 'extra']);
    expect(selection.plain).toBe(false);
    expect(reasons(selection).tool).toBe('not among --bin');
  });

  it('select packages', () => {
    const selection = select({ packages: ['api', 'watcher'] });
    expect(names(selection)).toEqual(['api', 'second', 'third', 'watcher']);
    expect(selection).toMatchObject({ plain: true, leftOut: [] });
    expect(names(select({ packages: ['api'], bins: ['third'] }))).toEqual(['third']);
  });

  it('list what there is for a name that there is not', () => {
    expect(() => select({ bins: ['apj', 'third', 'x"y'] }, 'api')).toThrow(
      new UsageError('--bin: no binary named "apj", "x\\"y"; there are: api, second, third; did you mean "api"?'),
    );
    expect(() => select({ bins: ['demo'], packages: ['library'] })).toThrow(new UsageError('--bin: no binary named "demo"; there is none'));
    expect(() => select({ packages: ['worker', 'wroker'] })).toThrow(
      /^--package: no package named "wroker" in the workspace; there are: .*\bworker\b/,
    );
    // Named by its target, an example is no binary.
    expect(() => select({ bins: ['demo'] }, 'api')).toThrow(UsageError);
  });

  it('leave names out that a base does not have yet', () => {
    expect(names(select({ bins: ['api', 'new'] }, '', true))).toEqual(['api']);
    expect(names(select({ packages: ['api', 'new'] }, '', true))).toEqual(['api', 'second', 'third']);
    expect(select({ bins: ['new'] }, '', true)).toMatchObject({ targets: [], leftOut: [], plain: false });
    expect(select({ packages: ['new'] }, '', true)).toMatchObject({ targets: [], leftOut: [], plain: false });
  });
});

describe('a Lambda crate behind path and workspace dependencies', () => {
  const path = (...crates: readonly string[]): string =>
    `\n[dependencies]\n${crates.map((name) => `${name} = { path = "../${name}" }\n`).join('')}`;

  it('counts, the nearest first', () => {
    using own = new Workspace({
      'Cargo.toml':
        '[workspace]\nresolver = "2"\nmembers = ["*"]\nexclude = ["outside"]\n[workspace.dependencies]\nshared = { path = "shared" }\n',
      ...member('shared', path('deeper', 'outside'), ['src/lib.rs']),
      ...member('deeper', `${on('lambda_runtime')}shared = { path = "../shared", optional = true }\n`, ['src/lib.rs']),
      // No member: what stands outside the workspace counts as well.
      ...member('outside', '', ['src/lib.rs']),
      ...member('inherited', '\n[dependencies]\nshared.workspace = true\n'),
      ...member('renamed', '\n[dependencies]\nother = { package = "shared", path = "../shared" }\n'),
      ...member('extension', `${path('shared')}lambda-extension = "1"\n`),
      ...member('tested', '\n[dev-dependencies]\nshared = { path = "../shared" }\n'),
      ...member('plain', path('outside')),
    });
    const selection = selectFunctions(own.metadata(), own.path, DEFAULT_BUILD, { lenient: false, configured: false, nameOf: flagName });
    expect(Object.fromEntries(selection.targets.map(({ name, kind }) => [name, kind]))).toEqual({
      inherited: 'function',
      renamed: 'function',
      extension: 'extension',
    });
    expect(selection.leftOut.map(({ name }) => name).sort()).toEqual(['plain', 'tested']);
  });
});

describe('what was built', () => {
  const built = (...pairs: readonly (readonly [string, string])[]) => pairs.map(([package_, crate]) => ({ package: package_, crate }));

  it('takes the place of what was expected', () => {
    const selection = selectBuilt(
      select({ packages: ['worker', 'tool'] }),
      built(['worker', 'heavy'], ['worker', 'light'], ['api', 'api'], ['tool', 'tool']),
    );
    expect(names(selection)).toEqual(['api', 'heavy', 'light']);
    expect(reasons(selection)).toEqual({ tool: 'its package has no Lambda dependency', extra: 'its package has no Lambda dependency' });
    const less = selectBuilt(select({ packages: ['api', 'worker'] }), built(['api', 'second']));
    expect(names(less)).toEqual(['second']);
    expect(reasons(less)).toEqual({
      api: 'cargo lambda did not build it',
      third: 'cargo lambda did not build it',
      light: 'cargo lambda did not build it',
      heavy: 'needs the feature "huge"',
    });
    expect(names(selectBuilt(select(), built(['tool', 'tool'], ['other', 'x'])))).toEqual(['tool']);
  });

  it('shows whether a feature is on that cargo lambda may switch on', () => {
    const options = { lenient: false, configured: true, nameOf: flagName };
    const selection = selectFunctions(cargo, join(workspace.path, 'worker'), { ...DEFAULT_BUILD, bins: ['heavy'] }, options);
    expect(names(selection)).toEqual(['heavy']);
    const whole = selectFunctions(cargo, join(workspace.path, 'worker'), DEFAULT_BUILD, options);
    expect(reasons(selectBuilt(whole, built(['worker', 'light'])))).toEqual({ heavy: 'needs the feature "huge"' });
  });
});

describe('binaries of one name', () => {
  const boot = (name: string): Record<string, string> =>
    member(name, `${on('lambda_runtime')}\n[[bin]]\nname = "bootstrap"\npath = "src/main.rs"\n`);

  it('are named with their package, and may be asked for so', () => {
    using own = new Workspace({
      'Cargo.toml': '[workspace]\nresolver = "2"\nmembers = ["*"]\n',
      ...boot('a'),
      ...boot('b'),
      ...member('c'),
    });
    const at = (choice: Partial<BuildRequest>) =>
      selectFunctions(own.metadata(), own.path, { ...DEFAULT_BUILD, ...choice }, { lenient: false, configured: false, nameOf: flagName });
    expect(names(at({}))).toEqual(['a/bootstrap', 'b/bootstrap']);
    expect(names(at({ packages: ['b'] }))).toEqual(['bootstrap']);
    expect(names(at({ bins: ['bootstrap'] }))).toEqual(['a/bootstrap', 'b/bootstrap']);
    const one = at({ bins: ['b/bootstrap'] });
    expect(one.targets).toMatchObject([{ name: 'bootstrap', binary: 'bootstrap', crate: 'b' }]);
    // cargo's own --bin would build both.
    expect(one.beside.map(({ crate }) => crate)).toEqual(['a', 'b']);
    expect(() => at({ bins: ['c/bootstrap'] })).toThrow('--bin: no binary named "c/bootstrap"; there are: a/bootstrap, b/bootstrap, c');
  });
});
