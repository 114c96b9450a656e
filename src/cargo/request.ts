import type { Arch } from '../core/snapshot/snapshot.ts';

/** What to build and how, as a team passes it to `cargo lambda build`. */
export interface BuildRequest {
  /** The manifest, from the folder where cargo runs; `null`: the one there. */
  readonly manifest: string | null;
  /** Empty: every binary that is a Lambda. */
  readonly bins: readonly string[];
  readonly packages: readonly string[];
  readonly workspace: boolean;
  /** Members that `workspace` leaves out. */
  readonly exclude: readonly string[];
  readonly features: readonly string[];
  readonly allFeatures: boolean;
  readonly defaultFeatures: boolean;
  readonly profile: string;
  /** `null`: as cargo lambda chooses. */
  readonly arch: Arch | null;
  /** Passed on as they are. */
  readonly extra: readonly string[];
}

/** The project as it stands. */
export const DEFAULT_BUILD: BuildRequest = {
  manifest: null,
  bins: [],
  packages: [],
  workspace: false,
  exclude: [],
  features: [],
  allFeatures: false,
  defaultFeatures: true,
  profile: 'release',
  arch: null,
  extra: [],
};

/** As every subcommand takes it. */
export function manifestArguments({ manifest }: Pick<BuildRequest, 'manifest'>): readonly string[] {
  return manifest === null ? [] : ['--manifest-path', manifest];
}

/** As cargo takes them, in every subcommand. */
export function featureArguments({ features, allFeatures, defaultFeatures }: BuildRequest): readonly string[] {
  return [
    ...(features.length > 0 ? ['--features', features.join(',')] : []),
    ...(allFeatures ? ['--all-features'] : []),
    ...(defaultFeatures ? [] : ['--no-default-features']),
  ];
}

/**
 * The same request, with what its `extra` arguments say of packages, binaries and features in the fields of those: they select as the
 * options of that name do.
 */
export function withoutSelectors(request: BuildRequest): BuildRequest {
  const found = new Map<string, string[]>();
  const extra: string[] = [];
  for (let at = 0; at < request.extra.length; at++) {
    const argument = request.extra[at] ?? '';
    const [, flag = '', value] = /^(--[a-z-]+|-[pF])=?(.*)$/s.exec(argument) ?? [];
    const name = SELECTORS[flag];
    const takes = name !== undefined && !SWITCHES.has(name);
    const apart = takes && value === '';
    const given = apart ? request.extra[at + 1] : value;
    // What is no plain name (a pattern, `name@1.0`) is cargo's to read.
    if (name === undefined || given === undefined || !(takes ? /^[\w ,/.-]+$/ : /^$/).test(given)) extra.push(argument);
    else {
      found.set(name, [...(found.get(name) ?? []), given]);
      if (apart) at++;
    }
  }
  const all = (name: string, own: readonly string[]): readonly string[] => [...new Set([...own, ...(found.get(name) ?? [])])];
  return {
    ...request,
    bins: all('bins', request.bins),
    packages: all('packages', request.packages),
    exclude: all('exclude', request.exclude),
    workspace: request.workspace || found.has('workspace'),
    features: all('features', request.features).flatMap((list) => list.split(/[\s,]+/).filter((feature) => feature !== '')),
    allFeatures: request.allFeatures || found.has('all-features'),
    defaultFeatures: request.defaultFeatures && !found.has('no-default-features'),
    extra,
  };
}

/** cargo's own names of what selects, and what each says. */
const SELECTORS: Readonly<Record<string, string>> = {
  '--bin': 'bins',
  '--package': 'packages',
  '-p': 'packages',
  '--exclude': 'exclude',
  '--workspace': 'workspace',
  '--all': 'workspace',
  '--features': 'features',
  '-F': 'features',
  '--all-features': 'all-features',
  '--no-default-features': 'no-default-features',
};
const SWITCHES: ReadonlySet<string> = new Set(['workspace', 'all-features', 'no-default-features']);

/** The arguments after `cargo lambda build`, without binaries, output format and folders. */
export function buildArguments(request: BuildRequest): readonly string[] {
  return [
    ...(request.profile === 'release' ? ['--release'] : ['--profile', request.profile]),
    ...(request.arch === null ? [] : [request.arch === 'arm64' ? '--arm64' : '--x86-64']),
    ...manifestArguments(request),
    ...request.packages.flatMap((name) => ['--package', name]),
    ...featureArguments(request),
    ...(request.workspace ? ['--workspace'] : []),
    ...request.exclude.flatMap((name) => ['--exclude', name]),
    ...request.extra,
  ];
}
