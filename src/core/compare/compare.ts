import { NO_SYMBOL, normalizeCrate } from '../crates.ts';
import { binaryOf, type NamedFunction } from '../function-names.ts';
import { METRICS } from '../metrics.ts';
import type { Base, Side } from '../model/base.ts';
import type { Comparison, FunctionComparison, FunctionStatus } from '../model/comparison.ts';
import { compareRows, compareText, mapPair, pairFunctions, renamedIn } from '../pair.ts';
import type { OwnerRow, Pair, Row } from '../rows.ts';
import { HEADERS, OVERHEAD } from '../rows.ts';
import type { FunctionMeasurement, Lockfile, Note, Snapshot, SymbolSize } from '../snapshot/snapshot.ts';
import { shipsTheSame } from '../snapshot/unchanged.ts';
import { type Brought, broughtBetween } from './brought.ts';
import { causesOf } from './cause.ts';
import { compareColdStarts, NO_COLD_START } from './cold-start.ts';
import { eventChanges } from './declared-events.ts';
import { declaredAt, limitChanges } from './declared-limits.ts';
import { compareDependencies } from './dependencies.ts';
import { compareFindings } from './findings.ts';
import { compareFirstResponses, NO_FIRST_RESPONSE } from './first-response.ts';
import { hiddenVariants } from './hidden-features.ts';
import { compareInits, NO_INIT } from './init.ts';
import { compareInvocations } from './invocations.ts';
import { metricsOf, reasonAt } from './metrics.ts';
import { codeRows, compareConstants, compareOwners, ownedParts, reasonOf } from './owners.ts';
import { compareSymbols } from './symbols.ts';

/**
 * Holds head's snapshot against base's: every function of either, with rows that add up to its figures.
 * `claims` as `compareColdStarts`. Without a base every function is `added`. Pure: equal snapshots give only zeros and `unchanged`.
 */
export function compare(base: Base, head: Side, claims: 1 | 2 = 1): Comparison {
  const before = base.kind === 'measured' ? base.snapshot : null;
  const pairs = pairFunctions(before?.functions ?? [], head.snapshot.functions, head.snapshot.renamed);
  const projects = [before?.lockfile, head.snapshot.lockfile].flatMap((lock) => pathCrates(lock ?? null));
  const started = pairs.map((pair) => ({ ...mapPair(pair, ({ init }) => ({ init })), own: ownCrates(pair, projects) }));
  const inits = compareInits(started);
  const firstResponses = compareFirstResponses(started, inits);
  const coldStarts = compareColdStarts(
    pairs.map((pair) => mapPair(pair, ({ coldStart, arch }) => ({ coldStart, arch }))),
    claims,
  );
  const brought = broughtBetween(before, head.snapshot);
  const functions = pairs.map((pair, index) => {
    const measured = {
      init: inits[index] ?? NO_INIT,
      firstResponse: firstResponses[index] ?? NO_FIRST_RESPONSE,
      coldStart: coldStarts[index] ?? NO_COLD_START,
    };
    const { findings, standing } = compareFindings(pair.base?.findings ?? null, pair.head?.findings ?? [], before !== null);
    return compareFunction(pair, { ...measured, findings, standing }, brought);
  });
  return {
    base,
    head,
    functions,
    dependencies: compareDependencies(pairs.map(brought.sidesOf), before !== null),
    notes: compareNotes(before, head.snapshot),
    project: compareFindings(before?.findings ?? null, head.snapshot.findings, before !== null),
    limitChanges: limitChanges(declaredAt(base), head.snapshot.limits),
    eventChanges: eventChanges(base, head, functions),
  };
}

/** Crates of workspace members and path dependencies, which have no source. */
function pathCrates(lock: Lockfile | null): readonly string[] {
  return (lock?.packages ?? []).flatMap(({ name, source }) => (source === null ? [name] : []));
}

/** As code names them. A binary is a crate of its own name. */
function ownCrates({ base, head }: FunctionPair, projects: readonly string[]): ReadonlySet<string> {
  const own = [base, head].flatMap((fn) => (fn === null ? [] : [fn.crate, binaryOf(fn)]));
  return new Set([...projects, ...own].map(normalizeCrate));
}

/** A function at both sides, or at one. */
type FunctionPair = Pair<FunctionMeasurement> & { readonly name: string };

