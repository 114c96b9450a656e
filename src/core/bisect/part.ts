import type { Measured, Walker } from './walker.ts';

/** What a commit measured, and what that is in the terms of its part. */
export interface Point<C> extends Measured<C> {
  readonly level: number;
}

/**
 * A chain that is searched. On a side, a commit's level is what the side has brought until then to where it is merged: what the commit measured,
 * less what the newest commit measured that both have, on top of the merge's first parent.
 */
export interface Part<C> {
  /** The first is `low`'s or stands for it, the last is `high`'s. */
  readonly commits: readonly C[];
  readonly low: Point<C>;
  readonly high: Point<C>;
  /** What the side is held against; `null`: the chain begins at `low`, and what is measured is the level. */
  readonly against: Point<C> | null;
  /** What these contain is of no side. */
  readonly beyond: readonly C[];
  /** The merges that it is inside of, the outermost first. */
  readonly merges: readonly C[];
}

export interface Crossing<C> {
  readonly commits: readonly C[];
  readonly before: Point<C>;
  readonly after: Point<C>;
}

/** The first parents from `low` to `high`. */
export async function startOf<C>(low: Measured<C>, high: Measured<C>, walker: Walker<C>): Promise<Part<C>> {
  const chain = await walker.chain([low.commit], high.commit);
  const start = pointOf(low);
  const against = (await beginsAt(chain, low.commit, walker)) ? null : start;
  return { commits: [low.commit, ...chain], low: start, high: pointOf(high), against, beyond: [low.commit], merges: [] };
}

/**
 * What a side has that the merge's first parent has not. `high`: the merge as it was measured, which ends the part then; `null`: it ends at the
 * side's last commit. `null` where there is nothing, or the last commit cannot be measured.
 */
export async function sideOf<C>(
  outer: Part<C>,
  { merge, side, before, high }: { readonly merge: C; readonly side: C; readonly before: Measured<C>; readonly high: Measured<C> | null },
  walker: Walker<C>,
): Promise<Part<C> | null> {
  const beyond = [...outer.beyond, before.commit];
  const chain = await walker.chain(beyond, side);
  if (chain.length === 0) return null;
  const low = pointOf(before);
  const against = (await beginsAt(chain, before.commit, walker)) ? null : low;
  const commits = [before.commit, ...chain];
  const known = { low, against, beyond, merges: [...outer.merges, merge] };
  if (high !== null) return { ...known, commits: [...commits, merge], high: pointOf(high) };
  const tip = await pointAt(side, against, walker, chain.length);
  return tip === null ? null : { ...known, commits, high: tip };
}

/**
 * Where the level crosses the middle. `where-needed`: what is measured stands for the level as long as what is found so explains half of the growth,
 * which spares a measurement of where the side began.
 */
export async function crossing<C>(part: Part<C>, walker: Walker<C>, levels: 'always' | 'where-needed'): Promise<Crossing<C>> {
  if (part.against === null) return between(part, null, walker);
  const plain = levels === 'always' ? null : await between(part, null, walker);
  if (plain !== null && (await explainsHalf(plain, part, part.against, walker))) return plain;
  const began = part.commits[1] === undefined ? null : await inCommon(part.commits[1], [part.against.commit], walker);
  if (began === null) return plain ?? between(part, null, walker);
  return between(part, part.against, walker);
}

/** Whether what was found by what was measured alone is beyond doubt: the merge itself, or one that brings others' growth, is not. */
async function explainsHalf<C>(found: Crossing<C>, { low, high, merges }: Part<C>, against: Point<C>, walker: Walker<C>): Promise<boolean> {
  if (found.commits[0] === merges.at(-1)) return false;
  const before = await trueBefore(found, walker);
  const forks = async ({ commit }: Point<C>): Promise<readonly C[]> => walker.forks(commit, [against.commit]);
  const [earlier, later] = [await forks(before), await forks(found.after)];
  const alike = earlier.length === later.length && earlier.every((one) => later.includes(one));
  return alike && (found.after.value - before.value) * 2 >= high.level - low.level;
}

async function between<C>({ commits, low, high }: Part<C>, against: Point<C> | null, walker: Walker<C>): Promise<Crossing<C>> {
  const middle = (low.level + high.level) / 2;
  const unknown = new Set<number>();
  let [from, to] = [0, commits.length - 1];
  let [before, after] = [low, high];
  while (to - from > 1) {
    const at = nearestToMiddle(from, to, unknown);
    const commit = at === null ? undefined : commits[at];
    if (at === null || commit === undefined) break;
    const point = await pointAt(commit, against, walker, to - from);
    if (point === null) unknown.add(at);
    else if (point.level > middle) [to, after] = [at, point];
    else [from, before] = [at, point];
  }
  return { commits: commits.slice(from + 1, to + 1), before, after };
}

/** `among`: how many commits it is one of. `null`: it cannot be measured. */
async function pointAt<C>(commit: C, against: Point<C> | null, walker: Walker<C>, among: number): Promise<Point<C> | null> {
  const reading = await walker.read(commit, Math.ceil(Math.log2(Math.max(2, among))));
  if (reading.kind === 'unknown') return null;
  const { value } = reading;
  if (against === null) return { commit, value, level: value };
  const common = await inCommon(commit, [against.commit], walker);
  return common === null ? null : { commit, value, level: against.level + value - common };
}

/** How often branches that had merged each other are looked through; further back the first of several stands for all. */
const MOST_CROSSINGS = 3;

/** What would be measured of all that `one` has in common with `others`; `null`: it cannot be told. */
async function inCommon<C>(one: C, others: readonly C[], walker: Walker<C>, crossings = 0): Promise<number | null> {
  const all = await walker.forks(one, others);
  const forks = crossings < MOST_CROSSINGS ? all : all.slice(0, 1);
  let sum = 0;
  for (const [at, fork] of forks.entries()) {
    const reading = await walker.read(fork, 1);
    const twice = at === 0 ? 0 : await inCommon(fork, forks.slice(0, at), walker, crossings + 1);
    if (reading.kind === 'unknown' || twice === null) return null;
    sum += reading.value - twice;
  }
  return forks.length === 0 ? null : sum;
}

/** The place nearest to the middle that may be measured; `null`: none is left. */
function nearestToMiddle(from: number, to: number, unknown: ReadonlySet<number>): number | null {
  const middle = Math.floor((from + to) / 2);
  for (let away = 0; away < to - from; away += 1)
    for (const at of [middle + away, middle - away]) if (at > from && at < to && !unknown.has(at)) return at;
  return null;
}

/** A side's first commit stands behind the fork, not behind the merge's first parent. */
export async function trueBefore<C>({ commits, before }: Crossing<C>, walker: Walker<C>): Promise<Point<C>> {
  const [first] = commits;
  const parent = first === undefined ? undefined : (await walker.parents(first))[0];
  if (parent === undefined || parent === before.commit) return before;
  const reading = await walker.read(parent, 1);
  return reading.kind === 'value' ? { commit: parent, value: reading.value, level: before.level } : before;
}

async function beginsAt<C>(chain: readonly C[], commit: C, walker: Walker<C>): Promise<boolean> {
  const [first] = chain;
  return first === undefined || (await walker.parents(first))[0] === commit;
}

function pointOf<C>({ commit, value }: Measured<C>): Point<C> {
  return { commit, value, level: value };
}
