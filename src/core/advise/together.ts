import {
  type AdviceFigures,
  type AdviceMetric,
  changeOf,
  excludeEachOther,
  type MeasuredOutcome,
  type Outcome,
  type Remedy,
} from './remedy.ts';

export interface Tried {
  readonly remedy: Remedy;
  readonly outcome: Outcome;
}

/** What was taken together, and what came out. */
export interface Together {
  readonly remedies: readonly Remedy[];
  readonly outcome: Outcome;
}

/** Two remedies of which the pair is worse than the better one alone; the changes of the figure that they were tried for. */
export interface Harm {
  readonly one: { readonly title: string; readonly change: number };
  readonly other: { readonly title: string; readonly change: number };
  readonly together: number;
}

export interface Combination {
  /** `null`: fewer than two can be taken together. */
  readonly best: Together | null;
  readonly harms: readonly Harm[];
  /** Why a remedy that helps alone is not among them, by its id. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/** The most of another figure that a remedy of the best set may cost. */
const TOLERATED = 0.01;
/** Builds spent on finding who harms whom. */
const MOST_TRIES = 6;

/**
 * The best remedies taken together: of each slot the one that saves most, none that needs the team's word and has it not, none that makes another
 * figure worse. Where together they save less than one of them alone, or much less than their sum, each is left out in turn, and who harms whom is found.
 * `attempt`: builds a set. It answers `not-tried` once the budget is used up.
 */
export async function combine(
  tried: readonly Tried[],
  base: AdviceFigures,
  by: AdviceMetric,
  attempt: (remedies: readonly Remedy[]) => Promise<Outcome>,
): Promise<Combination> {
  const { chosen, leftOut } = chosenOf(tried, base, by);
  if (chosen.length < 2) return { best: null, harms: [], leftOut };
  const built: { readonly remedies: readonly Remedy[]; readonly outcome: Outcome; readonly change: number }[] = [];
  const measure = async (remedies: readonly Remedy[]): Promise<{ outcome: Outcome; change: number | null }> => {
    const outcome = await attempt(remedies);
    const change = outcome.kind === 'measured' && brokenText(outcome) === null ? changeOf(base, outcome.figures, by) : null;
    if (change !== null) built.push({ remedies, outcome, change });
    return { outcome, change };
  };
  const outcomeOf = (remedy: Remedy): Outcome =>
    tried.find((one) => one.remedy === remedy)?.outcome ?? { kind: 'not-tried', reason: 'it was not tried' };
  let set = chosen;
  let found = await measure(set.map(({ remedy }) => remedy));
  if (found.outcome.kind === 'not-tried')
    return { best: { remedies: set.map(({ remedy }) => remedy), outcome: found.outcome }, harms: [], leftOut };
  const harms: Harm[] = [];
  let tries = 0;
  // A set that saves less than its best member, or than most of the sum, holds remedies that harm each other.
  while (set.length > 1 && isDisappointing(found, set) && tries < MOST_TRIES) {
    let better: { without: (typeof set)[number]; outcome: Outcome; change: number } | null = null;
    for (const without of set.toReversed()) {
      if (tries >= MOST_TRIES) break;
      const rest = set.filter((one) => one !== without);
      const [alone] = rest;
      const isOne = rest.length === 1 && alone !== undefined;
      const left = isOne ? { outcome: outcomeOf(alone.remedy), change: alone.change } : await measure(rest.map(({ remedy }) => remedy));
      if (!isOne) tries += 1;
      if (left.outcome.kind === 'not-tried') break;
      const least = better?.change ?? found.change ?? 0;
      if (left.change !== null && left.change < least) better = { without, outcome: left.outcome, change: left.change };
    }
    const broken = brokenText(found.outcome);
    if (better === null) {
      if (broken !== null) for (const { remedy } of set) leftOut.set(remedy.id, broken);
      break;
    }
    const { without } = better;
    const rest = set.filter((one) => one !== without);
    const harm = await harmOf(without, rest, { found: set.length === 2 ? found.change : null, measure });
    if (harm !== null) harms.push(harm);
    const why = harm === null ? 'the others save more without it' : `${harm.other.title} and it harm each other`;
    leftOut.set(without.remedy.id, broken ?? why);
    set = rest;
    found = better;
  }
  // Whatever was built on the way: what saves most is the answer, unless one alone saves more.
  const [most] = built.toSorted((a, b) => a.change - b.change);
  const isBest = most !== undefined && most.change <= Math.min(...chosen.map(({ change }) => change));
  return { best: isBest ? { remedies: most.remedies, outcome: most.outcome } : null, harms, leftOut };
}

/** Of each slot the remedy that saves most and may be taken with others, the best first; why others that help are not among them, by their id. */
export function chosenOf(
  tried: readonly Tried[],
  base: AdviceFigures,
  by: AdviceMetric,
): { readonly chosen: readonly { readonly remedy: Remedy; readonly change: number }[]; readonly leftOut: Map<string, string> } {
  const leftOut = new Map<string, string>();
  const helping = tried.flatMap(({ remedy, outcome }) => {
    const change = outcome.kind === 'measured' ? changeOf(base, outcome.figures, by) : null;
    if (outcome.kind !== 'measured' || change === null || change >= 0) return [];
    const why = notTaken(remedy, outcome, base, by);
    if (why !== null) leftOut.set(remedy.id, why);
    return why === null ? [{ remedy, change }] : [];
  });
  const chosen: { readonly remedy: Remedy; readonly change: number }[] = [];
  for (const one of helping.toSorted((a, b) => a.change - b.change)) {
    const rival = chosen.find(({ remedy }) => excludeEachOther(remedy, one.remedy));
    if (rival === undefined) chosen.push(one);
    else leftOut.set(one.remedy.id, `${rival.remedy.title} takes its place`);
  }
  return { chosen, leftOut };
}

/** Why a set is not to be taken, whatever it saves; `null`: it is. Each of its members may be good alone. */
function brokenText(outcome: Outcome): string | null {
  const together = 'together with the others';
  switch (outcome.kind) {
    case 'measured':
      if (outcome.unfit !== null) return `${together} ${outcome.unfit}`;
      return outcome.verified.kind === 'failed' ? `${together} your command fails` : null;
    case 'not-built':
      return `${together} it does not build: ${outcome.reason}`;
    case 'not-started':
    case 'no-effect':
    case 'refused':
      return `${together} ${outcome.reason}`;
    case 'not-tried':
      return null;
  }
}

/** Why a remedy that helps is not taken with others; `null`: it is. */
function notTaken(remedy: Remedy, outcome: MeasuredOutcome, base: AdviceFigures, by: AdviceMetric): string | null {
  if (outcome.unfit !== null) return outcome.unfit;
  if (outcome.verified.kind === 'failed') return 'your command fails with it';
  const needsWord = remedy.sort === 'features' || remedy.sort === 'versions' || remedy.id === 'panic=abort';
  if (needsWord && outcome.verified.kind !== 'passed') return 'nobody has verified it (--verify)';
  for (const metric of ['zip', 'instructions'] as const) {
    const change = changeOf(base, outcome.figures, metric);
    if (metric !== by && change !== null && change > (base[metric] ?? 0) * TOLERATED)
      return `it costs ${metric === 'zip' ? 'package' : 'init'}`;
  }
  return null;
}

function isDisappointing({ change }: { readonly change: number | null }, set: readonly { readonly change: number }[]): boolean {
  if (change === null) return true;
  const best = Math.min(...set.map((one) => one.change));
  const sum = set.reduce((all, one) => all + one.change, 0);
  return change > best || change > sum * 0.5;
}

/** The remedy of the rest with which this one saves less than the better of the two alone. */
async function harmOf(
  one: { readonly remedy: Remedy; readonly change: number },
  rest: readonly { readonly remedy: Remedy; readonly change: number }[],
  { found, measure }: { readonly found: number | null; readonly measure: (set: readonly Remedy[]) => Promise<{ change: number | null }> },
): Promise<Harm | null> {
  for (const other of rest.slice(0, 3)) {
    const together = found ?? (await measure([other.remedy, one.remedy])).change;
    if (together === null || together <= Math.min(one.change, other.change)) continue;
    return {
      one: { title: one.remedy.title, change: one.change },
      other: { title: other.remedy.title, change: other.change },
      together,
    };
  }
  return null;
}
