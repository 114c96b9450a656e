import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Affected } from '../cargo/affected.ts';
import { lastBuildTimes } from '../cargo/build-times.ts';
import { selectFunctions } from '../cargo/functions.ts';
import { mayBuildApart } from '../cargo/lambda-config.ts';
import { readManifests } from '../cargo/metadata.ts';
import { manifestArguments } from '../cargo/request.ts';
import { normalizeCrate } from '../core/crates.ts';
import { UsageError } from '../core/failures.ts';
import { binaryOf, identityOf, type NamedFunction } from '../core/function-names.ts';
import { pairFunctions, renamedIn } from '../core/pair.ts';
import { type Sharable, type Split, splitEvenly } from '../core/shares.ts';
import type { Renamed, Snapshot } from '../core/snapshot/snapshot.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasureContext } from './context.ts';
import { manifestFolder } from './project.ts';
import { renamesBetween } from './renames.ts';
import type { Measured } from './stored.ts';

/** One leg of a matrix that shares the functions of a project out among its legs. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
  /** The split that all legs of this run go by: this leg's own, or the one of a leg that came first. */
  readonly agree: (own: Split) => Promise<Split>;
}

/** This leg's functions, of either side. */
export interface Share {
  readonly has: (fn: NamedFunction) => boolean;
  /** The packages that they are of. */
  readonly crates: readonly string[];
  /** All legs', as they agreed. */
  readonly split: Split;
  /** Functions of either side that no leg has would be measured nowhere. */
  readonly isShared: (fn: NamedFunction) => boolean;
  /** Told over all functions: a leg with some of them may not see that two of a name are gone. */
  readonly renamed: readonly Renamed[];
}

/**
 * Takes this leg's share of the functions that base and head have: told from the manifests, before anything is built, so that every leg comes to the
 * same. A UsageError where the manifests do not tell: cargo lambda's own configuration decides what is built, or they cannot be read.
 */
export async function takeShare(
  context: MeasureContext,
  shard: Shard,
  {
    base,
    head,
    plan,
  }: {
    readonly base: { readonly at: MeasureContext; readonly revision: Revision } | null;
    readonly head: Revision;
    readonly plan: Affected;
  },
): Promise<Share> {
  const later = await functionsAt(context, head);
  const earlier = base === null ? [] : await functionsAt(base.at, base.revision);
  const ends =
    base === null
      ? null
      : ([
          { at: base.at, commit: base.revision, functions: earlier },
          { commit: head, functions: later },
        ] as const);
  const renamed = ends === null ? [] : await renamesBetween(context, ...ends);
  const pairs = pairFunctions(earlier, later, renamed);
  const times = await lastBuildTimes(context.target, context.request.build.profile);
  const shared = pairs.map(({ base: before, head: after }) => {
    const one = after ?? before;
    if (one === null) throw new Error('a pair without a side');
    const sides = [before, after].flatMap((fn) => fn ?? []);
    const reached = plan.kind === 'all' || sides.some(({ crate }) => plan.packages.has(crate));
    const sharable: Sharable = { id: identityOf(one), reached, took: times.get(normalizeCrate(binaryOf(one))) ?? null };
    return { sharable, sides };
  });
  const own = splitEvenly(
    shared.map(({ sharable }) => sharable),
    shard.count,
  );
  const agreed = await shard.agree(own);
  const mine = new Set(agreed[shard.index - 1]);
  const sides = shared.filter(({ sharable }) => mine.has(sharable.id)).flatMap((one) => one.sides);
  const known = new Set(sides.map(identityOf));
  context.host.progress.step(
    `shard ${shard.index} of ${shard.count}: ${mine.size === 0 ? 'no function' : [...mine].join(', ')} (${shared.length} in all)`,
  );
  const all = new Set(shared.flatMap((one) => one.sides.map(identityOf)));
  const has = (fn: NamedFunction): boolean => known.has(identityOf(fn));
  return {
    has,
    crates: [...new Set(sides.map(({ crate }) => crate))],
    split: agreed,
    isShared: (fn) => all.has(identityOf(fn)),
    renamed: renamed.filter((one) => has(one) && has(one.from)),
  };
}

/**
 * This leg's share of an earlier commit: its functions, by the names that they had there too. What is gone since is no leg's, and is not asked for.
 */
export async function shareSince(
  context: MeasureContext,
  share: Share,
  { before, head }: { readonly before: { readonly at: MeasureContext; readonly revision: Revision }; readonly head: Snapshot },
): Promise<Share> {
  const functions = await functionsAt(before.at, before.revision);
  const told = await renamesBetween(context, { at: before.at, commit: before.revision, functions }, head);
  const renamed = renamedIn(functions, head.functions, told).filter(share.has);
  const former = new Set(renamed.map(({ from }) => identityOf(from)));
  return {
    ...share,
    has: (fn) => share.has(fn) || former.has(identityOf(fn)),
    crates: [...new Set([...share.crates, ...renamed.map(({ from }) => from.crate)])],
    isShared: () => true,
    renamed,
  };
}

/** A measurement of all functions as a leg has it: its own alone. */
export function restrictTo<T extends Measured | null>(measured: T, share: Share | null): T {
  return share === null || measured === null ? measured : { ...measured, snapshot: restricted(measured.snapshot, share) };
}

function restricted(snapshot: Snapshot, { has }: Share): Snapshot {
  return { ...snapshot, functions: snapshot.functions.filter(has), notBuilt: snapshot.notBuilt.filter(has) };
}

async function functionsAt({ request, checkout, user, env, host }: MeasureContext, revision: Revision): Promise<readonly NamedFunction[]> {
  const { build, prepare } = request;
  if (prepare !== null)
    throw new UsageError(
      `input shard: ${host.nameOf('prepare')} may bring functions, so they cannot be shared out before it has run: measure in one job`,
    );
  await checkout.switchTo(revision);
  const folder = join(await realpath(checkout.path), user.prefix);
  const metadata = await readManifests(folder, manifestArguments(build), env);
  const refused = (why: string): UsageError =>
    new UsageError(
      `input shard: ${why} at ${revision.sha.slice(0, 7)}, so the functions cannot be shared out before it is built: give each leg its ${host.nameOf('package')} or ${host.nameOf('bin')} instead`,
    );
  if (metadata === null) throw refused('cargo cannot read the manifests');
  if ((await mayBuildApart(metadata, folder, build.extra, env)).kind === 'no')
    throw refused("cargo lambda's own configuration decides what is built");
  return selectFunctions(metadata, manifestFolder({ request }, folder), build, { lenient: true, configured: false, nameOf: host.nameOf })
    .targets;
}
