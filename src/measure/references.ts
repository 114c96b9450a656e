import { inputsVariant, snapshotCacheKey } from '../cache/keys.ts';
import { declaredAt } from '../core/compare/declared-limits.ts';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import { identityOf } from '../core/function-names.ts';
import { functionsAtCommit } from '../core/history/at-commit.ts';
import { effectiveLimits, lawOf } from '../core/judge/limit-scopes.ts';
import { type AskedSince, askedSince, referenceFunctions } from '../core/judge/references.ts';
import { sinceText } from '../core/judge/since.ts';
import { isCrateMetric, type Metric } from '../core/metrics.ts';
import type { LimitSet } from '../core/model/limits.ts';
import type { FoundReference, Reference, ReferenceFunction } from '../core/model/reference.ts';
import { renamedIn } from '../core/pair.ts';
import { withoutSettings } from '../core/redact.ts';
import type { Renamed, Snapshot } from '../core/snapshot/snapshot.ts';
import type { FetchOrigin } from '../git/fetch.ts';
import { bringFiles } from '../git/partial.ts';
import { findReference, type SinceCommit } from '../git/reference.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasuredBase } from './base.ts';
import type { MeasureContext } from './context.ts';
import { fullDisk } from './full-disk.ts';
import { placeAtBase } from './place.ts';
import { renamesBetween } from './renames.ts';
import { measureRevision } from './revision.ts';
import { restrictTo, type Share, shareSince } from './share.ts';
import { NONE_STAYING } from './staying.ts';
import { identify, type Measured, takeStored } from './stored.ts';

/** What a run has measured when it asks what else growth is counted from. */
interface Run {
  readonly base: MeasuredBase;
  /** The commit that was asked for as base; `null`: none. */
  readonly wanted: Revision | null;
  readonly head: Snapshot;
  /** The options' limits. */
  readonly limits: LimitSet;
  readonly share: Share | null;
  readonly origin: FetchOrigin | null;
}

export interface MeasuredReferences {
  readonly references: readonly Reference[];
  readonly worthKeeping: readonly { readonly path: string; readonly key: string }[];
}

/**
 * The figures that the limits of this run count growth from where that is not base, for the functions that they are for: out of base's own
 * measurement, the history, the store, the cache or an artifact, else built once and stored. A run without such a limit asks and costs nothing.
 * What cannot be measured is said, and is no failure of the run: the judge decides what that is to each limit.
 */
export async function measureReferences(context: MeasureContext, run: Run): Promise<MeasuredReferences> {
  const { base, wanted, head, limits, origin } = run;
  const renamed = renamedIn(base.kind === 'measured' ? base.snapshot.functions : [], head.functions, head.renamed);
  const asked = askedSince(head.functions, renamed, effectiveLimits(limits, lawOf(declaredAt(base)), head.functions));
  const references: Reference[] = [];
  const measured = new Map<string, MeasuredBefore>();
  for (const one of asked) {
    const { since } = one;
    const none = (code: 'unmeasured' | 'no-reference', reason: string): Reference => ({ since, found: { kind: 'none', code, reason } });
    if (wanted === null) {
      references.push(none('no-reference', `there is no base whose history could have ${sinceText(since)}`));
      continue;
    }
    using looking = context.host.progress.begin({ text: `looking up what ${sinceText(since)} is`, kind: 'brief' });
    const found = await findReference(context.user, context.checkout, wanted.sha, since, origin);
    looking.done(null);
    if (found.kind !== 'commit') references.push(none(found.kind === 'not-yet' ? 'no-reference' : 'unmeasured', found.reason));
    else references.push({ since, found: await measureFound(context, found, one, run, measured) });
  }
  const worthKeeping = [...measured.values()].flatMap(({ measured: { folder, key, snapshot } }) =>
    key === null ? [] : [{ path: folder, key: snapshotCacheKey(key, inputsVariant(snapshot)) }],
  );
  return { references, worthKeeping };
}

type Found = Extract<SinceCommit, { readonly kind: 'commit' }>;

