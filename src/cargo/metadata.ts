import * as z from 'zod';
import { ToolError } from '../core/failures.ts';
import { type Guard, runGuarded } from '../exec/group.ts';
import { type Environment, run } from '../exec/run.ts';
import type { BuildRequest } from './request.ts';

const target = z.object({
  kind: z.array(z.string()),
  name: z.string(),
  src_path: z.string(),
  'required-features': z.array(z.string()).optional(),
});

const dependency = z.object({
  name: z.string(),
  kind: z.string().nullable(),
  /** Of a path or workspace dependency. */
  path: z.string().nullish(),
  /** Its key in the manifest, where that is another. */
  rename: z.string().nullish(),
  optional: z.boolean().optional(),
  /** A triple or `cfg(…)`. */
  target: z.string().nullish(),
  features: z.array(z.string()).optional(),
  uses_default_features: z.boolean().optional(),
});

const cargoPackage = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  /** `null`: a path. */
  source: z.string().nullable(),
  manifest_path: z.string(),
  targets: z.array(target),
  features: z.record(z.string(), z.array(z.string())),
  dependencies: z.array(dependency),
  metadata: z.record(z.string(), z.unknown()).nullable(),
});

const node = z.object({
  id: z.string(),
  /** For the platform that was asked for, of every feature that any member asks for. */
  deps: z
    .array(
      z.object({
        /** As its code is called by who depends on it. */
        name: z.string(),
        pkg: z.string(),
        dep_kinds: z.array(z.object({ kind: z.string().nullable(), target: z.string().nullish() })).default([]),
      }),
    )
    .default([]),
  features: z.array(z.string()).default([]),
});

const metadata = z.object({
  packages: z.array(cargoPackage),
  workspace_members: z.array(z.string()),
  /** Since cargo 1.71; older ones build the root package, or every member of a virtual workspace. */
  workspace_default_members: z.array(z.string()).optional(),
  workspace_root: z.string(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  resolve: z.object({ nodes: z.array(node) }).nullable(),
});

export type CargoMetadata = z.infer<typeof metadata>;
export type CargoPackage = CargoMetadata['packages'][number];
export type CargoTarget = CargoPackage['targets'][number];
export type CargoNode = NonNullable<CargoMetadata['resolve']>['nodes'][number];

/** Reads what `cargo metadata --format-version 1` printed; only the fields used here. Throws a ToolError for anything else. */
export function parseMetadata(json: string, where: string): CargoMetadata {
  try {
    return metadata.parse(JSON.parse(json));
  } catch (cause) {
    throw new ToolError(`cargo metadata of ${where} cannot be read: is cargo 1.71 or newer?`, { cause });
  }
}

export interface MetadataRun {
  readonly platform: string;
  readonly features: readonly string[];
  readonly env: Environment;
  readonly guard: Guard;
}

/**
 * Runs `cargo metadata` in the manifest's own folder, so that the project's `.cargo/config.toml` and `rust-toolchain.toml` count.
 * The first one downloads what the lock file names.
 */
export async function readMetadata(folder: string, { platform, features, env, guard }: MetadataRun): Promise<CargoMetadata> {
  const args = ['metadata', '--format-version', '1', '--filter-platform', platform, ...features];
  const { stdout } = await runGuarded('cargo', args, { cwd: folder, env, guard });
  return parseMetadata(stdout, folder);
}

/** The workspace's manifests alone, without dependencies and without the network; `null` where cargo cannot read them. */
export async function readManifests(folder: string, manifest: readonly string[], env: Environment): Promise<CargoMetadata | null> {
  const args = ['metadata', '--format-version', '1', '--no-deps', '--offline', ...manifest];
  const { stdout, exitCode } = await run('cargo', args, { cwd: folder, env, check: false });
  return exitCode === 0 ? parseMetadata(stdout, folder) : null;
}

/** The packages of the workspace itself. */
export function workspaceMembers(cargo: CargoMetadata): readonly CargoPackage[] {
  const ids = new Set(cargo.workspace_members);
  return cargo.packages.filter(({ id }) => ids.has(id));
}

/** The packages that a plain `cargo build` in `folder` builds: those named, else the member standing there, else the default members. */
export function selectedPackages(
  cargo: CargoMetadata,
  folder: string,
  { packages, workspace, exclude }: Pick<BuildRequest, 'packages' | 'workspace' | 'exclude'>,
): readonly CargoPackage[] {
  const members = workspaceMembers(cargo);
  if (workspace) return members.filter(({ name }) => !exclude.includes(name));
  if (packages.length > 0) return members.filter(({ name }) => packages.includes(name));
  const here = members.find(({ manifest_path }) => manifest_path === `${folder}/Cargo.toml`);
  if (here !== undefined && folder !== cargo.workspace_root) return [here];
  const defaults = cargo.workspace_default_members;
  if (defaults !== undefined) return members.filter(({ id }) => defaults.includes(id));
  return here === undefined ? members : [here];
}
