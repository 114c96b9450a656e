import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../core/failures.ts';
import { type Environment, run } from '../exec.ts';
import { type Choice, selectFunctions } from './functions.ts';
import { parseMetadata } from './metadata.ts';

/**
 * Checks in the user's own tree, before anything is built, that the manifest is there and every named binary and package exists: a typing
 * mistake must not cost a build of the base. `--no-deps` reads manifests only; nothing is written.
 */
export async function checkNames(request: { readonly folder: string; readonly choice: Choice }, env: Environment): Promise<void> {
  const { folder, choice } = request;
  if ((await stat(join(folder, 'Cargo.toml')).catch(() => null)) === null) {
    throw new UsageError(`no Cargo.toml in ${folder}: run coldgate in the project's folder, or name the manifest with --manifest-path`);
  }
  if (choice.bins.length === 0 && choice.packages.length === 0) return;
  const { stdout } = await run('cargo', ['metadata', '--format-version', '1', '--no-deps', '--offline'], { cwd: folder, env });
  selectFunctions(parseMetadata(stdout, folder), folder, choice, { lenient: false });
}
