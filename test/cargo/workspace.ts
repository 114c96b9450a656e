import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CargoMetadata, parseMetadata } from '../../src/cargo/metadata.ts';
import { CARGO } from '../rust.ts';

/** A cargo workspace on disk, without git, for the real `cargo metadata`. */
export class Workspace implements Disposable {
  readonly path: string;
  constructor(files: Readonly<Record<string, string>>) {
    this.path = realpathSync(mkdtempSync(join(tmpdir(), 'coldgate-workspace-')));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
  }

  metadata(folder = ''): CargoMetadata {
    const args = ['metadata', '--format-version', '1', '--no-deps', '--offline'];
    return parseMetadata(execFileSync(CARGO, args, { cwd: join(this.path, folder), encoding: 'utf8' }), this.path);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A package of a workspace that stands in a folder of its name; `more` goes below `[package]`. */
export function member(name: string, more = '', sources: readonly string[] = ['src/main.rs']): Record<string, string> {
  return {
    [`${name}/Cargo.toml`]: `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${more}`,
    ...Object.fromEntries(sources.map((source) => [`${name}/${source}`, 'fn main() {}\n'])),
  };
}
