import * as z from 'zod';
import { METRICS } from '../../core/metrics.ts';
import { FULL_SHA, SHA256 } from '../../core/sha.ts';
import { finding, projectFinding } from '../../core/snapshot/findings.ts';
import { coldStartBreach, coldStartReport, unprovenFigures } from './cold-start.ts';
import { figure, pair, repeated, row } from './figures.ts';
import { firstResponseBreach, firstResponseReport } from './first-response.ts';
import { initBreach, initReport } from './init.ts';

/**
 * The JSON report. This file is its one definition: `renderJson` copies what it names, in its order, and the published JSON Schema comes from it.
 */
export const CHECK_SCHEMA = 'coldgate/check@3';

const hash = z.string().regex(SHA256).nullable();
const locked = z.object({ name: z.string(), version: z.string() });

/** `two-versions`: linked in more versions than at base; `size`: bytes of code of all of them together. */
const functionFinding = z.discriminatedUnion('kind', [
  ...finding.options,
  z.object({
    ...{ kind: z.literal('two-versions'), name: z.string(), size: pair },
    versions: z.array(z.object({ version: z.string(), by: z.array(z.string()) })),
  }),
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
  /** The same version, with other features. */
  z.object({
    ...{ kind: z.literal('features'), name: z.string(), version: z.string() },
    ...{ enabled: z.array(z.string()), disabled: z.array(z.string()) },
  }),
]);

/** `line`: counted from 1; `null`: the file as a whole. */
const place = z.object({ file: z.string(), line: z.number().nullable() }).nullable();
const ofPackage = { name: z.string(), place, by: z.array(z.string()) };

/** `place`: the line of a manifest; `null`: the lock file alone says so. `by`: the packages that ask for it where no manifest of the project does. */
export const did = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('added'), ...ofPackage, version: z.string() }),
  z.object({ kind: z.literal('removed'), ...ofPackage, version: z.string() }),
  z.object({ kind: z.literal('changed'), ...ofPackage, base: z.string(), head: z.string() }),
  z.object({ kind: z.literal('features'), ...ofPackage, enabled: z.array(z.string()), disabled: z.array(z.string()) }),
  z.object({ kind: z.literal('own'), of: z.enum(['function', 'project']) }),
  z.object({ kind: z.literal('toolchain'), base: z.string(), head: z.string() }),
  z.object({
    kind: z.literal('profile'),
    settings: z.array(z.object({ key: z.string(), base: z.string().nullable(), head: z.string().nullable() })),
    place,
  }),
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
  /** Why the bytes of a side have no owners. */
  notOwned: z.string().nullable(),
  /** Add up to `binary`, their `zip` to the compressed binary. `crates`: who shares it; none where more than eight do. */
  owners: z.array(
    z.object({
      kind: z.enum(['crate', 'shared', 'part']),
      name: z.string(),
      crates: z.array(z.string()),
      base: figure,
      head: figure,
      bytes: z.object({ code: pair, data: pair, unwinding: pair, relocations: pair, other: pair }),
      zip: pair,
    }),
  ),
  /** The largest constants and statics; the crate is `null` where several or none use it. */
  constants: z.array(z.object({ crate: z.string().nullable(), name: z.string(), base: figure, head: figure, zip: pair, count: pair })),
  /** What only changed its crate is one row. `count`: how many instances there are. */
  symbols: z.array(z.object({ crate: z.string(), name: z.string(), base: figure, head: figure, count: pair })),
  /** Add up to `binary`. */
  sections: z.array(row),
  /** Add up to `zip`. */
  package: z.array(row),
  findings: z.array(functionFinding),
  /** Those of `findings` that no change is to blame for: base has them too, or there is none. */
  standing: z.array(functionFinding),
  /**
   * What a person did, and the packages that moved with it, each in one root; crates as code is called, each in one at most. `uses`: those of
   * them that stayed what they were, and that what came uses now, or what went used. `common`: crates that several roots have, which are in no
   * root's `crates`, since bytes go by a crate's name.
   */
  roots: z.array(
    z.object({
      ...{ did, moves: z.array(dependencyChange), packages: z.number() },
      ...{ crates: z.array(z.string()), uses: z.array(z.string()), common: z.array(z.string()) },
    }),
  ),
  /** Why nobody knows what is linked into it at a side where it exists. */
  notLinked: z.string().nullable(),
  /** Functions that were counted where `variant` may run on a processor that shows the `feature`: valgrind does not. */
  hidden: z.array(z.object({ crate: z.string(), name: z.string(), feature: z.string(), variant: z.string() })),
  /** Crates that changed, with the packages of that name that moved. */
  causes: z.array(z.object({ name: z.string(), base: figure, head: figure, changes: z.array(dependencyChange), via: z.array(z.string()) })),
  init: initReport,
  firstResponse: firstResponseReport,
  coldStart: coldStartReport,
});

