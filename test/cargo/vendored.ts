import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Artifact, parseArtifact } from '../../src/cargo/artifacts.ts';
import { type CargoMetadata, parseMetadata } from '../../src/cargo/metadata.ts';
import { shippingBy } from '../../src/cargo/shipped.ts';
import type { Lockfile } from '../../src/core/snapshot/snapshot.ts';
import { parseLockfile } from '../../src/inspect/lockfile.ts';
import { CARGO } from '../rust.ts';
import type { Workspace } from './workspace.ts';

export const PLATFORM = 'x86_64-unknown-linux-gnu';

/** Takes crates.io's packages from the folder `vendor`: no test asks a registry. */
export const VENDORED: Readonly<Record<string, string>> = {
  '.cargo/config.toml': '[source.crates-io]\nreplace-with = "vendored"\n\n[source.vendored]\ndirectory = "vendor"\n',
};

/** A package as crates.io would have it; `more` goes below `[package]`, `code` into its library. */
export function vendored(name: string, version: string, more = '', code = 'pub fn one() -> u32 { 1 }\n'): Record<string, string> {
  const folder = `vendor/${name}-${version}`;
  return {
    [`${folder}/Cargo.toml`]: `[package]\nname = "${name}"\nversion = "${version}"\nedition = "2021"\n${more}`,
    [`${folder}/src/lib.rs`]: code,
    [`${folder}/.cargo-checksum.json`]: JSON.stringify({ files: {}, package: '0'.repeat(64) }),
  };
}

/** A workspace that was built for the platform, as cargo tells of it. */
export interface VendoredBuild {
  readonly metadata: CargoMetadata;
  readonly lockfile: Lockfile;
  readonly artifacts: readonly Artifact[];
  /** What is linked into a binary: `name version`, and in braces the features that are on. */
  readonly linked: (binary: string, crate?: string) => readonly string[] | string;
}

/** Builds with a real cargo, as cargo lambda calls it, and asks the real `cargo metadata` with `asked`. */
export function buildVendored(workspace: Workspace, built: readonly string[] = [], asked: readonly string[] = built): VendoredBuild {
  const cargo = (...args: readonly string[]): string =>
    execFileSync(CARGO, [...args, '--offline'], {
      cwd: workspace.path,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const messages = cargo('build', '--target', PLATFORM, '--message-format', 'json', ...built);
  const artifacts = messages.split('\n').flatMap((line) => parseArtifact(line) ?? []);
  const metadata = parseMetadata(cargo('metadata', '--format-version', '1', '--filter-platform', PLATFORM, ...asked), workspace.path);
  const lockfile = parseLockfile(readFileSync(join(workspace.path, 'Cargo.lock'), 'utf8'), 'Cargo.lock');
  const linked = (binary: string, crate = binary): readonly string[] | string => {
    const shipping = shippingBy(metadata, lockfile, artifacts, PLATFORM)({ binary, crate });
    if (shipping.kind === 'unknown') return shipping.reason;
    return shipping.units.map((unit) => {
      const one = lockfile.packages[unit.package];
      return `${one?.name} ${one?.version}${unit.features.length === 0 ? '' : ` {${unit.features.join(',')}}`}`;
    });
  };
  return { metadata, lockfile, artifacts, linked };
}
