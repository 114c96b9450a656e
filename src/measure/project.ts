import { dirname, join } from 'node:path';
import { buildNotes } from '../cargo/config.ts';
import { readDeclaredEvents } from '../cargo/declared-events.ts';
import { readDeclaredLimits } from '../cargo/declared-limits.ts';
import { type KnownFunction, type Selection, selectFunctions } from '../cargo/functions.ts';
import { hasLambdaConfig, missingIncludes } from '../cargo/lambda-config.ts';
import { leavingLock, lockPathOf } from '../cargo/lock.ts';
import { type CargoMetadata, readManifests, readMetadata } from '../cargo/metadata.ts';
import { projectFindings } from '../cargo/project-findings.ts';
import { featureArguments, manifestArguments } from '../cargo/request.ts';
import type { ProjectFinding } from '../core/snapshot/findings.ts';
import type { DeclaredEvent } from '../core/snapshot/first-response.ts';
import type { Arch, DeclaredLimit, Note } from '../core/snapshot/snapshot.ts';
import { requireTarget } from '../tools/toolbox.ts';
import type { MeasureContext } from './context.ts';

/** What cargo says of the checkout, before anything is built. */
export interface ProjectFiles {
  readonly metadata: CargoMetadata;
  readonly selection: Selection;
  /** The lock file that the build reads, and writes where it is not there. */
  readonly lockPath: string;
  readonly limits: readonly DeclaredLimit[];
  readonly events: readonly DeclaredEvent[];
  readonly notes: readonly Note[];
  readonly findings: readonly ProjectFinding[];
}

/** Asks cargo what there is, and leaves the checkout as it was. `folder` is where cargo runs. */
export async function readProject(
  context: MeasureContext,
  folder: string,
  { arch, platform }: { readonly arch: Arch; readonly platform: string },
  options: {
    readonly lenient: boolean;
    /** Nothing will be built: the manifests will do, and no crate is downloaded. */
    readonly offline: boolean;
    /** Base's functions. */
    readonly known: readonly KnownFunction[];
  },
): Promise<ProjectFiles> {
  const { request, host, user, checkout, env, guard } = context;
  await requireTarget(platform, { cwd: folder, env });
  const manifest = manifestArguments(request.build);
  const lockPath = await lockPathOf(folder, { manifest, env, guard });
  const { answer: metadata, locked } = await leavingLock(lockPath, async () => {
    const run = { platform, features: [...manifest, ...featureArguments(request.build)], env, guard };
    return (options.offline ? await readManifests(folder, manifest, env) : null) ?? readMetadata(folder, run);
  });
  const configured = await hasLambdaConfig(metadata, folder, request.build.extra, env);
  const selection = selectFunctions(metadata, manifestFolder(context, folder), request.build, {
    lenient: options.lenient,
    configured,
    known: options.known,
    nameOf: host.nameOf,
  });
  const limits = await readDeclaredLimits(metadata, checkout.path, { lenient: options.lenient });
  const events = await readDeclaredEvents(metadata, checkout.path, { lenient: options.lenient });
  const left = await missingIncludes(metadata, { folder, own: request.folder }, request.build.extra);
  const notes = [...(await buildNotes(folder, checkout.path, user.env, user.top)), ...lockfileNotes(locked), ...left];
  const place = { folder, checkout: checkout.path, env: user.env, request: request.build, arch };
  return { metadata, selection, lockPath, limits, events, notes, findings: await projectFindings(metadata, place) };
}

/** The manifest's own, which cargo need not run in. */
export function manifestFolder({ request }: Pick<MeasureContext, 'request'>, folder: string): string {
  return dirname(join(folder, request.build.manifest ?? 'Cargo.toml'));
}

function lockfileNotes(locked: boolean): readonly Note[] {
  if (locked) return [];
  const text =
    'Cargo.lock is not committed: cargo chose the versions of the dependencies at the time of the build, so they can differ by the day';
  return [{ code: 'no-lockfile', text }];
}
