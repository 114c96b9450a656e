import type { HistoryNoise } from '../model/trend.ts';
import { median, sampleOf } from '../statistics.ts';
import type { HistoryLine } from './line.ts';
import type { HistorySeries } from './series.ts';

/** Of fewer nothing is said: two or three may all be real changes. */
const LEAST_STEPS = 10;

/**
 * The jitter of a metric in its own history: of the steps from commit to commit those that are not 0, at least ten, each as a share, and of these
 * the median, which real changes move little as long as they are fewer than half. Steps at which a tool changed are left out, and so are figures
 * that a commit has from an earlier one. `null`: there are too few. It is told beside a run's own spread and loosens no limit.
 */
export function historyNoise({ points }: Pick<HistorySeries, 'points'>, metric: string): HistoryNoise | null {
  const own = points.flatMap(({ line }) => {
    const figure = line.figures[metric];
    return figure === undefined || figure === 0 ? [] : [{ line, figure }];
  });
  const steps = own.flatMap(({ line, figure }, at) => {
    const before = own[at - 1];
    if (before === undefined || before.figure === figure || !hasSameTools(before.line, line)) return [];
    return [Math.abs(figure - before.figure) / before.figure];
  });
  const sample = steps.length < LEAST_STEPS ? null : sampleOf(steps);
  return sample === null ? null : { share: median(sample), steps: steps.length };
}

function hasSameTools({ tools: a }: HistoryLine, { tools: b }: HistoryLine): boolean {
  return a.coldgate === b.coldgate && a.cargoLambda === b.cargoLambda && a.rustc === b.rustc && a.cLibrary === b.cLibrary;
}
