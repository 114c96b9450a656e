import { basename, dirname, join, resolve } from 'node:path';
import { type BaseWish, type FetchOrigin, resolveBase } from './build/base.ts';
import { preflight } from './build/preflight.ts';
import { isShallow, type Revision } from './build/repository.ts';
import { resolveHead } from './build/work-tree.ts';
import type { ColdStartRun, ColdStartWish } from './cold-starts.ts';
import { renderFailure, ToolError, UsageError } from './core/failures.ts';
import type { Base, Outcome } from './core/model.ts';
import type { Judging } from './core/outcome.ts';
import { type Millis, millis } from './core/units.ts';
import { type InitWish, type MeasuredInits, measureInits } from './local-init.ts';
import { type Measured, measureRevision, snapshotCacheKey } from './measure.ts';
import { renderRepeat } from './repeat.ts';
import { toolsKey } from './tools.ts';
import { type Host, openWorkshop, type Request, type Sources, targetKey, type Workshop } from './workshop.ts';

export interface MeasureRequest {
  readonly sources: Sources;
  readonly init: InitWish;
  readonly base: BaseWish;
  /** Where a base that is not in the clone is fetched from; `null`: it has to be there. */
  readonly origin: FetchOrigin | null;
  /** The arguments of the call, for the command that repeats it. */
  readonly arguments: readonly string[];
}

export interface CheckRequest extends MeasureRequest {
  readonly judging: Judging;
  /** Cold starts on AWS, and whose run they are of; `null`: none. */
  readonly coldStart: (ColdStartWish & ColdStartRun) | null;
}

/** Base and head, measured beside each other; local init is in the snapshots here, and never in those that are stored. */
export interface MeasuredBoth {
  readonly base: Base;
  /** The folder with base's packages and twins; `null` where there is no base. */
  readonly baseFolder: string | null;
  readonly head: Measured;
  /** Base against head, for each function that was started and has names. */
  readonly flames: MeasuredInits['flames'];
  readonly timings: Readonly<Record<string, Millis>>;
  /** The command that repeats the check on a laptop. */
  readonly command: string;
  /** Folders worth keeping for the next job, each with the key it is kept under. */
  readonly worthKeeping: readonly { readonly path: string; readonly key: string }[];
}

export interface Checked extends MeasuredBoth {
  readonly outcome: Outcome;
}

/** The whole story: base, then head, measured in one private checkout; compared and judged. Reporting is the entry's. */
export async function check(request: CheckRequest, host: Host): Promise<Checked> {
  const local = await measureBoth(request, host);
  const both = request.coldStart === null ? local : await withColdStarts(local, request.coldStart, request.judging, host);
  // Loaded now, not before the builds.
  const { outcomeOf } = await import('./core/outcome.ts');
  const { snapshot, origin } = both.head;
  return { ...both, outcome: outcomeOf(both.base, { snapshot, origin }, request.judging, both) };
}

/** The same measurements with cold starts of the packages on AWS. */
async function withColdStarts(both: MeasuredBoth, wish: ColdStartWish & ColdStartRun, judging: Judging, host: Host): Promise<MeasuredBoth> {
  const { measureColdStarts } = await import('./cold-starts.ts');
  const started = performance.now();
  const { base, baseFolder, head } = both;
  const before = base.kind === 'measured' && baseFolder !== null ? { snapshot: base.snapshot, folder: baseFolder } : null;
  const sampled = await measureColdStarts({ base: before, head }, wish, judging.limits, wish, host);
  const took = performance.now() - started;
  return {
    ...both,
    base: base.kind === 'measured' && sampled.base !== null ? { ...base, snapshot: sampled.base } : base,
    head: { ...head, snapshot: sampled.head },
    timings: { ...both.timings, 'cold-start': millis(Math.round(took)), total: millis(Math.round((both.timings.total ?? 0) + took)) },
  };
}

