import { basename, dirname, join, relative, resolve } from 'node:path';
import { checkFiles } from '../cache/digests.ts';
import { inputsVariant, snapshotCacheKey, targetKey } from '../cache/keys.ts';
import { nearestManifest } from '../cargo/manifest.ts';
import { preflight } from '../cargo/preflight.ts';
import { otherReading } from '../cargo/reading.ts';
import { buildArguments } from '../cargo/request.ts';
import { UsageError } from '../core/failures.ts';
import type { BaseReason } from '../core/model/base.ts';
import type { LimitSet } from '../core/model/limits.ts';
import type { Reference } from '../core/model/reference.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import { isWhole } from '../core/snapshot/whole.ts';
import { quoted } from '../core/text.ts';
import { type Millis, millis } from '../core/units.ts';
import type { Environment } from '../exec/run.ts';
import { type BaseChoice, resolveBase } from '../git/base.ts';
import type { FetchOrigin } from '../git/fetch.ts';
import { bringFiles } from '../git/partial.ts';
import type { Revision } from '../git/repository.ts';
import { resolveHead } from '../git/work-tree.ts';
import type { Host } from '../host.ts';
import { type MeasuredBase, measureBase } from './base.ts';
import { type MeasureContext, openContext, type Request, type Sources } from './context.ts';
import { partToBuild, planOnce } from './division.ts';
import { namingFullDisk } from './full-disk.ts';
import { withEvents } from './given-events.ts';
import { type InitOptions, type MeasuredInits, measureInits } from './init.ts';
import { keepBack } from './kept-back.ts';
import { binariesAt, checkEventNames, checkLimitNames } from './limit-names.ts';
import { headText, openingText } from './opening.ts';
import type { Part } from './part.ts';
import { type BasePlace, placeAtBase } from './place.ts';
import { measureReferences } from './references.ts';
import { renamesBetween } from './renames.ts';
import { measureRevision } from './revision.ts';
import { restrictTo, type Shard, type Share, takeShare } from './share.ts';
import { lackingIn, NONE_STAYING, stayingAt } from './staying.ts';
import { findMeasured, identify, type Measured } from './stored.ts';

export interface MeasureRequest {
  readonly sources: Sources;
  readonly init: InitOptions;
  /** Variables whose values are repeated nowhere. */
  readonly secrets: Environment;
  readonly base: BaseChoice;
  /** Whether head is kept as the base of what comes: then all of it is measured, or taken from a whole base. */
  readonly whole: boolean;
  /** Where a base that is not in the clone is fetched from; `null`: it has to be there. */
  readonly origin: FetchOrigin | null;
  /** The options' limits where they are of these functions alone: one on a function that neither side has is refused before anything is built. */
  readonly limits: LimitSet | null;
  /** The options' limits, whosever functions they are for: what they count growth from is measured beside base. */
  readonly judged: LimitSet;
  /** Of a leg that measures a share of the functions; `null`: all. */
  readonly shard: Shard | null;
}

/** Base and head, measured beside each other; local init is in the snapshots here, and never in those that are stored. */
export interface MeasuredBoth {
  readonly base: MeasuredBase;
  readonly head: Measured;
  /** What limits count growth from where that is not base. */
  readonly references: readonly Reference[];
  /** Base against head, for each function that was started and has names. */
  readonly flames: MeasuredInits['flames'];
  readonly timings: Readonly<Record<string, Millis>>;
  /** The commit that head was compared with, measured or not; `null` where there is none. */
  readonly wanted: Revision | null;
  /** How it was come to, where nobody named it. */
  readonly baseReason: BaseReason | null;
  /** Whose functions these are, where a matrix shares them out. */
  readonly share: Share | null;
  /** Folders worth keeping for the next job, each with the key it is kept under. */
  readonly worthKeeping: readonly { readonly path: string; readonly key: string }[];
}

/** Measures base, then head, in one private checkout. Without a base, or where it does not build and no measured commit stands in, head alone. */
export async function measureBoth(request: MeasureRequest, host: Host): Promise<MeasuredBoth> {
  return keepBack(await namingFullDisk(host, () => measureSides(request, host)), request.secrets);
}

