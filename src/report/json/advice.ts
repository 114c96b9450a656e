import * as z from 'zod';
import type { Advice } from '../../core/advise/advice.ts';
import { REMEDY_SORTS } from '../../core/advise/remedy.ts';
import { FULL_SHA } from '../../core/sha.ts';
import type { DeepReadonly } from './schema.ts';

/** `advice.json`. This file is its one definition: what is written and the published JSON Schema come from it. A field that is taken away or means something else raises its version. */
export const ADVICE_SCHEMA = 'coldgate/advice@1';

/** Sizes are bytes; `null` where it was not started or could not be counted. */
const figures = z.object({
  zip: z.number(),
  binary: z.number(),
  instructions: z.number().nullable(),
  faults: z.number().nullable(),
  memory: z.number().nullable(),
});

const outcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('measured'),
    figures,
    /** What `git apply` takes, from the repository's top. */
    patch: z.string(),
    /** Who linked it, and what the binary shows. */
    link: z.string(),
    /** Why Lambda's image does not take it; `null`: it does. */
    unfit: z.string().nullable(),
    /** By the team's own command; `none`: there was none. `said`: its last line. */
    verified: z.discriminatedUnion('kind', [
      z.object({ kind: z.enum(['passed', 'none']) }),
      z.object({ kind: z.literal('failed'), said: z.string() }),
    ]),
    started: z.boolean(),
  }),
  z.object({ kind: z.enum(['refused', 'not-built', 'not-started', 'no-effect', 'not-tried']), reason: z.string() }),
]);

const change = z.object({ title: z.string(), change: z.number() });

const advice = z.object({
  schema: z.literal(ADVICE_SCHEMA),
  function: z.object({ name: z.string(), crate: z.string() }),
  commit: z.object({ sha: z.string().regex(FULL_SHA), source: z.enum(['commit', 'working-tree']) }),
  /** The figure by which the remedies are in order and were taken together. */
  by: figures.keyof(),
  /** The team's own command; `null`: none. */
  verify: z.string().nullable(),
  linker: z.string(),
  /** Milliseconds. */
  took: z.number(),
  /** The function as it is. */
  base: figures,
  /** The best first. `id` is the same for the same remedy in every run. */
  remedies: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      sort: z.enum(REMEDY_SORTS),
      /** What else it changes; `null`: nothing that a caller of the function could see. */
      behaviour: z.string().nullable(),
      outcome,
      /** Why it is not in `together`, though it helps alone; `null` where it is, or does not help. */
      notTogether: z.string().nullable(),
    }),
  ),
  /** The best of them at once, by their `id`; `null` where fewer than two can be taken together. */
  together: z.object({ remedies: z.array(z.string()), outcome }).nullable(),
  /** Pairs that are worse than the better one alone, with the change of the figure that they were tried for. */
  harms: z.array(z.object({ one: change, other: change, together: z.number() })),
});

/** Everything that was tried, with figures and patches. Ends in a newline. */
export function renderAdviceJson({ function: fn, commit, by, base, rows, combination, verify, linker, took }: Advice): string {
  const { best, harms, leftOut } = combination;
  const value: DeepReadonly<z.input<typeof advice>> = {
    schema: ADVICE_SCHEMA,
    ...{ function: fn, commit, by, verify, linker, took, base },
    remedies: rows.map(({ remedy, outcome: came }) => ({ ...remedy, outcome: came, notTogether: leftOut.get(remedy.id) ?? null })),
    together: best === null ? null : { remedies: best.remedies.map(({ id }) => id), outcome: best.outcome },
    harms,
  };
  return `${JSON.stringify(advice.parse(value), null, 2)}\n`;
}

/** The same definition as a JSON Schema (draft 2020-12). */
export function adviceJsonSchema(): object {
  return { title: 'coldgate advise', ...z.toJSONSchema(advice) };
}
