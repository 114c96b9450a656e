import stringWidth from 'string-width';
import { fileNameOf } from '../core/function-names.ts';
import type { HistorySeries } from '../core/history/series.ts';
import type { HistoryFiles } from '../core/history/update.ts';
import { groupBy } from '../core/pair.ts';
import { renderBytes, renderCount } from '../core/units.ts';
import { escaped } from './flame-graph/xml.ts';
import { PLAIN } from './text/escape.ts';
import { seriesName } from './text/history.ts';

/** A badge's figures are those of the newest commit: it says no verdict, and so has one colour. */
const COLOUR = '0b62a3';
/** Of Verdana at 11 pixels; what is wider is pressed into its place. */
const [CHARACTER, PADDING, HEIGHT] = [6.6, 10, 20];

/**
 * For each function a badge: `badge/health.svg`, and `badge/health.json` as https://shields.io/badges/endpoint-badge reads it, of the series with the
 * newest commit: what a page links to stays there when a leg has another name, or a second one joins. Where a function has several series each has
 * one of its own too. No name leads out of the folder; of those that would have one name the first keeps it.
 */
export function badgesOf(all: readonly HistorySeries[]): HistoryFiles {
  const files = new Map<string, string>();
  const write = (name: string, series: HistorySeries): void => {
    const message = messageOf(series);
    const path = `badge/${safe(name)}`;
    if (message === null || files.has(`${path}.svg`)) return;
    const label = seriesName(series, all, PLAIN);
    files.set(`${path}.svg`, svgOf(label, message));
    files.set(`${path}.json`, `${JSON.stringify({ schemaVersion: 1, label, message, color: COLOUR })}\n`);
  };
  const functions = [...groupBy(all, (series) => series.function)];
  for (const [name, of] of functions) write(fileNameOf(name), newestOf(of));
  for (const [name, of] of functions) {
    if (of.length < 2) continue;
    for (const series of of) write([fileNameOf(name), series.leg, series.arch, series.profile].join('-'), series);
  }
  return files;
}

/** Of those that end at one commit the first. */
function newestOf(series: readonly HistorySeries[]): HistorySeries {
  const newest = (one: HistorySeries): string => one.points.at(-1)?.line.time ?? '';
  return series.reduce((known, one) => (newest(one) > newest(known) ? one : known));
}

function messageOf({ points }: HistorySeries): string | null {
  const figures = points.at(-1)?.figures;
  const [zip, init] = [figures?.zip, figures?.['init.instructions']];
  if (zip === undefined) return null;
  return init === undefined ? renderBytes(zip) : `${renderBytes(zip)} · init ${renderCount(init)}`;
}

function safe(name: string): string {
  return name
    .replace(/[^\p{L}\p{N}_.+-]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(0, 150);
}

function svgOf(label: string, message: string): string {
  const [left, right] = [widthOf(label), widthOf(message)];
  const title = escaped(`${label}: ${message}`);
  const text = (words: string, from: number, width: number): string =>
    `<text x="${from + width / 2}" y="14" textLength="${width - PADDING}" lengthAdjust="spacingAndGlyphs">${escaped(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<rect width="${left}" height="${HEIGHT}" fill="#444"/><rect x="${left}" width="${right}" height="${HEIGHT}" fill="#${COLOUR}"/>`,
    '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
    `${text(label, 0, left)}${text(message, left, right)}`,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function widthOf(text: string): number {
  return Math.round(stringWidth(text) * CHARACTER) + PADDING;
}
