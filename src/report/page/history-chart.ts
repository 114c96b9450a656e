import stringWidth from 'string-width';
import type { HistoryPoint, HistorySeries } from '../../core/history/series.ts';
import type { MetricRow } from '../../core/metrics.ts';
import { renderAmount, renderApart, renderDelta } from '../../core/units.ts';
import { escaped } from '../flame-graph/xml.ts';
import { PLAIN } from '../text/escape.ts';
import { marksOf } from '../text/history.ts';

const [WIDTH, HEIGHT] = [900, 240];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 20, 52, 30];
/** Names of releases stand in so many rows above the line, each in the first that has room for it. */
const TAG_ROWS = 3;
const LONGEST_TAG = 18;
/** Units of the picture that a letter takes, about; a wide one (emoji, CJK) is two. */
const LETTER = 7.5;
/** Between two names of a row. */
const GAP = 8;
const [LARGEST_POINT, LEAST_POINT] = [3.5, 1.2];

interface Placed {
  readonly point: HistoryPoint;
  readonly before: HistoryPoint | null;
  readonly figure: number;
}

/**
 * A line chart (SVG in HTML) of one metric, commits evenly apart: a dot for each, a triangle where a person changed dependencies, a dashed line with
 * its name at a release where there is room for it. The scale begins at the least figure, and its ends are written. Empty of fewer than two figures.
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
  // Neighbours do not cover each other, nor the line.
  const radius = round(Math.max(LEAST_POINT, Math.min(LARGEST_POINT, ((WIDTH - LEFT - RIGHT) / (placed.length - 1)) * 0.45)));
  const releases = placed.flatMap((one, place) => (one.point.line.tags.length === 0 ? [] : [{ name: releaseName(one), at: x(place) }]));
  const [first, last] = [placed[0], placed.at(-1)];
  const day = (one: Placed | undefined): string => one?.point.line.time.slice(0, 10) ?? '';
  const [low, high] = renderApart(least, most, (value, more) => renderAmount(value, dimension, more));
  const ends = new Map([
    [least, low],
    [most, high],
  ]);
  return [
    '<div class="chart"><div class="wide">',
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="${escaped(`${word} of ${placed.length} commits, ${day(first)} to ${day(last)}`)}">`,
    ...[...ends].map(
      ([figure, label]) =>
        `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(figure)}" y2="${y(figure)}"/><text x="${LEFT - 8}" y="${y(figure) + 4}" text-anchor="end">${label}</text>`,
    ),
    `<text x="${LEFT}" y="${HEIGHT - 8}">${day(first)}</text><text x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${day(last)}</text>`,
    ...releasesIn(releases),
    `<polyline class="line" points="${line}"/>`,
    ...placed.map((one, place) => pointOf(one, { x: x(place), y: y(one.figure), radius }, { name, dimension })),
    '</svg></div>',
    '<output></output>',
    '</div>',
  ].join('\n');
}

interface Release {
  readonly name: string;
  readonly at: number;
}

function releaseName({ point }: Placed): string {
  const name = PLAIN.name(point.line.tags.join(', '));
  const letters = [...name];
  return letters.length > LONGEST_TAG ? `${letters.slice(0, LONGEST_TAG).join('')}…` : name;
}

/** The newest first: of names that there is no room for the older ones are left out, the table below has them. */
function releasesIn(releases: readonly Release[]): readonly string[] {
  const free = Array.from({ length: TAG_ROWS }, () => WIDTH);
  return releases
    .toReversed()
    .map((release) => {
      const { anchor, from, to } = spanOf(release);
      const row = free.findIndex((left) => to + GAP <= left || left === WIDTH);
      if (row >= 0) free[row] = from;
      return releaseOf(release, row < 0 ? null : { row, anchor });
    })
    .toReversed();
}

function spanOf({ name, at }: Release): { readonly anchor: 'start' | 'middle' | 'end'; readonly from: number; readonly to: number } {
  const width = LETTER * stringWidth(name);
  if (at - width / 2 < 0) return { anchor: 'start', from: at, to: at + width };
  if (at + width / 2 > WIDTH) return { anchor: 'end', from: at - width, to: at };
  return { anchor: 'middle', from: at - width / 2, to: at + width / 2 };
}

function releaseOf({ name, at }: Release, named: { readonly row: number; readonly anchor: string } | null): string {
  const y = 12 + (named?.row ?? TAG_ROWS - 1) * 14;
  const text = named === null ? '' : `<text x="${at}" y="${y}" text-anchor="${named.anchor}">${escaped(name)}</text>`;
  return `<line class="release" x1="${at}" x2="${at}" y1="${y + 4}" y2="${HEIGHT - BOTTOM}"/>${text}`;
}

function pointOf(
  { point, before, figure }: Placed,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
  { name, dimension }: Pick<MetricRow, 'name' | 'dimension'>,
): string {
  const { line } = point;
  const former = before?.figures[name];
  const moved = former === undefined ? '' : `, ${renderDelta(figure - former, dimension)}`;
  const marks = marksOf(point, before, PLAIN).map((mark) => `; ${mark}`);
  const what = `${line.time.slice(0, 10)} ${line.commit.slice(0, 7)}: ${renderAmount(figure, dimension)}${moved}${marks.join('')}; ${PLAIN.prose(line.subject)}`;
  const label = `role="img" aria-label="${escaped(what)}"`;
  if (line.bumps.length === 0) return `<circle class="point" cx="${x}" cy="${y}" r="${radius}" ${label}/>`;
  return `<path class="bump" d="M${x} ${round(y - 7)}l6.5 11h-13z" ${label}/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
