import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { seal } from '../cache/digests.ts';
import { storeKey } from '../cache/keys.ts';
import { keep, writeSnapshot } from '../cache/store.ts';
import { contentOf, filesOf, readContents, refreshTarget } from '../cargo/freshness.ts';
import { readInputs } from '../cargo/inputs.ts';
import { readManifestLines } from '../cargo/manifest-lines.ts';
import { pathPackages } from '../cargo/path-packages.ts';
import { runPrepare } from '../cargo/prepare.ts';
import { undeclaredVariables } from '../cargo/variables.ts';
import { Cancelled, UsageError } from '../core/failures.ts';
import { type Note, SNAPSHOT_SCHEMA, type Snapshot } from '../core/snapshot/snapshot.ts';
import { fitSymbols } from '../core/snapshot/symbols.ts';
import { countShipped, UnitPool } from '../core/snapshot/units.ts';
import type { TreeFile } from '../git/files.ts';
import type { Revision } from '../git/repository.ts';
import { fingerprintPrepared } from '../git/work-tree.ts';
import { parseLockfile } from '../inspect/lockfile.ts';
import { linkTools } from '../tools/toolbox.ts';
import { failedHere } from './build-failure.ts';
import { buildSelected, inspectBuilt, rebuildTarget, TRIPLES } from './built.ts';
import { startClock } from './clock.ts';
import type { MeasureContext } from './context.ts';
import { linkedInto } from './linked.ts';
import { lambdaNotes, leftOutNotes, uniqueNotes } from './notes.ts';
import { carryFiles, joinInputs, type Part, partLines, partSelection } from './part.ts';
import { readProject } from './project.ts';
import { findingsOfProject } from './project-findings.ts';
import { lackingIn, refuseLacking, type Staying } from './staying.ts';
import { type Identified, labelOf, type Measured, snapshotsOf, takeStored } from './stored.ts';

/**
 * The story of one commit that is not stored, on one screen: checkout → prepare → functions → build → inspect → snapshot. What `prepare` brings is
 * known only here, so the store is asked here for such a one. `part`: what is to be built of it; `null`: all. `lenient`: names that are not there (yet) are left out instead of refused.
 * `staying`: the other side's functions, which stay functions here. `side`: what the log calls it.
 */
