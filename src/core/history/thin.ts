import { groupBy } from '../pair.ts';
import { type HistoryLine, seriesOf } from './line.ts';
import { compareLines, joinBumps } from './merge.ts';
import type { Month, Months } from './months.ts';

/** How many months are kept whole: this one and two before it. */
export const WHOLE_MONTHS = 3;

/**
 * Thins months that are older than the two before `now`'s: of each series and day (UTC) the last commit stays, and every commit that has a tag;
 * the last one takes over the bumps of those that go, so that no mark is lost. Thinning what is thin changes nothing, and thinning what two
 * writers hold, joined before or after, comes to the same.
 */
export function thinMonths(months: Months, now: string): Months {
  const first = firstWhole(now);
  return new Map([...months].map(([name, month]) => [name, name < first ? thinned(month) : month]));
}

/** The first month that is kept whole. */
function firstWhole(now: string): string {
  const month = Number(now.slice(0, 4)) * 12 + Number(now.slice(5, 7)) - WHOLE_MONTHS;
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
}

function thinned({ lines, unread }: Month): Month {
  const days = groupBy(lines, (line) => `${line.time.slice(0, 10)} ${seriesOf(line)}`);
  return { lines: [...days.values()].flatMap(thinnedDay).toSorted(compareLines), unread };
}

function thinnedDay(day: readonly HistoryLine[]): readonly HistoryLine[] {
  const last = day.toSorted(compareLines).at(-1);
  if (last === undefined) return [];
  const stays = (line: HistoryLine): boolean => line === last || line.tags.length > 0;
  const gone = day.filter((line) => !stays(line)).flatMap(({ bumps }) => bumps);
  return day.filter(stays).map((line) => (line === last ? { ...line, bumps: joinBumps(line.bumps, gone) } : line));
}
