import type { HistoryPoint, HistorySeries } from '../../core/history/series.ts';
import { lastFigures } from '../../core/history/trends.ts';
import type { MetricRow, TableMetric } from '../../core/metrics.ts';
import { renderAmount, renderDelta } from '../../core/units.ts';
import { escaped } from '../flame-graph/xml.ts';
import { PLAIN } from '../text/escape.ts';
import { marksOf, metricsIn, seriesName, trendText } from '../text/history.ts';
import { type DocumentViewer, renderDocument } from './document.ts';
import { historyChart } from './history-chart.ts';

/** `coldgate history --html`: of each function a chart for each metric, and below a table with every commit, the newest first. */
export function renderHistoryPage(all: readonly HistorySeries[], metric: TableMetric | null, viewer: DocumentViewer): string {
  const body = ['<main>', '<h1>coldgate history</h1>', ...all.map((series) => sectionOf(series, all, metric)), '</main>'].join('\n');
  return renderDocument({ title: 'coldgate history', body, data: null }, viewer);
}

function sectionOf(series: HistorySeries, all: readonly HistorySeries[], metric: TableMetric | null): string {
  const metrics = metricsIn(series, metric);
  const charts = metrics.map((row) => {
    const trend = trendText({ figures: lastFigures(series, row.name), metric: row.name, branch: null }, PLAIN);
    return `<h3>${escaped(row.word)}</h3>\n${trend === null ? '' : `<p>${escaped(trend)}</p>`}\n${historyChart(series, row)}`;
  });
  return ['<section>', `<h2>${escaped(seriesName(series, all, PLAIN))}</h2>`, ...charts, tableOf(series, metrics), '</section>'].join('\n');
}

function tableOf({ points, function: name }: HistorySeries, metrics: readonly MetricRow[]): string {
  const heads = ['date', 'commit', ...metrics.flatMap(({ word }) => [word, 'change']), 'marks', 'subject'];
  const rows = points.map((point, place) => rowOf(point, points[place - 1] ?? null, metrics)).toReversed();
  return [
    '<div class="wide" tabindex="0" role="region" aria-label="every commit">',
    `<table><caption class="unseen">Every commit of ${escaped(PLAIN.name(name))}, the newest first</caption>`,
    `<thead><tr>${heads.map((head) => `<th scope="col">${escaped(head)}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody></table>`,
    '</div>',
  ].join('\n');
}

function rowOf(point: HistoryPoint, before: HistoryPoint | null, metrics: readonly MetricRow[]): string {
  const { line } = point;
  const figures = metrics.flatMap(({ name, dimension }) => {
    const [figure, former] = [point.figures[name], before?.figures[name]];
    if (figure === undefined) return ['', ''];
    return [renderAmount(figure, dimension), former === undefined ? '' : renderDelta(figure - former, dimension)];
  });
  const cells = [
    `<td>${line.time.slice(0, 10)}</td>`,
    `<td class="code">${line.commit.slice(0, 7)}</td>`,
    ...figures.map((text) => `<td class="number">${escaped(text)}</td>`),
    `<td>${escaped(marksOf(point, before, PLAIN).join(' · '))}</td>`,
    `<td>${escaped(PLAIN.prose(line.subject))}</td>`,
  ];
  return `<tr>${cells.join('')}</tr>`;
}
