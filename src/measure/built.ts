import { join } from 'node:path';
import { type BuiltFunction, buildFunctions } from '../cargo/build.ts';
import { type IncludesPlace, includedFiles } from '../cargo/included-files.ts';
import { featureArguments } from '../cargo/request.ts';
import { linkOf } from '../cargo/twin.ts';
import { Cancelled } from '../core/failures.ts';
import type { Arch, FunctionMeasurement, Note } from '../core/snapshot/snapshot.ts';
import { machineArch } from '../host.ts';
import { inspectFunction } from '../inspect/function.ts';
import { counted } from '../report/text/figures.ts';
import { showBuild } from './build-wait.ts';
import type { MeasureContext } from './context.ts';
import { manifestFolder, type ProjectFiles } from './project.ts';

export const TRIPLES: Readonly<Record<Arch, string>> = { x86_64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' };

/** Builds what is selected; nothing at all where that is nothing. `label`: which side of which commit, `head 3f2a1c0`. */
export async function buildSelected(
  context: MeasureContext,
  folder: string,
  project: ProjectFiles,
  { label, short }: { readonly label: string; readonly short: string },
): ReturnType<typeof buildFunctions> {
  const { selection } = project;
  if (selection.targets.length === 0) return { functions: [], artifacts: [], scripts: [], leftOut: selection.leftOut, compiled: 0 };
  const { request, env, guard } = context;
  using shown = await showBuild(context, project, label);
  const place = {
    folder,
    env,
    lambdaDirectory: join(context.own, 'lambda'),
    log: join(context.own, 'logs', `${short}.log`),
    signal: guard.signal,
    onStart: guard.adopt,
  };
  const built = await buildFunctions({ ...place, onArtifact: shown.onArtifact, onLine: shown.onLine }, request.build, selection);
  await shown.done(built);
  return built;
}

/** Takes what was built apart: package, binary, attribution. */
export async function inspectBuilt(
  context: MeasureContext,
  built: readonly BuiltFunction[],
  place: {
    readonly folder: string;
    readonly result: string;
    readonly label: string;
    readonly linked: (one: BuiltFunction) => Pick<FunctionMeasurement, 'shipped' | 'dependencies'>;
    readonly includes: IncludesPlace;
  },
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
  const { result, label, linked, includes } = place;
  const inspection = { bloat, triples: TRIPLES, arch: options.arch, hostArch: options.arch ?? machineArch(), result };
  const included = new Map<BuiltFunction['artifacts'], ReturnType<typeof includedFiles>>();
  const functions: FunctionMeasurement[] = [];
  const notes: Note[] = [];
  using waiting = context.host.progress.begin({ text: `${label}: inspecting what was built`, kind: 'brief' });
  for (const [place, one] of built.entries()) {
    if (context.host.signal.aborted) throw new Cancelled('cancelled');
    waiting.tell(`${label}: inspecting ${one.target.name}`, built.length > 1 ? `function ${place + 1} of ${built.length}` : '');
    const { package: file, entry, twin, target, artifacts } = one;
    const link = twin === null ? null : linkOf(twin);
    // All functions of one call have what it read.
    const read = included.get(artifacts) ?? includedFiles(artifacts, includes);
    included.set(artifacts, read);
    const found = await inspectFunction(
      { ...target, package: file, entry, twin, link, messages: artifacts, linked: linked(one), included: await read },
      inspection,
    );
    functions.push(found.measurement);
    notes.push(...found.notes);
  }
  waiting.done(`${label}: inspected ${counted(built.length, 'function')}`);
  return { functions, notes };
}

/** The target directory of the build that stands in for a twin. */
export function rebuildTarget({ own }: MeasureContext): string {
  return join(own, 'target-bloat');
}
