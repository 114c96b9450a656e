import * as z from 'zod';
import type { Bisection } from '../../core/bisect/found.ts';
import { FULL_SHA } from '../../core/sha.ts';
import { type DeepReadonly, did } from './schema.ts';

/** `coldgate bisect --json`. This file is its one definition: what is written and the published JSON Schema come from it. A field that is taken away or means something else raises its version. */
const BISECT_SCHEMA = 'coldgate/bisect@1';

/** `subject`: the first line of its message. */
const commit = z.object({ sha: z.string().regex(FULL_SHA), subject: z.string() });
/** Of the metric: bytes, or what else it counts. */
const value = z.object({ commit, value: z.number() });

const bisection = z.object({
  schema: z.literal(BISECT_SCHEMA),
  function: z.object({ name: z.string(), crate: z.string() }),
  /** As a limit has it: `zip`, `crate:serde`. */
  metric: z.string(),
  /** Commits between good and bad along first parents. */
  distance: z.number(),
  /** How many commits were measured now, and how many were in the store. */
  built: z.number(),
  stored: z.number(),
  /** What could not be measured. */
  skipped: z.array(z.object({ commit, reason: z.string() })),
  /** Milliseconds. */
  took: z.number(),
  good: value,
  bad: value,
  /** The largest first. */
  jumps: z.array(
    z.object({
      /** The commit; several where what lies between could not be measured. */
      commits: z.array(commit),
      before: value,
      after: value,
      /** How much of the growth from good to bad it explains: 1 is all of it. */
      share: z.number(),
      /** The merges that it came in by, the outermost first. */
      merges: z.array(commit),
      /** Neither side of the merge alone has the growth. */
      ofMerge: z.boolean(),
      /** What a person did in it, as in a check. */
      did: z.array(did),
    }),
  ),
});

/** What a bisection found. Ends in a newline. */
export function renderBisectionJson({ jumps, good, bad, ...found }: Bisection): string {
  const input: DeepReadonly<z.input<typeof bisection>> = {
    schema: BISECT_SCHEMA,
    ...found,
    ...{ good, bad },
    jumps: jumps.map(({ comparison, ...jump }) => ({
      ...jump,
      share: (jump.after.value - jump.before.value) / (bad.value - good.value),
      did: (comparison?.roots ?? []).map((root) => root.did),
    })),
  };
  return `${JSON.stringify(bisection.parse(input), null, 2)}\n`;
}

/** The same definition as a JSON Schema (draft 2020-12). */
export function bisectionJsonSchema(): object {
  return { title: 'coldgate bisect', ...z.toJSONSchema(bisection) };
}
