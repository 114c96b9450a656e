import * as z from 'zod';
import { coldStartBreach, coldStartReport, unprovenFigures } from './cold-start-schema.ts';
import { initBreach, initReport } from './init-schema.ts';

/** The JSON report. This file is its one definition: the type that `renderJson` fills and the published JSON Schema come from it. */
const figure = z.number().nullable();
const row = z.strictObject({ name: z.string(), base: figure, head: figure });
const pair = z.strictObject({ base: figure, head: figure });
const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .nullable();
const locked = z.strictObject({ name: z.string(), version: z.string() });
const reason = z.string().optional();

const finding = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('missing-library'), library: z.string(), image: z.string() }),
  z.strictObject({ kind: z.literal('glibc-too-new'), needed: z.string(), provided: z.string(), image: z.string() }),
  z.strictObject({ kind: z.literal('wrong-architecture'), found: z.string(), expected: z.string() }),
  z.strictObject({ kind: z.literal('ships-symbols'), saving: z.number() }),
  z.strictObject({ kind: z.literal('interpreter'), found: z.string(), expected: z.string() }),
]);

const side = z.strictObject({
  /** Full. Of a working tree, the SHA of the commit that was made of it. */
  sha: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  source: z.enum(['built', 'stored', 'file', 'cache', 'artifact', 'working-tree']),
});

const dependencyChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('added'), name: z.string(), version: z.string() }),
  z.strictObject({ kind: z.literal('removed'), name: z.string(), version: z.string() }),
  z.strictObject({ kind: z.literal('changed'), name: z.string(), base: z.string(), head: z.string() }),
]);

/** Sizes are bytes; `null` where that side has no figure. */
const functionReport = z.strictObject({
  name: z.string(),
  crate: z.string(),
  status: z.enum(['changed', 'unchanged', 'added', 'removed']),
  sha256: z.strictObject({ base: hash, head: hash }),
  metrics: z.strictObject({ zip: pair, binary: pair, text: pair, dependencies: pair }),
  /** Why a metric has no figure at a side where the function exists. */
  unmeasured: z.strictObject({ zip: reason, binary: reason, text: reason, dependencies: reason, crates: reason }),
  /** Add up to `text`. */
  crates: z.array(row),
  symbols: z.array(z.strictObject({ crate: z.string(), name: z.string(), base: figure, head: figure })),
  /** Add up to `binary`. */
  sections: z.array(row),
  /** Add up to `zip`. */
  package: z.array(row),
  findings: z.array(finding),
  /** Crates that changed, with the changes of the lock file that brought it. */
  causes: z.array(
    z.strictObject({ name: z.string(), base: figure, head: figure, changes: z.array(dependencyChange), via: z.array(z.string()) }),
  ),
  init: initReport,
  coldStart: coldStartReport,
});

/** `metric` is what the limit bounds, `limit` its bounds as written, `source` where: `default`, `input` or `Cargo.toml:12`. */
const bounded = { function: z.string(), metric: z.string(), limit: z.string(), source: z.string() };

const verdict = z.strictObject({
  status: z.enum(['pass', 'fail', 'accepted', 'off']),
  gate: z.enum(['fail', 'warn']),
  sentence: z.string(),
  /** Who took responsibility for the breaches; `null` unless the status is `accepted`. `at` is ISO 8601. */
  acceptance: z.strictObject({ label: z.string(), by: z.string(), at: z.string() }).nullable(),
  /** The worst first. */
  breaches: z.array(z.strictObject({ ...bounded, base: figure, head: figure, allowed: figure, headroom: figure })),
  /** What starts at base and not at head. */
  initBreaches: z.array(initBreach),
  /** Whose init works on AWS at base and fails there at head. */
  coldStartBreaches: z.array(coldStartBreach),
  /** Limits that samples neither prove breached nor rule out, while they lean beyond them. */
  unproven: z.array(z.strictObject({ ...bounded, ...unprovenFigures })),
  unchecked: z.array(z.strictObject({ ...bounded, reason: z.string() })),
});

const check = z.strictObject({
  schema: z.literal('coldgate/check@2'),
  /** The version that measured head. */
  coldgate: z.string(),
  base: side.nullable(),
  /** Why there is no base; `null` where there is one. */
  missingBase: z.strictObject({ kind: z.enum(['first-run', 'does-not-build', 'not-found']), reason: z.string() }).nullable(),
  head: side,
  functions: z.array(functionReport),
  dependencies: z.strictObject({
    added: z.array(locked),
    removed: z.array(locked),
    changed: z.array(z.strictObject({ name: z.string(), base: z.string(), head: z.string() })),
    duplicates: z.array(z.strictObject({ name: z.string(), versions: z.array(z.string()) })),
    count: pair,
  }),
  verdict,
  limitChanges: z.array(z.strictObject({ kind: z.enum(['added', 'removed']), text: z.string(), file: z.string() })),
  notes: z.array(z.strictObject({ code: z.string(), text: z.string() })),
  /** Milliseconds of each step. */
  timings: z.record(z.string(), z.number()),
});

/** The JSON report of one check, `coldgate/check@2`. */
export type Check = z.infer<typeof check>;

/** The same definition as a JSON Schema (draft 2020-12). */
export function checkJsonSchema(): object {
  return { title: 'coldgate check', ...z.toJSONSchema(check) };
}
