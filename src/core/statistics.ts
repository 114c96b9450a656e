/** Up to this many differences the signed-rank distribution is counted exactly: 2^60 sign patterns, as probabilities in doubles. */
export const EXACT_LIMIT = 60;

/** At least one value: nothing here has an answer for none. */
export type Sample = readonly [number, ...number[]];

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** A change between paired samples, as ratios head / base: 1.05 is 5 % more. */
export interface PairedChange {
  /** The Hodges–Lehmann estimate. */
  readonly ratio: number;
  /** Infinite at both ends (0 and ∞) where the sample is too small for this α. */
  readonly interval: Interval;
  /** How many pairs it rests on. */
  readonly pairs: number;
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: Sample): number {
  return quantile(values, 0.5);
}

/**
 * The quantile at `p` (0 to 1) with linear interpolation between order statistics: definition 7 of Hyndman and Fan (1996), the default of R
 * and NumPy. A RangeError for a `p` outside.
 */
export function quantile(values: Sample, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`not a probability: ${p}`);
  const sorted = values.toSorted(ascending);
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)] ?? values[0];
  const above = sorted[Math.ceil(position)] ?? below;
  return below === above ? below : below + (above - below) * (position - Math.floor(position));
}

/**
 * How `head` changed against `base`, measured in pairs: Hodges–Lehmann estimate and signed-rank interval of log(head / base), as ratios.
 * `alpha` is the interval's whole risk, half at each end. Every value must be positive and the two of one length: else a RangeError.
 */
export function pairedChange(base: Sample, head: Sample, alpha: number): PairedChange {
  if (base.length !== head.length) throw new RangeError(`${base.length} base values cannot be paired with ${head.length} of head`);
  const differences = logRatios(base, head);
  if (differences === null) throw new RangeError('ratios need positive values');
  const { lower, upper } = signedRankInterval(differences, alpha);
  return {
    ratio: Math.exp(hodgesLehmann(differences)),
    interval: { lower: Math.exp(lower), upper: Math.exp(upper) },
    pairs: differences.length,
  };
}

/** A list as a sample; `null` where it is empty. */
export function sampleOf(values: readonly number[]): Sample | null {
  const [first, ...rest] = values;
  return first === undefined ? null : [first, ...rest];
}

/** Whether two lists can be judged as pairs by their ratios: of one length, every value positive. */
export function comparable(base: readonly number[], head: readonly number[]): boolean {
  return base.length === head.length && [...base, ...head].every((value) => value > 0 && Number.isFinite(value));
}

/** log(head / base), pair by pair; `null` where they are not `comparable`, or there are none. */
export function logRatios(base: readonly number[], head: readonly number[]): Sample | null {
  if (!comparable(base, head)) return null;
  return sampleOf(base.map((value, place) => Math.log((head[place] ?? value) / value)));
}

/** The median of all means of two values (a value and itself included): the location whose signed-rank statistic is its expectation. */
export function hodgesLehmann(differences: Sample): number {
  const [first, ...rest] = walshAverages(differences);
  return median([first ?? differences[0], ...rest]);
}

/**
 * The Wilcoxon signed-rank confidence interval of the centre of symmetric differences: closed, with coverage of at least 1 − `alpha`.
 * Ends at the Walsh averages that the critical value cuts off; −∞ and ∞ where no critical value exists (2^(1−n) > α).
 * With ties the closed interval still covers at least as often (Noether 1967); they make it no narrower.
 */
export function signedRankInterval(differences: Sample, alpha: number): Interval {
  const averages = walshAverages(differences);
  const critical = criticalValue(differences.length, alpha);
  const lower = critical === null ? undefined : averages[critical];
  const upper = critical === null ? undefined : averages[averages.length - 1 - critical];
  return { lower: lower ?? Number.NEGATIVE_INFINITY, upper: upper ?? Number.POSITIVE_INFINITY };
}

/**
 * The largest w with P(W ≤ w) ≤ α/2 for the signed-rank sum of `n` differences without ties: the tables' two-sided critical value
 * (37 for n = 20, α = 0.01). `null` where even w = 0 is too likely. Above 60 by the normal approximation, one below it to stay on the safe side.
 */
export function criticalValue(n: number, alpha: number): number | null {
  checkProbability(alpha);
  if (n > EXACT_LIMIT) return Math.floor(approximateQuantile(n, alpha / 2)) - 1;
  const masses = signedRankMasses(ranksTo(n));
  let sum = 0;
  for (const [w, mass] of masses.entries()) {
    sum += mass;
    if (exceeds(sum, alpha / 2)) return w === 0 ? null : w - 1;
  }
  return masses.length - 1;
}

