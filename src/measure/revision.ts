import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { storeKey } from '../cache/keys.ts';
import { keep, writeSnapshot } from '../cache/store.ts';
import { type BuildResult, type BuiltFunction, buildFunctions } from '../cargo/build.ts';
import { contentOf, filesOf, refreshTarget } from '../cargo/freshness.ts';
import { isWithoutLambda, type LeftOut, type Selection } from '../cargo/functions.ts';
import { readInputs } from '../cargo/inputs.ts';
import { pathPackages } from '../cargo/path-packages.ts';
import { runPrepare } from '../cargo/prepare.ts';
import { featureArguments } from '../cargo/request.ts';
import { resolveToolchain } from '../cargo/toolchain.ts';
import { undeclaredVariables } from '../cargo/variables.ts';
import { Cancelled, UsageError } from '../core/failures.ts';
import {
  type Arch,
  type FunctionMeasurement,
  LONGEST_NOTE,
  type Lockfile,
  type Note,
  SNAPSHOT_SCHEMA,
  type Snapshot,
} from '../core/snapshot/snapshot.ts';
import { fitSymbols } from '../core/snapshot/symbols.ts';
import { shortened } from '../core/text.ts';
import { filesOfRevisions, type TreeFile } from '../git/files.ts';
import type { Revision } from '../git/repository.ts';
import { fingerprintPrepared } from '../git/work-tree.ts';
import { machineArch } from '../host.ts';
import { inspectFunction } from '../inspect/function.ts';
import { parseLockfile } from '../inspect/lockfile.ts';
import { failedHere } from './build-failure.ts';
import { startClock } from './clock.ts';
import { describeInvocation, type MeasureContext } from './context.ts';
import { carryFiles, joinInputs, type Part, partSelection } from './part.ts';
import { manifestFolder, type ProjectFiles, readProject } from './project.ts';
import { type Measured, takeStored } from './stored.ts';

