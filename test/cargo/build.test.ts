import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArtifact } from '../../src/cargo/artifacts.ts';
import { buildArguments, DEFAULT_BUILD, withoutSelectors } from '../../src/cargo/request.ts';

/** As cargo 1.95 prints them. */
const message = (more: object = {}): string =>
  JSON.stringify({
    reason: 'compiler-artifact',
    package_id: 'path+file:///work/orders-crate#orders@0.1.0',
    manifest_path: '/work/orders-crate/Cargo.toml',
    target: { kind: ['bin'], crate_types: ['bin'], name: 'orders', src_path: '/work/orders-crate/src/main.rs', edition: '2021' },
    profile: { opt_level: '3', debuginfo: 0, debug_assertions: false, overflow_checks: false, test: false },
    features: [],
    filenames: ['/work/target/release/orders'],
    executable: '/work/target/release/orders',
    fresh: false,
    ...more,
  });

describe('parseArtifact', () => {
  it('reads an artifact and keeps its line', () => {
    const line = message();
    expect(parseArtifact(line)).toEqual({
      id: 'path+file:///work/orders-crate#orders@0.1.0',
      features: [],
      package: 'orders',
      crate: 'orders',
      kind: ['bin'],
      source: '/work/orders-crate/src/main.rs',
      executable: '/work/target/release/orders',
      fresh: false,
      files: ['/work/target/release/orders'],
      line,
    });
    expect(parseArtifact(message({ executable: null, fresh: true }))).toMatchObject({ executable: null, fresh: true });
  });

  it.each([
    ['registry+https://github.com/rust-lang/crates.io-index#serde@1.0.228', 'serde'],
    ['path+file:///work/health#0.1.0', 'health'],
    ['path+file:///work/a%20b/health#0.1.0', 'health'],
    ['path+file:///work/c%23#health@0.1.0', 'health'],
    ['git+https://example.com/team/tools?branch=main#0.3.0', 'tools'],
    ['git+ssh://git@example.com/team/tools#shared@0.3.0', 'shared'],
    ['serde 1.0.228 (registry+https://github.com/rust-lang/crates.io-index)', 'serde'],
    ['health 0.1.0 (path+file:///work/health)', 'health'],
  ])('knows the package of %s', (id, name) => {
    expect(parseArtifact(message({ package_id: id }))?.package).toBe(name);
  });

  it.each([
    '',
    '   Compiling orders v0.1.0',
    '{',
    '{}',
    '{"reason":"build-finished","success":true}',
    '{"reason":"compiler-message","target":{"name":"a","kind":["bin"]}}',
    message({ target: null }),
    message({ target: { kind: 'bin', name: 'a' } }),
    message({ target: { kind: ['bin'] } }),
    '[{"reason":"compiler-artifact"}]',
  ])('passes over %j', (line) => {
    expect(parseArtifact(line)).toBeNull();
  });

  it('answers null or an artifact, whatever the line', () => {
    const field = fc.oneof(fc.jsonValue(), fc.string());
    const near = fc
      .record({ package_id: field, target: fc.oneof(field, fc.record({ name: field, kind: field })), executable: field, fresh: field })
      .map((record) => message(record));
    fc.assert(
      fc.property(
        fc.oneof(
          near,
          fc.string(),
          fc.json(),
          fc.string().map((text) => `{${text}`),
        ),
        (line) => {
          const artifact = parseArtifact(line);
          if (artifact === null) return;
          expect(artifact.line).toBe(line);
          expect([typeof artifact.package, typeof artifact.crate, typeof artifact.fresh]).toEqual(['string', 'string', 'boolean']);
          expect(artifact.executable === null || typeof artifact.executable === 'string').toBe(true);
          expect(artifact.kind.every((kind) => typeof kind === 'string')).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('buildArguments', () => {
  it('are those of a team', () => {
    expect(buildArguments(DEFAULT_BUILD)).toEqual(['--release']);
    expect(
      buildArguments({
        ...DEFAULT_BUILD,
        profile: 'lean',
        arch: 'arm64',
        features: ['a', 'b'],
        packages: ['one', 'two'],
        extra: ['--compiler', 'cargo'],
      }),
    ).toEqual(['--profile', 'lean', '--arm64', '--package', 'one', '--package', 'two', '--features', 'a,b', '--compiler', 'cargo']);
    const all = buildArguments({ ...DEFAULT_BUILD, allFeatures: true, defaultFeatures: false, workspace: true });
    expect(all).toEqual(['--release', '--all-features', '--no-default-features', '--workspace']);
    expect(buildArguments({ ...DEFAULT_BUILD, arch: 'x86_64' })).toEqual(['--release', '--x86-64']);
  });
});

describe('withoutSelectors', () => {
  const read = (...extra: readonly string[]) => withoutSelectors({ ...DEFAULT_BUILD, features: ['own'], packages: ['api'], extra });

  it('reads what the arguments select as the options of that name', () => {
    const given = [
      '--workspace',
      '--exclude',
      'via',
      '--exclude=ext',
      '-papi',
      '-p',
      'one',
      '-F',
      'a,b',
      '--features=c d',
      '--bin=x',
      '--locked',
    ];
    expect(read(...given)).toEqual({
      ...DEFAULT_BUILD,
      ...{ bins: ['x'], packages: ['api', 'one'], workspace: true, exclude: ['via', 'ext'], features: ['own', 'a', 'b', 'c', 'd'] },
      extra: ['--locked'],
    });
    expect(read('--all-features', '--no-default-features')).toMatchObject({ allFeatures: true, defaultFeatures: false, extra: [] });
    expect(buildArguments(read('--exclude', 'via', '--all'))).toEqual([
      '--release',
      '--package',
      'api',
      '--features',
      'own',
      '--workspace',
      '--exclude',
      'via',
    ]);
  });

  it.each([['-p', 'fn-*'], ['--package=api@1.0.0'], ['--workspace=yes'], ['--compiler', 'cargo'], ['--config=x'], ['-p'], ['', '--']])(
    'leaves %j %j to cargo',
    (...extra) => {
      const given = extra.filter((argument) => argument !== undefined);
      expect(read(...given)).toEqual({ ...DEFAULT_BUILD, features: ['own'], packages: ['api'], extra: given });
    },
  );
});
