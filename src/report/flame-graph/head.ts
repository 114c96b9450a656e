import { FIRST_RESPONSE, type FlameNode } from '../../core/flame.ts';
import { renderInteger } from '../../core/units.ts';
import { visible } from '../text/escape.ts';
import { figures } from './frames.ts';
import { escaped } from './xml.ts';

/** Of whose init the graph is, and how the sides are called (`main a1b2c3d`); no base: nothing is compared. */
export interface FlameTitle {
  readonly function: string;
  readonly base: string | null;
  readonly head: string;
}

/** From the largest fall to the largest rise, as the frames' classes are called. */
const LEGEND = [
  ['shrank3', 'shrank by half or more'],
  ['shrank1', 'shrank'],
  ['same', 'unchanged'],
  ['grew1', 'grew'],
  ['grew3', 'new, or at least twice as much'],
] as const;

/**
 * What stands above the frames, in XHTML since SVG can neither wrap a line nor take text. What works by script alone is hidden without one.
 */
export function headOf(tree: FlameNode, title: FlameTitle): string {
  const compared = title.base !== null;
  return [
    '<div xmlns="http://www.w3.org/1999/xhtml" class="head" lang="en">',
    `<h1>${escaped(visible(title.function, 60))}: ${hasResponse(tree) ? 'init and first response' : 'init'}, ${escaped(sidesOf(title))}</h1>`,
    `<p class="total">${escaped(figures(tree, compared))} instructions to the first ${hasResponse(tree) ? 'response' : '<code>/next</code>'}</p>`,
    CONTROLS,
    compared ? `<ul class="legend" aria-label="Colours">${LEGEND.map(entry).join('')}</ul>` : '',
    `<div class="details" id="details"><p class="notes">${notesOf(tree, compared).map(escaped).join(' · ')}</p>`,
    '<p class="name"></p><p class="figures"></p></div>',
    '</div>',
  ].join('\n');
}

/** Whether a phase of its own holds what the first event took. */
export function hasResponse({ children }: FlameNode): boolean {
  return children.some(({ crate, name }) => crate === '' && name === FIRST_RESPONSE);
}

const CONTROLS = `<div class="controls script" role="search">
<label for="query">Search</label>
<input id="query" type="search" placeholder="function or crate" autocomplete="off" spellcheck="false" aria-describedby="status"/>
<button type="button" id="reset">Reset</button>
<div class="line"><p id="status" role="status"></p><p class="keys">click or <kbd>Enter</kbd> zooms, arrows move, <kbd>/</kbd> searches, <kbd>Esc</kbd> resets</p></div>
</div>
<ol class="script" id="found" aria-label="Found frames" hidden="hidden"></ol>`;

function sidesOf({ base, head }: FlameTitle): string {
  return base === null ? visible(head, 90) : visible(`${visible(base, 40)} → ${visible(head, 40)}`, 90);
}

function notesOf(tree: FlameNode, compared: boolean): readonly string[] {
  const gone = compared ? goneOf(tree) : 0;
  return [
    'callers stand above what they call',
    'width: instructions at head',
    'the smallest calls are part of their callers',
    ...(gone > 0 ? [`not drawn: ${renderInteger(gone)} that head no longer calls there`] : []),
  ];
}

function entry([colour, text]: (typeof LEGEND)[number]): string {
  return `<li><svg xmlns="http://www.w3.org/2000/svg" class="${colour}" width="12" height="12" aria-hidden="true"><rect width="12" height="12" rx="2"/></svg> ${escaped(text)}</li>`;
}

/** Of the outermost nodes that have nothing left at head. */
function goneOf({ base, head, children }: FlameNode): number {
  return head === 0 ? base : children.reduce((sum, child) => sum + goneOf(child), 0);
}
