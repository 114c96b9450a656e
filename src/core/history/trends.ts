import { identityOf, type NamedFunction } from '../function-names.ts';
import { metricRow, type TableMetric } from '../metrics.ts';
import type { Trend } from '../model/trend.ts';
import type { Arch } from '../snapshot/snapshot.ts';
import { historyNoise } from './noise.ts';
import type { HistorySeries } from './series.ts';

/** How many commits a trend has. */
export const LAST_COMMITS = 20;
/** What a report tells the trend of. */
const TOLD: readonly TableMetric[] = ['zip', 'init.instructions'];

/** The last figures of a series; those of commits that lack one are left out. */
export function lastFigures(series: HistorySeries, metric: TableMetric): readonly number[] {
  return series.points.flatMap(({ figures }) => figures[metric] ?? []).slice(-LAST_COMMITS);
}

/** A build has no noise: what moves it is a change. */
function noiseIn(series: HistorySeries, metric: TableMetric): Pick<Trend, 'noise'> {
  const noise = metricRow(metric)?.judged === 'exact' ? null : historyNoise(series, metric);
  return noise === null ? {} : { noise };
}

/**
 * The trends of functions that a run measured: of the series of its own leg, else of the only one that there is for the function, architecture
 * and profile. Fewer than two figures are no trend.
 */
export function trendsOf(
  all: readonly HistorySeries[],
  functions: readonly NamedFunction[],
  {
    leg,
    arch,
    profile,
    branch,
  }: { readonly leg: string | null; readonly arch: Arch; readonly profile: string; readonly branch: string | null },
): readonly Trend[] {
  return functions.flatMap((fn): readonly Trend[] => {
    const fitting = all.filter(
      (one) => one.arch === arch && one.profile === profile && identityOf({ name: one.function, crate: one.crate }) === identityOf(fn),
    );
    const own = fitting.find((one) => one.leg === leg) ?? (fitting.length === 1 ? fitting[0] : undefined);
    if (own === undefined) return [];
    return TOLD.map((metric) => ({ function: fn.name, metric, figures: lastFigures(own, metric), branch, ...noiseIn(own, metric) })).filter(
      ({ figures }) => figures.length > 1,
    );
  });
}
