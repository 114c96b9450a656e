import { join, relative } from 'node:path';
import type { CargoMetadata, CargoNode, CargoPackage } from '../cargo/metadata.ts';
import { readToml, table } from '../cargo/toml.ts';
import type { Requirement } from '../core/advise/dependency-remedies.ts';

/**
 * What the manifests of the repository ask for on the way to a function: of its own package and of every package beside it that it is made of.
 * `checkout`: the repository's top, without links. What is no plain line of a manifest (a patch, a name that TOML and cargo read otherwise) is left out.
 */
export async function requirementsOf(cargo: CargoMetadata, crate: string, checkout: string): Promise<readonly Requirement[]> {
  const packages = new Map(cargo.packages.map((one) => [one.id, one]));
  const nodes = new Map((cargo.resolve?.nodes ?? []).map((node) => [node.id, node]));
  const members = new Set(cargo.workspace_members);
  const root = relative(checkout, join(cargo.workspace_root, 'Cargo.toml'));
  const start = cargo.packages.find(({ id, name }) => members.has(id) && name === crate);
  const reached = new Set(start === undefined ? [] : [start]);
  const found: Requirement[] = [];
  // A set hands out what is added to it while it is walked.
  for (const owner of reached) {
    const file = relative(checkout, owner.manifest_path);
    const manifest = (await readToml(owner.manifest_path)) ?? {};
    const linked = (nodes.get(owner.id)?.deps ?? []).flatMap(({ name, pkg, dep_kinds: kinds }) => {
      const to = packages.get(pkg);
      return to === undefined ? [] : [{ name, to, kinds }];
    });
    const renames = new Set(owner.dependencies.flatMap(({ rename }) => (rename == null ? [] : [calledInCode(rename)])));
    for (const dependency of owner.dependencies) {
      if (dependency.kind !== null) continue;
      const to = pick(linked, dependency, renames);
      if (to === undefined) continue;
      const isOwn = to.source === null && !relative(checkout, to.manifest_path).startsWith('..');
      if (isOwn) reached.add(to);
      const key = dependency.rename ?? dependency.name;
      const places = dependency.target == null ? ['dependencies'] : ['target', dependency.target, 'dependencies'];
      const written = places.reduce<unknown>((value, part) => table(value)[part], manifest);
      const line = table(written)[key];
      if (line === undefined) continue;
      const own = { file, path: [...places, key] };
      const inherits = table(line).workspace === true;
      found.push({
        ...own,
        defaults: inherits ? { file: root, path: ['workspace', 'dependencies', key] } : own,
        key,
        package: to.name,
        version: to.version,
        features: dependency.features ?? [],
        usesDefaults: dependency.uses_default_features ?? true,
        known: to.features,
        published: to.source !== null && /^(registry|sparse)\+/.test(to.source),
      });
    }
  }
  return found;
}

interface Linked {
  /** As the code of who depends on it calls it. */
  readonly name: string;
  readonly to: CargoPackage;
  readonly kinds: CargoNode['deps'][number]['dep_kinds'];
}

/** The package that a line of a manifest brings: two lines may ask for two versions of one, or another one for each platform. */
function pick(
  linked: readonly Linked[],
  { name, rename, target }: CargoPackage['dependencies'][number],
  renames: ReadonlySet<string>,
): CargoPackage | undefined {
  const alike = linked.filter(
    (one) => one.to.name === name && one.kinds.some((by) => by.kind === null && (by.target ?? null) === (target ?? null)),
  );
  const isIt = (one: Linked): boolean => (rename == null ? !renames.has(one.name) : one.name === calledInCode(rename));
  return (alike.find(isIt) ?? alike[0])?.to;
}

function calledInCode(name: string): string {
  return name.replaceAll('-', '_');
}