async function measureSides(request: MeasureRequest, host: Host): Promise<MeasuredBoth> {
  const started = performance.now();
  const sources = await requestOf(request.sources, host);
  const names = await preflight(sources, host);
  const init = await withEvents(request.init, host);
  await using context = await openContext(sources, host);
  using looking = host.progress.begin({ text: 'looking up what is compared with what', kind: 'brief' });
  const found = await resolveHead(context.user, context.checkout, context.scratch, sources.outputs);
  const head = found.revision;
  const against = await resolveBase(context.user, context.checkout, found, request.base, request.origin);
  const wanted = against.kind === 'commit' ? against.revision : null;
  host.progress.step(openingText(found, against, request.base));
  looking.tell('bringing the files of both commits');
  await bringFiles(context.user, context.checkout, [...(wanted === null ? [] : [wanted]), head], request.origin);
  looking.done(null);
  const place: BasePlace = wanted === null ? { kind: 'at', context } : await placeAtBase(context, wanted, head, names);
  const placed = wanted === null || place.kind === 'nowhere' ? null : { at: place.context, revision: wanted };
  await checkLimitNames(request.limits, names, placed);
  // A leg may have a share of the functions, and the options of all.
  if (request.limits !== null && init.kind === 'local') await checkEventNames(init.events, names, placed, host.nameOf('init-event'));
  const plan = planOnce(context, wanted, place, head);
  const isSame = wanted?.sha === head.sha;
  const share = request.shard === null ? null : await takeShare(context, request.shard, { base: placed, head, plan: await plan(null) });
  const divided = { plan, since: wanted, share };
  const identified = await identify(context, head);
  const known = isSame ? null : await findMeasured(context, identified, false);
  // What no change reaches is the same at both sides: of a head that is whole base takes it, as head does of base.
  const baseWhole = isSame || (request.whole && known === null);
  const ofBase = (): Promise<Part | null> => partToBuild(divided, baseWhole, restrictTo(known, share));
  const base =
    against.kind === 'none'
      ? noBase(against.reason)
      : await measureBase(place, against.revision, { part: ofBase, share, origin: request.origin });
  const before = base.kind === 'measured' ? base : null;
  const afterBase = performance.now();
  const own = before?.insteadOf === undefined ? before : null;
  const binaries = names ?? (await binariesAt(context, head));
  const staying =
    isSame || placed === null
      ? NONE_STAYING
      : await stayingAt(context, { ...placed, snapshot: before?.snapshot ?? null }, { head, binaries });
  const isLacking = known !== null && lackingIn(known.snapshot, staying).length > 0;
  const same = isSame ? own : restrictTo(isLacking ? null : known, share);
  // A commit that stands in for base has nothing that head could be a part beside.
  const from = own !== null && isWhole(own.snapshot) ? own : null;
  // What does not build and was never measured bounds nothing; what the change does not reach waits for no base.
  const isLost = base.kind === 'missing' ? base.why.kind === 'does-not-build' : base.insteadOf !== undefined;
  const headWhole = (own === null && !isLost) || (request.whole && from === null);
  const part = (): Promise<Part | null> => partToBuild(divided, headWhole, from);
  const measured = same ?? (await measureRevision(context, identified, { lenient: false, part: await part(), staying }));
  const afterHead = performance.now();
  const compared = before === null ? null : withoutUnreached(before, measured.snapshot);
  const renamed = await renamesOf(context, placed === null || compared === null ? null : { ...compared, at: placed.at }, measured, share);
  const sides = { base: compared, head: { ...measured, snapshot: { ...measured.snapshot, renamed } } };
  const { references, worthKeeping: ofReferences } = await measureReferences(context, {
    ...{ base, wanted, head: sides.head.snapshot, limits: request.judged, share, origin: request.origin },
  });
  const afterReferences = performance.now();
  const inits = await measureInits(context, sides, init);
  // Packages are uploaded, stored and deployed as what was measured; base's were measured before anything of head was built.
  for (const side of compared === null ? [measured] : [compared, measured]) await checkPackages(side);
  const ended = performance.now();
  const timings = {
    base: millis(Math.round(afterBase - started)),
    head: millis(Math.round(afterHead - afterBase)),
    ...(references.length === 0 ? {} : { references: millis(Math.round(afterReferences - afterHead)) }),
    ...(request.init.kind === 'off' ? {} : { init: millis(Math.round(ended - afterReferences)) }),
    total: millis(Math.round(ended - started)),
  };
  const worthKeeping = [
    ...(measured.key === null ? [] : [{ path: measured.folder, key: snapshotCacheKey(measured.key, inputsVariant(measured.snapshot)) }]),
    ...ofReferences,
    { path: context.target, key: `${targetKey(context.user.key, context.user.prefix, buildArguments(sources.build))}-${head.sha}` },
  ];
  return {
    base: compared === null ? base : { ...compared, snapshot: inits.base ?? compared.snapshot },
    head: { ...measured, snapshot: await withReading(inits.head, sources, host) },
    flames: inits.flames,
    references,
    timings,
    wanted,
    share,
    baseReason: against.kind === 'commit' ? against.reason : null,
    worthKeeping,
  };
}

