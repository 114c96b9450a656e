import { join } from 'node:path';
import type { Sealed } from '../cache/digests.ts';
import { snapshotCacheKey, storeKey } from '../cache/keys.ts';
import { findStored } from '../cache/store.ts';
import { changedInput } from '../cargo/inputs.ts';
import { resolveToolchain } from '../cargo/toolchain.ts';
import type { Origin } from '../core/model/base.ts';
import type { Invocation } from '../core/snapshot/snapshot.ts';
import type { Revision } from '../git/repository.ts';
import { machineArch } from '../host.ts';
import { describeInvocation, type MeasureContext } from './context.ts';

export interface Measured extends Sealed {
  readonly origin: Origin;
  /** What this measurement is kept under; `null` where it may not be used again. */
  readonly key: string | null;
}

/** A commit and how it would be built now. */
export interface Identified {
  readonly revision: Revision;
  readonly invocation: Invocation;
  /** What it is kept under; `null` where `prepare` has to run before that is known. */
  readonly key: string | null;
}

export async function identify(context: MeasureContext, revision: Revision): Promise<Identified> {
  const { request, user, checkout, env } = context;
  const rustc = await resolveToolchain(user, checkout, revision, join(context.scratch, 'toolchain'), env);
  const invocation = await describeInvocation(context, request.build.arch ?? machineArch(), rustc);
  return { revision, invocation, key: request.prepare === null ? storeKey(revision.sha, invocation, null) : null };
}

/** What was measured before as it would be now. */
export async function findMeasured(context: MeasureContext, { revision, key }: Identified, isBase: boolean): Promise<Measured | null> {
  return key === null ? null : takeStored(context, revision.sha, key, { side: isBase ? 'base' : 'head', artifact: isBase });
}

const SOURCES: Readonly<Record<Origin, string>> = {
  built: 'this run',
  stored: 'the store',
  file: 'a file',
  cache: 'the cache',
  artifact: 'the artifact of its own run',
};

/** `base 9b1e770`, `v1.2.0 (9b1e770)`. */
export function labelOf(side: string, sha: string): string {
  const short = sha.slice(0, 7);
  return side.includes(short) ? side : `${side} ${short}`;
}

/** The repository's store. */
export function snapshotsOf({ own }: Pick<MeasureContext, 'own'>): string {
  return join(own, 'snapshots');
}

/** What was measured before: in this machine's store, else in the cache, else (`artifact`) in the artifact of its own run. `side`: whose it is, for people. */
export async function takeStored(
  context: MeasureContext,
  sha: string,
  key: string,
  { side, artifact }: { readonly side: string; readonly artifact: boolean },
): Promise<Measured | null> {
  const { host } = context;
  const store = snapshotsOf(context);
  const label = labelOf(side, sha);
  const found = async (origin: Origin): Promise<Measured | null> => {
    const stored = await findStored(store, key);
    if (stored === null) return null;
    const { inputs } = stored.snapshot;
    const changed = inputs === null ? 'what its build read is not known' : await changedInput(inputs, context.env);
    if (changed !== null) {
      host.progress.step(`${label}: measured before, but ${changed}: it is measured again`);
      return null;
    }
    host.progress.step(`${label}: measured before, taken from ${SOURCES[origin]}`);
    return { ...stored, origin, key };
  };
  const stored = await found('stored');
  if (stored !== null) return stored;
  // What the build read is part of the name, since a key is written once; the newest is looked at.
  const prefix = snapshotCacheKey(key, '');
  using _ = host.progress.begin({ text: `${label}: looking for what was measured before`, kind: 'brief' });
  const restored = (await host.remote?.restore([join(store, key)], prefix, [prefix])) ?? null;
  const cached = restored === null ? null : await found('cache');
  if (cached !== null || !artifact || host.baseArtifact === undefined) return cached;
  return (await host.baseArtifact(sha, key, join(store, key))) ? found('artifact') : null;
}
