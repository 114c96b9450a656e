import { describe, expect, test } from 'vitest';
import { parseManifestLimits } from '../../src/cargo/manifest-limits.ts';
import { sourcesWentTo, tracesAtBase } from '../../src/cargo/traces.ts';

/** Manifests by file: the package's name, or a whole text. */
type Names = Readonly<Record<string, string>>;

const read = (names: Names) =>
  Object.entries(names).map(([file, name]) => parseManifestLimits(file, name.startsWith('[') ? name : `[package]\nname = "${name}"\n`));

function traces(base: Names, head: Names, crates: readonly string[], moved: Readonly<Record<string, string>> = {}) {
  const files = { base: Object.keys(base), head: Object.keys(head) };
  const manifests = { base: read(base), head: read(head) };
  const paths = Object.keys(moved);
  const went = sourcesWentTo('new', { moved: new Map(Object.entries(moved)), paths, before: manifests.base, after: files.head });
  return tracesAtBase(
    files,
    manifests,
    crates.map((crate) => ({ crate })),
    went,
  );
}

test.each<readonly [string, Names, Names, readonly unknown[]]>([
  ['nothing before it', {}, { 'new/Cargo.toml': 'api' }, []],
  ['another project, which stays', { 'old/Cargo.toml': 'old' }, { 'old/Cargo.toml': 'old', 'new/Cargo.toml': 'api' }, []],
  ['one of its name that is gone', { 'old/Cargo.toml': 'api' }, { 'new/Cargo.toml': 'api' }, [{ file: 'old/Cargo.toml', because: 'gone' }]],
  ['another one that is gone', { 'fuzz/Cargo.toml': 'fuzz' }, { 'new/Cargo.toml': 'api' }, []],
  [
    'its package, which stays where it was',
    { 'a/Cargo.toml': 'api' },
    { 'a/Cargo.toml': 'api', 'Cargo.toml': 'workspace' },
    [{ file: 'a/Cargo.toml', because: { package: 'api' } }],
  ],
  ['a package of its name in another project', { 'a/Cargo.toml': 'api' }, { 'a/Cargo.toml': 'api', 'b/Cargo.toml': 'api' }, []],
])('%s', (_, base, head, found) => {
  expect(traces(base, head, ['api'])).toEqual(found);
});

describe('one that is gone under another name', () => {
  const NEW = { 'new/Cargo.toml': 'api' };
  const gone = (file: string) => ({ file, because: 'gone' });

  test('counts where git saw a source of it move into the new folder', () => {
    expect(traces({ 'old/Cargo.toml': 'old' }, NEW, ['api'], { 'old/src/main.rs': 'new/src/main.rs' })).toEqual([gone('old/Cargo.toml')]);
    const named = { 'old/Cargo.toml': '[package]\nname = "old"\n[[bin]]\nname = "old"\npath = "go.rs"\n' };
    expect(traces(named, NEW, ['api'], { 'old/go.rs': 'new/go.rs' })).toEqual([gone('old/Cargo.toml')]);
  });

  test.each<readonly [string, Names, Names, Readonly<Record<string, string>>]>([
    ['a manifest alone, which are all alike', { 'fuzz/Cargo.toml': 'fuzz' }, NEW, { 'fuzz/Cargo.toml': 'new/Cargo.toml' }],
    ['a source that went elsewhere', { 'old/Cargo.toml': 'old' }, NEW, { 'old/src/main.rs': 'tools/src/main.rs' }],
    ['a library', { 'old/Cargo.toml': 'old' }, NEW, { 'old/src/lib.rs': 'new/src/lib.rs' }],
    [
      'a source of a package that stays',
      { 'Cargo.toml': '[workspace]\n', 'a/Cargo.toml': 'a' },
      { ...NEW, 'a/Cargo.toml': 'a' },
      { 'a/src/main.rs': 'new/src/main.rs' },
    ],
  ])('does not by %s', (_, base, head, moved) => {
    expect(traces(base, head, ['api'], moved)).toEqual([]);
  });

  test('with its workspace, also where its library alone is still alike', () => {
    const base = {
      'old/Cargo.toml': '[workspace]\nmembers = ["*"]\n',
      'old/a/Cargo.toml': '[package]\nname = "a"\n[[bin]]\nname = "a"\n',
      'old/lib/Cargo.toml': 'lib',
    };
    const found = traces(base, NEW, ['api'], { 'old/lib/src/lib.rs': 'new/lib/src/lib.rs' });
    expect(found).toEqual([gone('old/Cargo.toml'), gone('old/lib/Cargo.toml')]);
  });
});