async function measureFound(
  context: MeasureContext,
  { name, revision }: Found,
  { metrics, limit }: AskedSince,
  run: Run,
  known: Map<string, MeasuredBefore>,
): Promise<FoundReference> {
  const { host } = context;
  const { sha } = revision;
  const from = (functions: readonly ReferenceFunction[]): FoundReference => ({ kind: 'measured', name, sha, functions });
  const { base, head } = run;
  if (base.kind === 'measured' && base.insteadOf === undefined && base.snapshot.commit.sha === sha)
    return from(referenceFunctions(base.snapshot.functions, metrics));
  const label = `${name} (${sha.slice(0, 7)})`;
  try {
    const recorded = await inHistory(context, sha, metrics, head);
    if (recorded !== null) {
      host.progress.step(`${label}: measured before, taken from the history`);
      return from(recorded);
    }
    const before = known.get(sha) ?? (await measureOnce(context, revision, { name: label, why: limit.text, run }));
    if (before === 'nowhere') return from([]);
    known.set(sha, before);
    return from(referenceFunctions(before.functions, metrics));
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof UsageError) || (await fullDisk(error, host)) !== null) throw error;
    // It goes into artifact and comment.
    const reason = withoutSettings(error.message, context.request.build.extra);
    host.progress.step(`${label} could not be measured: ${reason}`);
    return { kind: 'none', code: 'unmeasured', reason: `${label} could not be measured: ${reason}` };
  }
}

/** What the history has of a commit, where that is all that is asked of every function of head that was there; sums over crates it never has. */
async function inHistory(
  { host }: MeasureContext,
  sha: string,
  metrics: ReadonlySet<Metric>,
  head: Snapshot,
): Promise<readonly ReferenceFunction[] | null> {
  if (host.history === undefined || [...metrics].some(isCrateMetric)) return null;
  const { leg, read } = host.history;
  const lines = await read().catch((error: unknown) => {
    // What was kept can be built again.
    if (!(error instanceof ToolError)) throw error;
    host.progress.step(`the history cannot be read: ${messageOf(error)}`);
    return [];
  });
  const functions = functionsAtCommit(lines, sha, { leg, invocation: head.invocation });
  if (functions.length === 0) return null;
  const present = new Map(functions.map((fn) => [identityOf(fn), fn]));
  // A function that a leg left out that day looks the same as one that was not there.
  const isWhole = head.functions.every((fn) => {
    const figures = present.get(identityOf(fn))?.figures;
    return figures !== undefined && [...metrics].every((metric) => figures[metric] !== undefined);
  });
  return isWhole ? functions : null;
}

interface MeasuredBefore {
  readonly measured: Measured;
  /** This leg's, by the names that head has for them. */
  readonly functions: Snapshot['functions'];
}

/** Measures a commit as base is measured; `nowhere`: it has no such project yet. */
async function measureOnce(
  context: MeasureContext,
  revision: Revision,
  { name, why, run: { head, share: whole, origin } }: { readonly name: string; readonly why: string; readonly run: Run },
): Promise<MeasuredBefore | 'nowhere'> {
  await bringFiles(context.user, context.checkout, [revision], origin);
  const place = await placeAtBase(context, revision, head.commit, head.functions);
  if (place.kind === 'nowhere') {
    if (place.why.kind === 'first-run') return 'nowhere';
    throw new UsageError(place.why.reason);
  }
  const at = place.context;
  const share = whole === null ? null : await shareSince(context, whole, { before: { at, revision }, head });
  const identified = await identify(at, revision);
  const measure = async (): Promise<Measured> => {
    at.host.progress.step(`${name}: building once for ${JSON.stringify(why)}`);
    const part = share === null ? null : { packages: new Map(share.crates.map((crate) => [crate, why])), from: null, since: null, share };
    return measureRevision(at, identified, { lenient: true, part, staying: NONE_STAYING, side: name });
  };
  const stored = identified.key === null ? null : await takeStored(at, revision.sha, identified.key, { side: name, artifact: true });
  const measured = stored ?? (await measure());
  const { functions } = restrictTo(measured, share).snapshot;
  const told = share?.renamed ?? (await renamesBetween(context, { at, commit: revision, functions }, head));
  return { measured, functions: withNamesOf(functions, told) };
}

/** A function that has been renamed since is the one that it was: its growth counts. */
function withNamesOf(functions: Snapshot['functions'], renamed: readonly Renamed[]): Snapshot['functions'] {
  const told = new Map(renamed.map(({ from, ...to }) => [identityOf(from), to]));
  return functions.map((fn) => ({ ...fn, ...told.get(identityOf(fn)) }));
}
