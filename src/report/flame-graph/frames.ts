import { type FlameNode, PROCESS_START } from '../../core/flame.ts';
import { renderInteger } from '../../core/units.ts';
import { visible } from '../text/escape.ts';
import { growthText } from '../text/figures.ts';
import { escaped, percentage } from './xml.ts';

/** Pixels from one row of frames to the next. `src/measure/viewer/` knows the same figure. */
export const ROW = 20;
/** Of the whole width: a label below that is cut to nothing on most screens, and left to the viewer. */
const LABELLED = 0.02;
/** More than fits in a row of 1,920 pixels is left to the viewer. */
const MOST_LABEL = 260;
/** Runs of one binary differ by less. */
const UNCHANGED = 0.005;

/** What one graph's frames have in common. */
export interface Drawing {
  /** Of all that is drawn. */
  readonly whole: number;
  readonly compared: boolean;
  /** UTF-16 units of a name. */
  readonly mostName: number;
  /** A number for each function: its frames are highlighted together. */
  readonly functions: ReadonlyMap<string, number>;
}

interface Place {
  /** Instructions to the left of it. */
  readonly before: number;
  readonly depth: number;
  /** Inside a folded frame. */
  readonly hidden: boolean;
}

/**
 * A frame and, in a group inside of it, those that it calls. The first line of its `title` names it, the others are its figures: a tooltip, what
 * a screen reader says, and what the viewer searches. What head does not call is not drawn.
 */
export function frame(node: FlameNode, drawing: Drawing, place: Place): string {
  if (node.head <= 0) return '';
  const { whole, compared, mostName, functions } = drawing;
  const share = node.head / whole;
  const [x, width, y] = [percentage(place.before / whole), percentage(share), place.depth * ROW];
  const folded = isFolded(node);
  const kind = `${compared ? colourOf(node) : 'same'}${folded ? ' folded' : ''}`;
  const label = share < LABELLED || place.hidden ? '' : labelIn(visible(node.name, Math.min(MOST_LABEL, mostName)), x, y, width);
  const crate = node.crate === '' ? '' : ` (${visible(node.crate, Math.min(60, mostName))})`;
  const title = [
    `${visible(node.name, mostName)}${crate}`,
    `${figures(node, compared)} instructions`,
    `${shareText(share)} of the whole`,
  ].join('\n');
  let before = place.before;
  const below = node.children.map((child) => {
    const drawn = frame(child, drawing, { before, depth: place.depth + 1, hidden: place.hidden || folded });
    before += child.head;
    return drawn;
  });
  const called = below.join('');
  return [
    `<g class="frame ${kind}" data-function="${functions.get(functionKey(node)) ?? 0}" data-head="${node.head}" data-crate="${crate.length}">`,
    `<title>${escaped(title)}</title><rect x="${x}" y="${y}" width="${width}" height="${ROW - 1}"/>${label}`,
    called === '' ? '' : `\n<g${folded ? ' display="none"' : ''}>${called}</g>`,
    '</g>\n',
  ].join('');
}

/** Frames of the same function, wherever they are called from, have the same key. */
export function functionKey({ crate, name }: FlameNode): string {
  return `${crate}\0${name}`;
}

/** Process start opens when it is zoomed. */
export function isFolded({ crate, name }: FlameNode): boolean {
  return crate === '' && name === PROCESS_START;
}

/** `397,604 → 402,100, +4.50 k (+1.1 %)`; head's alone where nothing is compared. */
export function figures({ base, head }: FlameNode, compared: boolean): string {
  if (!compared) return renderInteger(head);
  const change = base === head ? ' (no change)' : base === 0 ? ' (new)' : `, ${growthText(base, head, 'count')}`;
  return `${renderInteger(base)} → ${renderInteger(head)}${change}`;
}

/** `34.2 %`, `0.34 %`, `<0.01 %`: as `src/measure/viewer/` writes it. */
function shareText(share: number): string {
  const percent = share * 100;
  if (percent >= 99.95) return '100 %';
  return percent < 0.01 ? '<0.01 %' : `${percent.toFixed(percent < 1 ? 2 : 1)} %`;
}

/** An inner `svg` clips what it holds, whatever the reader's font. Its `fill` is for viewers that know no custom properties. */
function labelIn(name: string, x: string, y: number, width: string): string {
  return `<svg x="${x}" y="${y}" width="${width}" height="${ROW - 1}" fill="#1f2328"><text x="5" y="14">${escaped(name)}</text></svg>`;
}

/** By the change against the larger side: +100 % is half, what is new is all of it. */
function colourOf({ base, head }: FlameNode): string {
  const larger = Math.max(base, head);
  const change = larger === 0 ? 0 : (head - base) / larger;
  const size = Math.abs(change);
  if (size < UNCHANGED) return 'same';
  return `${change > 0 ? 'grew' : 'shrank'}${size < 0.1 ? 1 : size < 0.5 ? 2 : 3}`;
}
