import type { FunctionMeasurement, LockedPackage, Snapshot } from '../snapshot/snapshot.ts';

/** A package that is linked into a function. */
export interface LinkedPackage {
  /** Tells it apart, whatever its version where it is the project's own: its name and that it is a path; else its name, version and source. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** `null`: a path. */
  readonly source: string | null;
  /** As its code is called. */
  readonly crate: string;
  readonly features: readonly string[];
  /** What its own code depends on, by id. */
  readonly dependencies: readonly string[];
}

/** What is linked into one function, its own package first. */
export interface Linked {
  readonly own: string;
  readonly packages: ReadonlyMap<string, LinkedPackage>;
}

/** What a snapshot has of its functions; `null` of one of which it is not known. Indices that lead nowhere are left out. */
export function linkedBy({ lockfile, units }: Pick<Snapshot, 'lockfile' | 'units'>): (fn: FunctionMeasurement) => Linked | null {
  const packages = lockfile?.packages ?? [];
  // Functions share most of what is linked into them: each stands there once.
  const all = units.map((unit): LinkedPackage | null => {
    const one = packages[unit.package];
    if (one === undefined) return null;
    const dependencies = new Set(unit.dependencies.flatMap((to) => packages[to] ?? []).map(idOf));
    const { name, version, source } = one;
    return { id: idOf(one), name, version, source, crate: unit.crate, features: unit.features, dependencies: [...dependencies] };
  });
  return ({ shipped }) => {
    if (shipped.kind === 'unknown') return null;
    const own = new Map(shipped.units.flatMap((at) => all[at] ?? []).map((one) => [one.id, one]));
    const [first] = own.keys();
    return first === undefined ? null : { own: first, packages: own };
  };
}

function idOf({ name, version, source }: LockedPackage): string {
  return source === null ? `${name}\0` : `${name}\0${version}\0${source}`;
}

/** Packages from a function's own down, the nearest first; what nothing leads to comes last. */
export function nearestFirst({ own, packages }: Linked): readonly string[] {
  const seen = new Set(packages.has(own) ? [own] : []);
  for (const id of seen) for (const next of packages.get(id)?.dependencies ?? []) if (packages.has(next)) seen.add(next);
  return [...seen, ...[...packages.keys()].filter((id) => !seen.has(id))];
}

/** More names than these say nothing new. */
const ASKING = 3;

/** Who asks for what among what is linked into a function. */
export function graphOf({ packages }: Linked): {
  /** Whether a package of the project's own, by name, asks for it. */
  readonly dependsOn: (member: string, id: string) => boolean;
  /** Whether any package of the project's own does. */
  readonly isDirect: (id: string) => boolean;
  /** The first few that do. */
  readonly askedBy: (id: string) => readonly string[];
} {
  const own = new Map<string, ReadonlySet<string>>();
  const direct = new Set<string>();
  const asking = new Map<string, string[]>();
  for (const { name, source, dependencies } of packages.values()) {
    if (source === null) own.set(name, new Set(dependencies));
    for (const id of dependencies) {
      if (source === null) direct.add(id);
      const names = asking.get(id) ?? [];
      if (names.length < ASKING && !names.includes(name)) asking.set(id, [...names, name]);
    }
  }
  return {
    dependsOn: (member, id) => own.get(member)?.has(id) === true,
    isDirect: (id) => direct.has(id),
    askedBy: (id) => asking.get(id) ?? [],
  };
}
