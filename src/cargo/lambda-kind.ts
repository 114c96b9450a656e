import { join } from 'node:path';
import type { CargoMetadata, CargoPackage } from './metadata.ts';

const FUNCTION_CRATES: readonly string[] = ['lambda_runtime', 'lambda_http'];
const EXTENSION_CRATE = 'lambda-extension';

/**
 * What a package's binaries are on Lambda: by the Lambda crates that it depends on, itself or through path and workspace dependencies, of
 * which the nearest counts: an extension that shares a crate with functions stays one. A package with both kinds of dependency equally near
 * is a function: an internal extension runs inside it. `null`: no Lambda.
 */
export function lambdaKind(cargo: CargoMetadata, owner: CargoPackage): 'function' | 'extension' | null {
  const byManifest = new Map(cargo.packages.map((one) => [one.manifest_path, one]));
  const seen = new Set<CargoPackage>();
  for (let near: readonly CargoPackage[] = [owner]; near.length > 0; ) {
    for (const one of near) seen.add(one);
    const dependencies = near.flatMap((one) => one.dependencies.filter(({ kind }) => kind === null));
    if (dependencies.some(({ name }) => FUNCTION_CRATES.includes(name))) return 'function';
    if (dependencies.some(({ name }) => name === EXTENSION_CRATE)) return 'extension';
    const next = dependencies.flatMap(({ path }) => (path == null ? [] : (byManifest.get(join(path, 'Cargo.toml')) ?? [])));
    near = [...new Set(next)].filter((one) => !seen.has(one));
  }
  return null;
}
