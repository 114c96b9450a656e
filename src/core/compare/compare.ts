import { NO_SYMBOL } from '../crates.ts';
import { binaryOf, type NamedFunction } from '../function-names.ts';
import { METRICS } from '../metrics.ts';
import type { Base, Comparison, FunctionComparison, FunctionStatus, Pair, Row, Side, SymbolRow } from '../model.ts';
import { HEADERS, OVERHEAD } from '../model.ts';
import { compareRows, compareText, mapPair, pairFunctions } from '../pair.ts';
import type { FunctionMeasurement, Note, Snapshot } from '../snapshot/snapshot.ts';
import { shipsTheSame } from '../snapshot/unchanged.ts';
import { causesBy, type FindCauses } from './cause.ts';
import { compareColdStarts, NO_COLD_START } from './cold-start.ts';
import { declaredAt, limitChanges } from './declared-limits.ts';
import { compareDependencies } from './dependencies.ts';
import { compareInits, NO_INIT } from './init.ts';
import { compareInvocations } from './invocations.ts';
import { metricsOf, reasonAt } from './metrics.ts';

/**
 * Holds head's snapshot against base's: every function of either, with rows that add up to its figures.
 * Without a base every function is `added`. Pure: equal snapshots give only zeros and `unchanged`.
 */
export function compare(base: Base, head: Side): Comparison {
  const before = base.kind === 'measured' ? base.snapshot : null;
  const dependencies = compareDependencies(before?.lockfile ?? null, head.snapshot.lockfile);
  const pairs = pairFunctions(before?.functions ?? [], head.snapshot.functions, head.snapshot.renamed);
  const inits = compareInits(pairs.map((pair) => mapPair(pair, ({ init }) => ({ init }))));
  const coldStarts = compareColdStarts(pairs.map((pair) => mapPair(pair, ({ coldStart, arch }) => ({ coldStart, arch }))));
  const findCauses = causesBy(dependencies, head.snapshot.lockfile);
  return {
    base,
    head,
    functions: pairs.map((pair, index) => {
      const measured = { init: inits[index] ?? NO_INIT, coldStart: coldStarts[index] ?? NO_COLD_START };
      return compareFunction(pair, measured, findCauses);
    }),
    dependencies,
    notes: compareNotes(before, head.snapshot),
    limitChanges: limitChanges(declaredAt(base), head.snapshot.limits),
  };
}

/** A function at both sides, or at one. */
type FunctionPair = Pair<FunctionMeasurement> & { readonly name: string };

function compareFunction(
  pair: FunctionPair,
  measured: Pick<FunctionComparison, 'init' | 'coldStart'>,
  findCauses: FindCauses,
): FunctionComparison {
  const { name, base, head } = pair;
  const crate = (head ?? base)?.crate ?? name;
  const metrics = metricsOf(pair, measured.init, measured.coldStart);
  const status = statusOf(pair, metrics);
  const notAttributed = reasonAt(pair, ({ attribution }) => (attribution.kind === 'none' ? attribution.reason : null));
  const attributed: FunctionPair = notAttributed === null ? pair : { name, base: null, head: null };
  const crates = diffRows(mapPair(attributed, cratesOf));
  const symbols = diffSymbols(mapPair(attributed, symbolsOf));
  return {
    name,
    crate,
    formerly: formerlyOf(pair),
    status,
    sha256: mapPair(pair, (fn) => fn.binary.sha256),
    metrics,
    notAttributed,
    crates,
    symbols,
    sections: diffRows(mapPair(pair, sectionsOf)),
    package: diffRows(mapPair(pair, entriesOf)),
    findings: head?.findings ?? [],
    // All of a new function is new: only a change has a cause.
    causes: status === 'changed' ? findCauses(crates, symbols, crate) : [],
    ...measured,
  };
}

function statusOf({ base, head }: FunctionPair, metrics: FunctionComparison['metrics']): FunctionStatus {
  if (head === null) return 'removed';
  if (base === null) return 'added';
  const alike = METRICS.every(({ name, of }) => of !== 'build' || metrics[name].base === metrics[name].head);
  return alike && shipsTheSame(base, head) ? 'unchanged' : 'changed';
}

/** What base calls it, where that is another name or package. */
function formerlyOf({ base, head }: FunctionPair): NamedFunction | null {
  if (base === null || head === null || (base.crate === head.crate && binaryOf(base) === binaryOf(head))) return null;
  return { name: base.name, crate: base.crate };
}

interface Part {
  readonly name: string;
  readonly size: number;
}

interface SymbolPart extends Part {
  readonly crate: string;
}

function cratesOf({ attribution }: FunctionMeasurement): readonly Part[] {
  return attribution.kind === 'none' ? [] : [...attribution.crates, { name: NO_SYMBOL, size: attribution.unattributed }];
}

function symbolsOf({ attribution }: FunctionMeasurement): readonly SymbolPart[] {
  return attribution.kind === 'none' ? [] : attribution.symbols;
}

function sectionsOf({ binary }: FunctionMeasurement): readonly Part[] {
  return [...binary.sections, { name: HEADERS, size: binary.headers }];
}

function entriesOf({ package: zip }: FunctionMeasurement): readonly Part[] {
  return [...zip.entries.map(({ name, compressed }) => ({ name, size: compressed })), { name: OVERHEAD, size: zip.overhead }];
}

function diffRows(sides: Pair<readonly Part[]>): readonly Row[] {
  return diff(
    sides,
    (part) => part.name,
    ({ name }, figures) => ({ name, ...figures }),
  );
}

function diffSymbols(sides: Pair<readonly SymbolPart[]>): readonly SymbolRow[] {
  return diff(
    sides,
    ({ crate, name }) => `${crate}\0${name}`,
    ({ crate, name }, figures) => ({ crate, name, ...figures }),
  );
}

/**
 * The union of two lists by key, the largest change first. Parts of one key are summed. What one list lacks is 0 there, so that
 * rows add up to either side's figure; a side without a list is `null` in every row.
 */
function diff<T extends Part, R extends Row>(
  sides: Pair<readonly T[]>,
  keyOf: (part: T) => string,
  rowOf: (part: T, figures: Pair<number>) => R,
): readonly R[] {
  const [base, head] = [totals(sides.base ?? [], keyOf), totals(sides.head ?? [], keyOf)];
  const parts = new Map([...(sides.base ?? []), ...(sides.head ?? [])].map((part) => [keyOf(part), part]));
  return [...parts]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([key, part]) =>
      rowOf(part, { base: sides.base === null ? null : (base.get(key) ?? 0), head: sides.head === null ? null : (head.get(key) ?? 0) }),
    )
    .toSorted(compareRows);
}

function totals<T extends Part>(parts: readonly T[], keyOf: (part: T) => string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const part of parts) sums.set(keyOf(part), (sums.get(keyOf(part)) ?? 0) + part.size);
  return sums;
}

/** What differs besides the code comes first: it may explain every figure. */
function compareNotes(base: Snapshot | null, head: Snapshot): readonly Note[] {
  const all = [...(base === null ? [] : compareInvocations(base.invocation, head.invocation)), ...(base?.notes ?? []), ...head.notes];
  return [...new Map(all.map((note) => [JSON.stringify([note.code, note.text]), note])).values()];
}
