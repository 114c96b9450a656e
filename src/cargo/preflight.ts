import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../core/failures.ts';
import { declaredLimits } from '../core/judge/limit-scopes.ts';
import { run } from '../exec.ts';
import type { Host } from '../host.ts';
import { platformOf } from '../tools/pins.ts';
import { requirePrograms } from '../tools/programs.ts';
import { readDeclaredLimits } from './declared-limits.ts';
import { selectFunctions } from './functions.ts';
import { hasLambdaConfig } from './lambda-config.ts';
import { parseMetadata } from './metadata.ts';
import { type BuildRequest, manifestArguments } from './request.ts';

/**
 * Looks in the user's own tree, before anything is built, whether the manifest is there, every named binary and package exists and every
 * declared limit can be read: a typing mistake must not cost a build of the base. `--no-deps` reads manifests only; nothing is written.
 * A manifest that cargo cannot read is left for the build to report: `--prepare` may bring what is missing.
 */
export async function preflight(
  { folder, build }: { readonly folder: string; readonly build: BuildRequest },
  { env, nameOf }: Pick<Host, 'env' | 'nameOf'>,
): Promise<void> {
  const manifest = join(folder, build.manifest ?? 'Cargo.toml');
  if ((await stat(manifest).catch(() => null)) === null) {
    throw new UsageError(
      `no Cargo.toml in ${dirname(manifest)}: run coldgate in the project's folder, or name the manifest with ${nameOf('manifest-path')}`,
    );
  }
  requirePrograms(['git', 'cargo'], env, platformOf());
  const args = ['metadata', '--format-version', '1', '--no-deps', '--offline', ...manifestArguments(build)];
  const read = await run('cargo', args, { cwd: folder, env, check: false });
  if (read.exitCode !== 0) return;
  const metadata = parseMetadata(read.stdout, folder);
  declaredLimits({ limits: [...(await readDeclaredLimits(metadata, metadata.workspace_root))] });
  if (build.bins.length === 0 && build.packages.length === 0) return;
  const configured = await hasLambdaConfig(metadata, folder, build.extra, env);
  selectFunctions(metadata, dirname(manifest), build, { lenient: false, configured, nameOf });
}
