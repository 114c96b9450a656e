import { mkdir, realpath, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { lockPathOf } from '../cargo/lock.ts';
import { preflight } from '../cargo/preflight.ts';
import { headProfile } from '../cargo/project-findings.ts';
import { manifestArguments } from '../cargo/request.ts';
import type { Advice } from '../core/advise/advice.ts';
import { type Linking, loadingRemedies } from '../core/advise/loading-remedies.ts';
import { profileRemedies } from '../core/advise/profile-remedies.ts';
import { type AdviceFigures, type AdviceMetric, changeOf, type Outcome, type Remedy } from '../core/advise/remedy.ts';
import { chosenOf, combine, type Tried } from '../core/advise/together.ts';
import { Cancelled, ToolError, UsageError } from '../core/failures.ts';
import { withoutSettings } from '../core/redact.ts';
import type { FunctionMeasurement } from '../core/snapshot/snapshot.ts';
import { type Millis, millis } from '../core/units.ts';
import { limited } from '../exec/limited.ts';
import { bringFiles } from '../git/partial.ts';
import type { Revision } from '../git/repository.ts';
import { resolveHead } from '../git/work-tree.ts';
import { type Host, machineArch } from '../host.ts';
import { requestOf } from '../measure/both.ts';
import { TRIPLES } from '../measure/built.ts';
import { type MeasureContext, openContext, type Sources } from '../measure/context.ts';
import { namingFullDisk } from '../measure/full-disk.ts';
import { withEvents } from '../measure/given-events.ts';
import type { InitOptions } from '../measure/init.ts';
import { functionIn, functionMeant, functionsHere, partOf } from '../measure/one-function.ts';
import { headText } from '../measure/opening.ts';
import { readProject } from '../measure/project.ts';
import { measureRevision } from '../measure/revision.ts';
import { NONE_STAYING } from '../measure/staying.ts';
import { findMeasured, identify } from '../measure/stored.ts';
import { type Attempts, attempt, longestVerification, startIt, type Verification, verify } from './attempt.ts';
import { dependencyCandidates } from './candidates.ts';
import { fileWithin } from './edit.ts';
import { lambdaBuildPlaces } from './lambda-table.ts';
import { switchPrepared } from './prepared.ts';
import { openRemembered } from './remembered.ts';
import { requirementsOf } from './requirements.ts';
import { tryAll } from './rows.ts';
import { shippedElf } from './shipped-elf.ts';
import type { TrialPlace } from './trial.ts';

export interface AdviseRequest {
  readonly sources: Sources;
  readonly init: InitOptions;
  /** `null`: the only one there is. */
  readonly function: string | null;
  /** How long candidates may be built and started. */
  readonly budget: Millis;
  /** A command that says whether the function still does what it did; `null`: none. */
  readonly verify: string | null;
  /** The figure by which remedies are put in order and taken together. */
  readonly by: AdviceMetric;
}

/** Below the folder of candidates. */
const BUILT = ['target', 'target-verify', 'target-bloat', 'lambda', 'snapshots', 'logs'] as const;

/** Builds what may make a function smaller or faster to start, each remedy alone and the best together, in the private checkout. */
export function advise(request: AdviseRequest, host: Host): Promise<Advice> {
  return namingFullDisk(host, () => adviseHere(request, host));
}

async function adviseHere(request: AdviseRequest, host: Host): Promise<Advice> {
  const started = performance.now();
  const sources = await requestOf(request.sources, host);
  await preflight(sources, host);
  const init = await withEvents(request.init, host);
  const named = functionMeant(request.function, await functionsHere(sources, host), 'advise', host);
  await using context = await openContext(sources, host);
  const found = await resolveHead(context.user, context.checkout, context.scratch, sources.outputs);
  const { revision: head } = found;
  host.progress.step(`looking for remedies for ${named.name} at ${headText(found)}`);
  await bringFiles(context.user, context.checkout, [head], null);
  const identified = await identify(context, head);
  const stored = await findMeasured(context, identified, false);
  const whole = stored ?? (await measureRevision(context, identified, { lenient: false, part: partOf(named), staying: NONE_STAYING }));
  const fn = functionIn(whole.snapshot, named);
  if (fn === null) throw new ToolError(`${named.name} was not built at ${head.sha.slice(0, 7)}`);
  if (fn.kind === 'extension') throw new UsageError(`${named.name} is an extension: advise is for functions`);
  const start = await startIt(context, whole, fn, init);
  if (start.kind === 'failed')
    throw new ToolError(`${named.name} as it is: ${start.reason}; what a remedy does to its init cannot be said`);
  if (request.by === 'instructions' && start.uncounted !== null)
    throw new ToolError(
      `the instructions of ${named.name}'s init cannot be counted here (${start.uncounted}): no remedy can be put in order by them`,
    );
  const { place, requirements, profile, places } = await openTrials(context, head, fn);
  const verification = request.verify === null ? null : await verificationOf(request.verify, request.budget, { place, head, host });
  const elf = await shippedElf(fn, whole.folder, join(context.scratch, 'advise'));
  const old = whole.snapshot.findings.some((one) => one.kind === 'old-image');
  const linking = {
    ...{ arch: fn.arch, places, dynamic: elf.interpreter !== null },
    ...{ fixed: elf.fixed, needed: elf.needed, math: elf.math, glibc: old ? '2.26' : '2.34' },
  };
  const plain = [...profileRemedies(sources.build.profile, profile.settings, profile.manifest), ...loadingRemedies(linking)];
  await switchPrepared(place.context, head);
  using looking = host.progress.begin({ text: 'asking cargo what each dependency could do without', kind: 'brief' });
  const ofDependencies = await dependencyCandidates(place, requirements, fn, millis(request.budget / 2));
  looking.done(null);
  const candidates = [...plain.map((remedy) => ({ remedy, insteadOf: null })), ...ofDependencies];
  // What --prepare brings is in no commit: it is another head where that is another.
  const asked = [named, init, request.verify, fn.binary.sha256, fn.package.size];
  const remembered = openRemembered(join(place.context.own, 'outcomes'), asked, start.figures.instructions);
  const deadline = performance.now() + request.budget;
  const attempts: Attempts = {
    ...{ place, head, fn: named, base: { figures: start.figures, sha256: fn.binary.sha256 } },
    ...{ init, verify: verification, remembered },
  };
  const tryOne = (remedies: readonly Remedy[], kept: number): Promise<Outcome> => within(attempts, remedies, deadline - kept, host);
  const isGood = (outcome: Outcome): boolean =>
    outcome.kind === 'measured' && outcome.verified.kind !== 'failed' && (changeOf(start.figures, outcome.figures, request.by) ?? 0) < 0;
  const combines = (tried: readonly Tried[]): boolean => chosenOf(tried, start.figures, request.by).chosen.length > 1;
  const rows = await tryAll(candidates, { tryOne, isGood, combines, progress: host.progress, now: () => performance.now() });
  const combination = await combine(rows, start.figures, request.by, async (set) => {
    host.progress.step(`together: ${set.map(({ title }) => title).join(' + ')}`);
    return tryOne(set, 0);
  });
  // Each variant has its own copy of every dependency: what was measured stays, what was built for it goes.
  for (const name of BUILT) await rm(join(place.context.own, name), { recursive: true, force: true });
  return {
    ...{
      function: named,
      commit: head,
      top: context.user.top,
      by: request.by,
      base: start.figures,
      rows: ordered(rows, start.figures, request.by),
      combination,
    },
    ...{ verify: request.verify, linker: `zig ${context.tools.zig.version}`, took: millis(Math.round(performance.now() - started)) },
  };
}

/** How the team's command is run with each remedy. A UsageError where it fails, or does not end, on the tree as it is. */
async function verificationOf(
  command: string,
  budget: Millis,
  { place, head, host }: { readonly place: TrialPlace; readonly head: Revision; readonly host: Host },
): Promise<Verification> {
  const started = performance.now();
  const own = await verify(place, { command, longest: budget }, head);
  if (own.kind === 'failed')
    throw new UsageError(`${host.nameOf('verify')} fails on the tree as it is (${own.said}): it could verify nothing`);
  return { command, longest: longestVerification(millis(Math.round(performance.now() - started))) };
}

/** One attempt that ends when the budget does. */
async function within(attempts: Attempts, remedies: readonly Remedy[], deadline: number, host: Host): Promise<Outcome> {
  const left = Math.floor(deadline - performance.now());
  if (left <= 0 && remedies.every(({ refused }) => refused === null)) return { kind: 'not-tried', reason: 'the budget was used up' };
  using limit = limited(host.signal, Math.max(1, left));
  const { signal } = limit;
  const { place } = attempts;
  const context: MeasureContext = {
    ...place.context,
    host: { ...place.context.host, signal },
    guard: { ...place.context.guard, signal },
  };
  try {
    const outcome = await attempt({ ...attempts, place: { ...place, context } }, remedies);
    return 'reason' in outcome ? { ...outcome, reason: withoutSettings(outcome.reason, context.request.build.extra) } : outcome;
  } catch (error) {
    if (!(error instanceof Cancelled) || host.signal.aborted) throw error;
    return { kind: 'not-tried', reason: 'the budget ran out while it was built' };
  }
}

/** The best first; of those without figures what could have been more first. */
function ordered(rows: readonly Tried[], base: AdviceFigures, by: AdviceMetric): readonly Tried[] {
  const changeIn = ({ outcome }: Tried): number =>
    outcome.kind === 'measured' ? (changeOf(base, outcome.figures, by) ?? Number.MAX_SAFE_INTEGER) : Number.POSITIVE_INFINITY;
  return rows.toSorted((a, b) => (changeIn(a) === changeIn(b) ? b.remedy.promise - a.remedy.promise : changeIn(a) - changeIn(b)));
}

/** Where candidates are built: a target directory of their own, and no cache of the job's. */
async function openTrials(
  context: MeasureContext,
  head: Revision,
  fn: FunctionMeasurement,
): Promise<{
  readonly place: TrialPlace;
  readonly requirements: Awaited<ReturnType<typeof requirementsOf>>;
  readonly profile: Awaited<ReturnType<typeof headProfile>>;
  readonly places: Linking['places'];
}> {
  const { request, user, checkout, guard } = context;
  const own = join(context.own, 'advise');
  const target = join(own, 'target');
  await mkdir(target, { recursive: true });
  const { remote: _, baseArtifact: __, history: ___, ...host } = context.host;
  const env = { ...context.env, CARGO_TARGET_DIR: target, CARGO_BUILD_BUILD_DIR: target };
  const advised: MeasureContext = { ...context, own, target, env, host };
  await switchPrepared(advised, head);
  const top = await realpath(checkout.path);
  const folder = join(top, user.prefix);
  const { metadata } = await readProject(
    advised,
    folder,
    { arch: fn.arch, platform: TRIPLES[fn.arch] },
    { lenient: true, offline: false, known: [] },
  );
  // A dependency may have the name of a function's package.
  const member = metadata.packages.find(({ id, name }) => name === fn.crate && metadata.workspace_members.includes(id));
  const crate = member === undefined ? fn.crate : `${fn.crate}@${member.version}`;
  const lockPath = await lockPathOf(folder, { manifest: manifestArguments(request.build), env, guard });
  await fileWithin(top, relative(top, lockPath));
  const listed = await context.files.list(head.sha);
  const committed = listed.some(({ path }) => path === relative(top, lockPath));
  return {
    place: { context: advised, folder, crate, arch: fn.arch, lock: { path: lockPath, committed } },
    requirements: await requirementsOf(metadata, fn.crate, top),
    profile: await headProfile(metadata, { folder, checkout: top, env: user.env, request: request.build, arch: fn.arch ?? machineArch() }),
    places: await lambdaBuildPlaces(metadata, { top, folder, crate: fn.crate }),
  };
}
