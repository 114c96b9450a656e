import { basename, dirname } from 'node:path';
import type { ShippedUnit, Shipping } from '../core/snapshot/shipped.ts';
import type { Lockfile } from '../core/snapshot/snapshot.ts';
import type { Artifact } from './artifacts.ts';
import { activeEdges, isLibrary } from './edges.ts';
import type { CargoMetadata, CargoNode, CargoPackage } from './metadata.ts';

/** A binary of one call of cargo. */
interface Wanted {
  readonly binary: string;
  readonly crate: string;
}

/**
 * What tells for a binary of one call which packages are linked into it: what cargo compiled for the target (`artifacts`, which name fresh units
 * too), as far as normal dependencies lead there from its package with the features that were built. What only build scripts, proc macros
 * and tests need is not among it. `metadata` is of the same platform. Its own package comes first.
 * The messages: https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages
 */
export function shippingBy(
  metadata: CargoMetadata,
  lockfile: Lockfile,
  artifacts: readonly Artifact[],
  platform: string,
): (wanted: Wanted) => Shipping {
  const nodes = new Map((metadata.resolve?.nodes ?? []).map((node) => [node.id, node]));
  const packages = new Map(metadata.packages.map((one) => [one.id, one]));
  const places = new Map(lockfile.packages.map((one, index) => [keyOf(one), index]));
  const compiled = new Map<string, Map<string, readonly Artifact[]>>();
  const unitsFor = (folder: string): ReadonlyMap<string, readonly Artifact[]> => {
    const known = compiled.get(folder) ?? librariesFor(folder, artifacts);
    compiled.set(folder, known);
    return known;
  };
  return ({ binary, crate }) => {
    const main = mainOf(artifacts, { binary, crate });
    if (main?.executable == null) return unknown(`cargo did not name the binary ${binary}`);
    const built = platformOf(main.executable);
    if (built !== platform) return unknown(`it was built for ${built}, and cargo metadata was asked for ${platform}`);
    if (main.id === '' || main.features === null) return unknown('cargo does not say which packages and features it compiled');
    return walk(main, { nodes, packages, places, libraries: unitsFor(folderOf(main.executable)) });
  };
}

/** The platform that a binary was built for, by the folder where cargo wrote it; `null` where cargo did not name it. */
export function builtFor(artifacts: readonly Artifact[], wanted: Wanted): string | null {
  const executable = mainOf(artifacts, wanted)?.executable ?? null;
  return executable === null ? null : platformOf(executable);
}

function mainOf(artifacts: readonly Artifact[], { binary, crate }: Wanted): Artifact | undefined {
  return artifacts.findLast((one) => one.executable !== null && one.kind.includes('bin') && one.crate === binary && one.package === crate);
}

function platformOf(executable: string): string {
  return basename(dirname(dirname(executable)));
}

/** The features of workspace members that were built and that `metadata` was not asked for: cargo lambda's own configuration has them. */
export function unaskedFeatures(metadata: CargoMetadata, artifacts: readonly Artifact[]): readonly string[] {
  const asked = new Map((metadata.resolve?.nodes ?? []).map(({ id, features }) => [id, new Set(features)]));
  const names = new Map(metadata.packages.map(({ id, name }) => [id, name]));
  const members = new Set(metadata.workspace_members);
  const lacking = artifacts.flatMap(({ id, features }) =>
    members.has(id) && asked.has(id)
      ? (features ?? []).filter((one) => asked.get(id)?.has(one) === false).map((one) => `${names.get(id)}/${one}`)
      : [],
  );
  return [...new Set(lacking)].toSorted();
}

interface World {
  readonly nodes: ReadonlyMap<string, CargoNode>;
  readonly packages: ReadonlyMap<string, CargoPackage>;
  /** Indices of the lock file's packages. */
  readonly places: ReadonlyMap<string, number>;
  /** By the package's id: the libraries compiled for the binary's target. */
  readonly libraries: ReadonlyMap<string, readonly Artifact[]>;
}

function walk(main: Artifact, { nodes, packages, places, libraries }: World): Shipping {
  const units: ShippedUnit[] = [];
  const reached = new Set([main.id]);
  // A set hands out what is added to it while it is walked.
  for (const id of reached) {
    const [owner, node] = [packages.get(id), nodes.get(id)];
    const place = owner === undefined ? undefined : places.get(keyOf(owner));
    if (owner === undefined || node === undefined || place === undefined)
      return unknown(
        `${owner?.name ?? id} was built, and ${owner !== undefined && node !== undefined ? 'Cargo.lock' : 'cargo metadata'} does not have it`,
      );
    const [library, ...others] = libraries.get(id) ?? [];
    const own = id === main.id ? main : library;
    // What was reached was compiled.
    const features = own?.features ?? null;
    if (own === undefined || features === null) return unknown(`cargo does not say which features of ${owner.name} it compiled`);
    if (others.some((one) => !alike(one.features ?? [], library?.features ?? [])))
      return unknown(`${owner.name} was compiled twice with other features, and cargo does not say which is linked`);
    const lacking = features.find((feature) => !node.features.includes(feature));
    if (lacking !== undefined) return unknown(`${owner.name} was built with the feature ${lacking}, which cargo metadata does not know of`);
    const edges = activeEdges(owner, node, features).filter((to) => libraries.has(to) && to !== id);
    for (const to of edges) reached.add(to);
    const dependencies = edges.flatMap((to) => places.get(keyOf(packages.get(to) ?? NOBODY)) ?? []);
    units.push({
      package: place,
      crate: (library ?? own).crate,
      features: features.toSorted(),
      dependencies: dependencies.toSorted((a, b) => a - b),
    });
  }
  return { kind: 'known', units };
}

/** Where cargo writes what it compiles for the binary's target: `/x86_64-unknown-linux-gnu/release/`; what runs on the host stands elsewhere. */
function folderOf(executable: string): string {
  return `/${platformOf(executable)}/${basename(dirname(executable))}/`;
}

function librariesFor(folder: string, artifacts: readonly Artifact[]): Map<string, readonly Artifact[]> {
  const found = new Map<string, Artifact[]>();
  for (const one of artifacts) {
    if (!isLibrary(one.kind) || !one.files.some((file) => file.includes(folder))) continue;
    const known = found.get(one.id);
    if (known === undefined) found.set(one.id, [one]);
    else known.push(one);
  }
  return found;
}

function alike(these: readonly string[], those: readonly string[]): boolean {
  return these.toSorted().join('\0') === those.toSorted().join('\0');
}

const NOBODY = { name: '', version: '', source: null };

function keyOf({ name, version, source }: { readonly name: string; readonly version: string; readonly source: string | null }): string {
  return JSON.stringify([name, version, source]);
}

function unknown(reason: string): Shipping {
  return { kind: 'unknown', reason };
}
