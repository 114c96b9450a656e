import { UsageError } from '../core/failures.ts';
import { meant, nearestOf, quoted } from '../core/text.ts';
import type { CargoMetadata, CargoPackage, CargoTarget } from './metadata.ts';
import { selectedPackages, workspaceMembers } from './metadata.ts';
import type { BuildRequest } from './request.ts';

/** One deployable Lambda, as `cargo metadata` shows it. */
export interface LambdaTarget {
  readonly name: string;
  readonly crate: string;
  readonly crateVersion: string;
  readonly kind: 'function' | 'extension';
}

/** What to build, and what stays out of it. */
export interface Selection {
  readonly targets: readonly LambdaTarget[];
  /** Binaries that are no Lambda or whose `required-features` are off, each with its reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /**
   * No binary was asked for by name: cargo lambda is called as a team calls it, and what is no Lambda is built and left aside. (It reads a
   * package's own `[package.metadata.lambda.build]` only where one `--bin` is given, so a `--bin` of coldgate's would ship other files.)
   */
  readonly plain: boolean;
  /** No package has a Lambda dependency: every binary stands in. */
  readonly withoutLambda: boolean;
}

/** How names are looked up, and how the options that gave them are written. */
export interface SelectionOptions {
  /** Names that are not there are left out: a base does not have the function yet that head adds. */
  readonly lenient: boolean;
  readonly nameOf: (flag: string) => string;
}

const FUNCTION_CRATES: readonly string[] = ['lambda_runtime', 'lambda_http'];
const EXTENSION_CRATE = 'lambda-extension';

/**
 * Picks the functions: binaries whose package depends on `lambda_runtime`, `lambda_http` or `lambda-extension`; where there is none,
 * every binary; `--bin` overrides both. A binary or package that does not exist is a UsageError that lists those that do; `lenient` leaves it
 * out instead: a base does not have the function yet that head adds.
 */
export function selectFunctions(cargo: CargoMetadata, folder: string, wanted: BuildRequest, options: SelectionOptions): Selection {
  const { nameOf, lenient } = options;
  const request = lenient ? presentIn(cargo, wanted) : wanted;
  checkPackages(cargo, request.packages, nameOf);
  const gone = (wanted.bins.length > 0 && request.bins.length === 0) || (wanted.packages.length > 0 && request.packages.length === 0);
  if (gone) return { targets: [], leftOut: [], plain: false, withoutLambda: false };
  const candidates = selectedPackages(cargo, folder, request.packages, request.workspace).flatMap((owner) =>
    owner.targets.filter(({ kind }) => kind.includes('bin')).map((target) => ({ owner, target })),
  );
  const missing = request.bins.filter((bin) => !candidates.some(({ target }) => target.name === bin));
  if (missing.length > 0) {
    const names = candidates.map(({ target }) => target.name);
    const near = meant(nearestOf(missing[0] ?? '', names));
    throw new UsageError(
      `${nameOf('bin')}: no binary named ${missing.map(quoted).join(', ')}; there ${names.length === 0 ? 'is none' : `are: ${names.join(', ')}`}${near}`,
    );
  }
  const leftOut: { name: string; reason: string }[] = [];
  const buildable = candidates.filter(({ owner, target }) => {
    const off = missingFeatures(owner, target, request);
    if (off.length > 0) leftOut.push({ name: target.name, reason: `needs the feature ${off.map(quoted).join(', ')}` });
    return off.length === 0;
  });
  const blocked = leftOut.find(({ name }) => request.bins.includes(name));
  if (blocked !== undefined) throw new UsageError(`${nameOf('bin')} ${blocked.name} ${blocked.reason}: add it with ${nameOf('features')}`);
  const lambdas = buildable.filter(({ owner }) => kindOf(owner) !== null);
  const picked =
    request.bins.length > 0
      ? buildable.filter(({ target }) => request.bins.includes(target.name))
      : lambdas.length > 0
        ? lambdas
        : buildable;
  if (picked.length === 0 && !lenient) {
    throw new UsageError(`${folder} has no binary to build${elsewhere(cargo, nameOf)}`);
  }
  for (const { target } of buildable.filter((candidate) => !picked.includes(candidate))) {
    leftOut.push({
      name: target.name,
      reason: request.bins.length > 0 ? `not among ${nameOf('bin')}` : 'its package has no Lambda dependency',
    });
  }
  const targets = picked.map(({ owner, target }) => ({
    name: target.name,
    crate: owner.name,
    crateVersion: owner.version,
    kind: kindOf(owner) ?? ('function' as const),
  }));
  const withoutLambda = lambdas.length === 0 && request.bins.length === 0 && targets.length > 0;
  return { targets, leftOut, plain: request.bins.length === 0, withoutLambda };
}

/** In a library member of a workspace where the binaries are, else what one is. */
function elsewhere(cargo: CargoMetadata, nameOf: SelectionOptions['nameOf']): string {
  const owners = workspaceMembers(cargo).filter(({ targets }) => targets.some(({ kind }) => kind.includes('bin')));
  if (owners.length === 0)
    return ': a Lambda is a [[bin]] or src/main.rs of a package that depends on lambda_runtime, lambda_http or lambda-extension';
  const names = owners.map(({ name }) => name);
  const listed = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
  return `; its workspace has some in ${listed}: take ${nameOf('workspace')}, or ${nameOf('package')} with one of them`;
}

/** The request with the names that this commit has. */
function presentIn(cargo: CargoMetadata, wanted: BuildRequest): BuildRequest {
  const members = workspaceMembers(cargo);
  const bins = members.flatMap(({ targets }) => targets.filter(({ kind }) => kind.includes('bin')).map(({ name }) => name));
  return {
    ...wanted,
    packages: wanted.packages.filter((name) => members.some((member) => member.name === name)),
    bins: wanted.bins.filter((name) => bins.includes(name)),
  };
}

function checkPackages(cargo: CargoMetadata, named: readonly string[], nameOf: SelectionOptions['nameOf']): void {
  const members = workspaceMembers(cargo).map(({ name }) => name);
  const missing = named.filter((name) => !members.includes(name));
  if (missing.length > 0)
    throw new UsageError(
      `${nameOf('package')}: no package named ${missing.map(quoted).join(', ')} in the workspace; there are: ${members.join(', ')}${meant(nearestOf(missing[0] ?? '', members))}`,
    );
}

/** A package with both kinds of dependency is a function: an internal extension runs inside it. */
function kindOf(owner: CargoPackage): 'function' | 'extension' | null {
  const runtime = owner.dependencies.filter(({ kind }) => kind === null).map(({ name }) => name);
  if (runtime.some((name) => FUNCTION_CRATES.includes(name))) return 'function';
  return runtime.includes(EXTENSION_CRATE) ? 'extension' : null;
}

function missingFeatures(owner: CargoPackage, target: CargoTarget, request: BuildRequest): readonly string[] {
  if (request.allFeatures) return [];
  const enabled = new Set<string>();
  const enable = (feature: string): void => {
    if (enabled.has(feature)) return;
    enabled.add(feature);
    for (const next of owner.features[feature] ?? []) enable(next);
  };
  if (request.defaultFeatures) enable('default');
  for (const feature of request.features) enable(feature.startsWith(`${owner.name}/`) ? feature.slice(owner.name.length + 1) : feature);
  return (target['required-features'] ?? []).filter((feature) => !enabled.has(feature));
}