/**
 * The one-sided p-value of "the differences are centred above `threshold`". Ties get their mean rank and the distribution is counted over
 * exactly those ranks, so that it is exact with ties too; differences equal to the threshold are dropped (Wilcoxon's rule). 1 where none is left.
 * More than 60 differences: normal approximation with the tie and continuity corrections.
 */
export function signedRankPValue(differences: Sample, threshold: number): number {
  const shifted = differences.map((difference) => difference - threshold).filter((difference) => difference !== 0);
  if (shifted.length === 0) return 1;
  // Twice the mean rank is whole, so that the recursion can count it.
  const doubled = doubledRanks(shifted.map(Math.abs));
  const statistic = doubled.reduce((sum, rank, index) => sum + ((shifted[index] ?? 0) > 0 ? rank : 0), 0);
  if (shifted.length > EXACT_LIMIT) {
    const mean = doubled.reduce((sum, rank) => sum + rank, 0) / 2;
    const variance = doubled.reduce((sum, rank) => sum + rank * rank, 0) / 4;
    return 1 - normalCdf((statistic - 1 - mean) / Math.sqrt(variance));
  }
  const tail = signedRankMasses(doubled)
    .slice(statistic)
    .reduceRight((sum, mass) => sum + mass, 0);
  return Math.min(1, tail);
}

/** The one-sided p-values of "centred above 0" and "centred below 0". */
export function signedRankTails(differences: Sample): { readonly above: number; readonly below: number } {
  const [first, ...rest] = differences;
  return { above: signedRankPValue(differences, 0), below: signedRankPValue([-first, ...rest.map((value) => -value)], 0) };
}

/**
 * Holm's step-down adjustment, in the order given: a hypothesis is rejected at α where its adjusted p-value is at most α.
 * Never below the p-value, never above 1, and in the same order as the p-values. Source: Holm, Scand. J. Statist. 6 (1979).
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((p, index) => ({ p, index })).toSorted((one, other) => one.p - other.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let highest = 0;
  for (const [step, { p, index }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, p * (pValues.length - step)));
    adjusted[index] = highest;
  }
  return adjusted;
}

/** All means of two values, sorted. n = 60 has 1,830. */
function walshAverages(values: Sample): readonly number[] {
  return values
    .flatMap((value, index) => values.slice(index).map((other) => (value === other ? value : value / 2 + other / 2)))
    .toSorted(ascending);
}

/**
 * The probability of each rank sum when every rank counts with probability ½: one pass of the counting recursion for each rank,
 * P_k(w) = ½ P_{k−1}(w) + ½ P_{k−1}(w − rank).
 */
function signedRankMasses(ranks: readonly number[]): readonly number[] {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const masses = new Float64Array(total + 1);
  masses[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    reached += rank;
    for (let w = reached; w >= 0; w -= 1) masses[w] = ((masses[w] ?? 0) + (w >= rank ? (masses[w - rank] ?? 0) : 0)) / 2;
  }
  return [...masses];
}

/** Twice the rank of each value, ties sharing their mean rank. */
function doubledRanks(values: readonly number[]): readonly number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 2 * below + equal + 1;
  });
}

function ranksTo(n: number): readonly number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}

/** Sums of doubles that should equal a bound exactly (2^-7 against 1/128) must not miss it by their rounding. */
export function exceeds(sum: number, bound: number): boolean {
  return sum > bound * (1 + 1e-12);
}

function checkProbability(alpha: number): void {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`not a risk between 0 and 1: ${alpha}`);
}

function approximateQuantile(n: number, p: number): number {
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  return mean + deviation * normalQuantile(p) - 0.5;
}

/** Where Φ is `p`, by halving: for probabilities that are not known before. */
export function normalQuantile(p: number): number {
  let low = -40;
  let high = 40;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return low;
}

/** Φ by its series near the centre and its continued fraction in the tails: relative error below 1e-12 (Abramowitz and Stegun 26.2.11, 26.2.14). */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  const density = Math.exp((-size * size) / 2) / Math.sqrt(2 * Math.PI);
  if (size < 3) {
    let term = x;
    let sum = x;
    for (let k = 1; k < 80; k += 1) {
      term *= (x * x) / (2 * k + 1);
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = size;
  for (let k = 120; k >= 1; k -= 1) fraction = size + k / fraction;
  return x > 0 ? 1 - density / fraction : density / fraction;
}

function ascending(one: number, other: number): number {
  return one - other;
}

/**
 * The estimate whose interval, as wide as this one in logarithms, would just begin at 1: a true change of this size is proven in about every
 * second run, a larger one more often. `null` where the sample is too small to prove any.
 */
export function detectableRatio({ ratio, interval }: PairedChange): number | null {
  return interval.lower === 0 ? null : ratio / interval.lower;
}
