import type { Arch } from '../core/snapshot/snapshot.ts';

/** What to build and how, as a team passes it to `cargo lambda build`. */
export interface BuildRequest {
  /** Empty: every binary that is a Lambda. */
  readonly bins: readonly string[];
  readonly packages: readonly string[];
  readonly workspace: boolean;
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
  bins: [],
  packages: [],
  workspace: false,
  features: [],
  allFeatures: false,
  defaultFeatures: true,
  profile: 'release',
  arch: null,
  extra: [],
};

/** As cargo takes them, in every subcommand. */
export function featureArguments({ features, allFeatures, defaultFeatures }: BuildRequest): readonly string[] {
  return [
    ...(features.length > 0 ? ['--features', features.join(',')] : []),
    ...(allFeatures ? ['--all-features'] : []),
    ...(defaultFeatures ? [] : ['--no-default-features']),
  ];
}

/** The arguments after `cargo lambda build`, without binaries, output format and folders. */
export function buildArguments(request: BuildRequest): readonly string[] {
  return [
    ...(request.profile === 'release' ? ['--release'] : ['--profile', request.profile]),
    ...(request.arch === null ? [] : [request.arch === 'arm64' ? '--arm64' : '--x86-64']),
    ...request.packages.flatMap((name) => ['--package', name]),
    ...featureArguments(request),
    ...(request.workspace ? ['--workspace'] : []),
    ...request.extra,
  ];
}
