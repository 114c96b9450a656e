import { normalizeCrate } from '../crates.ts';

/** Packages that are compiled for a function, each `name version` with the features it is compiled with. */
export type LinkedPackages = ReadonlyMap<string, string>;

/** Reads `cargo tree --prefix none --format '{p}|{f}'`; lines of packages that were named before end in ` (*)`. */
export function parseTree(text: string): LinkedPackages {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, version, features = ''] = /^(\S+) v(\S+)(?: \(.*\))?\|([^|]*?)(?: \(\*\))?$/.exec(line) ?? [];
    if (name !== undefined) found.set(`${name} ${version}`, features);
  }
  return found;
}

/** What an edit does to what is linked, before anything is built. */
export interface LinkedChange {
  /** `name version`, gone and new. */
  readonly gone: readonly string[];
  readonly added: readonly string[];
  /** Compiled with other features. */
  readonly altered: readonly string[];
}

export function linkedChange(before: LinkedPackages, after: LinkedPackages): LinkedChange {
  return {
    gone: [...before.keys()].filter((one) => !after.has(one)),
    added: [...after.keys()].filter((one) => !before.has(one)),
    altered: [...after].filter(([one, features]) => before.has(one) && before.get(one) !== features).map(([one]) => one),
  };
}

/** Names that are linked at more than one version, with those versions. */
export function duplicatesIn(linked: LinkedPackages): ReadonlyMap<string, readonly string[]> {
  const versions = new Map<string, string[]>();
  for (const one of linked.keys()) {
    const [name = '', version = ''] = one.split(' ');
    versions.set(name, [...(versions.get(name) ?? []), version]);
  }
  return new Map([...versions].filter(([, list]) => list.length > 1));
}

/** The bytes that the package has of crates which are gone: what a change can save at most by them. A crate that stays at another version counts as there. */
export function promiseOf({ gone, added, altered }: LinkedChange, after: LinkedPackages, zipOf: ReadonlyMap<string, number>): number {
  const left = new Set([...after.keys()].map((one) => crateOf(one)));
  const crates = new Set(gone.map(crateOf).filter((crate) => !left.has(crate)));
  const whole = [...crates].reduce((sum, crate) => sum + (zipOf.get(crate) ?? 0), 0);
  // One of two versions of a crate is about half of what stands under its name.
  const halves = new Set(gone.map(crateOf).filter((crate) => left.has(crate) && !added.some((one) => crateOf(one) === crate)));
  const half = [...halves].reduce((sum, crate) => sum + (zipOf.get(crate) ?? 0) / 2, 0);
  // Other features may be anything; enough to stand before what promises nothing.
  const other = [...new Set(altered.map(crateOf))].reduce((sum, crate) => sum + (zipOf.get(crate) ?? 0) / 20, 0);
  return Math.round(whole + half + other);
}

function crateOf(linked: string): string {
  return normalizeCrate(linked.split(' ')[0] ?? '');
}
