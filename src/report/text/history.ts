import type { Bump, HistoryLine } from '../../core/history/line.ts';
import type { HistoryPoint, HistorySeries } from '../../core/history/series.ts';
import { dimensionOf, METRICS, type MetricRow, metricRow, type TableMetric } from '../../core/metrics.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { HistoryNoise, Trend } from '../../core/model/trend.ts';
import { renderAmount, renderApart } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { counted, growthText } from './figures.ts';
import { sparkline } from './sparkline.ts';

/** What a table of the history shows where nobody asked for one metric. */
const SHOWN: readonly TableMetric[] = ['zip', 'init.instructions', 'cold-start.p50'];

/** The metrics of which a series has a figure, in the order of the list; of those that tables show, unless one is `asked` for. */
export function metricsIn(series: HistorySeries, asked: TableMetric | null): readonly MetricRow[] {
  const names = asked === null ? SHOWN : [asked];
  return METRICS.filter(({ name }) => names.includes(name) && series.points.some(({ figures }) => figures[name] !== undefined));
}

/** `health`, with its leg, architecture and profile where they tell it from the others that are shown. */
export function seriesName(series: HistorySeries, all: readonly HistorySeries[], style: TextStyle): string {
  const differs = (read: (one: HistorySeries) => string): boolean =>
    all.some((one) => one.function === series.function && read(one) !== read(series));
  const marks = [
    ...(differs(({ leg }) => leg) ? [series.leg] : []),
    ...(differs(({ arch }) => arch) ? [series.arch] : []),
    ...(differs(({ profile }) => profile) ? [series.profile] : []),
  ];
  const name = style.name(series.function);
  return marks.length === 0 ? name : `${name} (${marks.map((mark) => style.prose(mark)).join(', ')})`;
}

/** `▁▁▂▅█ last 5 on main: 812 kB → 870 kB, +58.0 kB (+7.1 %)`, `… 398 k → 405 k instructions, …`; `null` of fewer than two figures. */
export function trendText({ figures, metric, branch }: Omit<Trend, 'function'>, style: TextStyle): string | null {
  const [first, last] = [figures[0], figures.at(-1)];
  if (first === undefined || last === undefined || figures.length < 2) return null;
  const dimension = dimensionOf(metric);
  const moved = first === last ? 'no change' : growthText(first, last, dimension);
  const where = branch === null ? '' : ` on ${style.prose(branch)}`;
  // Sizes and times have their unit with each figure.
  const unit = dimension === 'count' ? ` ${metricRow(metric)?.unit ?? ''}`.trimEnd() : '';
  const range = `${renderApart(first, last, (value, more) => renderAmount(value, dimension, more)).join(' → ')}${unit}`;
  return `${sparkline(figures)} last ${figures.length}${where}: ${range}, ${moved}`;
}

/** `±0.3 % from commit to commit (median of 14 steps)`. */
export function noiseText({ share, steps }: HistoryNoise): string {
  return `±${Number((share * 100).toPrecision(2))} % from commit to commit (median of ${counted(steps, 'step')})`;
}

const MOST_TRENDS = 6;

/** A line for each trend of a report: `` `health` package ▁▂█ last 20 on main: … ``. */
export function trendLines({ trends }: Pick<Outcome, 'trends'>, style: TextStyle): readonly string[] {
  const lines = trends.flatMap((trend) => {
    const text = trendText(trend, style);
    return text === null ? [] : [`${style.name(trend.function)} ${metricRow(trend.metric)?.word ?? trend.metric} ${text}`];
  });
  const more = lines.length - MOST_TRENDS;
  return more <= 0 ? lines : [...lines.slice(0, MOST_TRENDS), `and ${counted(more, 'more trend')}: \`coldgate history\` shows all`];
}

/** What a chart marks at a commit: its releases, what a person changed among dependencies, and tools that are other than before. */
export function marksOf(point: HistoryPoint, before: HistoryPoint | null, style: TextStyle): readonly string[] {
  const { line } = point;
  return [
    ...line.tags.map((tag) => style.name(tag)),
    ...line.bumps.map((bump) => bumpText(bump, style)),
    ...(before === null ? [] : toolMarks(line, before.line, style)),
  ];
}

/** `aws-config 1.5.18 → 1.6.0`, `serde 1.0.228 added`. */
function bumpText({ name, from, to }: Bump, style: TextStyle): string {
  if (from === null) return `${style.name(name)} ${style.prose(to ?? '')} added`;
  return to === null ? `${style.name(name)} ${style.prose(from)} removed` : `${style.name(name)} ${style.prose(`${from} → ${to}`)}`;
}

function toolMarks({ tools }: HistoryLine, { tools: before }: HistoryLine, style: TextStyle): readonly string[] {
  const pairs = [
    ['rustc', versionOf(before.rustc), versionOf(tools.rustc)],
    ['cargo-lambda', before.cargoLambda, tools.cargoLambda],
    ['C library', before.cLibrary, tools.cLibrary],
  ] as const;
  return pairs.flatMap(([name, from, to]) =>
    from === null || to === null || from === to ? [] : [`${name} ${style.prose(`${from} → ${to}`)}`],
  );
}

/** `1.95.0` of `rustc 1.95.0 (59807616e 2026-04-14)`. */
function versionOf(rustc: string): string {
  return /^rustc (\S+)/.exec(rustc)?.[1] ?? rustc;
}
