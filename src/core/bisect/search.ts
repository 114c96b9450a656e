import { type Crossing, crossing, type Part, type Point, sideOf, startOf, trueBefore } from './part.ts';
import type { Measured, Walker } from './walker.ts';

/** Where a metric crossed the middle between two commits. */
export interface Jump<C> {
  /** The commit; of several, which lie between two measured ones and could not be measured themselves (or what they have in common with the target could not), it is one. The last one is measured. */
  readonly commits: readonly C[];
  /** Its parent, and the last of `commits`. */
  readonly before: Measured<C>;
  readonly after: Measured<C>;
  /** The merges that it came in by, the outermost first. */
  readonly merges: readonly C[];
  /** It is the merge itself: neither side alone has the growth. */
  readonly ofMerge: boolean;
}

/**
 * Finds one commit by which a metric rose past the middle of its two ends: along the first parents, then inside the merge that is found, and so on.
 * What cannot be measured is passed over. It asks for at most the binary logarithm of each chain it goes along, one for each commit that could not
 * be measured, and one for the parent of a commit that a side begins with; twice along a side where what is found explains less than half of what
 * the merge brought, since the side began at another value then.
 */
export async function findJump<C>(low: Measured<C>, high: Measured<C>, walker: Walker<C>): Promise<Jump<C>> {
  let part = await startOf(low, high, walker);
  let found = await crossing(part, walker, 'where-needed');
  for (;;) {
    const before = await trueBefore(found, walker);
    const inside = await insideOf(part, { ...found, before }, walker);
    if (inside === null || inside === 'itself') return jumpOf({ ...found, before }, part, inside === 'itself');
    ({ part, found } = inside);
  }
}

/** What one of a merge's other sides brought, of several without half of it the largest; `itself`: together they did not; `null`: it is no merge. */
async function insideOf<C>(
  outer: Part<C>,
  { commits, before, after }: Crossing<C>,
  walker: Walker<C>,
): Promise<{ readonly part: Part<C>; readonly found: Crossing<C> } | 'itself' | null> {
  const merge = await mergeAt(commits, walker);
  if (merge === null) return null;
  if (outer.merges.includes(merge.commit)) return 'itself';
  for (const side of merge.sides) {
    const part = await sideOf(outer, { merge: merge.commit, side, before, high: after }, walker);
    if (part === null) continue;
    const found = await crossing(part, walker, 'where-needed');
    // Where up to the merge itself nothing between could be measured, it is one of them, or the merge.
    if (found.commits.length > 1 || found.commits[0] !== merge.commit) return { part, found };
  }
  if (merge.sides.length === 1) return 'itself';
  const sides = await sidesOf(outer, { commits, before, after }, walker);
  const [part] = sides === null || sides === 'itself' ? [] : sides.toSorted((a, b) => grown(b) - grown(a));
  return part === undefined ? 'itself' : { part, found: await crossing(part, walker, 'where-needed') };
}

/** The least share of the whole growth that is looked for, how many jumps at most, and how many searches. */
const [LEAST_SHARE, MOST_JUMPS, MOST_SEARCHES] = [0.05, 10, 30] as const;

/**
 * The jumps between two commits, the largest first: along the first parents and inside merges, the rest on both sides of each is searched as long
 * as it grew by a twentieth of the whole. Smaller ones are none; what was taken back again within one of these parts is not seen.
 */
export async function findJumps<C>(low: Measured<C>, high: Measured<C>, walker: Walker<C>): Promise<readonly Jump<C>[]> {
  const least = (high.value - low.value) * LEAST_SHARE;
  const found: Jump<C>[] = [];
  const open = [await startOf(low, high, walker)];
  for (let searches = 0; searches < MOST_SEARCHES && found.length < MOST_JUMPS; searches += 1) {
    // The part that grew most.
    open.sort((a, b) => grown(b) - grown(a));
    const part = open.shift();
    if (part === undefined || grown(part) <= 0 || grown(part) < least) break;
    const at = await crossing(part, walker, 'always');
    open.push(...around(part, at));
    const own = { ...at, before: await trueBefore(at, walker) };
    if (at.after.level - at.before.level < least) continue;
    const sides = await sidesOf(part, own, walker);
    if (sides === null || sides === 'itself') found.push(jumpOf(own, part, sides === 'itself'));
    else open.push(...sides);
  }
  return found.toSorted((a, b) => b.after.value - b.before.value - (a.after.value - a.before.value));
}

function grown<C>({ low, high }: Part<C>): number {
  return high.level - low.level;
}

/** What is left of a part on both sides of what was found. */
function around<C>(part: Part<C>, { before, after, commits }: Crossing<C>): readonly Part<C>[] {
  const end = part.commits.indexOf(after.commit);
  const start = end - commits.length;
  return [
    { ...part, commits: part.commits.slice(0, start + 1), high: before },
    { ...part, commits: part.commits.slice(end), low: after },
  ].filter((one) => one.commits.length > 1);
}

/** What each side of a merge brought; `itself`: together they did not bring half of it; `null`: it is no merge. */
async function sidesOf<C>(
  outer: Part<C>,
  { commits, before, after }: Crossing<C>,
  walker: Walker<C>,
): Promise<readonly Part<C>[] | 'itself' | null> {
  const merge = await mergeAt(commits, walker);
  if (merge === null) return null;
  if (outer.merges.includes(merge.commit)) return 'itself';
  const sides: Part<C>[] = [];
  for (const side of merge.sides) {
    const part = await sideOf(outer, { merge: merge.commit, side, before, high: null }, walker);
    const whole = part ?? (await sideOf(outer, { merge: merge.commit, side, before, high: after }, walker));
    if (whole !== null) sides.push(whole);
  }
  const brought = sides.reduce((sum, side) => sum + Math.max(0, grown(side)), 0);
  return brought * 2 > after.value - before.value ? sides : 'itself';
}

async function mergeAt<C>(commits: readonly C[], walker: Walker<C>): Promise<{ readonly commit: C; readonly sides: readonly C[] } | null> {
  const [commit, ...others] = commits;
  if (commit === undefined || others.length > 0) return null;
  const [, ...sides] = await walker.parents(commit);
  return sides.length === 0 ? null : { commit, sides };
}

function jumpOf<C>({ commits, before, after }: Crossing<C>, { merges }: Part<C>, ofMerge: boolean): Jump<C> {
  const measured = ({ commit, value }: Point<C>): Measured<C> => ({ commit, value });
  return { commits, before: measured(before), after: measured(after), merges: merges.filter((one) => !commits.includes(one)), ofMerge };
}
