import { UsageError } from '../core/failures.ts';
import type { CargoMetadata, CargoPackage, CargoTarget } from './metadata.ts';
import { selectedPackages } from './metadata.ts';

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
}

export interface Choice {
  readonly bins: readonly string[];
  readonly packages: readonly string[];
  readonly workspace: boolean;
  readonly features: readonly string[];
  readonly allFeatures: boolean;
  readonly defaultFeatures: boolean;
}

const FUNCTION_CRATES: readonly string[] = ['lambda_runtime', 'lambda_http'];
const EXTENSION_CRATE = 'lambda-extension';

/**
 * Picks the functions: binaries whose package depends on `lambda_runtime`, `lambda_http` or `lambda-extension`; where there is none,
 * every binary; `--bin` overrides both. A binary or package that does not exist is a UsageError that lists those that do; `lenient` leaves it
 * out instead: a base does not have the function yet that head adds.
 */
export function selectFunctions(cargo: CargoMetadata, folder: string, wanted: Choice, options: { readonly lenient: boolean }): Selection {
  const choice = options.lenient ? presentIn(cargo, wanted) : wanted;
  checkPackages(cargo, choice.packages);
  const gone = (wanted.bins.length > 0 && choice.bins.length === 0) || (wanted.packages.length > 0 && choice.packages.length === 0);
  if (gone) return { targets: [], leftOut: [], plain: false };
  const candidates = selectedPackages(cargo, folder, choice.packages, choice.workspace).flatMap((owner) =>
    owner.targets.filter(({ kind }) => kind.includes('bin')).map((target) => ({ owner, target })),
  );
  const missing = choice.bins.filter((bin) => !candidates.some(({ target }) => target.name === bin));
  if (missing.length > 0) {
    const names = candidates.map(({ target }) => target.name).join(', ');
    throw new UsageError(`no binary named ${missing.map(quote).join(', ')}; there ${names === '' ? 'is none' : `are: ${names}`}`);
  }
  const leftOut: { name: string; reason: string }[] = [];
  const buildable = candidates.filter(({ owner, target }) => {
    const off = missingFeatures(owner, target, choice);
    if (off.length > 0) leftOut.push({ name: target.name, reason: `needs the feature ${off.map(quote).join(', ')}` });
    return off.length === 0;
  });
  const blocked = leftOut.find(({ name }) => choice.bins.includes(name));
  if (blocked !== undefined) throw new UsageError(`--bin ${blocked.name} ${blocked.reason}: add --features`);
  const lambdas = buildable.filter(({ owner }) => kindOf(owner) !== null);
  const picked =
    choice.bins.length > 0 ? buildable.filter(({ target }) => choice.bins.includes(target.name)) : lambdas.length > 0 ? lambdas : buildable;
  if (picked.length === 0 && !options.lenient) {
    throw new UsageError(
      `${folder} has no binary to build: a Lambda is a [[bin]] or src/main.rs of a package that depends on lambda_runtime, lambda_http or lambda-extension`,
    );
  }
  for (const { target } of buildable.filter((candidate) => !picked.includes(candidate))) {
    leftOut.push({ name: target.name, reason: choice.bins.length > 0 ? 'not among --bin' : 'its package has no Lambda dependency' });
  }
  const targets = picked.map(({ owner, target }) => ({
    name: target.name,
    crate: owner.name,
    crateVersion: owner.version,
    kind: kindOf(owner) ?? ('function' as const),
  }));
  return { targets, leftOut, plain: choice.bins.length === 0 };
}

/** The names of a choice that this commit has. */
function presentIn(cargo: CargoMetadata, wanted: Choice): Choice {
  const members = cargo.packages.filter(({ id }) => cargo.workspace_members.includes(id));
  const bins = members.flatMap(({ targets }) => targets.filter(({ kind }) => kind.includes('bin')).map(({ name }) => name));
  return {
    ...wanted,
    packages: wanted.packages.filter((name) => members.some((member) => member.name === name)),
    bins: wanted.bins.filter((name) => bins.includes(name)),
  };
}

function checkPackages(cargo: CargoMetadata, named: readonly string[]): void {
  const members = cargo.packages.filter(({ id }) => cargo.workspace_members.includes(id)).map(({ name }) => name);
  const missing = named.filter((name) => !members.includes(name));
  if (missing.length > 0)
    throw new UsageError(`no package named ${missing.map(quote).join(', ')} in the workspace; there are: ${members.join(', ')}`);
}

/** A package with both kinds of dependency is a function: an internal extension runs inside it. */
function kindOf(owner: CargoPackage): 'function' | 'extension' | null {
  const runtime = owner.dependencies.filter(({ kind }) => kind === null).map(({ name }) => name);
  if (runtime.some((name) => FUNCTION_CRATES.includes(name))) return 'function';
  return runtime.includes(EXTENSION_CRATE) ? 'extension' : null;
}

function missingFeatures(owner: CargoPackage, target: CargoTarget, choice: Choice): readonly string[] {
  if (choice.allFeatures) return [];
  const enabled = new Set<string>();
  const enable = (feature: string): void => {
    if (enabled.has(feature)) return;
    enabled.add(feature);
    for (const next of owner.features[feature] ?? []) enable(next);
  };
  if (choice.defaultFeatures) enable('default');
  for (const feature of choice.features) enable(feature.startsWith(`${owner.name}/`) ? feature.slice(owner.name.length + 1) : feature);
  return (target['required-features'] ?? []).filter((feature) => !enabled.has(feature));
}

function quote(name: string): string {
  return JSON.stringify(name);
}
