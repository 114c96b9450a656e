import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DependencyChange } from '../../src/core/did.ts';
import { placeOfChange, placeOfLimit, placeOfPackage } from '../../src/github/source-lines.ts';

const ROOT = `[workspace]
members = ["health"]

[workspace.dependencies]
regex = "1.11"
serde = { version = "1.0.200", features = ["derive"] }

[workspace.metadata.coldgate]
limits = ["zip: 5 MB", "binary: +2%"]
`;
const MEMBER = `[package]
name = "health"
version = "0.1.0"

[dependencies]
regex.workspace = true
json = { package = "serde_json", version = "1" }
"quoted-name" = "2"

[dependencies.tokio]
features = ["rt"]
version = "1.48"

[target.'cfg(unix)'.dependencies]
libc = "0.2"

[features]
regex = []
`;
const LOCK = `version = 4

[[package]]
name = "aho-corasick"
version = "1.1.3"

[[package]]
name = "regex"
version = "1.10.2"

[[package]]
name = "regex"
version = "1.11.1"
`;
const FILES = new Map([
  ['health/Cargo.toml', MEMBER],
  ['Cargo.toml', ROOT],
  ['Cargo.lock', LOCK],
]);

const added = (name: string, version = '1.0.0'): DependencyChange => ({ kind: 'added', name, version });
const changed = (name: string, base: string, head: string): DependencyChange => ({ kind: 'changed', name, base, head });

describe('placeOfChange', () => {
  it.each([
    ['the workspace’s requirement first', added('regex'), 'Cargo.toml', 5],
    ['a requirement that was raised', changed('regex', '1.10.2', '1.11.1'), 'Cargo.toml', 5],
    ['under another name', added('serde_json'), 'health/Cargo.toml', 7],
    ['in quotes', added('quoted-name'), 'health/Cargo.toml', 8],
    ['a table of its own', changed('tokio', '1.47.0', '1.48.1'), 'health/Cargo.toml', 12],
    ['new in a table of its own', added('tokio'), 'health/Cargo.toml', 10],
    ['of a target', added('libc'), 'health/Cargo.toml', 15],
    ['that a table requires', changed('serde', '1.0.199', '1.0.200'), 'Cargo.toml', 6],
    ['only locked', added('aho-corasick', '1.1.3'), 'Cargo.lock', 4],
    ['moved by cargo update alone', changed('regex', '1.11.0', '1.11.1'), 'Cargo.lock', 12],
  ])('%s', (_name, change, file, line) => {
    expect(placeOfChange(FILES, change)).toEqual({ file, line });
  });

  it.each([
    ['gone', { kind: 'removed', name: 'regex', version: '1' } as const],
    ['unknown', added('nothing')],
    ['a feature', added('rt')],
  ])('nowhere: %s', (_name, change) => {
    expect(placeOfChange(FILES, change)).toBeNull();
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.string(), (toml, name, version) => {
        const files = new Map([
          ['Cargo.toml', toml],
          ['Cargo.lock', toml],
        ]);
        placeOfChange(files, added(name, version));
        placeOfPackage(files, name);
        placeOfLimit(files, name, 'Cargo.toml', 1);
      }),
    );
  });
});

describe('placeOfLimit', () => {
  it.each([
    ['where it is at head', 'zip: 5 MB', 'Cargo.toml', { file: 'Cargo.toml', line: 9 }],
    ['gone at head', 'zip: 4 MB', 'Cargo.toml', { file: 'Cargo.toml', line: null }],
    ['in a file that is not at hand', 'zip: 5 MB', 'other/Cargo.toml', { file: 'other/Cargo.toml', line: 3 }],
  ])('%s', (_name, text, file, expected) => {
    expect(placeOfLimit(FILES, text, file, 3)).toEqual(expected);
  });
});

describe('placeOfPackage', () => {
  it.each([
    ['health', { file: 'health/Cargo.toml', line: 2 }],
    ['other', { file: 'Cargo.toml', line: null }],
  ])('%s', (name, expected) => {
    expect(placeOfPackage(FILES, name)).toEqual(expected);
  });
});