const TRIPLES: Readonly<Record<Arch, string>> = { x86_64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' };

/**
 * The story of one commit, on one screen: checkout → prepare → functions → build → inspect → snapshot; or the one that is stored.
 * `lenient`: names that are not there (yet) are left out instead of refused.
 */
export async function measureRevision(
  context: MeasureContext,
  revision: Revision,
  options: {
    readonly lenient: boolean;
    /** Whether the store was asked already. */
    readonly looked?: boolean;
    /** Asked where nothing is stored: which part of it is to be built; `null`: all of it. */
    readonly part: () => Promise<Part | null>;
  },
): Promise<Measured> {
  const { request, host, user, checkout, env } = context;
  const short = revision.sha.slice(0, 7);
  const arch = request.build.arch ?? machineArch();
  const rustc = await resolveToolchain(user, checkout, revision, join(context.scratch, 'toolchain'), env);
  const invocation = await describeInvocation(context, arch, rustc);
  const stored = async (key: string | null): Promise<Measured | null> =>
    key === null || options.looked === true ? null : takeStored(context, revision.sha, key, options.lenient);
  let key = request.prepare === null ? storeKey(revision.sha, invocation, null) : null;
  const early = await stored(key);
  if (early !== null) return early;

  const part = await options.part();
  const clock = startClock();
  const { folder, missing } = await checkOut(context, revision);
  clock.lap('checkout');
  let files: readonly TreeFile[] | null = null;
  if (request.prepare !== null) {
    const prepared = await prepare(context, request.prepare, folder, short);
    files = prepared?.files ?? (await filesOf(checkout.path));
    key = prepared === null ? null : storeKey(revision.sha, invocation, prepared.tree);
    clock.lap('prepare');
    const late = await stored(key);
    if (late !== null) return late;
  }
  const told = async <T>(step: Promise<T>): Promise<T> =>
    step.catch(async (error: unknown) => {
      throw await failedHere(context, error, { folder, missing, short });
    });
  const project = await told(readProject(context, folder, TRIPLES[arch], { lenient: options.lenient, offline: part?.packages.size === 0 }));
  const tags = join(checkout.repository, 'packed-refs');
  const sources = { top: await realpath(checkout.path), files: files ?? (await filesOfRevisions(checkout, user.env).list(revision.sha)) };
  for (const target of [context.target, rebuildTarget(context)])
    await refreshTarget(target, project.metadata, {
      ...sources,
      commit: `${revision.sha} ${await contentOf(tags)}`,
      env: undeclaredVariables(env, 'target'),
    });
  clock.lap('metadata');

  const { selection, carried, notBuilt } = partSelection(project.selection, part);
  for (const line of partLines(revision, selection, part)) host.progress.step(line);
  const built = selection.targets.length === 0 ? NOTHING : await told(build(context, folder, { ...project, selection }, short));
  clock.lap('build');
  const compiled = built.compiled === 0 ? 'nothing anew: all fresh' : built.compiled === 1 ? '1 unit' : `${built.compiled} units`;
  if (built !== NOTHING) host.progress.step(`${short}: built ${compiled} in ${clock.seconds('build')} s; inspecting`);

  const result = join(context.scratch, 'snapshot');
  await rm(result, { recursive: true, force: true });
  const { lockPath, limits } = project;
  const lockfile = parseLockfile(await readFile(lockPath, 'utf8'), lockPath);
  const inspected = await inspect(context, built.functions, { folder, lockfile, result });
  clock.lap('inspect');
  const packages = await pathPackages(project.metadata);
  const known = [await realpath(context.target), invocation.paths.cargoHome];
  const workspaceRoot = project.metadata.workspace_root;
  const read = await readInputs(built, packages, { top: sources.top, workspaceRoot, known, tags, env });
  const inputs = joinInputs(read, part?.from?.snapshot.inputs);
  // What lacks functions is no base for another change.
  if (inputs === null || (notBuilt.length > 0 && part?.from == null)) key = null;
  if (part?.from != null) await carryFiles(carried, part.from, result);
  const fitted = fitSymbols([...inspected.functions, ...carried]);
  const withoutLambda = isWithoutLambda(project.selection) ? [WITHOUT_LAMBDA] : [];
  const snapshot: Snapshot = {
    schema: SNAPSHOT_SCHEMA,
    commit: { sha: revision.sha, source: revision.source, subject: revision.subject.slice(0, 500) },
    invocation,
    inputs,
    functions: [...fitted.functions].sort((a, b) => (a.name < b.name ? -1 : 1)),
    notBuilt: [],
    lockfile,
    limits: [...limits],
    notes: uniqueNotes([
      ...[...context.lacks, ...missing, ...project.notes, ...leftOutNotes(built === NOTHING ? selection.leftOut : built.leftOut)],
      ...[...withoutLambda, ...inspected.notes, ...fitted.notes],
    ]),
    timings: clock.laps(),
  };
  if (host.signal.aborted) throw new Cancelled('cancelled');
  await writeSnapshot(result, snapshot);
  const store = join(context.own, 'snapshots');
  const place = await keep(store, key ?? `${revision.sha}-once`, result);
  // Since which commit nothing changed is of this run, not of the commit.
  return { folder: place, snapshot: { ...snapshot, notBuilt: [...notBuilt] }, origin: 'built', key };
}

const NOTHING: BuildResult = { functions: [], artifacts: [], scripts: [], leftOut: [], compiled: 0 };

/** What is built of a part, each with its reason; once, for head. */
function partLines({ sha }: Revision, { targets }: Selection, part: Part | null): readonly string[] {
  if (part === null || part.since === sha) return [];
  const short = sha.slice(0, 7);
  const since = part.since.slice(0, 7);
  if (targets.length === 0) return [`${short}: no build reads what changed since ${since}: nothing is built`];
  return targets.map(
    ({ name, crate }) => `${short}: ${name} is reached by ${part.packages.get(crate) ?? `its package, which ${since} has not`}`,
  );
}

/** Head where it was measured before as it would be now; what `prepare` brings is known only once it has run. */
export async function findMeasured(context: MeasureContext, revision: Revision): Promise<Measured | null> {
  const { request, user, checkout, env } = context;
  if (request.prepare !== null) return null;
  const rustc = await resolveToolchain(user, checkout, revision, join(context.scratch, 'toolchain'), env);
  const invocation = await describeInvocation(context, request.build.arch ?? machineArch(), rustc);
  return takeStored(context, revision.sha, storeKey(revision.sha, invocation, null), false);
}

/** The target directory of the build that stands in for a twin. */
function rebuildTarget({ own }: MeasureContext): string {
  return join(own, 'target-bloat');
}

/** The folder where cargo runs with this revision's files, and what those lack. */
async function checkOut(
  { request, host, user, checkout }: MeasureContext,
  revision: Revision,
): Promise<{ readonly folder: string; readonly missing: readonly Note[] }> {
  const short = revision.sha.slice(0, 7);
  host.progress.step(`${short}: checking out "${revision.subject}"`);
  const missing = await checkout.switchTo(revision);
  for (const { text } of missing) host.progress.step(`${short}: ${text}`);
  const folder = join(checkout.path, user.prefix);
  const manifest = request.build.manifest ?? 'Cargo.toml';
  const problem = await stat(join(folder, manifest)).then(
    () => null,
    (cause: NodeJS.ErrnoException) => cause.code ?? 'unknown',
  );
  if (problem === 'ENAMETOOLONG')
    throw new UsageError(
      `the private checkout's path of ${manifest} is longer than this system takes: name a shorter folder with COLDGATE_HOME: ${folder}`,
    );
  if (problem !== null) throw new UsageError(`there is no ${join(user.prefix, manifest)} at ${short}`);
  return { folder, missing };
}

/** Runs the option `prepare` and names what is there now; `null` where git cannot say. */
async function prepare(context: MeasureContext, command: string, folder: string, short: string): ReturnType<typeof fingerprintPrepared> {
  const { host, user, checkout, env, guard } = context;
  host.progress.step(`${short}: preparing: ${command}`);
  const option = host.nameOf('prepare');
  await runPrepare(command, { folder, env, source: user.top, guard, onLine: host.progress.tick, option });
  return fingerprintPrepared(checkout, context.scratch, user.env);
}

async function build(
  context: MeasureContext,
  folder: string,
  { selection, metadata }: ProjectFiles,
  short: string,
): ReturnType<typeof buildFunctions> {
  const { host, request, env, guard } = context;
  const started = performance.now();
  const names = selection.targets.map(({ name }) => name).join(', ');
  host.progress.step(names === '' ? `${short}: has none of the functions` : `${short}: building ${names} with cargo lambda`);
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

async function inspect(
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

/** How many binaries a note names. */
const NAMED = 20;
const WITHOUT_LAMBDA: Note = {
  code: 'no-lambda-dependency',
  text: 'no package depends on lambda_runtime, lambda_http or lambda-extension: every binary is measured as a function',
};

function leftOutNotes(leftOut: readonly LeftOut[]): readonly Note[] {
  if (leftOut.length === 0) return [];
  const more = leftOut.length > NAMED ? ` and ${leftOut.length - NAMED} more` : '';
  const names = leftOut.slice(0, NAMED).map(({ name, reason }) => `${name} (${reason})`);
  return [{ code: 'bins-left-out', text: `binaries left out: ${names.join(', ')}${more}` }];
}

/** Each once, and no longer than a snapshot holds: they are shown, and may name paths of 4 kB. */
function uniqueNotes(found: readonly Note[]): Note[] {
  const notes = found.map(({ code, text }) => ({ code, text: shortened(text, LONGEST_NOTE) }));
  return notes.filter((note, index) => notes.findIndex(({ code, text }) => code === note.code && text === note.text) === index);
}
