import { matchesCrate } from '../crates.ts';
import { crateMetricRow, globOf } from '../metrics.ts';
import type { FunctionComparison, MetricFigures } from '../model/comparison.ts';
import type { Limit } from '../model/limits.ts';
import type { OwnerRow, Pair } from '../rows.ts';
import { shareTolerance } from '../zip-share.ts';

/** A metric that is the sum of the crates that a glob matches. */
export type CrateMetric = Extract<Limit['metric'], `crate${string}`>;

/** A glob that matches nothing is 0: `crate:openssl*: 0 B` keeps a crate out. */
export function cratesMatching(
  metric: CrateMetric,
  { status, owners, notOwned: reason }: Pick<FunctionComparison, 'status' | 'owners' | 'notOwned'>,
): MetricFigures {
  if (reason !== null) return { base: null, head: null, spread: null, reason };
  const glob = globOf(metric);
  const rows = owners.filter(({ kind, name }) => kind === 'crate' && matchesCrate(glob, name)).map((row) => bytesOf(row, metric));
  const sum = (figures: readonly (number | null)[]): number => figures.reduce<number>((total, figure) => total + (figure ?? 0), 0);
  const base = status === 'added' ? null : sum(rows.map((row) => row.base));
  return { base, head: sum(rows.map((row) => row.head)), spread: null, reason };
}

/** The growth that counts for nothing: a share of the package moves with what is around it. */
export function slackOf({ metric }: Limit, base: number | null): number {
  return base !== null && crateMetricRow(metric)?.prefix === 'crate-zip' ? shareTolerance(base) : 0;
}

function bytesOf(row: OwnerRow, metric: string): Pair<number> {
  switch (crateMetricRow(metric)?.prefix) {
    case 'crate-text':
      return row.bytes.code;
    case 'crate-zip':
      return row.zip;
    case 'crate':
    case undefined:
      return row;
  }
}
