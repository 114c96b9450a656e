import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { effectiveProfile, ignoredProfiles, type ProfileFile, type ProfileSources, profileFindings } from '../../src/cargo/profile.ts';

const file = (name: string, text: string): ProfileFile => ({ file: name, text, value: parse(text) });

const sources = (manifest: string, more: Partial<ProfileSources> = {}): ProfileSources => ({
  ...{ profile: 'release', manifest: file('Cargo.toml', manifest), configs: [], env: {}, optimizes: true },
  ...more,
});

const valuesOf = (from: ProfileSources): string =>
  effectiveProfile(from)
    .map(({ value, by }) => `${value} ${by}`)
    .join(', ');

const found = (from: ProfileSources): readonly string[] =>
  profileFindings(from).flatMap((one) => (one.kind === 'profile' ? [`${one.setting} ${one.found} ${one.by} ${one.file}:${one.line}`] : []));

const ARTICLE = '[profile.release]\nopt-level = 3\nlto = "fat"\ncodegen-units = 1\nstrip = true\npanic = "abort"\n';

describe('the effective profile', () => {
  it.each([
    ['nothing set', '', {}, '3 cargo, thin cargo-lambda, 1 cargo-lambda, abort cargo-lambda, symbols cargo-lambda'],
    ['nothing set, no optimizations', '', { optimizes: false }, '3 cargo, false cargo, 16 cargo, unwind cargo, none cargo'],
    ["the article's", ARTICLE, {}, '3 manifest, fat manifest, 1 manifest, abort manifest, true manifest'],
    [
      'debug information asked for',
      '[profile.release]\ndebug = 1\n',
      {},
      '3 cargo, thin cargo-lambda, 1 cargo-lambda, abort cargo-lambda, none cargo',
    ],
    [
      'a variable beside what cargo lambda sets, and beside what the manifest sets',
      '[profile.release]\nlto = false\n',
      { env: { CARGO_PROFILE_RELEASE_LTO: 'fat', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '4', CARGO_PROFILE_RELEASE_PANIC: '' } },
      '3 cargo, fat environment, 1 cargo-lambda, abort cargo-lambda, symbols cargo-lambda',
    ],
    [
      'a configuration',
      '[profile.release]\nopt-level = 3\n',
      { configs: [file('.cargo/config.toml', '[profile.release]\nopt-level = 1\nlto = "off"\n')] },
      '1 configuration, thin cargo-lambda, 1 cargo-lambda, abort cargo-lambda, symbols cargo-lambda',
    ],
    [
      'a profile of its own',
      '[profile.small]\ninherits = "release"\nopt-level = "z"\n[profile.release]\nlto = true\n',
      { profile: 'small' },
      'z manifest, true manifest, 16 cargo, unwind cargo, none cargo',
    ],
    [
      'a circle',
      '[profile.a]\ninherits = "b"\n[profile.b]\ninherits = "a"\n',
      { profile: 'a' },
      '3 cargo, false cargo, 16 cargo, unwind cargo, none cargo',
    ],
    ['for development', '[profile.a]\ninherits = "dev"\n', { profile: 'a' }, '0 cargo, false cargo, 256 cargo, unwind cargo, none cargo'],
  ])('of %s', (_, manifest, more, values) => {
    expect(valuesOf(sources(manifest, more))).toBe(values);
  });
});

describe('a profile is found to cost', () => {
  it('nothing where it is the article’s, or for size', () => {
    expect(found(sources(ARTICLE))).toEqual([]);
    expect(found(sources(ARTICLE.replace('opt-level = 3', 'opt-level = "z"').replace('"fat"', 'true')))).toEqual([]);
  });

  it('what it sets, at the line that sets it', () => {
    const manifest = `[package]\nname = "a"\n\n[profile.release]\nlto = false\nopt-level = 1\ncodegen-units = 16 # quick\npanic = "unwind"\nstrip = "none"\n`;
    expect(found(sources(manifest))).toEqual([
      'opt-level 1 manifest Cargo.toml:6',
      'lto false manifest Cargo.toml:5',
      'codegen-units 16 manifest Cargo.toml:7',
      'panic "unwind" manifest Cargo.toml:8',
      'strip "none" manifest Cargo.toml:9',
    ]);
  });

  it('what cargo lambda sets, at the table it would stand in', () => {
    expect(found(sources('[package]\nname = "a"\n'))).toEqual(['lto "thin" cargo-lambda Cargo.toml:null']);
    expect(found(sources('[package]\n[profile.release]\nopt-level = 3\n'))).toEqual(['lto "thin" cargo-lambda Cargo.toml:2']);
    expect(found(sources('', { configs: [file('.cargo/config.toml', '[profile.release]\nopt-level = 0\n')] }))).toEqual([
      'opt-level 0 configuration .cargo/config.toml:2',
      'lto "thin" cargo-lambda Cargo.toml:null',
    ]);
  });

  it('nothing in any TOML that sets no profile as one', () => {
    for (const manifest of ['profile = 1', '[profile]\nrelease = 2', '[profile.release]\nlto = [1]', '[profile.release.lto]\na = 1'])
      expect(found(sources(manifest)).map((text) => text.replace(/:.*/, ''))).toEqual(['lto "thin" cargo-lambda Cargo.toml']);
  });
});

it('a profile of a member is ignored by cargo, and found', () => {
  const members = [
    { package: 'a', ...file('a/Cargo.toml', '[package]\nname = "a"\n\n[profile.release]\nlto = "fat"\n') },
    { package: 'b', ...file('b/Cargo.toml', '[package]\nname = "b"\n') },
    { package: 'c', ...file('c/Cargo.toml', '[profile]\nrelease.lto = "fat"\n') },
  ];
  expect(ignoredProfiles(members)).toEqual([
    { kind: 'ignored-profile', package: 'a', file: 'a/Cargo.toml', line: 4 },
    { kind: 'ignored-profile', package: 'c', file: 'c/Cargo.toml', line: 2 },
  ]);
});
