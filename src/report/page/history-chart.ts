import type { HistoryPoint, HistorySeries } from '../../core/history/series.ts';
import type { MetricRow } from '../../core/metrics.ts';
import { renderAmount, renderDelta } from '../../core/units.ts';
import { escaped } from '../flame-graph/xml.ts';
import { PLAIN } from '../text/escape.ts';
import { marksOf } from '../text/history.ts';

const [WIDTH, HEIGHT] = [900, 240];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 20, 52, 30];
/** Names of releases stand in so many rows above the line, one after another: neighbours do not cover each other. */
const TAG_ROWS = 3;
const LONGEST_TAG = 18;

interface Placed {
  readonly point: HistoryPoint;
  readonly before: HistoryPoint | null;
  readonly figure: number;
}

/**
 * A line chart (SVG in HTML) of one metric, commits evenly apart: a dot for each, a triangle where a person changed dependencies, a dashed line with
 * its name at a release. The scale begins at the least figure, and its ends are written. Empty of fewer than two figures.
 */
export function historyChart({ points }: HistorySeries, { name, dimension, word }: MetricRow): string {
  const placed = points.flatMap((point, place): readonly Placed[] => {
    const figure = point.figures[name];
    return figure === undefined ? [] : [{ point, before: points[place - 1] ?? null, figure }];
  });
  if (placed.length < 2) return '';
  const figures = placed.map(({ figure }) => figure);
  const [least, most] = [figures.reduce((a, b) => Math.min(a, b)), figures.reduce((a, b) => Math.max(a, b))];
  const x = (place: number): number => round(LEFT + (place / (placed.length - 1)) * (WIDTH - LEFT - RIGHT));
  const y = (figure: number): number =>
    round(most === least ? (TOP + HEIGHT - BOTTOM) / 2 : TOP + ((most - figure) / (most - least)) * (HEIGHT - TOP - BOTTOM));
  const line = placed.map(({ figure }, place) => `${x(place)},${y(figure)}`).join(' ');
  const [first, last] = [placed[0], placed.at(-1)];
  const day = (one: Placed | undefined): string => one?.point.line.time.slice(0, 10) ?? '';
  return [
    '<div class="chart">',
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="${escaped(`${word} of ${placed.length} commits, ${day(first)} to ${day(last)}`)}">`,
    ...[...new Set([least, most])].map(
      (figure) =>
        `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(figure)}" y2="${y(figure)}"/><text x="${LEFT - 8}" y="${y(figure) + 4}" text-anchor="end">${renderAmount(figure, dimension)}</text>`,
    ),
    `<text x="${LEFT}" y="${HEIGHT - 8}">${day(first)}</text><text x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${day(last)}</text>`,
    ...placed.filter(({ point }) => point.line.tags.length > 0).map((one, place) => releaseOf(one, x(placed.indexOf(one)), place)),
    `<polyline class="line" points="${line}"/>`,
    ...placed.map((one, place) => pointOf(one, x(place), y(one.figure), { name, dimension })),
    '</svg>',
    '<output></output>',
    '</div>',
  ].join('\n');
}

function releaseOf({ point }: Placed, at: number, place: number): string {
  const name = PLAIN.name(point.line.tags.join(', '));
  const short = name.length > LONGEST_TAG ? `${name.slice(0, LONGEST_TAG)}…` : name;
  const row = 12 + (place % TAG_ROWS) * 14;
  const anchor = at < LEFT + 60 ? 'start' : at > WIDTH - RIGHT - 60 ? 'end' : 'middle';
  return `<line class="release" x1="${at}" x2="${at}" y1="${row + 4}" y2="${HEIGHT - BOTTOM}"/><text x="${at}" y="${row}" text-anchor="${anchor}">${escaped(short)}</text>`;
}

function pointOf(
  { point, before, figure }: Placed,
  x: number,
  y: number,
  { name, dimension }: Pick<MetricRow, 'name' | 'dimension'>,
): string {
  const { line } = point;
  const former = before?.figures[name];
  const moved = former === undefined ? '' : `, ${renderDelta(figure - former, dimension)}`;
  const marks = marksOf(point, before, PLAIN).map((mark) => `; ${mark}`);
  const what = `${line.time.slice(0, 10)} ${line.commit.slice(0, 7)}: ${renderAmount(figure, dimension)}${moved}${marks.join('')}; ${PLAIN.prose(line.subject)}`;
  const label = `role="img" aria-label="${escaped(what)}"`;
  if (line.bumps.length === 0) return `<circle class="point" cx="${x}" cy="${y}" r="3.5" ${label}/>`;
  return `<path class="bump" d="M${x} ${round(y - 7)}l6.5 11h-13z" ${label}/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
