import { dirname, join, relative } from 'node:path';
import { lambdaFileOf } from '../cargo/lambda-config.ts';
import type { CargoMetadata } from '../cargo/metadata.ts';
import { readToml, table } from '../cargo/toml.ts';
import type { BuildKey, Linking } from '../core/advise/loading-remedies.ts';

/**
 * Where cargo lambda reads how a function is built: the workspace's table, or that of a package that is no workspace. What stands in a table below
 * it (`CargoLambda.toml` is the last) is changed there, since a list that is written above takes its place as a whole. `top`: the repository's,
 * without links; `folder`: where cargo lambda runs.
 */
export async function lambdaBuildPlaces(
  metadata: CargoMetadata,
  { top, folder, crate }: { readonly top: string; readonly folder: string; readonly crate: string },
): Promise<Linking['places']> {
  const root = join(metadata.workspace_root, 'Cargo.toml');
  const own = metadata.packages.find(({ name, manifest_path }) => name === crate && manifest_path === root);
  const isSingle = metadata.workspace_members.length === 1 && own !== undefined;
  const inManifest = (kind: string, has: unknown): Layer => ({
    place: { file: relative(top, root), path: [kind, 'metadata', 'lambda', 'build'] },
    has: table(table(table(has).lambda).build),
  });
  const workspace = inManifest('workspace', metadata.metadata);
  const first = isSingle ? inManifest('package', own.metadata) : workspace;
  const layers = [first, workspace, ...(await ownFileLayer(top, folder))];
  const placeOf = (key: BuildKey): Layer['place'] => {
    const { place } = layers.find(({ has }) => has[key] !== undefined) ?? first;
    return { ...place, path: [...place.path, key] };
  };
  const [target, compiler, config] = [placeOf('target'), placeOf('compiler'), placeOf('config')];
  return { target, compiler, config };
}

interface Layer {
  readonly place: Linking['places'][BuildKey];
  readonly has: Readonly<Record<string, unknown>>;
}

async function ownFileLayer(top: string, folder: string): Promise<readonly Layer[]> {
  const path = await lambdaFileOf(folder);
  if (path === null || relative(top, dirname(path)).startsWith('..')) return [];
  return [{ place: { file: relative(top, path), path: ['build'] }, has: table((await readToml(path))?.build) }];
}
