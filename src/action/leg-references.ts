import * as z from 'zod';
import { UsageError } from '../core/failures.ts';
import { matchesGlob } from '../core/globs.ts';
import type { Asked } from '../core/model/outcome.ts';
import type { Reference } from '../core/model/reference.ts';
import { FULL_SHA } from '../core/sha.ts';
import type { GitApi } from '../github/git-api.ts';

const text = z.string().min(1).max(256);
const name = z.string().min(1).max(1_024);

const since = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tag'), glob: text }),
  z.strictObject({ kind: z.literal('day'), day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) }),
]);

/** What the measuring job found growth to be counted from, and the figures there. */
export const legReference = z.strictObject({
  since,
  found: z.discriminatedUnion('kind', [
    z.strictObject({
      ...{ kind: z.literal('measured'), name: text, sha: z.string().regex(FULL_SHA) },
      functions: z
        .array(z.strictObject({ name, crate: name, figures: z.record(z.string().max(500), z.number().min(0).max(1e18)) }))
        .max(2_000)
        .readonly(),
    }),
    z.strictObject({ kind: z.literal('none'), code: z.enum(['unmeasured', 'no-reference']), reason: z.string().max(4_096) }),
  ]),
});

/** More than a project writes limits for. */
export const MOST_REFERENCES = 50;

/**
 * Holds what growth is counted from against what GitHub knows: that a tag is the commit that the leg says, and that base contains it. What contradicts is a
 * UsageError. Whether it is the newest of its kind the leg alone says, as its figures. `base`: the commit that was compared with.
 */
export async function checkReferences(api: GitApi, references: readonly Reference[], base: string | null): Promise<Asked> {
  const asked = await Promise.all(references.map((one) => checkReference(api, one, base)));
  return { confirmed: asked.flatMap(({ confirmed }) => confirmed), claimed: asked.flatMap(({ claimed }) => claimed) };
}

async function checkReference(api: GitApi, { since: from, found }: Reference, base: string | null): Promise<Asked> {
  if (found.kind === 'none')
    return { confirmed: [], claimed: [`what growth since ${from.kind === 'tag' ? from.glob : from.day} is counted from`] };
  const { name: called, sha } = found;
  const says = `it counts growth from ${called} at ${sha.slice(0, 12)}`;
  if (from.kind === 'tag') {
    if (!matchesGlob(from.glob, called)) throw new UsageError(`${says}, which is no tag ${from.glob}`);
    const actual = await api.commitOf(`tags/${called}`);
    if (actual !== sha) throw new UsageError(`${says}, and ${called} is ${actual.slice(0, 12)}: where the tag was moved, measure again`);
  }
  if (base === null || (sha !== base && (await api.compare(sha, base)).behindBy > 0))
    throw new UsageError(`${says}, which is not on its base ${base?.slice(0, 12) ?? ''}`);
  if (from.kind === 'day') return { confirmed: [], claimed: [`that base was ${sha.slice(0, 7)} on ${called}`] };
  const isOnly = from.glob === called;
  return { confirmed: [called], claimed: isOnly ? [] : [`that base has no tag ${from.glob} newer than ${called}`] };
}
