import { readFile, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { MOST_PROJECT_FINDINGS, type ProjectFinding } from '../core/snapshot/findings.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import type { Environment } from '../exec/run.ts';
import { configsOf } from './config.ts';
import { type CargoMetadata, workspaceMembers } from './metadata.ts';
import { type Effective, effectiveProfile, ignoredProfiles, type ProfileFile, type ProfileSources, profileFindings } from './profile.ts';
import type { BuildRequest } from './request.ts';
import { rustflagsFindings } from './rustflags.ts';
import { readToml, table } from './toml.ts';

export interface FindingsPlace {
  /** Where cargo runs, in the private checkout. */
  readonly folder: string;
  readonly checkout: string;
  /** The user's own. */
  readonly env: Environment;
  readonly request: Pick<BuildRequest, 'profile' | 'extra'>;
  readonly arch: Arch;
}

/** What the manifests and cargo's configuration set for every function. Nothing is built for it. */
export async function projectFindings(cargo: CargoMetadata, place: FindingsPlace): Promise<readonly ProjectFinding[]> {
  const { env, arch } = place;
  // cargo names its own paths without links.
  const [folder, checkout] = await Promise.all([realpath(place.folder), realpath(place.checkout)]);
  const { root, profiles } = await profileSources(cargo, place, { folder, checkout });
  const members = await Promise.all(
    workspaceMembers(cargo)
      .filter(({ manifest_path }) => manifest_path !== root)
      .map(async (member) => ({ package: member.name, ...(await fileOf(member.manifest_path, checkout)) })),
  );
  const found = profiles === null ? [] : profileFindings(profiles);
  const all = [...found, ...ignoredProfiles(members), ...(await rustflagsFindings({ folder, checkout, env }, arch))];
  return all.slice(0, MOST_PROJECT_FINDINGS);
}

/** The profile that the build has, and the manifest where it is written; no setting where something else may decide. */
export async function headProfile(
  cargo: CargoMetadata,
  place: FindingsPlace,
): Promise<{ readonly settings: readonly Effective[]; readonly manifest: string }> {
  const [folder, checkout] = await Promise.all([realpath(place.folder), realpath(place.checkout)]);
  const { manifest, profiles } = await profileSources(cargo, place, { folder, checkout });
  return { settings: profiles === null ? [] : effectiveProfile(profiles), manifest: manifest.file };
}

/** `profiles`: `null` where more than these files decides. */
async function profileSources(
  cargo: CargoMetadata,
  { env, request }: FindingsPlace,
  { folder, checkout }: { readonly folder: string; readonly checkout: string },
): Promise<{ readonly root: string; readonly manifest: ProfileFile; readonly profiles: ProfileSources | null }> {
  const root = join(cargo.workspace_root, 'Cargo.toml');
  const manifest = await fileOf(root, checkout);
  if (!isAsRead(cargo, request.extra, env)) return { root, manifest, profiles: null };
  const configs = await Promise.all((await configsOf(folder, checkout, env)).map(({ path }) => fileOf(path, checkout)));
  const optimizes = !request.extra.includes('--disable-optimizations');
  return { root, manifest, profiles: { profile: request.profile, manifest, configs, env, optimizes } };
}

/** Whether nothing else can change the profile: an argument or cargo lambda's own configuration would. */
function isAsRead(cargo: CargoMetadata, extra: readonly string[], env: Environment): boolean {
  if (extra.some((argument) => /^--?(config|profile|release|Z)\b/.test(argument))) return false;
  if (Object.keys(env).some((name) => name.startsWith('CARGO_LAMBDA_'))) return false;
  const builds = [cargo.metadata, ...workspaceMembers(cargo).map(({ metadata }) => metadata)].map((metadata) =>
    table(table(metadata?.lambda).build),
  );
  return builds.every((build) => Object.keys(build).every((key) => !/^(config|profile|release|disable[-_]optimizations)$/.test(key)));
}

async function fileOf(path: string, checkout: string): Promise<ProfileFile> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const file = relative(checkout, path);
  return { file: file.startsWith('..') ? path : file, text, value: (await readToml(path)) ?? {} };
}
