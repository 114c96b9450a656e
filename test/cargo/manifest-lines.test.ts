import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parseManifestLines } from '../../src/cargo/manifest-lines.ts';
import { linesBy, placesIn } from '../../src/cargo/toml-lines.ts';

const MANIFEST = `# regex = "9" is none
[package]
name = "health"
description = """
regex = "2"
[dependencies]
"""

[dependencies] # the team's own
lambda_runtime = "1.0"
regex = { version = "1.13", default-features = false, features = [
  "std", # "unicode"
  "perf",
] }
log.workspace = true
log.features = ["kv"]
"quoted-name" = '2'
old-rand = { package = "rand", version = "0.7", optional = true }
tools = { git = "https://token@example.org/tools", rev = "abc" }

[dependencies.serde]
version = "1"

[target.'cfg(windows)'.dependencies]
schannel = "0.1"

[build-dependencies]
cc = "1"

[dev-dependencies]
mockito = "1"

[features]
default = ["old-rand"]

[profile.release]
lto = "fat"
[profile.release.package.regex]
opt-level = 3

[workspace.dependencies]
log = { version = "0.4" }
`;

describe('the lines of a manifest', () => {
  const read = parseManifestLines('health/Cargo.toml', MANIFEST);
  const of = (key: string) => read?.lines.filter((line) => line.key === key) ?? [];

  test('are what a person writes of dependencies, features and profiles, each with its line', () => {
    expect(read).toMatchObject({ file: 'health/Cargo.toml', package: 'health' });
    expect(read?.lines.map(({ table, target, key, line }) => [table, target, key, MANIFEST.split('\n')[(line ?? 0) - 1]])).toEqual([
      ['dependencies', null, 'lambda_runtime', 'lambda_runtime = "1.0"'],
      ['dependencies', null, 'regex', 'regex = { version = "1.13", default-features = false, features = ['],
      ['dependencies', null, 'log', 'log.workspace = true'],
      ['dependencies', null, 'quoted-name', `"quoted-name" = '2'`],
      ['dependencies', null, 'old-rand', 'old-rand = { package = "rand", version = "0.7", optional = true }'],
      ['dependencies', null, 'tools', 'tools = { git = "https://token@example.org/tools", rev = "abc" }'],
      ['dependencies', null, 'serde', '[dependencies.serde]'],
      ['build-dependencies', null, 'cc', 'cc = "1"'],
      ['dependencies', 'cfg(windows)', 'schannel', 'schannel = "0.1"'],
      ['workspace', null, 'log', 'log = { version = "0.4" }'],
      ['features', null, 'default', 'default = ["old-rand"]'],
      ['profile', null, 'release.lto', 'lto = "fat"'],
      ['profile', null, 'release.package.regex.opt-level', 'opt-level = 3'],
    ]);
  });

  test('have what they ask for, and of an address a digest alone', () => {
    expect(of('regex')).toMatchObject([
      { package: 'regex', requirement: '1.13', features: ['std', 'perf'], defaultFeatures: false, origin: null },
    ]);
    expect(of('log')).toMatchObject([
      { inherits: true, features: ['kv'], requirement: null },
      { inherits: false, requirement: '0.4' },
    ]);
    expect(of('old-rand')).toMatchObject([{ package: 'rand', requirement: '0.7', optional: true }]);
    expect(of('tools')[0]?.origin).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.stringify(read)).not.toContain('token');
    expect(of('release.lto')).toMatchObject([{ requirement: '"fat"' }]);
  });

  test('are none of what is no TOML, too long or says nothing of them', () => {
    expect(parseManifestLines('Cargo.toml', '[dependencies')).toBeNull();
    expect(parseManifestLines('Cargo.toml', `# ${'x'.repeat(2_000_000)}\n[dependencies]\na = "1"\n`)).toBeNull();
    expect(parseManifestLines('Cargo.toml', '[package]\nname = "a"\n')).toBeNull();
    const hostile = parseManifestLines(
      'Cargo.toml',
      `[dependencies]\n"" = "1"\n"${'k'.repeat(2_000)}" = "1"\n__proto__ = "1"\nfine = "1"\n`,
    );
    expect(hostile?.lines.map(({ key }) => key)).toContain('fine');
    expect(hostile?.lines.every(({ key }) => key.length > 0 && key.length <= 1_024)).toBe(true);
  });

  test('stand where they are, however they are written', () => {
    const key = fc.constantFrom('a', 'b-c', '"d.e"', "'f'", '"g#"');
    const value = fc.constantFrom(
      '"1"',
      "'x'",
      '{ version = "1", features = ["a=b", \'#\'] }',
      '[\n  "]", # [\n  "x",\n]',
      '"""\na = 1\n[b]\n"""',
      "'''\n'a' = 2\n'''",
      '""',
      '1.5',
      '""""quoted""""',
    );
    const table = fc.record({
      header: fc.constantFrom('[dependencies]', '[ dependencies ] # x', "[target.'cfg(unix)'.dependencies]", '[workspace."dependencies"]'),
      rows: fc.uniqueArray(fc.tuple(key, value, fc.constantFrom('', '  ', '\t'), fc.constantFrom('', ' # it\'s "so')), {
        selector: ([name]) => name,
        maxLength: 5,
      }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(table, { selector: ({ header }) => header.replaceAll(/[ "]|#.*/g, '') }), (tables) => {
        let text = '';
        const expected: [readonly string[], number][] = [];
        const plain = (name: string): string => name.replaceAll(/["']/g, '');
        for (const { header, rows } of tables) {
          text += `${header}\n`;
          const path = header.includes('target')
            ? ['target', 'cfg(unix)', 'dependencies']
            : header.includes('workspace')
              ? ['workspace', 'dependencies']
              : ['dependencies'];
          for (const [name, written, indent, comment] of rows) {
            expected.push([[...path, plain(name)], text.split('\n').length]);
            text += `${indent}${name} = ${written}${comment}\n`;
          }
        }
        parse(text);
        const lineOf = linesBy(placesIn(text));
        for (const [path, line] of expected) expect([text, lineOf(path)]).toEqual([text, line]);
      }),
      { seed: 14, numRuns: 500 },
    );
  });

  test('take no more time than the text is long, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('[', ']', '"', '"""', "'", '=', '.', '\n', 'a', '#', '{', '\\', ' ')), (parts) => {
        const text = parts.join('');
        const places = placesIn(text);
        expect(places.length).toBeLessThanOrEqual(text.length);
        parseManifestLines('Cargo.toml', text);
      }),
      { seed: 14, numRuns: 1_000 },
    );
  });
});
