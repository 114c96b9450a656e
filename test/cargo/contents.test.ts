import { describe, expect, test } from 'vitest';
import { contentDigests } from '../../src/cargo/contents.ts';
import type { PathPackage } from '../../src/cargo/path-packages.ts';
import { fileKind, namesCi } from '../../src/core/file-kinds.ts';

describe('what a file can be to a build', () => {
  test.each([
    [
      'documentation',
      ['README.md', 'functions/a/README', 'functions/a/CHANGELOG.md', 'docs/how/it-works.md', 'docs/a.png', 'NOTES.md', 'LICENSE-MIT'],
    ],
    ['ci', ['.github/workflows/ci.yml', '.gitlab-ci.yml', 'a/.gitignore', 'rustfmt.toml', '.vscode/settings.json']],
    ['cargo', ['Cargo.toml', 'Cargo.lock', 'a/Cargo.lock', 'rust-toolchain.toml', '.cargo/config.toml', 'a/.cargo/config']],
    ['rust', ['src/main.rs', 'docs/example.rs', 'readme.rs']],
    ['other', ['a/Cargo.toml', 'template.yaml', 'migrations/1.sql', 'pages/about.md', 'data/LICENSES.csv', 'words.txt', 'a/docs.json']],
  ] as const)('%s', (kind, paths) => {
    for (const path of paths) expect(`${path}: ${fileKind(path)}`).toBe(`${path}: ${kind}`);
  });
});

test.each([
  ['root.join(".github").join("x.json")', true],
  ['fs::read("../clippy.toml")', true],
  ['fs::read("data/github.json")', false],
])('%s names a file of CI: %s', (text, expected) => {
  expect(namesCi(text)).toBe(expected);
});

const plain = (name: string, more: Partial<PathPackage> = {}): PathPackage => ({
  ...{
    name,
    folder: `/top/${name}`,
    roots: [],
    dependsOn: [],
    hasBuildScript: false,
    runsMacros: false,
    looksAbove: false,
    readsDocuments: false,
    readsCi: false,
    asksGit: false,
  },
  ...more,
});
const PACKAGES = [
  plain('lone'),
  plain('script', { hasBuildScript: true }),
  plain('macros', { runsMacros: true }),
  plain('git', { hasBuildScript: true, asksGit: true }),
];
const FILES = [
  'Cargo.lock',
  'README.md',
  'data.csv',
  'tool.rs',
  ...PACKAGES.flatMap(({ name }) => [`${name}/Cargo.toml`, `${name}/src/main.rs`, `${name}/x.sql`, `${name}/clippy.toml`]),
];
const SOURCES = {
  ...{ top: '/top', commit: 'one', env: { A: '1' }, outside: new Map() },
  files: FILES.map((path) => ({ path, id: 'first' })),
};
const BEFORE = contentDigests(PACKAGES, SOURCES);

/** The packages whose digest moves with a change. */
const moved = (more: Partial<typeof SOURCES>): readonly string[] =>
  [...contentDigests(PACKAGES, { ...SOURCES, ...more })].flatMap(([name, digest]) => (digest === BEFORE.get(name) ? [] : [name]));
const edited = (path: string): readonly string[] =>
  moved({ files: SOURCES.files.map((file) => (file.path === path ? { path, id: 'second' } : file)) });

describe('whose output a change may be in', () => {
  test('nothing moves by itself, whatever the order of packages', () => {
    expect(moved({})).toEqual([]);
    expect(new Map([...contentDigests(PACKAGES.toReversed(), SOURCES)].toSorted())).toEqual(new Map([...BEFORE].toSorted()));
  });

  test.each([
    ['README.md', []],
    ['lone/src/main.rs', ['lone']],
    ['lone/Cargo.toml', ['lone']],
    ['lone/x.sql', ['lone', 'script', 'macros', 'git']],
    ['script/src/main.rs', ['script']],
    ['script/x.sql', ['script', 'macros', 'git']],
    ['lone/clippy.toml', []],
    ['script/clippy.toml', ['script']],
    ['macros/clippy.toml', ['macros']],
    ['data.csv', ['script', 'macros', 'git']],
    ['tool.rs', ['script', 'macros', 'git']],
    ['Cargo.lock', ['script', 'git']],
  ])('%s', (path, names) => {
    expect(edited(path)).toEqual(names);
  });

  test('a new file, a variable, a commit', () => {
    expect(moved({ files: [...SOURCES.files, { path: 'lone/README.md', id: 'x' }] })).toEqual([]);
    expect(moved({ files: [...SOURCES.files, { path: 'script/README.md', id: 'x' }] })).toEqual(['script']);
    expect(moved({ env: { A: '2' } })).toEqual(['script', 'macros', 'git']);
    expect(moved({ commit: 'two' })).toEqual(['git']);
  });

  test('packages of one name share a digest; one outside the checkout counts by its own files', () => {
    const outside = plain('far', { folder: '/else/far' });
    const digests = (id: string) =>
      contentDigests([...PACKAGES, outside, plain('far', { folder: '/top/lone/far' })], {
        ...SOURCES,
        outside: new Map([['/else/far', [{ path: 'src/lib.rs', id }]]]),
      });
    expect(digests('a').get('far')).not.toBe(digests('b').get('far'));
    expect(digests('a').get('lone')).toBe(digests('b').get('lone'));
  });
});