function noBase(reason: string): MeasuredBase {
  return { kind: 'missing', why: { kind: 'first-run', sha: null, reason, limits: [] } };
}

/** Of a commit that stands in for base only what the change reaches is compared: what others brought to the rest since is not its own. */
function withoutUnreached(base: MeasuredSide, { notBuilt }: Snapshot): MeasuredSide {
  if (base.insteadOf === undefined || notBuilt.length === 0) return base;
  const isReached = ({ name, crate }: Snapshot['functions'][number]): boolean =>
    !notBuilt.some((left) => left.crate === crate && left.name === name);
  return { ...base, snapshot: { ...base.snapshot, functions: base.snapshot.functions.filter(isReached) } };
}

function renamesOf(
  context: MeasureContext,
  base: (MeasuredSide & { readonly at: MeasureContext }) | null,
  head: Measured,
  share: Share | null,
): Promise<Snapshot['renamed']> {
  if (base === null) return Promise.resolve([]);
  // Of a commit that stands in for base nobody has told yet.
  if (share !== null && base.insteadOf === undefined) return Promise.resolve([...share.renamed]);
  const { commit, functions } = base.snapshot;
  return renamesBetween(context, { at: base.at, commit, functions }, head.snapshot);
}

type MeasuredSide = Extract<MeasuredBase, { readonly kind: 'measured' }>;

/** Measures this commit alone. */
export function measure(sources: Sources, init: InitOptions, host: Host): Promise<Measured> {
  return namingFullDisk(host, () => measureHead(sources, init, host));
}

async function measureHead(sources: Sources, init: InitOptions, host: Host): Promise<Measured> {
  const request = await requestOf(sources, host);
  await preflight(request, host);
  const events = await withEvents(init, host);
  await using context = await openContext(request, host);
  const head = await resolveHead(context.user, context.checkout, context.scratch, request.outputs);
  const { revision } = head;
  host.progress.step(`measuring ${headText(head)}`);
  await bringFiles(context.user, context.checkout, [revision], null);
  const identified = await identify(context, revision);
  const known = await findMeasured(context, identified, false);
  const measured = known ?? (await measureRevision(context, identified, { lenient: false, part: null, staying: NONE_STAYING }));
  const inits = await measureInits(context, { base: null, head: measured }, events);
  await checkPackages(measured);
  return { ...measured, snapshot: await withReading(inits.head, request, host) };
}

/** From where cargo reads is of this run, not of the commit: it is in no snapshot that is stored. */
async function withReading(snapshot: Snapshot, request: Request, { nameOf }: Host): Promise<Snapshot> {
  return { ...snapshot, notes: [...snapshot.notes, ...(await otherReading(request, nameOf))] };
}

function checkPackages(side: Measured): Promise<void> {
  return checkFiles(
    side,
    side.snapshot.functions.map((fn) => fn.package.file),
  );
}

/** `--manifest-path` alone means the project there, as if in its folder; with a working directory cargo runs there and is given the manifest. */
export async function requestOf(sources: Sources, { cwd, nameOf }: Host): Promise<Request> {
  const { manifestPath, workingDirectory } = sources;
  if (manifestPath !== null && basename(manifestPath) !== 'Cargo.toml')
    throw new UsageError(`${nameOf('manifest-path')} ${quoted(manifestPath)}: name the Cargo.toml itself`);
  const plainFolder = workingDirectory === null ? cwd : resolve(cwd, workingDirectory);
  const nearest = async (): Promise<string> => join((await nearestManifest(plainFolder)) ?? plainFolder, 'Cargo.toml');
  const manifest = manifestPath === null ? await nearest() : resolve(plainFolder, manifestPath);
  const folder = workingDirectory === null ? dirname(manifest) : plainFolder;
  const named = relative(folder, manifest);
  const build = { ...sources.build, manifest: named === 'Cargo.toml' ? null : named };
  const outputs = sources.outputs.map((path) => resolve(cwd, path));
  return { folder, plainFolder, build, prepare: sources.prepare, outputs };
}
