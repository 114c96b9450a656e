import { NO_COLD_START } from '../compare/cold-start.ts';
import { NO_FIRST_RESPONSE } from '../compare/first-response.ts';
import { NO_INIT } from '../compare/init.ts';
import { metricsOf } from '../compare/metrics.ts';
import { compareOwners, ownedParts, reasonOf } from '../compare/owners.ts';
import { identityOf, type NamedFunction, type RenamedFunction } from '../function-names.ts';
import { isCrateMetric, type Metric } from '../metrics.ts';
import type { FunctionComparison } from '../model/comparison.ts';
import type { Limit, Since } from '../model/limits.ts';
import type { Reference, ReferenceCommit, ReferenceFunction, References } from '../model/reference.ts';
import { mapPair, pairFunctions } from '../pair.ts';
import type { FunctionMeasurement } from '../snapshot/snapshot.ts';
import { cratesMatching } from './crate-figures.ts';
import { type Limits, limitsFor } from './limit-scopes.ts';
import { sinceText } from './since.ts';

/** Of two snapshots that were measured somewhere nobody knows a release. */
export const NO_REFERENCES: References = {
  known: [],
  missing: {
    code: 'withheld',
    reason: 'two snapshots hold no release that growth could be counted from: coldgate check, in the repository, measures it',
  },
};

/** Those of a run that measures what its limits ask for: none can be missing but of a function that it knows nothing of. */
export function measuredReferences(known: readonly Reference[]): References {
  return { known, missing: { code: 'unmeasured', reason: 'what growth is counted from was not measured' } };
}

/** What one function's growth is counted from; `figures` is `null` where the function was not there yet. */
export type Counted =
  | ({ readonly kind: 'measured'; readonly figures: ReferenceFunction['figures'] | null } & ReferenceCommit)
  | ({ readonly kind: 'none' } & References['missing']);

export type CountingFrom = (since: Since, fn: NamedFunction) => Counted;

/** Pairs the functions of a run with those of its references, as base's are paired with head's; a new name is no new function. */
export function countingFrom({ known, missing }: References, functions: readonly FunctionComparison[]): CountingFrom {
  const told = functions.flatMap(({ name, crate, formerly: from }) => (from === null ? [] : [{ name, crate, from }]));
  const paired = new Map(
    known.map(({ since, found }) => {
      const pairs =
        found.kind === 'none' ? [] : pairFunctions<NamedFunction & Partial<ReferenceFunction>>(found.functions, functions, told);
      const before = new Map(pairs.flatMap(({ base, head }) => (base === null || head === null ? [] : [[identityOf(head), base.figures]])));
      return [sinceText(since), { found, before }] as const;
    }),
  );
  return (since, fn) => {
    const reference = paired.get(sinceText(since));
    if (reference === undefined) return { kind: 'none', ...missing };
    const { found, before } = reference;
    if (found.kind === 'none') return found;
    return { kind: 'measured', name: found.name, sha: found.sha, figures: before.get(identityOf(fn)) ?? null };
  };
}

/** What a run counts growth from, with the metrics that are asked of it and the first limit that asks. */
export interface AskedSince {
  readonly since: Since;
  readonly metrics: ReadonlySet<Metric>;
  readonly limit: Limit;
}

/** What the limits of a run count growth from, of functions that limits may call by what they were `renamed` from, too. Empty of most runs. */
export function askedSince(
  functions: readonly NamedFunction[],
  renamed: readonly RenamedFunction[],
  limits: Limits,
): readonly AskedSince[] {
  const asked = new Map<string, AskedSince & { readonly metrics: Set<Metric> }>();
  for (const { name, crate } of functions) {
    const formerly = renamed.find((one) => identityOf(one) === identityOf({ name, crate }))?.from ?? null;
    for (const limit of limitsFor({ name, crate, formerly }, limits)) {
      const { since, metric } = limit;
      if (since === null) continue;
      const known = asked.get(sinceText(since)) ?? { since, metrics: new Set<Metric>(), limit };
      known.metrics.add(metric);
      asked.set(sinceText(since), known);
    }
  }
  return [...asked.values()];
}

/** The figures of what was measured at a reference, as far as limits ask for them. */
export function referenceFunctions(functions: readonly FunctionMeasurement[], metrics: Iterable<Metric>): readonly ReferenceFunction[] {
  const asked = [...metrics];
  return functions.map((fn) => {
    const pair = { base: null, head: fn };
    const built = metricsOf(pair, NO_INIT, NO_FIRST_RESPONSE, NO_COLD_START);
    const owned = asked.some(isCrateMetric)
      ? {
          status: 'added' as const,
          owners: compareOwners(mapPair(pair, ({ owners }) => ownedParts(owners))),
          notOwned: reasonOf(fn.owners),
        }
      : null;
    const figures = asked.flatMap((metric): readonly (readonly [string, number])[] => {
      const { head } = !isCrateMetric(metric) ? built[metric] : owned === null ? { head: null } : cratesMatching(metric, owned);
      return head === null ? [] : [[metric, head]];
    });
    return { name: fn.name, crate: fn.crate, figures: Object.fromEntries(figures) };
  });
}

/** Those of several shares of the functions as one: a share that has none says nothing. */
export function joinReferences(shares: readonly (readonly Reference[])[]): readonly Reference[] {
  const joined = new Map<string, Reference>();
  for (const { since, found } of shares.flat()) {
    const key = sinceText(since);
    const known = joined.get(key)?.found;
    if (known === undefined || (known.kind === 'measured' && found.kind === 'none')) joined.set(key, { since, found });
    else if (known.kind === 'measured' && found.kind === 'measured' && known.sha !== found.sha) {
      const reason = `its shards count growth from different commits (${known.sha.slice(0, 7)}, ${found.sha.slice(0, 7)}): re-run all jobs of the measuring run`;
      joined.set(key, { since, found: { kind: 'none', code: 'unmeasured', reason } });
    } else if (known.kind === 'measured' && found.kind === 'measured')
      joined.set(key, { since, found: { ...known, functions: [...known.functions, ...found.functions] } });
  }
  return [...joined.values()];
}
