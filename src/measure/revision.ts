import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { seal } from '../cache/digests.ts';
import { storeKey } from '../cache/keys.ts';
import { keep, writeSnapshot } from '../cache/store.ts';
import { contentOf, filesOf, readContents, refreshTarget } from '../cargo/freshness.ts';
import { readInputs } from '../cargo/inputs.ts';
import { pathPackages } from '../cargo/path-packages.ts';
import { runPrepare } from '../cargo/prepare.ts';
import { undeclaredVariables } from '../cargo/variables.ts';
import { Cancelled, UsageError } from '../core/failures.ts';
import { type Note, SNAPSHOT_SCHEMA, type Snapshot } from '../core/snapshot/snapshot.ts';
import { fitSymbols } from '../core/snapshot/symbols.ts';
import type { TreeFile } from '../git/files.ts';
import type { Revision } from '../git/repository.ts';
import { fingerprintPrepared } from '../git/work-tree.ts';
import { parseLockfile } from '../inspect/lockfile.ts';
import { linkTools } from '../tools/toolbox.ts';
import { failedHere } from './build-failure.ts';
import { buildSelected, inspectBuilt, rebuildTarget, TRIPLES } from './built.ts';
import { startClock } from './clock.ts';
import type { MeasureContext } from './context.ts';
import { lambdaNotes, leftOutNotes, uniqueNotes } from './notes.ts';
import { carryFiles, joinInputs, type Part, partLines, partSelection } from './part.ts';
import { readProject } from './project.ts';
import { type Identified, type Measured, snapshotsOf, takeStored } from './stored.ts';

/**
 * The story of one commit that is not stored, on one screen: checkout → prepare → functions → build → inspect → snapshot. What `prepare` brings is
 * known only here, so the store is asked here for such a one. `part`: what is to be built of it; `null`: all. `lenient`: names that are not there (yet) are left out instead of refused.
 */
export async function measureRevision(
  context: MeasureContext,
  { revision, invocation, key: known }: Identified,
  { lenient, part }: { readonly lenient: boolean; readonly part: Part | null },
): Promise<Measured> {
  const { request, host, checkout, env } = context;
  const { arch } = invocation;
  const short = revision.sha.slice(0, 7);
  let key = known;
  const clock = startClock();
  const { folder, missing } = await checkOut(context, revision);
  clock.lap('checkout');
  let files: readonly TreeFile[] | null = null;
  if (request.prepare !== null) {
    const prepared = await prepare(context, request.prepare, folder, short);
    files = prepared?.files ?? (await filesOf(checkout.path));
    key = prepared === null ? null : storeKey(revision.sha, invocation, prepared.tree);
    clock.lap('prepare');
    const stored = key === null ? null : await takeStored(context, revision.sha, key, lenient);
    if (stored !== null) return stored;
  }
  const told = async <T>(step: Promise<T>): Promise<T> =>
    step.catch(async (error: unknown) => {
      throw await failedHere(context, error, { folder, missing, short });
    });
  const project = await told(readProject(context, folder, TRIPLES[arch], { lenient, offline: part?.packages.size === 0 }));
  const tags = join(checkout.repository, 'packed-refs');
  const packages = await pathPackages(project.metadata);
  const contents = await readContents(packages, {
    top: await realpath(checkout.path),
    files: files ?? (await context.files.list(revision.sha)),
    commit: `${revision.sha} ${await contentOf(tags)}`,
    env: undeclaredVariables(env, 'target'),
  });
  for (const target of [context.target, rebuildTarget(context)]) await refreshTarget(target, contents);
  clock.lap('metadata');

  const { selection, carried, notBuilt } = partSelection(project.selection, part);
  for (const line of partLines(revision, selection, part)) host.progress.step(line);
  const built = await told(buildSelected(context, folder, { ...project, selection }, short));
  clock.lap('build');
  const compiled = built.compiled === 0 ? 'nothing anew: all fresh' : built.compiled === 1 ? '1 unit' : `${built.compiled} units`;
  if (selection.targets.length > 0) host.progress.step(`${short}: built ${compiled} in ${clock.seconds('build')} s; inspecting`);

  const result = join(context.scratch, 'snapshot');
  await rm(result, { recursive: true, force: true });
  const { lockPath, limits } = project;
  const lockfile = parseLockfile(await readFile(lockPath, 'utf8'), lockPath);
  const inspected = await inspectBuilt(context, built.functions, { folder, lockfile, result });
  clock.lap('inspect');
  const read = await readInputs(built, packages, {
    top: await realpath(checkout.path),
    workspaceRoot: project.metadata.workspace_root,
    known: [await realpath(context.target), invocation.paths.cargoHome],
    tags,
    env,
  });
  const inputs = joinInputs(read, part?.from?.snapshot.inputs);
  // What lacks functions is no base for another change.
  if (inputs === null || part?.share != null || (notBuilt.length > 0 && part?.from == null)) key = null;
  if (part?.from != null) await carryFiles(carried, part.from, result);
  const fitted = fitSymbols([...inspected.functions, ...carried]);
  const snapshot: Snapshot = {
    schema: SNAPSHOT_SCHEMA,
    commit: { sha: revision.sha, source: revision.source, subject: revision.subject.slice(0, 500) },
    invocation,
    inputs,
    functions: [...fitted.functions].sort((a, b) => (a.name < b.name ? -1 : 1)),
    notBuilt: [],
    renamed: [],
    lockfile,
    limits: [...limits],
    notes: uniqueNotes([
      ...[...context.lacks, ...missing, ...project.notes, ...leftOutNotes(built.leftOut)],
      ...[...lambdaNotes(project.selection), ...inspected.notes, ...fitted.notes],
    ]),
    timings: clock.laps(),
  };
  if (host.signal.aborted) throw new Cancelled('cancelled');
  await writeSnapshot(result, snapshot);
  const digests = await seal(result, snapshot);
  const store = snapshotsOf(context);
  const place = await keep(store, key ?? `${revision.sha}-once`, result);
  // Since which commit nothing changed is of this run, not of the commit.
  return { folder: place, snapshot: { ...snapshot, notBuilt: [...notBuilt] }, digests, origin: 'built', key };
}

/** The folder where cargo runs with this revision's files, and what those lack. */
async function checkOut(
  { request, host, user, checkout, tools }: MeasureContext,
  revision: Revision,
): Promise<{ readonly folder: string; readonly missing: readonly Note[] }> {
  const short = revision.sha.slice(0, 7);
  // The build before this one may have put programs of its own beside them.
  await linkTools(tools.binDirectory, tools);
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
