/** What a commit measured of one metric; `unknown`: it does not build, or has no such function. */
export type Reading = { readonly kind: 'value'; readonly value: number } | { readonly kind: 'unknown'; readonly reason: string };

export interface Measured<C> {
  readonly commit: C;
  readonly value: number;
}

/** The history that is searched. A commit is the same value each time it is handed out. */
export interface Walker<C> {
  /** Asked once for each commit. `left`: how many more will be asked for, about. */
  readonly read: (commit: C, left: number) => Promise<Reading>;
  /** `to` and its first parents as far as `from` does not contain them, the oldest first. */
  readonly chain: (from: C, to: C) => Promise<readonly C[]>;
  readonly parents: (commit: C) => Promise<readonly C[]>;
}

/** Where a metric crossed the middle between two commits. */
export interface Jump<C> {
  /** The commit; of several, which lie between two measured ones and could not be measured themselves, it is one. The last one is measured. */
  readonly commits: readonly C[];
  /** Its parent, and the last of `commits`. */
  readonly before: Measured<C>;
  readonly after: Measured<C>;
  /** The merges that it came in by, the outermost first. */
  readonly merges: readonly C[];
  /** Where it stands among first parents: itself, or the outermost merge, between its two neighbours there. */
  readonly among: { readonly before: Measured<C>; readonly after: Measured<C> };
  /** It is the merge itself: neither side alone has the growth. */
  readonly ofMerge: boolean;
}

/**
 * Finds one commit by which a metric rose past the middle of its two ends: along the first parents, then inside the merge that is found, and so on.
 * What cannot be measured is passed over. It asks for at most the binary logarithm of each chain it goes along, one for each commit that could not
 * be measured, and one for the parent of a commit that a side begins with.
 */
export async function findJump<C>(low: Measured<C>, high: Measured<C>, walker: Walker<C>): Promise<Jump<C>> {
  const chain = await walker.chain(low.commit, high.commit);
  const found = await between([low.commit, ...chain], low, high, walker);
  const among = { before: found.before, after: found.after };
  let jump = found;
  const merges: C[] = [];
  let ofMerge = false;
  for (;;) {
    const [only, ...others] = jump.commits;
    if (only === undefined || others.length > 0) break;
    const [, ...sides] = await walker.parents(only);
    if (sides.length === 0) break;
    const inside = await insideOf(jump, sides, walker);
    if (inside === null) {
      ofMerge = true;
      break;
    }
    merges.push(only);
    jump = inside;
  }
  return { ...jump, before: await parentOf(jump, walker), merges, among, ofMerge };
}

type Crossing<C> = Pick<Jump<C>, 'commits' | 'before' | 'after'>;

/** `commits`: the first is `low`'s or stands for it, the last is `high`'s. */
async function between<C>(commits: readonly C[], low: Measured<C>, high: Measured<C>, walker: Walker<C>): Promise<Crossing<C>> {
  const middle = (low.value + high.value) / 2;
  const unknown = new Set<number>();
  let [from, to] = [0, commits.length - 1];
  let [before, after] = [low, high];
  while (to - from > 1) {
    const at = nearestToMiddle(from, to, unknown);
    const commit = at === null ? undefined : commits[at];
    if (at === null || commit === undefined) break;
    const reading = await walker.read(commit, Math.ceil(Math.log2(to - from)));
    if (reading.kind === 'unknown') unknown.add(at);
    else if (reading.value > middle) [to, after] = [at, { commit, value: reading.value }];
    else [from, before] = [at, { commit, value: reading.value }];
  }
  return { commits: commits.slice(from + 1, to + 1), before, after };
}

/** The place nearest to the middle that may be measured; `null`: none is left. */
function nearestToMiddle(from: number, to: number, unknown: ReadonlySet<number>): number | null {
  const middle = Math.floor((from + to) / 2);
  for (let away = 0; away < to - from; away += 1)
    for (const at of [middle + away, middle - away]) if (at > from && at < to && !unknown.has(at)) return at;
  return null;
}

/** What a merge's other sides brought; `null`: none of them alone. */
async function insideOf<C>({ before, after }: Crossing<C>, sides: readonly C[], walker: Walker<C>): Promise<Crossing<C> | null> {
  for (const side of sides) {
    const chain = await walker.chain(before.commit, side);
    if (chain.length === 0) continue;
    const found = await between([before.commit, ...chain, after.commit], before, after, walker);
    if (found.commits.length === 1 && found.commits[0] === after.commit) continue;
    // Up to the merge itself nothing between could be measured: it is one of them, or the merge.
    return found;
  }
  return null;
}

/** A side's first commit stands behind the fork, not behind the merge's first parent. */
async function parentOf<C>({ commits, before }: Crossing<C>, walker: Walker<C>): Promise<Measured<C>> {
  const [first] = commits;
  const parent = first === undefined ? undefined : (await walker.parents(first))[0];
  if (parent === undefined || parent === before.commit) return before;
  const reading = await walker.read(parent, 1);
  return reading.kind === 'value' ? { commit: parent, value: reading.value } : before;
}

/** The least share of the whole growth that is looked for, and how many jumps at most. */
const [LEAST_SHARE, MOST_JUMPS] = [0.05, 10] as const;

/**
 * The jumps between two commits along the first parents, the largest first: after each the rest on both sides is searched as long as it grew by a
 * twentieth of the whole.
 */
export async function findJumps<C>(low: Measured<C>, high: Measured<C>, walker: Walker<C>): Promise<readonly Jump<C>[]> {
  const least = (high.value - low.value) * LEAST_SHARE;
  const found: Jump<C>[] = [];
  const open: (readonly [Measured<C>, Measured<C>])[] = [[low, high]];
  while (open.length > 0 && found.length < MOST_JUMPS) {
    // The part that grew most.
    open.sort(([a, b], [c, d]) => d.value - c.value - (b.value - a.value));
    const [from, to] = open.shift() ?? [low, high];
    if (from.commit === to.commit || to.value - from.value <= Math.max(0, least)) continue;
    const jump = await findJump(from, to, walker);
    found.push(jump);
    open.push([from, jump.among.before], [jump.among.after, to]);
  }
  return found.toSorted((a, b) => b.after.value - b.before.value - (a.after.value - a.before.value));
}
