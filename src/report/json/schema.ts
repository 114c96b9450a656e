import * as z from 'zod';
import { METRICS } from '../../core/metrics.ts';
import { FULL_SHA, SHA256 } from '../../core/sha.ts';
import { coldStartBreach, coldStartReport, unprovenFigures } from './cold-start.ts';
import { figure, pair, repeated, row } from './figures.ts';
import { initBreach, initReport } from './init.ts';

/**
 * The JSON report. This file is its one definition: `renderJson` copies what it names, in its order, and the published JSON Schema comes from it.
 */
export const CHECK_SCHEMA = 'coldgate/check@3';

const hash = z.string().regex(SHA256).nullable();
const locked = z.object({ name: z.string(), version: z.string() });

const finding = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('missing-library'), library: z.string(), image: z.string() }),
  z.object({ kind: z.literal('glibc-too-new'), needed: z.string(), provided: z.string(), image: z.string() }),
  z.object({ kind: z.literal('wrong-architecture'), found: z.string(), expected: z.string() }),
  z.object({ kind: z.literal('ships-symbols'), saving: z.number() }),
  z.object({ kind: z.literal('interpreter'), found: z.string(), expected: z.string() }),
]);

const side = z.object({
  /** Full. Of a working tree, the SHA of the commit that was made of it. */
  sha: z.string().regex(FULL_SHA),
  source: z.enum(['built', 'stored', 'file', 'cache', 'artifact', 'working-tree']),
});

const dependencyChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('added'), name: z.string(), version: z.string() }),
  z.object({ kind: z.literal('removed'), name: z.string(), version: z.string() }),
  z.object({ kind: z.literal('changed'), name: z.string(), base: z.string(), head: z.string() }),
]);

const metric = z.object({
  ...pair.shape,
  /** Of what is measured several times: its runs or samples at each side. */
  spread: z.object({ base: repeated.nullable(), head: repeated.nullable() }).nullable(),
  /** Why a side at which the function exists has no figure. */
  reason: z.string().nullable(),
});

/** Every metric, by the name that a limit uses. */
const metrics = z.record(z.enum(METRICS.map(({ name }) => name)), metric);

/** Sizes are bytes; `null` where that side has no figure. */
export const functionReport = z.object({
  name: z.string(),
  crate: z.string(),
  /** What base calls it, where its binary or its package has another name there. */
  formerly: z.object({ name: z.string(), crate: z.string() }).nullable(),
  status: z.enum(['changed', 'unchanged', 'added', 'removed']),
  sha256: z.object({ base: hash, head: hash }),
  metrics,
  /** Why crates and symbols are not known at a side where the function exists. */
  notAttributed: z.string().nullable(),
  /** Add up to `text`. */
  crates: z.array(row),
  symbols: z.array(z.object({ crate: z.string(), name: z.string(), base: figure, head: figure })),
  /** Add up to `binary`. */
  sections: z.array(row),
  /** Add up to `zip`. */
  package: z.array(row),
  findings: z.array(finding),
  /** Crates that changed, with the changes of the lock file that brought it. */
  causes: z.array(z.object({ name: z.string(), base: figure, head: figure, changes: z.array(dependencyChange), via: z.array(z.string()) })),
  init: initReport,
  coldStart: coldStartReport,
});

/**
 * `metric` is what the limit bounds, `limit` its bounds as written, `source` where: `default`, `input` or `Cargo.toml:12`; `limitGate` what a
 * breach of it does.
 */
const bounded = { function: z.string(), metric: z.string(), limit: z.string(), source: z.string(), limitGate: z.enum(['fail', 'warn']) };
const held = { ...bounded, ...pair.shape, allowed: figure, headroom: figure };

const verdict = z.object({
  /** `unchecked`: nothing is breached, and a limit that somebody wrote could not be checked. */
  status: z.enum(['pass', 'fail', 'accepted', 'unchecked', 'off']),
  gate: z.enum(['fail', 'warn']),
  sentence: z.string(),
  /** Who took responsibility for the breaches; `null` unless the status is `accepted`. `at` is ISO 8601, `reason` what that person wrote. */
  acceptance: z.object({ label: z.string(), by: z.string(), at: z.string(), reason: z.string().nullable() }).nullable(),
  /** The worst first: what starts at base and not at head, here or on AWS, then the limits that are exceeded. */
  breaches: z.array(z.discriminatedUnion('kind', [z.object({ kind: z.literal('limit'), ...held }), initBreach, coldStartBreach])),
  /** Limits that are exceeded and stop nobody: they only warn, or base exceeds them too and head is not above base. */
  warned: z.array(z.object({ ...held, because: z.enum(['warn', 'base-exceeds']) })),
  /** Limits that samples neither prove breached nor rule out, while they lean beyond them. */
  unproven: z.array(z.object({ ...bounded, ...unprovenFigures })),
  /** `no-base`: there is a base, and it could not be measured. */
  unchecked: z.array(z.object({ ...bounded, code: z.enum(['unmeasured', 'no-base', 'withheld']), reason: z.string() })),
});

export const check = z.object({
  schema: z.literal(CHECK_SCHEMA),
  /** The version that measured head. */
  coldgate: z.string(),
  base: side.nullable(),
  /** Why there is no base, or why `base` is an earlier commit that stands in for the one of this SHA; `null` where base is what was asked for. */
  missingBase: z
    .object({ kind: z.enum(['first-run', 'does-not-build', 'not-found']), sha: z.string().regex(FULL_SHA).nullable(), reason: z.string() })
    .nullable(),
  head: side,
  functions: z.array(functionReport),
  /** Functions that no change reaches, which were not built; those measured before are in `functions` too. */
  notBuilt: z.array(z.object({ name: z.string(), reason: z.string() })),
  dependencies: z.object({
    added: z.array(locked),
    removed: z.array(locked),
    changed: z.array(z.object({ name: z.string(), base: z.string(), head: z.string() })),
    duplicates: z.array(z.object({ name: z.string(), versions: z.array(z.string()) })),
    count: pair,
  }),
  verdict,
  limitChanges: z.array(z.object({ kind: z.enum(['added', 'removed']), text: z.string(), file: z.string() })),
  notes: z.array(z.object({ code: z.string(), text: z.string() })),
  /** Milliseconds of each step. */
  timings: z.record(z.string(), z.number()),
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** What the schema reads: it may have more than is copied. */
export type CheckInput = DeepReadonly<z.input<typeof check>>;
/** The JSON report of one check. */
export type Check = z.infer<typeof check>;

/** The same definition as a JSON Schema (draft 2020-12). */
export function checkJsonSchema(): object {
  return { title: 'coldgate check', ...z.toJSONSchema(check) };
}
