import { join, resolve } from 'node:path';
import type { Note } from '../core/snapshot/snapshot.ts';
import type { Environment } from '../exec/run.ts';
import { isThere } from '../folder.ts';
import { ancestors } from './config.ts';
import { type CargoMetadata, workspaceMembers } from './metadata.ts';
import { readToml, table } from './toml.ts';

/**
 * Whether cargo lambda has a configuration of its own to read for a build: `CargoLambda.toml` where it runs or above, `[package.metadata.lambda]` or
 * `[workspace.metadata.lambda]`, `CARGO_LAMBDA_*` variables, or arguments that bring one. Which of them count depends on how many binaries
 * there are and which are named, so what they say is read from what was built.
 * https://github.com/cargo-lambda/cargo-lambda/blob/v1.9.2/crates/cargo-lambda-metadata/src/config.rs
 */
export async function hasLambdaConfig(cargo: CargoMetadata, folder: string, extra: readonly string[], env: Environment): Promise<boolean> {
  const places = [cargo.metadata, ...workspaceMembers(cargo).map(({ metadata }) => metadata)];
  if (places.some((metadata) => metadata?.lambda !== undefined)) return true;
  if (Object.keys(env).some((name) => name.startsWith('CARGO_LAMBDA_'))) return true;
  if (extra.some((argument) => /^--?(config|features|F|all-features)\b/.test(argument))) return true;
  return (await ownFile(folder)) !== null;
}

/**
 * Whether some of the workspace's functions can be built by name as a call for all of them builds them. `no`: cargo lambda's configuration
 * may choose binaries, packages or features. `packs`: what it packs beside a binary, as written, where that is all that it says.
 */
export async function mayBuildApart(
  cargo: CargoMetadata,
  folder: string,
  extra: readonly string[],
  env: Environment,
): Promise<{ readonly kind: 'no' } | { readonly kind: 'yes'; readonly packs: readonly string[] }> {
  const packs = includesOf(lambdasOf(cargo), extra);
  if (!(await hasLambdaConfig(cargo, folder, extra, env))) return { kind: 'yes', packs };
  const lambdas = lambdasOf(cargo);
  const others = lambdas.flatMap((one) => Object.keys(one)).filter((key) => !['build', 'deploy', 'env', 'watch', 'invoke'].includes(key));
  const builds = lambdas.flatMap(({ build }) => Object.keys(table(build)));
  const elsewhere = await hasLambdaConfig({ ...cargo, metadata: null, packages: [] }, folder, extra, env);
  if (elsewhere || others.length > 0 || builds.some((key) => key !== 'include')) return { kind: 'no' };
  return { kind: 'yes', packs };
}

/** Every `[*.metadata.lambda]` of the workspace. */
function lambdasOf(cargo: CargoMetadata): readonly Readonly<Record<string, unknown>>[] {
  return [cargo.metadata, ...workspaceMembers(cargo).map(({ metadata }) => metadata)].map((metadata) => table(metadata?.lambda));
}

/** The paths that `build.include` and `--include` name, without where they go (`source:destination`). */
function includesOf(places: readonly unknown[], extra: readonly string[]): readonly string[] {
  const configured = places.flatMap((one): readonly unknown[] => {
    const { include } = table(table(one).build);
    return Array.isArray(include) ? include : [];
  });
  const given = extra.flatMap((argument, index) => {
    const [, value] = /^(?:--include|-i)=?(.*)$/s.exec(argument) ?? [];
    return value === '' ? [extra[index + 1]] : [value];
  });
  return [...configured, ...given].flatMap((item) => (typeof item === 'string' ? [item.slice(item.indexOf(':') + 1)] : []));
}

/**
 * What cargo lambda is told to pack and finds in the user's tree alone: it leaves out what is not there without a word. Paths are from where
 * it runs, `folder` in the checkout and `own` in the user's tree.
 */
export async function missingIncludes(
  cargo: CargoMetadata,
  { folder, own }: { readonly folder: string; readonly own: string },
  extra: readonly string[],
): Promise<readonly Note[]> {
  const lambdas = lambdasOf(cargo);
  const places = [...lambdas, ...lambdas.flatMap(({ bin }) => Object.values(table(bin))), await ownFile(folder)];
  const paths = includesOf(places, extra);
  const missing: string[] = [];
  for (const path of new Set(paths)) {
    if (!(await isThere(resolve(folder, path))) && (await isThere(resolve(own, path)))) missing.push(path);
  }
  if (missing.length === 0) return [];
  const text = `${missing.join(', ')} of cargo lambda's include is not in the private checkout and so in no package; --prepare can bring it`;
  return [{ code: 'ignored-files', text }];
}

/** The nearest `CargoLambda.toml`, in the folder or above it; `null`: none. */
export async function lambdaFileOf(folder: string): Promise<string | null> {
  for (const one of ancestors(folder)) {
    const path = join(one, 'CargoLambda.toml');
    if (await isThere(path)) return path;
  }
  return null;
}

async function ownFile(folder: string): Promise<Readonly<Record<string, unknown>> | null> {
  const path = await lambdaFileOf(folder);
  return path === null ? null : ((await readToml(path)) ?? {});
}