/** Measures base, then head, in one private checkout. Without a base, or where it does not build, head alone. */
export async function measureBoth(request: MeasureRequest, host: Host): Promise<MeasuredBoth> {
  const started = performance.now();
  const sources = requestOf(request.sources, host.cwd);
  await preflight(sources, host.env);
  await using shop = await openWorkshop(sources, host);
  const head = await resolveHead(shop.user, shop.checkout, shop.scratch);
  const wanted = await resolveBase(shop.user, shop.checkout, head, request.base, request.origin);
  const measuredBase = await measureBase(shop, wanted, host);
  const afterBase = performance.now();
  const same = wanted?.sha === head.sha ? measuredBase.measured : null;
  const measured = same ?? (await measureRevision(shop, head, { lenient: false }));
  const afterHead = performance.now();
  const inits = await measureInits(shop, { base: measuredBase.measured, head: measured }, request.init);
  const ended = performance.now();
  const timings = {
    base: millis(Math.round(afterBase - started)),
    head: millis(Math.round(afterHead - afterBase)),
    ...(request.init.kind === 'off' ? {} : { init: millis(Math.round(ended - afterHead)) }),
    total: millis(Math.round(ended - started)),
  };
  const baseFolder = measuredBase.measured?.folder ?? null;
  const worthKeeping = [
    ...(measured.key === null ? [] : [{ path: measured.folder, key: snapshotCacheKey(measured.key) }]),
    { path: shop.target, key: `${targetKey(shop.user, sources)}-${head.sha}` },
    { path: join(host.home, 'tools'), key: toolsKey() },
  ];
  return {
    base: measuredBase.base.kind === 'measured' && inits.base !== null ? { ...measuredBase.base, snapshot: inits.base } : measuredBase.base,
    baseFolder,
    head: { ...measured, snapshot: inits.head },
    flames: inits.flames,
    timings,
    command: renderRepeat(request.arguments, wanted, request.origin),
    worthKeeping,
  };
}

/** Measures this commit alone. */
export async function measure(sources: Sources, init: InitWish, host: Host): Promise<Measured> {
  const request = requestOf(sources, host.cwd);
  await preflight(request, host.env);
  await using shop = await openWorkshop(request, host);
  const head = await resolveHead(shop.user, shop.checkout, shop.scratch);
  const measured = await measureRevision(shop, head, { lenient: false });
  const inits = await measureInits(shop, { base: null, head: measured }, init);
  return { ...measured, snapshot: inits.head };
}

const SHALLOW = 'this shallow clone has no earlier commit: git fetch --deepen=100 brings some, or fetch-depth: 0 in the checkout step';

/** A base that does not build is no failure of the run: head is reported alone, with the reason. */
async function measureBase(
  shop: Workshop,
  wanted: Revision | null,
  host: Host,
): Promise<{ readonly base: Base; readonly measured: Measured | null }> {
  if (wanted === null) {
    const reason = (await isShallow(shop.user)) ? SHALLOW : 'this is the first commit';
    return { base: { kind: 'missing', why: { kind: 'first-run', sha: null, reason } }, measured: null };
  }
  try {
    const measured = await measureRevision(shop, wanted, { lenient: true });
    return { base: { kind: 'measured', snapshot: measured.snapshot, origin: measured.origin }, measured };
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof UsageError)) throw error;
    host.progress.step(`the base ${wanted.sha.slice(0, 7)} cannot be measured; head is measured alone\n${renderFailure(error)}`);
    const last = (error instanceof ToolError ? error.process : null)?.lastLines.filter((line) => /^error/.test(line)).at(0);
    const reason = last === undefined ? error.message : `${error.message}: ${last}`;
    return { base: { kind: 'missing', why: { kind: 'does-not-build', sha: wanted.sha, reason } }, measured: null };
  }
}

function requestOf(sources: Sources, cwd: string): Request {
  const { manifestPath } = sources;
  if (manifestPath !== null && basename(manifestPath) !== 'Cargo.toml')
    throw new UsageError(`--manifest-path ${JSON.stringify(manifestPath)}: name the Cargo.toml itself`);
  const folder = manifestPath === null ? cwd : dirname(resolve(cwd, manifestPath));
  return { folder, choice: sources.choice, build: sources.build, prepare: sources.prepare };
}
