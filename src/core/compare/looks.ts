import { exchangedChange, leastRisk, type Place } from '../exchange.ts';
import { UsageError } from '../failures.ts';
import { exceeds, type Interval, type PairedChange, type Sample } from '../statistics.ts';

/**
 * The risk of calling a change slower (or a limit breached) that is not, over all looks and comparisons of a run; the same again for faster.
 * An interval has it at each end, because each claim is about one end: the interval as a whole covers 98 %.
 */
export const COLD_START_ALPHA = 0.01;
/** After so many pairs the samples are looked at. */
export const COLD_START_LOOKS: readonly number[] = [20, 40, 60];
/** Which look this is. `comparisons`: functions × memory sizes that the run compares. */
export interface Look {
  /** From 1. */
  readonly taken: number;
  readonly planned: number;
  readonly alpha: number;
  readonly comparisons: number;
}

/**
 * The part of α that this look may spend: it grows with the look's square (1 : 4 : 9 of three), and the parts add up to α (Bonferroni).
 * At a limit of +10 % and a coefficient of variation of 14 % that proves a true +20 % in 77 of 100 runs, equal parts in 71, for 3 pairs more
 * where nothing changed.
 */
export function shareOf({ taken, planned }: Pick<Look, 'taken' | 'planned'>): number {
  // A snapshot is data: figures that make no sense must not make α larger.
  const look = Math.max(1, taken);
  const last = Math.max(look, planned);
  return (6 * look * look) / (last * (last + 1) * (2 * last + 1));
}

/** The risk at each end of an interval at this look. */
export function riskAt(look: Look): number {
  return (look.alpha * shareOf(look)) / Math.max(1, look.comparisons);
}

/**
 * How head's Init Durations changed against base's, place by place, as this look may judge them: `alpha` is the risk at each end.
 * Bonferroni over the comparisons, so that one interval is shown, decides when to stop and is held against the limit. RangeErrors as
 * `exchangedChange`.
 */
export function judgePairs(
  base: Sample,
  head: Sample,
  places: readonly Place[],
  look: Look,
): { readonly change: PairedChange; readonly alpha: number } {
  const alpha = riskAt(look);
  return { change: exchangedChange(base, head, places, 2 * alpha), alpha };
}

/**
 * Where the median of what was sampled lies: the order statistics that the binomial distribution cuts off, `alpha` at each end.
 * Needs no symmetry, which a lone sample with stragglers does not have. 0 and ∞ where the sample is too small.
 */
export function medianInterval(values: Sample, alpha: number): Interval {
  const sorted = values.toSorted((one, other) => one - other);
  let mass = 2 ** -sorted.length;
  let sum = mass;
  let below = 0;
  while (sum <= alpha) {
    below += 1;
    mass *= (sorted.length - below + 1) / below;
    sum += mass;
  }
  return { lower: sorted[below - 1] ?? 0, upper: (below === 0 ? undefined : sorted[sorted.length - below]) ?? Number.POSITIVE_INFINITY };
}

/**
 * Checks the numbers of pairs at which a run of so many comparisons looks. A UsageError where they are not ascending whole numbers, or where
 * a look is too small to prove anything: even if every pair said the same it would spend its part of α for nothing. Each look has two
 * functions of its own.
 */
export function checkLooks(looks: readonly number[], comparisons: number, option: string): void {
  const shown = looks.join(', ');
  const ascending = looks.every((pairs, place) => Number.isSafeInteger(pairs) && pairs > (looks[place - 1] ?? 0));
  if (looks.length === 0 || !ascending)
    throw new UsageError(`${option} ${shown || '(none)'}: write ascending whole numbers of pairs, such as ${COLD_START_LOOKS.join(', ')}`);
  for (const [place, pairs] of looks.entries()) {
    const risk = riskAt({ taken: place + 1, planned: looks.length, alpha: COLD_START_ALPHA, comparisons });
    const before = looks.slice(0, place);
    const least = leastPairs(before, risk);
    if (pairs >= least) continue;
    const where = looks.length === 1 ? '' : ` at look ${place + 1} of ${looks.length}`;
    const what = comparisons === 1 ? '' : ` with ${comparisons} functions and sizes to compare`;
    throw new UsageError(
      `${option} ${shown}: ${pairs} pairs can never prove a limit breached${where}${what}, whatever they measure; take ${least} or more there`,
    );
  }
}

/** How many pairs a look needs after those before it to prove anything at this risk. */
function leastPairs(before: readonly number[], risk: number): number {
  const deployments = before.map((pairs, place) => pairs - (before[place - 1] ?? 0));
  const had = before.at(-1) ?? 0;
  let pairs = 1;
  while (exceeds(leastRisk([...deployments, pairs]), risk)) pairs += 1;
  return had + pairs;
}
