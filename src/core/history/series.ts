import { groupBy } from '../pair.ts';
import { type HistoryLine, seriesOf } from './line.ts';
import { mergeLines } from './merge.ts';

/** What a chart or a drift limit reads: one function's commits, the oldest first. */
export interface HistorySeries extends Pick<HistoryLine, 'function' | 'crate' | 'leg' | 'arch' | 'profile'> {
  readonly points: readonly HistoryPoint[];
}

export interface HistoryPoint {
  readonly line: HistoryLine;
  /** The line's own; those that it lacks are of the last commit before it with the same binary, which is not started a second time. */
  readonly figures: Readonly<Record<string, number>>;
}

/** The series that lines belong to, in the order of their first commits. */
export function seriesIn(lines: readonly HistoryLine[]): readonly HistorySeries[] {
  return [...groupBy(mergeLines(lines), seriesOf).values()].flatMap((of): readonly HistorySeries[] => {
    const last = of.at(-1);
    if (last === undefined) return [];
    const { function: fn, crate, leg, arch, profile } = last;
    return [{ function: fn, crate, leg, arch, profile, points: pointsOf(afterTheirBases(of)) }];
  });
}

/** By time, but none before what it was compared with: commits of one second, and of clocks that disagree, have no other order. */
function afterTheirBases(lines: readonly HistoryLine[]): readonly HistoryLine[] {
  const left = new Map(lines.map((line) => [line.commit, line]));
  const ordered: HistoryLine[] = [];
  for (const line of lines) {
    const chain: HistoryLine[] = [];
    for (
      let one: HistoryLine | undefined = left.get(line.commit);
      one !== undefined;
      one = one.base === null ? undefined : left.get(one.base)
    ) {
      left.delete(one.commit);
      chain.push(one);
    }
    for (const one of chain.reverse()) ordered.push(one);
  }
  return ordered;
}

function pointsOf(lines: readonly HistoryLine[]): readonly HistoryPoint[] {
  const known = new Map<string, HistoryPoint['figures']>();
  return lines.map((line) => {
    const figures = { ...known.get(line.sha256), ...line.figures };
    known.set(line.sha256, figures);
    return { line, figures };
  });
}
