import { compareText } from '../pair.ts';
import { type Bump, type HistoryLine, MOST_BUMPS, MOST_TAGS, renderLine, seriesOf } from './line.ts';

/** Lines by time; what is committed within one second by its SHA, then by series. */
export function compareLines(a: HistoryLine, b: HistoryLine): number {
  return compareText(a.time, b.time) || compareText(a.commit, b.commit) || compareText(seriesOf(a), seriesOf(b));
}

/**
 * The union of lines: one for each commit and series, in order. Of two for the same the one that was written later counts (of one second, the
 * later by its text), with the tags and the bumps of both. Whoever merges what, in whichever order, comes to the same.
 */
export function mergeLines(lines: readonly HistoryLine[]): readonly HistoryLine[] {
  const merged = new Map<string, HistoryLine>();
  for (const line of lines) {
    const key = `${line.commit} ${seriesOf(line)}`;
    const known = merged.get(key);
    merged.set(key, joined(known ?? line, line));
  }
  return [...merged.values()].toSorted(compareLines);
}

function joined(a: HistoryLine, b: HistoryLine): HistoryLine {
  const newest = compareText(a.written, b.written) || compareText(renderLine(bare(a)), renderLine(bare(b)));
  return { ...(newest < 0 ? b : a), tags: joinTags(a.tags, b.tags), bumps: joinBumps(a.bumps, b.bumps) };
}

/** Without what is joined: the order of two lines is that of the rest. */
function bare(line: HistoryLine): HistoryLine {
  return { ...line, tags: [], bumps: [] };
}

export function joinTags(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].toSorted(compareText).slice(0, MOST_TAGS);
}

/** Each once, by name. */
export function joinBumps(a: readonly Bump[], b: readonly Bump[]): Bump[] {
  const found = new Map([...a, ...b].map((bump) => [JSON.stringify([bump.name, bump.from, bump.to]), bump]));
  return [...found]
    .toSorted(([one], [other]) => compareText(one, other))
    .map(([, bump]) => bump)
    .slice(0, MOST_BUMPS);
}
