import { UsageError } from '../core/failures.ts';
import { binaryOf, type NamedFunction, nameFunctions } from '../core/function-names.ts';
import { meant, nearestOf, quoted } from '../core/text.ts';
import { lambdaKind } from './lambda-kind.ts';
import { type CargoMetadata, type CargoPackage, type CargoTarget, selectedPackages, workspaceMembers } from './metadata.ts';
import type { BuildRequest } from './request.ts';

/** A binary of the workspace, as `cargo metadata` shows it. */
export interface Binary {
  readonly binary: string;
  readonly crate: string;
  readonly crateVersion: string;
  /** `null`: its package has no Lambda dependency. */
  readonly kind: 'function' | 'extension' | null;
  /** What it is at base, where the caller told; `null`: none there, or not known. */
  readonly was: KnownFunction['kind'] | null;
  /** What its package can be built with. */
  readonly features: readonly string[];
  /** Features that it needs, and that were not asked for. */
  readonly lacks: readonly string[];
}

/** A function of another commit. */
export interface KnownFunction extends NamedFunction {
  readonly kind: 'function' | 'extension';
}

/** One deployable Lambda. */
export interface LambdaTarget extends NamedFunction {
  readonly binary: string;
  readonly crateVersion: string;
  readonly kind: 'function' | 'extension';
}

/** A binary that stays out, with its reason. */
export interface LeftOut {
  readonly name: string;
  readonly crate: string;
  readonly reason: string;
}

/** What to build, and what stays out of it. */
export interface Selection {
  /** As expected: what cargo lambda's own configuration changes of it shows when it is built. */
  readonly targets: readonly LambdaTarget[];
  readonly leftOut: readonly LeftOut[];
  /** Every binary that the same call builds: those of one name are in each other's way. */
  readonly beside: readonly Binary[];
  /** Every binary of the workspace. */
  readonly binaries: readonly Binary[];
  /**
   * No binary was asked for by name: cargo lambda is called as a team calls it, and what is no Lambda is built and left aside. (It reads a
   * package's own `[package.metadata.lambda.build]` only where one `--bin` is given, so a `--bin` of coldgate's would ship other files.)
   */
  readonly plain: boolean;
  /** Some of what a plain call builds: by name, but packed as a plain call packs it. */
  readonly part: boolean;
}

/** How names are looked up, and how the options that gave them are written. */
export interface SelectionOptions {
  /** Names that are not there are left out: a base does not have the function yet that head adds. */
  readonly lenient: boolean;
  /** cargo lambda's own configuration may switch features on: whether a binary's are on shows when it is built. */
  readonly configured: boolean;
  /** Base's functions: a binary that is one of them stays one, whatever its package depends on now. */
  readonly known?: readonly KnownFunction[];
  readonly nameOf: (flag: string) => string;
}

/** Why a binary is no function that nobody named one. */
export const NO_LAMBDA = 'its package has no Lambda dependency';

/**
 * Picks the functions: binaries whose package depends on `lambda_runtime`, `lambda_http` or `lambda-extension`, itself or through path and
 * workspace dependencies, and those that are functions at base (`known`); where there is none, every binary; `--bin` overrides both. A binary or package that does not exist is a UsageError
 * that lists those that do; `lenient` leaves it out instead.
 */
export function selectFunctions(cargo: CargoMetadata, folder: string, wanted: BuildRequest, options: SelectionOptions): Selection {
  const { nameOf, lenient, configured, known = [] } = options;
  const request = lenient ? presentIn(cargo, wanted) : wanted;
  checkPackages(cargo, request.packages, nameOf);
  const gone = (wanted.bins.length > 0 && request.bins.length === 0) || (wanted.packages.length > 0 && request.packages.length === 0);
  if (gone) return { targets: [], leftOut: [], beside: [], binaries: [], plain: false, part: false };
  const candidates = selectedPackages(cargo, folder, request).flatMap((owner) => binariesOf(cargo, owner, request, known));
  const missing = request.bins.filter((bin) => !candidates.some((one) => isNamed(bin, one)));
  if (missing.length > 0) {
    const names = nameFunctions(candidates).map(({ name }) => name);
    const near = meant(nearestOf(missing[0] ?? '', names));
    throw new UsageError(
      `${nameOf('bin')}: no binary named ${missing.map(quoted).join(', ')}; there ${names.length === 0 ? 'is none' : `are: ${names.join(', ')}`}${near}`,
    );
  }
  const named = (one: Binary): boolean => request.bins.some((bin) => isNamed(bin, one));
  const blocked = candidates.find((one) => named(one) && !configured && one.lacks.length > 0);
  if (blocked !== undefined) {
    throw new UsageError(`${nameOf('bin')} ${blocked.binary} ${needs(blocked)}: add it with ${nameOf('features')}`);
  }
  const buildable = candidates.filter(({ lacks }) => configured || lacks.length === 0);
  const plain = request.bins.length === 0;
  const picked = plain ? pick(buildable) : nameTargets(buildable.filter(named));
  if (picked.length === 0 && !lenient) {
    throw new UsageError(`${folder} has no binary to build${elsewhere(cargo, nameOf)}`);
  }
  const leftOut = candidates.flatMap((one): readonly LeftOut[] => {
    if (picked.some((target) => isSame(target, one))) return [];
    const reason = !buildable.includes(one) ? needs(one) : plain ? NO_LAMBDA : `not among ${nameOf('bin')}`;
    return [{ name: one.binary, crate: one.crate, reason }];
  });
  const binaries = workspaceMembers(cargo).flatMap((owner) => binariesOf(cargo, owner, request, known));
  return {
    targets: picked,
    leftOut,
    beside: plain ? buildable : buildable.filter((one) => picked.some(({ binary }) => binary === one.binary)),
    binaries,
    plain,
    part: false,
  };
}

