import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { snapshotCacheKey, storeKey } from '../cache/keys.ts';
import { findStored, keep, type Stored, writeSnapshot } from '../cache/store.ts';
import { type BuildResult, buildFunctions } from '../cargo/build.ts';
import { buildNotes } from '../cargo/config.ts';
import { readDeclaredLimits } from '../cargo/declared-limits.ts';
import { type Selection, selectFunctions } from '../cargo/functions.ts';
import { type CargoMetadata, readMetadata } from '../cargo/metadata.ts';
import { runPrepare } from '../cargo/prepare.ts';
import { featureArguments } from '../cargo/request.ts';
import { resolveToolchain } from '../cargo/toolchain.ts';
import { findTwin } from '../cargo/twin.ts';
import { Cancelled, UsageError } from '../core/failures.ts';
import type { Origin } from '../core/model.ts';
import {
  type Arch,
  type FunctionMeasurement,
  type Lockfile,
  type Note,
  SNAPSHOT_SCHEMA,
  type Snapshot,
} from '../core/snapshot/snapshot.ts';
import { type Millis, millis } from '../core/units.ts';
import type { Revision } from '../git/repository.ts';
import { fingerprintPrepared } from '../git/work-tree.ts';
import { machineArch } from '../host.ts';
import { inspectFunction } from '../inspect/function.ts';
import { parseLockfile } from '../inspect/lockfile.ts';
import { requireTarget } from '../tools/toolbox.ts';
import { describeInvocation, type MeasureContext } from './context.ts';

export interface Measured extends Stored {
  readonly origin: Origin;
  /** What this measurement is kept under; `null` where it may not be used again. */
  readonly key: string | null;
}

