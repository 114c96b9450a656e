import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requirementsOf } from '../../src/advise/requirements.ts';
import { parseMetadata } from '../../src/cargo/metadata.ts';

const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index';

const MANIFEST = `[package]
name = "a"

[dependencies]
old-rand = { package = "rand", version = "0.7" }
rand = "0.8"

[target.'cfg(windows)'.dependencies]
net = "2"

[target.'cfg(unix)'.dependencies]
net = "1"
`;

it('the package of each line is its own: of two versions under two names, and of one for each platform', async () => {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'coldgate-requirements-')));
  try {
    const file = join(top, 'Cargo.toml');
    await writeFile(file, MANIFEST);
    const published = (name: string, version: string): object => ({
      ...{ id: `${name} ${version}`, name, version, source: REGISTRY, manifest_path: `/registry/${name}-${version}/Cargo.toml` },
      ...{ targets: [], features: { default: ['std'], std: [], [`of-${version}`]: [] }, dependencies: [], metadata: null },
    });
    const asks = (name: string, rename: string | null, target: string | null): object => ({
      name,
      rename,
      target,
      kind: null,
      features: [],
    });
    const brings = (name: string, pkg: string, target: string | null = null): object => ({
      name,
      pkg,
      dep_kinds: [{ kind: null, target }],
    });
    const own = {
      ...{ id: 'a', name: 'a', version: '0.1.0', source: null, manifest_path: file, targets: [], features: {}, metadata: null },
      dependencies: [
        ...[asks('rand', 'old-rand', null), asks('rand', null, null)],
        ...[asks('net', null, 'cfg(windows)'), asks('net', null, 'cfg(unix)')],
      ],
    };
    const metadata = {
      packages: [own, published('rand', '0.8.5'), published('rand', '0.7.3'), published('net', '1.4.0')],
      ...{ workspace_members: ['a'], workspace_root: top, metadata: null },
      resolve: {
        nodes: [
          { id: 'a', deps: [brings('rand', 'rand 0.8.5'), brings('old_rand', 'rand 0.7.3'), brings('net', 'net 1.4.0', 'cfg(unix)')] },
        ],
      },
    };
    const found = await requirementsOf(parseMetadata(JSON.stringify(metadata), 'a'), 'a', top);
    expect(found.map(({ path, package: name, version, known }) => [path.join('.'), name, version, Object.keys(known)[2]])).toEqual([
      ['dependencies.old-rand', 'rand', '0.7.3', 'of-0.7.3'],
      ['dependencies.rand', 'rand', '0.8.5', 'of-0.8.5'],
      ['target.cfg(unix).dependencies.net', 'net', '1.4.0', 'of-1.4.0'],
    ]);
  } finally {
    await rm(top, { recursive: true });
  }
});
