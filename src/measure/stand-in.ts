import { isDeepStrictEqual } from 'node:util';
import { keysOf } from '../cache/store.ts';
import { ToolError } from '../core/failures.ts';
import { isWhole } from '../core/snapshot/whole.ts';
import { type FetchOrigin, fetchPrivately, inside } from '../git/fetch.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasureContext } from './context.ts';
import { findMeasured, type Identified, identify, type Measured, snapshotsOf, takeStored } from './stored.ts';

/** More commits are not asked for: each may cost a request to the cache and some to GitHub. */
const MOST = 20;

/**
 * The newest measured commit among the first-parent ancestors of one that does not build: in this machine's store, the cache or an artifact.
 * `null` where none of the last twenty is stored as it would be measured now. Nothing is built for it.
 */
export async function findStandIn(context: MeasureContext, sha: string, origin: FetchOrigin | null): Promise<Measured | null> {
  for (const ancestor of await firstParents(context, sha, origin)) {
    const found = await identify(context, ancestor).then(
      (identified) => findAsNow(context, identified),
      (error: unknown) => {
        // A toolchain that is not here (any more): it was not measured with it either.
        if (error instanceof ToolError) return null;
        throw error;
      },
    );
    if (found !== null && isWhole(found.snapshot)) return found;
  }
  return null;
}

/** With `prepare` the key is known only where it has run; then what it brought at the time has to do. */
async function findAsNow(context: MeasureContext, identified: Identified): Promise<Measured | null> {
  if (identified.key !== null) return findMeasured(context, identified, true);
  for (const key of await keysOf(snapshotsOf(context), identified.revision.sha)) {
    const found = await takeStored(context, identified.revision.sha, key, { side: 'base', artifact: false });
    if (found !== null && isDeepStrictEqual(found.snapshot.invocation, identified.invocation)) return found;
  }
  return null;
}

/** The newest first. A shallow clone's history is fetched into the private repository, where there is somewhere to fetch it from. */
async function firstParents({ user, checkout }: MeasureContext, sha: string, origin: FetchOrigin | null): Promise<readonly Revision[]> {
  const list = async (): Promise<readonly Revision[]> => {
    const args = ['log', '--first-parent', '--skip=1', `--max-count=${MOST}`, '--format=%H %s', sha];
    const { stdout } = await inside(user, checkout, args);
    return stdout
      .split('\n')
      .flatMap((line) =>
        line === ''
          ? []
          : [{ sha: line.slice(0, line.indexOf(' ')), source: 'commit' as const, subject: line.slice(line.indexOf(' ') + 1) }],
      );
  };
  const known = await list();
  const shallow = (await inside(user, checkout, ['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
  if (known.length === MOST || !shallow || origin === null) return known;
  await fetchPrivately(user, checkout, [`--depth=${MOST + 1}`, sha], { origin });
  return list();
}
