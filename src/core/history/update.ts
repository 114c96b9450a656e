import { groupBy } from '../pair.ts';
import { type HistoryLine, seriesOf } from './line.ts';
import { joinTags, mergeLines } from './merge.ts';
import { fileOfMonth, type Months, mergeMonths, monthsOf, renderMonth } from './months.ts';
import { thinMonths } from './thin.ts';

/** A tag, and the commit that it names. */
export interface Release {
  readonly tag: string;
  readonly commit: string;
}

/** What a writer brings to what is there. */
export interface Addition {
  readonly lines: readonly HistoryLine[];
  /** Every release that is known now: most are made when their commit has its line already. */
  readonly releases: readonly Release[];
  /** UTC: which months are old. */
  readonly now: string;
}

/** The history with new lines and the releases of now, thinned. */
export function updatedMonths(months: Months, { lines, releases, now }: Addition): Months {
  return thinMonths(withReleases(mergeMonths(months, monthsOf(lines)), releases), now);
}

/** Which of the lines that were brought are there: of a day long past the last commit takes the place of the others. */
export function linesLeft(months: Months, lines: readonly HistoryLine[]): readonly HistoryLine[] {
  const known = new Set([...months.values()].flatMap((month) => month.lines.map(nameOf)));
  return mergeLines(lines).filter((line) => known.has(nameOf(line)));
}

function nameOf(line: HistoryLine): string {
  return `${line.commit} ${seriesOf(line)}`;
}

/**
 * A line has the tags of its commit; those that are gone stay, since what was released stays released, and one that is at another commit now (`v1`,
 * `nightly`) goes along.
 */
export function withReleases(months: Months, releases: readonly Release[]): Months {
  const commitOf = new Map(releases.map(({ tag, commit }) => [tag, commit]));
  const tags = groupBy(releases, ({ commit }) => commit);
  const marked = (line: HistoryLine): HistoryLine => {
    const stays = line.tags.filter((tag) => (commitOf.get(tag) ?? line.commit) === line.commit);
    const own = (tags.get(line.commit) ?? []).map(({ tag }) => tag).filter(isTag);
    return { ...line, tags: joinTags(stays, own) };
  };
  return new Map([...months].map(([name, month]) => [name, { ...month, lines: month.lines.map(marked) }]));
}

/** Within a line's bounds. */
export function isTag(tag: string): boolean {
  return tag.length >= 1 && tag.length <= 256;
}

/** What stands beside the months, by its path from the top. */
export type HistoryFiles = ReadonlyMap<string, string>;

/** Each month's file. */
export function filesOf(months: Months): HistoryFiles {
  return new Map([...months].map(([name, month]) => [fileOfMonth(name), renderMonth(month)]));
}
