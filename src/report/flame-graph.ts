import type { FlameNode } from '../core/flame.ts';
import { renderInteger } from '../core/units.ts';
import { visible } from './text/escape.ts';
import { growthText } from './text/figures.ts';

const WIDTH = 1200;
const MARGIN = 10;
const ROW = 18;
const TOP = 86;
/** Of the 12 px monospace font. Where a reader's is wider, the box clips it. */
const LETTER = 7.3;
const TEXT_ROOM = 6;
const MOST_TITLE = 160;
const MOST_TOOLTIP = 400;
/** A box thinner than this cannot be seen. */
const THINNEST = 0.1;
/** Runs of one binary differ by less. */
const UNCHANGED = 0.005;

const GREY = '#e3e3e3';
const RED = ['#fbd9d3', '#f5ab9f', '#ec7a69'] as const;
const BLUE = ['#d6e4f7', '#a6c6ee', '#74a5e0'] as const;

/** Of whose init the graph is, and how the sides are called (`main a1b2c3d`); no base: nothing is compared. */
export interface FlameTitle {
  readonly function: string;
  readonly base: string | null;
  readonly head: string;
}

/**
 * A flame graph as one SVG file without script or outside resource: callers above what they call, as wide as head's instructions, coloured by
 * the change since base, figures in tooltips. What head no longer calls has no width; the header says how much it was.
 */
export function renderFlameGraph(tree: FlameNode, title: FlameTitle): string {
  const height = TOP + depthOf(tree) * ROW + MARGIN;
  const compared = title.base !== null;
  const scale = tree.head > 0 ? (WIDTH - 2 * MARGIN) / tree.head : 0;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="12" fill="#1a1a1a">`,
    `<title>${escaped(`Instructions of init: ${visible(title.function, MOST_TITLE)}`)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...header(tree, title),
    ...(compared ? legend() : []),
    ...boxes(tree, { x: MARGIN, y: TOP, scale, compared }),
    '</svg>',
    '',
  ].join('\n');
}

function header(tree: FlameNode, title: FlameTitle): readonly string[] {
  const total = `${figures(tree, title.base !== null)} instructions to the first /next`;
  const gone = title.base === null ? 0 : goneOf(tree);
  const notes = [
    'width: instructions at head',
    'the smallest calls are part of their callers',
    ...(gone > 0 ? [`not drawn: ${renderInteger(gone)} that head no longer calls there`] : []),
  ];
  const sides = title.base === null ? title.head : `${visible(title.base, 40)} → ${visible(title.head, 40)}`;
  return [
    line(26, `${visible(title.function, 60)}: init, ${visible(sides, 90)}`, ' font-size="16" font-weight="bold"'),
    line(46, total),
    line(64, notes.join(' · '), ' fill="#5c5c5c"'),
  ];
}

function legend(): readonly string[] {
  const entries = [
    [BLUE[2], 'shrank by half or more'],
    [BLUE[0], 'shrank'],
    [GREY, 'unchanged'],
    [RED[0], 'grew'],
    [RED[2], 'new, or at least twice as much'],
  ] as const;
  let x = MARGIN;
  return entries.map(([colour, text]) => {
    const at = x;
    x += 18 + text.length * LETTER + 20;
    return `<rect x="${number(at)}" y="70" width="12" height="12" fill="${colour}" stroke="#8a8a8a" stroke-width="0.5"/><text x="${number(at + 17)}" y="80">${escaped(text)}</text>`;
  });
}

interface Place {
  readonly x: number;
  readonly y: number;
  /** Pixels per instruction. */
  readonly scale: number;
  readonly compared: boolean;
}

function boxes(node: FlameNode, place: Place): readonly string[] {
  const { x, y, scale, compared } = place;
  const width = node.head * scale;
  if (width < THINNEST) return [];
  const tooltip = `${visible(labelOf(node), MOST_TOOLTIP)}\n${figures(node, compared)}`;
  const fill = compared ? colourOf(node) : GREY;
  const box = `<rect x="${number(x)}" y="${y}" width="${number(width)}" height="${ROW - 1}" fill="${fill}" stroke="#ffffff" stroke-width="0.5"/>`;
  let left = x;
  const below = node.children.flatMap((child) => {
    const drawn = boxes(child, { ...place, x: left, y: y + ROW });
    left += child.head * scale;
    return drawn;
  });
  return [`<g><title>${escaped(tooltip)}</title>${box}${labelIn(visible(node.name, MOST_TOOLTIP), x, y, width)}</g>`, ...below];
}

/** An inner `svg` clips what it holds, whatever the reader's font. */
function labelIn(name: string, x: number, y: number, width: number): string {
  const fitting = Math.floor((width - TEXT_ROOM) / LETTER);
  if (fitting < 3) return '';
  const text = visible(name, fitting);
  return `<svg x="${number(x)}" y="${y}" width="${number(width)}" height="${ROW - 1}" overflow="hidden"><text x="3" y="13">${escaped(text)}</text></svg>`;
}

function labelOf({ name, crate }: FlameNode): string {
  return crate === '' ? name : `${name} (${crate})`;
}

/** `397,604 → 402,100 (+4.50 k, +1.1 %)`; head's alone where nothing is compared. */
function figures({ base, head }: FlameNode, compared: boolean): string {
  if (!compared) return renderInteger(head);
  const change = base === head ? 'no change' : base === 0 ? 'new' : growthText(base, head, 'count');
  return `${renderInteger(base)} → ${renderInteger(head)} (${change})`;
}

/** By the change against the larger side: +100 % is half, what is new is all of it. */
function colourOf({ base, head }: FlameNode): string {
  const larger = Math.max(base, head);
  const change = larger === 0 ? 0 : (head - base) / larger;
  const size = Math.abs(change);
  if (size < UNCHANGED) return GREY;
  return (change > 0 ? RED : BLUE)[size < 0.1 ? 0 : size < 0.5 ? 1 : 2];
}

/** Of the outermost nodes that have nothing left at head. */
function goneOf({ base, head, children }: FlameNode): number {
  return head === 0 ? base : children.reduce((sum, child) => sum + goneOf(child), 0);
}

function depthOf({ children }: FlameNode): number {
  return 1 + children.reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0);
}

function line(y: number, text: string, attributes = ''): string {
  return `<text x="${MARGIN}" y="${y}"${attributes}>${escaped(text)}</text>`;
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** XML text. What XML has no way to write (control characters, lone surrogates) `visible` has made readable before. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
