import {
  EXACT_LIMIT,
  exceeds,
  hodgesLehmann,
  type Interval,
  logRatios,
  median,
  normalCdf,
  normalQuantile,
  type PairedChange,
  type Sample,
  sampleOf,
} from './statistics.ts';

/** Where a pair was taken: on which two functions, and which of them held head's code. */
export interface Place {
  /** The number of the two functions: they may lie on faster and slower hosts, each pair of them on others. */
  readonly deployment: number;
  readonly exchanged: boolean;
}

/** The logarithms of one deployment's pairs, by which way round they were taken. */
interface Stratum {
  readonly straight: readonly number[];
  readonly exchanged: readonly number[];
}

/**
 * How `head` changed against `base` where two functions held each other's code in turn, which a coin decided pair by pair. Each average of a
 * straight pair and an exchanged one of the same two functions is free of their hosts: (δ + D + δ − D) / 2. The estimate is the median of
 * these, the interval the stratified rank-sum test's (Mann–Whitney's within each deployment, van Elteren's sum with equal weights), counted
 * exactly up to 60 pairs. Where nothing changed the coin alone decides, so that it holds whatever the hosts do, as long as that depends on
 * the function, the time and the coin, not on the code. `alpha` is the interval's whole risk. RangeErrors as `pairedChange`.
 */
export function exchangedChange(base: Sample, head: Sample, places: readonly Place[], alpha: number): PairedChange {
  const differences = logRatios(base, head);
  if (differences === null || places.length !== differences.length) throw new RangeError('each pair needs two positive values and a place');
  const strata = strataOf(differences, places);
  const averages = sampleOf(crossAverages(strata));
  if (averages === null) return { ratio: Math.exp(hodgesLehmann(differences)), interval: NOTHING, pairs: differences.length };
  const critical = criticalCount(strata, alpha / 2);
  const [lower, upper] = critical === null ? [] : [averages[critical], averages[averages.length - 1 - critical]];
  const interval = lower === undefined || upper === undefined ? NOTHING : { lower: Math.exp(lower), upper: Math.exp(upper) };
  return { ratio: Math.exp(median(averages)), interval, pairs: differences.length };
}

const NOTHING: Interval = { lower: 0, upper: Number.POSITIVE_INFINITY };

/** The one-sided p-values of "head takes longer" and "head takes less", by the test whose interval `exchangedChange` gives. */
export function exchangedTails(differences: Sample, places: readonly Place[]): { readonly above: number; readonly below: number } {
  const strata = strataOf(differences, places);
  const averages = crossAverages(strata);
  const tail = (count: number): number => tailFrom(strata, count);
  return {
    above: tail(averages.filter((average) => average > 0).length),
    below: tail(averages.filter((average) => average < 0).length),
  };
}

/** The least p-value that deployments of so many pairs, as even as they can be, could ever give: one order of all is the most extreme. */
export function leastRisk(deployments: readonly number[]): number {
  return deployments.reduce((risk, pairs) => risk / ways(pairs), 1);
}

/** In how many ways so many pairs may be taken, half of them exchanged. */
function ways(pairs: number): number {
  const half = Math.floor(pairs / 2);
  return Array.from({ length: half }, (_, place) => (pairs - place) / (half - place)).reduce((product, factor) => product * factor, 1);
}

function strataOf(differences: readonly number[], places: readonly Place[]): readonly Stratum[] {
  const deployments = [...new Set(places.map(({ deployment }) => deployment))];
  return deployments.map((deployment) => {
    const taken = (exchanged: boolean): readonly number[] =>
      differences.filter((_, pair) => places[pair]?.deployment === deployment && places[pair]?.exchanged === exchanged);
    return { straight: taken(false), exchanged: taken(true) };
  });
}

/** Sorted. */
function crossAverages(strata: readonly Stratum[]): readonly number[] {
  return strata
    .flatMap(({ straight, exchanged }) => straight.flatMap((one) => exchanged.map((other) => one / 2 + other / 2)))
    .toSorted((one, other) => one - other);
}

/** The largest count with P(U ≤ count) ≤ `risk`; `null` where even none is too likely. */
function criticalCount(strata: readonly Stratum[], risk: number): number | null {
  if (pairsOf(strata) > EXACT_LIMIT) {
    const { mean, deviation } = momentsOf(strata);
    const count = Math.floor(mean + deviation * normalQuantile(risk) - 0.5) - 1;
    return count < 0 ? null : count;
  }
  let sum = 0;
  const masses = massesOf(strata);
  for (const [count, mass] of masses.entries()) {
    sum += mass;
    if (exceeds(sum, risk)) return count === 0 ? null : count - 1;
  }
  return masses.length - 1;
}

function tailFrom(strata: readonly Stratum[], count: number): number {
  if (count === 0) return 1;
  if (pairsOf(strata) > EXACT_LIMIT) {
    const { mean, deviation } = momentsOf(strata);
    return 1 - normalCdf((count - 0.5 - mean) / deviation);
  }
  const tail = massesOf(strata)
    .slice(count)
    .reduceRight((sum, mass) => sum + mass, 0);
  return Math.min(1, tail);
}

function pairsOf(strata: readonly Stratum[]): number {
  return strata.reduce((sum, { straight, exchanged }) => sum + straight.length + exchanged.length, 0);
}

function momentsOf(strata: readonly Stratum[]): { readonly mean: number; readonly deviation: number } {
  let [mean, variance] = [0, 0];
  for (const { straight, exchanged } of strata) {
    const [m, n] = [straight.length, exchanged.length];
    mean += (m * n) / 2;
    variance += (m * n * (m + n + 1)) / 12;
  }
  return { mean, deviation: Math.sqrt(variance) };
}

/** Of a few dozen shapes at most: these take longer to count than all the rest. */
const KNOWN = new Map<string, readonly number[]>();

/** How likely each number of averages above a true change is: the deployments' own, added up. */
function massesOf(strata: readonly Stratum[]): readonly number[] {
  const shape = strata.map(({ straight, exchanged }) => `${straight.length}:${exchanged.length}`).join();
  const known = KNOWN.get(shape);
  if (known !== undefined) return known;
  const masses = strata.reduce<readonly number[]>(
    (total, { straight, exchanged }) => sumOf(total, rankSumMasses(straight.length, exchanged.length)),
    [1],
  );
  if (KNOWN.size < 1_000) KNOWN.set(shape, masses);
  return masses;
}

function sumOf(one: readonly number[], other: readonly number[]): readonly number[] {
  const masses = new Float64Array(one.length + other.length - 1);
  for (const [a, p] of one.entries()) for (const [b, q] of other.entries()) masses[a + b] = (masses[a + b] ?? 0) + p * q;
  return [...masses];
}

/** Mann and Whitney's recursion, as probabilities: the largest of all is one of the `m` with m / (m + n), and then is above all `n`. */
function rankSumMasses(m: number, n: number): readonly number[] {
  let row: readonly Float64Array[] = Array.from({ length: n + 1 }, () => new Float64Array([1]));
  for (let i = 1; i <= m; i += 1) {
    const next: Float64Array[] = [new Float64Array([1])];
    for (let j = 1; j <= n; j += 1) {
      const masses = new Float64Array(i * j + 1);
      for (const [count, mass] of (row[j] ?? []).entries()) masses[count + j] = (masses[count + j] ?? 0) + (mass * i) / (i + j);
      for (const [count, mass] of (next[j - 1] ?? []).entries()) masses[count] = (masses[count] ?? 0) + (mass * j) / (i + j);
      next.push(masses);
    }
    row = next;
  }
  return [...(row[n] ?? [1])];
}
