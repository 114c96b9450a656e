import { crateOf, matchesCrate, normalizeCrate } from '../crates.ts';
import { meaning } from '../function-names.ts';
import { globOf, isCrateMetric } from '../metrics.ts';
import type { Comparison, FunctionComparison } from '../model/comparison.ts';
import type { Bound, Limit } from '../model/limits.ts';
import type { Outcome } from '../model/outcome.ts';
import { countedWith } from '../rust-names.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { nearestOf } from '../text.ts';

/** A limit on crates that allows some bytes to none: a name written wrong looks the same as one that is kept. */
export interface UnmatchedCrates {
  readonly limit: Limit;
  /** As the limit has it. */
  readonly glob: string;
  /** `std`: it is counted with that, as `core` and `alloc` are. */
  readonly nearest: { readonly kind: 'none' | 'std' } | { readonly kind: 'crate'; readonly name: string };
  /** Whether a function that the limit is for has no owners, and may have the crate. */
  readonly some: boolean;
}

/** No crate that cargo takes to a registry has a longer name (https://doc.rust-lang.org/cargo/reference/manifest.html#the-name-field). */
const MOST_NAME = 64;
/** What makes a run one of some functions alone. */
const CHOOSING = /^(?:-p|--bin|--package|--exclude)(?:=|$)/;

/** Those among the limits that judged a function of this run. */
export function unmatchedCrates({ comparison, verdict }: Outcome): readonly UnmatchedCrates[] {
  const judged = [
    ...verdict.breaches.flatMap((breach) => (breach.kind === 'limit' ? [breach] : [])),
    verdict.kept,
    verdict.warned,
    verdict.unchecked,
  ];
  return unmatchedAmong(new Set(judged.flat().map(({ limit }) => limit)), comparison);
}

/**
 * The limits whose glob matches no crate of any function that they are for, at neither side: neither one that owns bytes nor one that is linked.
 * Quiet of one that allows nothing (`crate:openssl*: 0 B` keeps a crate out), where no owners are known, and where functions are that this run
 * knows nothing of.
 */
export function unmatchedAmong(limits: Iterable<Limit>, comparison: Comparison): readonly UnmatchedCrates[] {
  // Most limits are for the same functions, which have hundreds of crates each.
  const known = new Map<string, readonly string[]>();
  const namesOfAll = (owned: readonly FunctionComparison[]): readonly string[] => {
    const key = owned.map(({ name }) => name).join(' ');
    const names = known.get(key) ?? [...new Set(owned.flatMap((fn) => namesOf(fn, comparison)))];
    known.set(key, names);
    return names;
  };
  return [...limits].flatMap((limit): readonly UnmatchedCrates[] => {
    const { metric, bounds } = limit;
    if (!isCrateMetric(metric) || !bounds.some(allowsSome) || isForOthers(limit, comparison)) return [];
    const meant = comparison.functions.filter((fn) => isFor(limit, fn));
    const owned = meant.filter(({ notOwned, owners }) => notOwned === null && owners.length > 0);
    const glob = globOf(metric);
    const names = namesOfAll(owned);
    if (owned.length === 0 || names.some((name) => matchesCrate(glob, name))) return [];
    return [{ limit, glob, nearest: nearestTo(glob, names), some: owned.length < meant.length }];
  });
}

function allowsSome(bound: Bound): boolean {
  return (bound.kind === 'growth-percent' ? bound.percent : bound.value) > 0;
}

function isFor({ function: name, source }: Limit, { crate, name: own, formerly }: FunctionComparison): boolean {
  const names = [{ name: own, crate }, ...(formerly === null ? [] : [formerly])];
  if (source.kind === 'package' && names.every((one) => one.crate !== source.package)) return false;
  return name === null || names.some((one) => meaning(name, one) !== null);
}

/** Whether it is for functions that were left out of this run as well: they may have the crate. What a run itself was given is for it alone. */
function isForOthers(limit: Limit, { head, functions }: Comparison): boolean {
  const { notBuilt, binaries, invocation } = head.snapshot;
  const known = new Set(functions.map(({ name }) => name));
  const inScope = ({ name, crate }: (typeof binaries)[number]): boolean =>
    !known.has(name) &&
    (limit.source.kind !== 'package' || crate === limit.source.package) &&
    (limit.function === null || meaning(limit.function, { name, crate }) !== null);
  if (notBuilt.some(inScope)) return true;
  return limit.source.kind !== 'input' && invocation.arguments.some((text) => CHOOSING.test(text)) && binaries.some(inScope);
}

/** The crates of a function at either side: those that own bytes, alone or with others, and those that are linked and own none. */
function namesOf(fn: FunctionComparison, { base, head }: Comparison): readonly string[] {
  const owning = fn.owners.flatMap(({ crates }) => crates);
  const linked = linkedInto(fn.name, head.snapshot);
  const before = base.kind === 'measured' ? linkedInto(fn.formerly?.name ?? fn.name, base.snapshot) : [];
  return [...owning, ...linked, ...before].map(crateOf);
}

function linkedInto(name: string, { functions, units }: Snapshot): readonly string[] {
  const shipped = functions.find((fn) => fn.name === name)?.shipped;
  return shipped?.kind === 'known' ? shipped.units.flatMap((place) => units[place]?.crate ?? []) : [];
}

function nearestTo(glob: string, names: readonly string[]): UnmatchedCrates['nearest'] {
  const stem = normalizeCrate(glob.replaceAll(/[*?]/g, ''));
  if (stem === '' || stem.length > MOST_NAME) return { kind: 'none' };
  if (countedWith(stem) === 'std') return { kind: 'std' };
  const name = nearestOf(stem, names);
  return name === null ? { kind: 'none' } : { kind: 'crate', name };
}
