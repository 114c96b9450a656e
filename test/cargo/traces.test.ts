import { expect, test } from 'vitest';
import { parseManifestLimits } from '../../src/cargo/manifest-limits.ts';
import { tracesAtBase } from '../../src/cargo/traces.ts';

/** Manifests by file: the package's name. */
type Names = Readonly<Record<string, string>>;

function traces(base: Names, head: Names, crates: readonly string[]) {
  const read = (names: Names) => Object.entries(names).map(([file, name]) => parseManifestLimits(file, `[package]\nname = "${name}"\n`));
  const files = { base: Object.keys(base), head: Object.keys(head) };
  return tracesAtBase(
    files,
    { base: read(base), head: read(head) },
    crates.map((crate) => ({ crate })),
  );
}

test.each<readonly [string, Names, Names, readonly unknown[]]>([
  ['nothing before it', {}, { 'new/Cargo.toml': 'api' }, []],
  ['another project, which stays', { 'old/Cargo.toml': 'old' }, { 'old/Cargo.toml': 'old', 'new/Cargo.toml': 'api' }, []],
  ['one that is gone', { 'old/Cargo.toml': 'old' }, { 'new/Cargo.toml': 'api' }, [{ file: 'old/Cargo.toml', because: 'gone' }]],
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
