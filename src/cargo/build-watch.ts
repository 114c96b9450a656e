import { stripVTControlCharacters } from 'node:util';
import type { Artifact } from './artifacts.ts';

/** What a build is at, by what it says. */
export type BuildStage =
  | { readonly kind: 'starting' }
  /** Another cargo holds what this one needs. */
  | { readonly kind: 'blocked'; readonly by: string }
  | { readonly kind: 'downloading' }
  /** `done`: packages that are; `crate`: the one that has been compiled longest; `null`: not known. */
  | { readonly kind: 'compiling'; readonly done: number; readonly crate: string | null }
  /** `binaries`: what is being linked, link-time optimization and code generation included. `lto`: as rustc was told; empty: not at all. */
  | { readonly kind: 'linking'; readonly binaries: readonly string[]; readonly done: number; readonly lto: string }
  | { readonly kind: 'packing' };

interface Owned {
  readonly binary: string;
  readonly crate: string;
}

/**
 * Tells from what cargo prints what a build is waiting for: `Compiling` names a package when it begins, an artifact message when it is done,
 * and the rustc wrapper writes down which binaries have begun.
 */
export class BuildWatch {
  readonly #owners: ReadonlySet<string>;
  /** In the order in which they began. */
  readonly #compiling = new Set<string>();
  readonly #compiled = new Set<string>();
  readonly #linked = new Set<string>();
  #begun: ReadonlyMap<string, string> = new Map();
  #said: BuildStage = { kind: 'starting' };

  /** `binaries`: the workspace's. */
  constructor(binaries: readonly Owned[]) {
    this.#owners = new Set(binaries.map(({ crate }) => crate));
  }

  /** A line of standard error. */
  heard(line: string): void {
    const [, verb = '', rest = ''] = /^\s*(Compiling|Blocking|Downloading|Downloaded) (.+)$/.exec(stripVTControlCharacters(line)) ?? [];
    if (verb === 'Compiling') this.#compiling.add(rest.split(' ')[0] ?? rest);
    if (verb === 'Blocking') this.#said = { kind: 'blocked', by: rest.replace(/^waiting for file lock on /, '') };
    else if (verb.startsWith('Download')) this.#said = { kind: 'downloading' };
    else if (verb !== '') this.#said = { kind: 'starting' };
  }

  built({ package: owner, crate, kind, executable }: Pick<Artifact, 'package' | 'crate' | 'kind' | 'executable'>): void {
    this.#said = { kind: 'starting' };
    // A build script is compiled before its package.
    if (kind.includes('custom-build')) return;
    if (kind.includes('bin') && executable !== null) this.#linked.add(crate);
    this.#compiling.delete(owner);
    this.#compiled.add(owner);
  }

  /** What the rustc wrapper has written: a line for each binary, with its LTO. */
  began(text: string): void {
    const lines = text.split('\n').filter((line) => line.includes(' '));
    this.#begun = new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]));
  }

  get stage(): BuildStage {
    if (this.#said.kind !== 'starting') return this.#said;
    const others = [...this.#compiling].filter((name) => !this.#owners.has(name));
    const linking = [...this.#begun.keys()].filter((binary) => !this.#linked.has(binary));
    if (linking.length > 0 && others.length === 0) {
      return { kind: 'linking', binaries: linking, done: this.#linked.size, lto: this.#begun.get(linking[0] ?? '') ?? '' };
    }
    const [crate = null] = others.length > 0 ? others : this.#compiling;
    if (crate === null && this.#linked.size > 0 && linking.length === 0) return { kind: 'packing' };
    if (crate === null && this.#compiled.size === 0) return { kind: 'starting' };
    return { kind: 'compiling', done: this.#compiled.size, crate };
  }
}