export async function measureRevision(
  context: MeasureContext,
  { revision, invocation, key: known }: Identified,
  {
    lenient,
    part,
    staying,
    side = lenient ? 'base' : 'head',
  }: { readonly lenient: boolean; readonly part: Part | null; readonly staying: Staying; readonly side?: string },
): Promise<Measured> {
  const { request, host, checkout, env } = context;
  const { arch } = invocation;
  const short = revision.sha.slice(0, 7);
  const label = labelOf(side, revision.sha);
  let key = known;
  const clock = startClock();
  const { folder, missing } = await checkOut(context, revision, label);
  clock.lap('checkout');
  let files: readonly TreeFile[] | null = null;
  if (request.prepare !== null) {
    const prepared = await prepare(context, request.prepare, folder, label);
    files = prepared?.files ?? (await filesOf(checkout.path));
    key = prepared === null ? null : storeKey(revision.sha, invocation, prepared.tree);
    clock.lap('prepare');
    const stored = key === null ? null : await takeStored(context, revision.sha, key, { side, artifact: lenient });
    if (stored !== null && lackingIn(stored.snapshot, staying).length === 0) return stored;
  }
  const told = async <T>(step: Promise<T>): Promise<T> =>
    step.catch(async (error: unknown) => {
      throw await failedHere(context, error, { folder, missing, short });
    });
  using reading = host.progress.begin({ text: `${label}: reading the manifests, downloading what is not here`, kind: 'brief' });
  const project = await told(
    readProject(context, folder, { arch, platform: TRIPLES[arch] }, { lenient, offline: part?.packages.size === 0, known: staying.known }),
  );
  const tags = join(checkout.repository, 'packed-refs');
  const packages = await pathPackages(project.metadata);
  const listed = files ?? (await context.files.list(revision.sha));
  const contents = await readContents(packages, {
    top: await realpath(checkout.path),
    files: listed,
    commit: `${revision.sha} ${await contentOf(tags)}`,
    env: undeclaredVariables(env, 'target'),
  });
  for (const target of [context.target, rebuildTarget(context)]) await refreshTarget(target, contents);
  clock.lap('metadata');
  reading.done(`${label}: read the manifests`);

  const { selection, carried, notBuilt } = partSelection(project.selection, part);
  for (const line of partLines(revision, selection, part)) host.progress.step(line);
  const built = await told(buildSelected(context, folder, { ...project, selection }, { label, short }));
  clock.lap('build');
  refuseLacking(
    lackingIn({ functions: [...built.functions.map(({ target }) => target), ...carried], notBuilt }, staying),
    built.leftOut,
    staying,
  );

  const result = join(context.scratch, 'snapshot');
  await rm(result, { recursive: true, force: true });
  const { lockPath, limits, events } = project;
  const lockfile = parseLockfile(await readFile(lockPath, 'utf8'), lockPath);
  const pool = new UnitPool(lockfile);
  const linked = await linkedInto(context, built.functions, { folder, metadata: project.metadata, platform: TRIPLES[arch], lockfile });
  const includes = { top: await realpath(checkout.path), workspaceRoot: project.metadata.workspace_root };
  const inspected = await inspectBuilt(context, built.functions, {
    folder,
    result,
    label,
    includes,
    linked: (one) => {
      const shipping = linked(one);
      return { shipped: pool.add(shipping), dependencies: countShipped(shipping, lockfile) };
    },
  });
  clock.lap('inspect');
  const read = await readInputs(built, packages, {
    ...includes,
    known: [await realpath(context.target), invocation.paths.cargoHome],
    tags,
    env,
    files: listed,
  });
  const inputs = joinInputs(read, carried.length === 0 ? undefined : part?.from?.snapshot.inputs, listed);
  // What lacks functions is no base for another change.
  if (inputs === null || part?.share != null || (notBuilt.length > 0 && part?.from == null)) key = null;
  if (part?.from != null) await carryFiles(carried, part.from, result);
  const fitted = fitSymbols([...inspected.functions, ...(part?.from == null ? carried : pool.carry(carried, part.from.snapshot))]);
  const findings = await findingsOfProject(context, project, { arch, listed, functions: fitted.functions });
  const snapshot: Snapshot = {
    schema: SNAPSHOT_SCHEMA,
    commit: { sha: revision.sha, source: revision.source, subject: revision.subject.slice(0, 500) },
    invocation,
    inputs,
    functions: [...fitted.functions].sort((a, b) => (a.name < b.name ? -1 : 1)),
    notBuilt: [],
    renamed: [],
    binaries: project.selection.binaries.map(({ binary, crate }) => ({ name: binary, crate })),
    lockfile,
    units: pool.units,
    manifests: await readManifestLines(project.metadata, checkout.path),
    limits: [...limits],
    events: [...events],
    notes: uniqueNotes([
      ...[...context.lacks, ...missing, ...project.notes, ...leftOutNotes(built.leftOut, host.nameOf('bin'))],
      ...[...lambdaNotes(project.selection, host.nameOf('bin')), ...inspected.notes, ...fitted.notes],
    ]),
    findings: [...findings],
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
  label: string,
): Promise<{ readonly folder: string; readonly missing: readonly Note[] }> {
  // The build before this one may have put programs of its own beside them.
  await linkTools(tools.binDirectory, tools);
  using waiting = host.progress.begin({ text: `${label}: checking out "${revision.subject}"` });
  const missing = await checkout.switchTo(revision);
  waiting.done(`${label}: checked out "${revision.subject}"`);
  for (const { text } of missing) host.progress.step(`${label}: ${text}`);
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
  if (problem !== null) throw new UsageError(`there is no ${join(user.prefix, manifest)} at ${revision.sha.slice(0, 7)}`);
  return { folder, missing };
}

/** Runs the option `prepare` and names what is there now; `null` where git cannot say. */
async function prepare(context: MeasureContext, command: string, folder: string, label: string): ReturnType<typeof fingerprintPrepared> {
  const { host, user, checkout, env, guard, durations } = context;
  const expected = durations.expect(['prepare']);
  using waiting = host.progress.begin({ text: `${label}: preparing: ${command}`, expected, kind: 'long' });
  const option = host.nameOf('prepare');
  await runPrepare(command, { folder, env, source: user.top, guard, onLine: (line) => waiting.tell(null, line), option });
  await durations.note(['prepare'], waiting.done(`${label}: prepared: ${command}`));
  return fingerprintPrepared(checkout, context.scratch, user.env);
}
