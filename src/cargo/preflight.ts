import { dirname, join } from 'node:path';
import { UsageError } from '../core/failures.ts';
import { meaning, type NamedFunction } from '../core/function-names.ts';
import { declaredLimits } from '../core/judge/limit-scopes.ts';
import type { Environment } from '../exec/run.ts';
import { isThere } from '../folder.ts';
import type { Host } from '../host.ts';
import { platformOf } from '../tools/pins.ts';
import { requirePrograms } from '../tools/programs.ts';
import { readDeclaredEvents } from './declared-events.ts';
import { readDeclaredLimits } from './declared-limits.ts';
import { selectFunctions } from './functions.ts';
import { hasLambdaConfig } from './lambda-config.ts';
import { type CargoMetadata, readManifests, workspaceMembers } from './metadata.ts';
import { type BuildRequest, manifestArguments } from './request.ts';

/**
 * Looks in the user's own tree, before anything is built, whether the manifest is there, every named binary and package exists and every
 * declared limit can be read: a typing mistake must not cost a build of the base. `--no-deps` reads manifests only; nothing is written.
 * Answers the binaries that may be functions; `null` where cargo cannot read the manifest, which is left for the build to report: `prepare`
 * may bring what is missing.
 */
export async function preflight(
  { folder, build, prepare }: { readonly folder: string; readonly build: BuildRequest; readonly prepare: string | null },
  { env, nameOf }: Pick<Host, 'env' | 'nameOf'>,
): Promise<readonly NamedFunction[] | null> {
  const manifest = join(folder, build.manifest ?? 'Cargo.toml');
  if (!(await isThere(manifest))) {
    throw new UsageError(
      `no Cargo.toml in ${dirname(manifest)} or above it in its repository: run coldgate in the project's folder, or name the manifest with ${nameOf('manifest-path')}`,
    );
  }
  requirePrograms(['git', 'cargo'], env, platformOf());
  const metadata = await readManifests(folder, manifestArguments(build), env);
  if (metadata === null) return null;
  declaredLimits({ limits: [...(await readDeclaredLimits(metadata, metadata.workspace_root))] });
  await readDeclaredEvents(metadata, metadata.workspace_root, { files: prepare === null ? 'any' : 'none' });
  // `prepare` may bring the sources of a binary too.
  if (prepare === null || build.bins.length > 0 || build.packages.length > 0) {
    const configured = await hasLambdaConfig(metadata, folder, build.extra, env);
    selectFunctions(metadata, dirname(manifest), build, { lenient: false, configured, nameOf });
  }
  return binariesOf(metadata, build);
}

/** The binaries that a commit's manifests have; `null` where cargo cannot read them. */
export async function readBinaries(folder: string, build: BuildRequest, env: Environment): Promise<readonly NamedFunction[] | null> {
  const metadata = await readManifests(folder, manifestArguments(build), env);
  return metadata === null ? null : binariesOf(metadata, build);
}

/** More than will be built: what a dependency or a feature makes a function shows later. */
function binariesOf(metadata: CargoMetadata, { bins, packages }: BuildRequest): readonly NamedFunction[] {
  const members = workspaceMembers(metadata).filter(({ name }) => packages.length === 0 || packages.includes(name));
  const all = members.flatMap(({ name: crate, targets }) =>
    targets.filter(({ kind }) => kind.includes('bin')).map(({ name }) => ({ name, crate })),
  );
  return bins.length === 0 ? all : all.filter((one) => bins.some((bin) => meaning(bin, one) !== null));
}