function compareFunction(
  pair: FunctionPair,
  measured: Pick<FunctionComparison, 'init' | 'firstResponse' | 'coldStart' | 'findings' | 'standing'>,
  brought: Brought,
): FunctionComparison {
  const { name, base, head } = pair;
  const crate = (head ?? base)?.crate ?? name;
  const metrics = metricsOf(pair, measured.init, measured.firstResponse, measured.coldStart);
  const status = statusOf(pair, metrics);
  const notAttributed = reasonAt(pair, ({ attribution }) => (attribution.kind === 'none' ? attribution.reason : null));
  const attributed: FunctionPair = notAttributed === null ? pair : { name, base: null, head: null };
  const notOwned = reasonAt(pair, ({ owners }) => reasonOf(owners));
  const owned = notOwned === null ? mapPair(pair, ({ owners }) => ownedParts(owners)) : { base: null, head: null };
  const crates = notOwned === null ? diffRows(mapPair(owned, codeRows)) : diffRows(mapPair(attributed, cratesOf));
  const owners = compareOwners(owned);
  const symbols = compareSymbols(mapPair(attributed, symbolsOf));
  // All of a new function is new: only a change has a cause.
  const { change, ...why } = status === 'changed' ? brought.changeOf(pair) : UNCHANGED;
  const doubled = brought.oldTwice(pair, crates);
  return {
    name,
    crate,
    formerly: formerlyOf(pair),
    status,
    sha256: mapPair(pair, (fn) => fn.binary.sha256),
    metrics,
    notAttributed,
    crates,
    notOwned,
    owners,
    constants: compareConstants(owned),
    symbols: symbols.rows,
    sections: diffRows(mapPair(pair, sectionsOf)),
    package: diffRows(mapPair(pair, entriesOf)),
    causes: status === 'changed' ? causesOf(crateRows(owners, crates), symbols, change) : [],
    ...why,
    hidden: pair.head === null ? [] : hiddenVariants(pair.head),
    ...measured,
    findings: [...measured.findings, ...brought.newTwice(pair, crates), ...doubled],
    standing: [...measured.standing, ...doubled],
  };
}

const UNCHANGED: ReturnType<Brought['changeOf']> = { roots: [], notLinked: null, change: null };

/** All bytes of each crate where they are known, else its code. */
function crateRows(owners: readonly OwnerRow[], crates: readonly Row[]): readonly Row[] {
  return owners.length === 0 ? crates : owners.flatMap(({ kind, name, base, head }) => (kind === 'crate' ? [{ name, base, head }] : []));
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

function cratesOf({ attribution }: FunctionMeasurement): readonly Part[] {
  return attribution.kind === 'none' ? [] : [...attribution.crates, { name: NO_SYMBOL, size: attribution.unattributed }];
}

function symbolsOf({ attribution }: FunctionMeasurement): readonly SymbolSize[] {
  if (attribution.kind === 'none') return [];
  const { symbols, unattributed } = attribution;
  return unattributed === 0 ? symbols : [...symbols, { crate: NO_SYMBOL, name: NO_SYMBOL, size: unattributed, count: 0, owned: null }];
}

function sectionsOf({ binary }: FunctionMeasurement): readonly Part[] {
  return [...binary.sections, { name: HEADERS, size: binary.headers }];
}

function entriesOf({ package: zip }: FunctionMeasurement): readonly Part[] {
  return [...zip.entries.map(({ name, compressed }) => ({ name, size: compressed })), { name: OVERHEAD, size: zip.overhead }];
}

/**
 * The union of two lists by name, the largest change first. Parts of one name are summed. What one list lacks is 0 there, so that
 * rows add up to either side's figure; a side without a list is `null` in every row.
 */
function diffRows(sides: Pair<readonly Part[]>): readonly Row[] {
  const [base, head] = [totals(sides.base ?? []), totals(sides.head ?? [])];
  return [...new Set([...base.keys(), ...head.keys()])]
    .toSorted(compareText)
    .map((name) => ({
      name,
      base: sides.base === null ? null : (base.get(name) ?? 0),
      head: sides.head === null ? null : (head.get(name) ?? 0),
    }))
    .toSorted(compareRows);
}

function totals(parts: readonly Part[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { name, size } of parts) sums.set(name, (sums.get(name) ?? 0) + size);
  return sums;
}

/** What differs besides the code comes first: it may explain every figure. */
function compareNotes(base: Snapshot | null, head: Snapshot): readonly Note[] {
  const all = [
    ...(base === null ? [] : compareInvocations(base.invocation, head.invocation, renamedIn(base.functions, head.functions, head.renamed))),
    ...(base?.notes ?? []),
    ...head.notes,
  ];
  return [...new Map(all.map((note) => [JSON.stringify([note.code, note.text]), note])).values()];
}