/** The functions of some packages out of a selection; what a call for all of them would build beside them stays known. */
export function partOf(selection: Selection, isWanted: (target: LambdaTarget) => boolean): Selection {
  const targets = selection.targets.filter(isWanted);
  return targets.length === selection.targets.length ? selection : { ...selection, targets, plain: false, part: true };
}

/**
 * The selection as it was built: cargo lambda's own configuration (`[package.metadata.lambda.build]`, `CargoLambda.toml`) can switch features
 * on and leave packages out. `built`: the binaries that cargo named.
 */
export function selectBuilt(selection: Selection, built: readonly { readonly package: string; readonly crate: string }[]): Selection {
  const beside = selection.binaries.filter((one) => built.some(({ package: owner, crate }) => owner === one.crate && crate === one.binary));
  const targets = pick(beside);
  const isPicked = (one: { readonly binary: string; readonly crate: string }): boolean => targets.some((target) => isSame(target, one));
  const missed = selection.binaries
    .filter((one) => selection.targets.some((target) => isSame(target, one)) && !beside.includes(one))
    .map((one) => ({ name: one.binary, crate: one.crate, reason: one.lacks.length > 0 ? needs(one) : 'cargo lambda did not build it' }));
  const more = beside.filter((one) => !isPicked(one)).map((one) => ({ name: one.binary, crate: one.crate, reason: NO_LAMBDA }));
  const known = selection.leftOut.filter(({ name, crate }) => !isPicked({ binary: name, crate }));
  const leftOut = [...known, ...missed, ...more].filter(
    (one, index, all) => all.findIndex(({ name, crate }) => name === one.name && crate === one.crate) === index,
  );
  return { ...selection, targets, leftOut, beside };
}

/** Whether every binary stands in, since no package has a Lambda dependency. */
export function isWithoutLambda({ plain, targets, binaries }: Selection): boolean {
  return plain && targets.length > 0 && targets.every((target) => binaries.every((one) => !isSame(target, one) || one.kind === null));
}

/** Targets that are functions only because base has them as such. */
export function stayingFunctions({ targets, binaries, plain, part }: Selection): readonly LambdaTarget[] {
  if (!(plain || part) || binaries.every(({ kind }) => kind === null)) return [];
  return targets.filter((target) => binaries.some((one) => isSame(target, one) && one.kind === null && one.was !== null));
}

/** Lambdas, and what base has as such; or all there is where none is one. */
function pick(binaries: readonly Binary[]): readonly LambdaTarget[] {
  const hasLambda = binaries.some(({ kind }) => kind !== null);
  return nameTargets(hasLambda ? binaries.filter(({ kind, was }) => kind !== null || was !== null) : binaries);
}

function nameTargets(binaries: readonly Binary[]): readonly LambdaTarget[] {
  return nameFunctions(
    binaries.map(({ binary, crate, crateVersion, kind, was }) => ({ binary, crate, crateVersion, kind: kind ?? was ?? 'function' })),
  );
}

/** `health`, or `orders/bootstrap` of one package alone. */
function isNamed(bin: string, { binary, crate }: Pick<Binary, 'binary' | 'crate'>): boolean {
  return bin === binary || bin === `${crate}/${binary}`;
}

function isSame(a: Pick<Binary, 'binary' | 'crate'>, b: Pick<Binary, 'binary' | 'crate'>): boolean {
  return a.binary === b.binary && a.crate === b.crate;
}

function needs({ lacks }: Binary): string {
  return `needs the feature ${lacks.map(quoted).join(', ')}`;
}

function binariesOf(cargo: CargoMetadata, owner: CargoPackage, request: BuildRequest, known: readonly KnownFunction[]): readonly Binary[] {
  const kind = lambdaKind(cargo, owner);
  const was = (binary: string): Binary['was'] => known.find((fn) => fn.crate === owner.name && binaryOf(fn) === binary)?.kind ?? null;
  return owner.targets
    .filter((target) => target.kind.includes('bin'))
    .map((target) => ({
      ...{ binary: target.name, crate: owner.name, crateVersion: owner.version, kind, was: was(target.name) },
      features: Object.keys(owner.features),
      lacks: missingFeatures(owner, target, request),
    }));
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
  const bins = members.flatMap((owner) =>
    owner.targets.filter(({ kind }) => kind.includes('bin')).map(({ name }) => ({ binary: name, crate: owner.name })),
  );
  return {
    ...wanted,
    packages: wanted.packages.filter((name) => members.some((member) => member.name === name)),
    bins: wanted.bins.filter((name) => bins.some((bin) => isNamed(name, bin))),
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