/**
 * `metric` is what the limit bounds, `limit` its bounds as written, `source` where: `default`, `input` or `Cargo.toml:12`; `limitGate` what a
 * breach of it does.
 */
const bounded = { function: z.string(), metric: z.string(), limit: z.string(), source: z.string(), limitGate: z.enum(['fail', 'warn']) };
/** `reference`: what growth is counted from where that is not base (`since v*`), with the figure there; `null` is one that was not there yet. */
const held = {
  ...bounded,
  ...pair.shape,
  reference: z.object({ name: z.string(), sha: z.string().regex(FULL_SHA), figure }).nullable(),
  allowed: figure,
  headroom: figure,
};

const verdict = z.object({
  /** `unchecked`: nothing is breached, and a limit that somebody wrote could not be checked. */
  status: z.enum(['pass', 'fail', 'accepted', 'unchecked', 'off']),
  gate: z.enum(['fail', 'warn']),
  sentence: z.string(),
  /** Who took responsibility for the breaches; `null` unless the status is `accepted`. `at` is ISO 8601, `reason` what that person wrote. */
  acceptance: z.object({ label: z.string(), by: z.string(), at: z.string(), reason: z.string().nullable() }).nullable(),
  /** The worst first: what starts at base and not at head, here or on AWS, or answers its first request there alone, then the limits that are exceeded. */
  breaches: z.array(
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('limit'), ...held }), initBreach, firstResponseBreach, coldStartBreach]),
  ),
  /** Limits that are kept, the tightest first. */
  kept: z.array(z.object(held)),
  /** Limits that are exceeded and stop nobody: they only warn, or base exceeds them too and head is not above base. */
  warned: z.array(z.object({ ...held, because: z.enum(['warn', 'base-exceeds']) })),
  /** Limits that samples neither prove breached nor rule out, while they lean beyond them. */
  unproven: z.array(z.object({ ...bounded, ...unprovenFigures })),
  /** `no-base`: there is a base, and it could not be measured. `no-reference`: there is nothing yet that growth could be counted from. */
  unchecked: z.array(
    z.object({ ...bounded, code: z.enum(['unmeasured', 'no-base', 'withheld', 'stopped', 'no-reference']), reason: z.string() }),
  ),
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
  /** What the project's files set, for all functions; `standing` as of a function. */
  project: z.object({ findings: z.array(projectFinding), standing: z.array(projectFinding) }),
  /**
   * Limits that judge nothing, since there is no function or no crate of that name: `limit` and `source` as of a verdict's limit, with `function/` and
   * metric. `nearest`: what may be meant.
   */
  misnamed: z.array(
    z.object({
      kind: z.enum(['function', 'crate']),
      limit: z.string(),
      source: z.string(),
      name: z.string(),
      nearest: z.string().nullable(),
    }),
  ),
  /** Maxima that this change's saving left far above what is used: `unused` of the function that uses most, and the line that would hold the saving. */
  slack: z.array(z.object({ ...bounded, unused: z.number(), proposed: z.string() })),
  limitChanges: z.array(z.object({ kind: z.enum(['added', 'removed']), text: z.string(), file: z.string() })),
  /** Functions whose event in `Cargo.toml` this change alters: they were handed base's. By their names; `own`: JSON. */
  eventChanges: z.array(z.object({ function: z.string(), base: z.string(), head: z.string().nullable(), file: z.string() })),
  notes: z.array(z.object({ code: z.string(), text: z.string() })),
  /** Milliseconds of each step. */
  timings: z.record(z.string(), z.number()),
});

export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** What the schema reads: it may have more than is copied. */
export type CheckInput = DeepReadonly<z.input<typeof check>>;
/** The JSON report of one check. */
export type Check = z.infer<typeof check>;

/** The same definition as a JSON Schema (draft 2020-12). */
export function checkJsonSchema(): object {
  return { title: 'coldgate check', ...z.toJSONSchema(check) };
}
