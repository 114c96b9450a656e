import { join } from 'node:path';
import { type BuiltFunction, buildFunctions } from '../cargo/build.ts';
import { featureArguments } from '../cargo/request.ts';
import { Cancelled } from '../core/failures.ts';
import type { Arch, FunctionMeasurement, Lockfile, Note } from '../core/snapshot/snapshot.ts';
import { machineArch } from '../host.ts';
import { inspectFunction } from '../inspect/function.ts';
import type { MeasureContext } from './context.ts';
import { manifestFolder, type ProjectFiles } from './project.ts';

export const TRIPLES: Readonly<Record<Arch, string>> = { x86_64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' };

/** Builds what is selected; nothing at all where that is nothing. */
export async function buildSelected(
  context: MeasureContext,
  folder: string,
  { selection, metadata }: ProjectFiles,
  short: string,
): ReturnType<typeof buildFunctions> {
  if (selection.targets.length === 0) return { functions: [], artifacts: [], scripts: [], leftOut: selection.leftOut, compiled: 0 };
  const { host, request, env, guard } = context;
  const started = performance.now();
  const names = selection.targets.map(({ name }) => name).join(', ');
  host.progress.step(`${short}: building ${names} with cargo lambda`);
  const packages = metadata.resolve?.nodes.length ?? 0;
  const crates = new Set<string>();
  const place = {
    folder,
    env,
    lambdaDirectory: join(context.own, 'lambda'),
    log: join(context.own, 'logs', `${short}.log`),
    signal: guard.signal,
    onStart: guard.adopt,
  };
  const onArtifact = ({ package: name, fresh }: { readonly package: string; readonly fresh: boolean }): void => {
    crates.add(name);
    const elapsed = Math.round((performance.now() - started) / 1000);
    if (!fresh) host.progress.tick(`${short}: crate ${Math.min(crates.size, packages)} of ${packages}, ${elapsed} s: ${name}`);
  };
  return buildFunctions({ ...place, onArtifact }, request.build, selection);
}

/** Takes what was built apart: package, binary, attribution. */
export async function inspectBuilt(
  context: MeasureContext,
  built: readonly BuiltFunction[],
  place: { readonly folder: string; readonly lockfile: Lockfile; readonly result: string },
): Promise<{ readonly functions: readonly FunctionMeasurement[]; readonly notes: readonly Note[] }> {
  const { build: options } = context.request;
  const bloat = {
    program: context.tools.cargoBloat.path,
    cargo: context.tools.cargo,
    folder: manifestFolder(context, place.folder),
    env: context.env,
    scratch: join(context.scratch, 'inspect'),
    profile: options.profile,
    features: featureArguments(options),
    rebuildTarget: rebuildTarget(context),
    guard: context.guard,
  };
  const { lockfile, result } = place;
  const inspection = { bloat, triples: TRIPLES, arch: options.arch, hostArch: options.arch ?? machineArch(), lockfile, result };
  const functions: FunctionMeasurement[] = [];
  const notes: Note[] = [];
  for (const one of built) {
    if (context.host.signal.aborted) throw new Cancelled('cancelled');
    const { package: file, entry, twin, target, artifacts } = one;
    const found = await inspectFunction({ ...target, package: file, entry, twin, messages: artifacts }, inspection);
    functions.push(found.measurement);
    notes.push(...found.notes);
  }
  return { functions, notes };
}

/** The target directory of the build that stands in for a twin. */
export function rebuildTarget({ own }: MeasureContext): string {
  return join(own, 'target-bloat');
}
