import type { HistorySeries } from '../core/history/series.ts';
import { METRICS } from '../core/metrics.ts';
import { PLAIN } from './text/escape.ts';
import { marksOf } from './text/history.ts';

/**
 * The history as CSV (RFC 4180), a row for each commit and function; a metric that no row has gets no column. A cell that a spreadsheet would take
 * for a formula begins with an apostrophe, since subjects and tags are anybody's words.
 */
export function renderHistoryCsv(series: readonly HistorySeries[]): string {
  const known = new Set(series.flatMap(({ points }) => points.flatMap(({ figures }) => Object.keys(figures))));
  const listed: readonly string[] = METRICS.map(({ name }) => name);
  const metrics = [...listed.filter((name) => known.has(name)), ...[...known].filter((name) => !listed.includes(name)).toSorted()];
  const head = ['time', 'commit', 'function', 'crate', 'leg', 'arch', 'profile', ...metrics, 'marks', 'subject'];
  const rows = series.flatMap(({ points }) =>
    points.map((point, place) => {
      const { line, figures } = point;
      const own = [line.time, line.commit, line.function, line.crate, line.leg, line.arch, line.profile];
      const marks = marksOf(point, points[place - 1] ?? null, PLAIN).join(' · ');
      return [...own, ...metrics.map((name) => (figures[name] === undefined ? '' : String(figures[name]))), marks, line.subject];
    }),
  );
  return [head, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