const TRIPLES: Readonly<Record<Arch, string>> = { x86_64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' };

/**
 * The story of one commit, on one screen: checkout → prepare → functions → build → inspect → snapshot; or the one that is stored.
 * `lenient`: names that are not there (yet) are left out instead of refused.
 */
export async function measureRevision(
  context: MeasureContext,
  revision: Revision,
  options: { readonly lenient: boolean },
): Promise<Measured> {
  const { request, host, user, checkout, env } = context;
  const short = revision.sha.slice(0, 7);
  const machine = machineArch();
  const arch = request.build.arch ?? machine;
  const rustc = await resolveToolchain(user, checkout, revision, join(context.scratch, 'toolchain'), env);
  const invocation = describeInvocation(context, arch, rustc);
  const store = join(context.own, 'snapshots');
  const unprepared = request.prepare === null ? storeKey(revision.sha, invocation, null) : null;
  const early = unprepared === null ? null : await takeStored(context, revision.sha, unprepared, options.lenient);
  if (early !== null) return early;

  const clock = startClock();
  host.progress.step(`${short}: checking out "${revision.subject}"`);
  const missing = await checkout.switchTo(revision);
  for (const { text } of missing) host.progress.step(`${short}: ${text}`);
  clock.lap('checkout');
  const folder = join(checkout.path, user.prefix);
  if ((await stat(join(folder, 'Cargo.toml')).catch(() => null)) === null)
    throw new UsageError(`there is no ${join(user.prefix, 'Cargo.toml')} at ${short}`);
  let key = unprepared;
  if (request.prepare !== null) {
    host.progress.step(`${short}: preparing: ${request.prepare}`);
    await runPrepare(request.prepare, {
      folder,
      env,
      source: user.top,
      guard: context.guard,
      onLine: host.progress.tick,
      option: host.nameOf('prepare'),
    });
    const prepared = await fingerprintPrepared(checkout, context.scratch, user.env);
    key = prepared === null ? null : storeKey(revision.sha, invocation, prepared);
    clock.lap('prepare');
    const stored = key === null ? null : await takeStored(context, revision.sha, key, options.lenient);
    if (stored !== null) return stored;
  }
  await requireTarget(TRIPLES[arch], { cwd: folder, env });
  const locked = await lockfileThere(context, folder);
  const metadata = await readMetadata(folder, {
    platform: TRIPLES[arch],
    features: featureArguments(request.build),
    env,
    guard: context.guard,
  });
  const selection = selectFunctions(metadata, folder, request.build, { ...options, nameOf: host.nameOf });
  const limits = await readDeclaredLimits(metadata, checkout.path);
  const lockPath = join(metadata.workspace_root, 'Cargo.lock');
  const lockfile = parseLockfile(await readFile(lockPath, 'utf8'), lockPath);
  const surroundings = await buildNotes(folder, checkout.path, user.env);
  const notes = [...context.lacks, ...missing, ...surroundings, ...lockfileNotes(locked), ...selectionNotes(selection)];
  clock.lap('metadata');

  const built = await build(context, folder, selection, metadata, short);
  clock.lap('build');
  const compiled = built.compiled === 0 ? 'nothing anew: all fresh' : `${built.compiled} units`;
  host.progress.step(`${short}: built ${compiled} in ${clock.seconds('build')} s; inspecting`);

  const result = join(context.scratch, 'snapshot');
  await rm(result, { recursive: true, force: true });
  const inspected = await inspect(context, built, { folder, lockfile, result, machine });
  clock.lap('inspect');

  const snapshot: Snapshot = {
    schema: SNAPSHOT_SCHEMA,
    commit: { sha: revision.sha, source: revision.source, subject: revision.subject.slice(0, 500) },
    invocation,
    functions: [...inspected.functions].sort((a, b) => (a.name < b.name ? -1 : 1)),
    lockfile,
    limits: [...limits],
    notes: uniqueNotes([...notes, ...inspected.notes]),
    timings: clock.laps(),
  };
  if (host.signal.aborted) throw new Cancelled('cancelled');
  await writeSnapshot(result, snapshot);
  return { folder: await keep(store, key ?? `${revision.sha}-once`, result), snapshot, origin: 'built', key };
}

/** What was measured before: in this machine's store, else in the cache, else (of a base) in the artifact of its own run. */
async function takeStored(context: MeasureContext, sha: string, key: string, isBase: boolean): Promise<Measured | null> {
  const { host } = context;
  const store = join(context.own, 'snapshots');
  const found = async (origin: Origin): Promise<Measured | null> => {
    const stored = await findStored(store, key);
    if (stored === null) return null;
    const from = { built: 'this run', stored: 'the store', file: 'a file', cache: 'the cache', artifact: 'the artifact of its own run' }[
      origin
    ];
    host.progress.step(`${sha.slice(0, 7)}: measured before, taken from ${from}`);
    return { ...stored, origin, key };
  };
  const stored = await found('stored');
  if (stored !== null) return stored;
  const restored = (await host.remote?.restore([join(store, key)], snapshotCacheKey(key), [])) ?? null;
  const cached = restored === null ? null : await found('cache');
  if (cached !== null || !isBase || host.baseArtifact === undefined) return cached;
  return (await host.baseArtifact(sha, key, join(store, key))) ? found('artifact') : null;
}

async function build(
  context: MeasureContext,
  folder: string,
  selection: Selection,
  metadata: CargoMetadata,
  short: string,
): Promise<BuildResult> {
  const { host, request, env, guard } = context;
  const started = performance.now();
  host.progress.step(`${short}: building ${selection.targets.map(({ name }) => name).join(', ')} with cargo lambda`);
  const packages = metadata.resolve?.nodes.length ?? 0;
  const crates = new Set<string>();
  const place = { folder, env, lambdaDirectory: join(context.own, 'lambda'), signal: guard.signal, onStart: guard.adopt };
  const onArtifact = ({ package: name, fresh }: { readonly package: string; readonly fresh: boolean }): void => {
    crates.add(name);
    const elapsed = Math.round((performance.now() - started) / 1000);
    if (!fresh) host.progress.tick(`${short}: crate ${Math.min(crates.size, packages)} of ${packages}, ${elapsed} s: ${name}`);
  };
  return buildFunctions({ ...place, onArtifact }, request.build, selection);
}

async function inspect(
  context: MeasureContext,
  built: BuildResult,
  place: { readonly folder: string; readonly lockfile: Lockfile; readonly result: string; readonly machine: Arch },
): Promise<{ readonly functions: readonly FunctionMeasurement[]; readonly notes: readonly Note[] }> {
  const { build: options } = context.request;
  const bloat = {
    program: context.tools.cargoBloat.path,
    cargo: context.tools.cargo,
    folder: place.folder,
    env: context.env,
    scratch: join(context.scratch, 'inspect'),
    profile: options.profile,
    messages: built.artifacts,
    features: featureArguments(options),
    rebuildTarget: join(context.own, 'target-bloat'),
    guard: context.guard,
  };
  const { lockfile, result, machine } = place;
  const inspection = { bloat, triples: TRIPLES, arch: options.arch, hostArch: options.arch ?? machine, lockfile, result };
  const functions: FunctionMeasurement[] = [];
  const notes: Note[] = [];
  for (const one of built.functions) {
    if (context.host.signal.aborted) throw new Cancelled('cancelled');
    const { package: file, entry, executable, target } = one;
    const found = await inspectFunction({ ...target, package: file, entry, twin: await findTwin(executable) }, inspection);
    functions.push(found.measurement);
    notes.push(...found.notes);
  }
  return { functions, notes };
}

/** Whether a lock file stands in the checkout before cargo makes one: in the manifest's folder or above it, where a workspace has its own. */
async function lockfileThere(context: MeasureContext, folder: string): Promise<boolean> {
  for (let at = folder; ; at = join(at, '..')) {
    if ((await stat(join(at, 'Cargo.lock')).catch(() => null)) !== null) return true;
    if (at === context.checkout.path || at === join(at, '..')) return false;
  }
}

function lockfileNotes(locked: boolean): readonly Note[] {
  if (locked) return [];
  const text =
    'Cargo.lock is not committed: cargo chose the versions of the dependencies at the time of the build, so they can differ by the day';
  return [{ code: 'no-lockfile', text }];
}

function selectionNotes(selection: Selection): readonly Note[] {
  if (selection.leftOut.length === 0) return [];
  const names = selection.leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ');
  return [{ code: 'bins-left-out', text: `binaries left out: ${names}` }];
}

function uniqueNotes(notes: readonly Note[]): Note[] {
  return notes.filter((note, index) => notes.findIndex(({ code, text }) => code === note.code && text === note.text) === index);
}

interface Clock {
  readonly lap: (name: string) => void;
  readonly laps: () => Record<string, Millis>;
  readonly seconds: (name: string) => string;
}

function startClock(): Clock {
  const laps: Record<string, Millis> = {};
  let last = performance.now();
  return {
    lap: (name) => {
      const now = performance.now();
      laps[name] = millis(Math.round(now - last));
      last = now;
    },
    laps: () => laps,
    seconds: (name) => ((laps[name] ?? 0) / 1000).toFixed(1),
  };
}
