import { fileNameOf } from '../core/function-names.ts';
import type { HistorySeries } from '../core/history/series.ts';
import type { HistoryFiles } from '../core/history/update.ts';
import { renderBytes, renderCount } from '../core/units.ts';
import { escaped } from './flame-graph/xml.ts';
import { PLAIN } from './text/escape.ts';
import { seriesName } from './text/history.ts';

/** A badge's figures are those of the newest commit: it says no verdict, and so has one colour. */
const COLOUR = '0b62a3';
/** Of Verdana at 11 pixels; what is wider is pressed into its place. */
const [CHARACTER, PADDING, HEIGHT] = [6.6, 10, 20];

/**
 * For each series a badge: `badge/health.svg`, and `badge/health.json` as https://shields.io/badges/endpoint-badge reads it. No name leads out
 * of the folder; of series whose files would have one name the first keeps it.
 */
export function badgesOf(all: readonly HistorySeries[]): HistoryFiles {
  const files = new Map<string, string>();
  for (const series of all) {
    const message = messageOf(series);
    const path = `badge/${fileOf(series, all)}`;
    if (message === null || files.has(`${path}.svg`)) continue;
    const label = seriesName(series, all, PLAIN);
    files.set(`${path}.svg`, svgOf(label, message));
    files.set(`${path}.json`, `${JSON.stringify({ schemaVersion: 1, label, message, color: COLOUR })}\n`);
  }
  return files;
}

function messageOf({ points }: HistorySeries): string | null {
  const figures = points.at(-1)?.figures;
  const [zip, init] = [figures?.zip, figures?.['init.instructions']];
  if (zip === undefined) return null;
  return init === undefined ? renderBytes(zip) : `${renderBytes(zip)} · init ${renderCount(init)}`;
}

function fileOf(series: HistorySeries, all: readonly HistorySeries[]): string {
  const several = all.filter((one) => one.function === series.function).length > 1;
  const parts = [fileNameOf(series.function), ...(several ? [series.leg, series.arch, series.profile] : [])];
  const name = parts
    .join('-')
    .replace(/[^\p{L}\p{N}_.+-]/gu, '_')
    .replace(/^\.+/, '_');
  return name.slice(0, 150);
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
  return Math.round(Array.from(text).length * CHARACTER) + PADDING;
}
